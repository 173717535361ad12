/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The step between a guest's process (U) and its kernel (S), both ways, for
 * system calls.  The message is the register file: r0-r12 stay.  No lock, no
 * queue, no C: S and U are one place in the scheduler, and `active` says which
 * of them runs.
 *
 * Both are entered from vector_svc, see there: SVC mode, IRQ masked, the thread's
 * frame saved at sp, r0-r6 and r12 live, r8 = pc - gate_base, r10 = gate context,
 * r11 = pc, lr = psr.
 */
#include <l4/vcpu.h>
#include "asm-offsets.h"
#include "arch/arm/trace.inc"

#define DACR_OPEN	0x15	/* kernel, user, guest kernel: client */
#define DACR_CLOSED	0x05	/* guest kernel: no access */

	.syntax unified
	.arch	armv7-a
	.arm
	.text
	.align	5

/*
 * U executed svc.  {pc, psr, sp, lr} go to the register page, S continues at
 * its system call entry, interrupts masked, with the stack pointer that it had
 * at its last resume.
 */
	.global	guest_svc
guest_svc:
	trace_gate L4_TRACE_SYSCALL
	ldr	r9, [r10, #GATE_USER]
	mov	r8, #L4_VIF_MASKED
	str	r8, [r9, #L4_VP_VIF - L4_VP_USER]
	stmia	r9!, {r11, lr}
	stmia	r9, {sp, lr}^
	mov	r8, #DACR_OPEN
	mcr	p15, 0, r8, c3, c0, 0		@ synchronized by the exception return
	ldr	lr, [r10, #GATE_ENTRY_SVC]
	mov	r8, #0x10
	msr	spsr_fsxc, r8			@ user mode, ARM, all unmasked
	ldmia	r10, {sp}^
	ldr	r8, [r10, #GATE_S_FRAME]
	str	r8, [r10, #GATE_ACTIVE]
	add	r12, sp, #7 * 4
	mov	sp, r8
	ldmia	r12, {r7-r12}
	clrex
	movs	pc, lr

/*
 * S executed one of its three resume instructions; r8 tells which (0, 4, 8).
 * The first is the mirror of guest_svc.  The gate leads to guest_resume_slow
 * instead when an interrupt is pending.
 */
	.global	guest_resume
guest_resume:
	cmp	r8, #0
	bne	guest_resume_slow
	trace_gate L4_TRACE_RESUME
	ldr	r9, [r10, #GATE_USER]
	stmia	r10, {sp}^
	ldmia	r9!, {r11, lr}			@ pc, psr: each word read once
	ldmia	r9, {sp, lr}^
	ldr	r12, =L4_PSR_USER
	and	lr, lr, r12			@ flags, IT, GE, E, T as they are;
	orr	lr, lr, #0x10			@ user mode, unmasked, whatever was there
	msr	spsr_fsxc, lr
	mov	lr, r11
	mov	r9, #DACR_CLOSED
	mcr	p15, 0, r9, c3, c0, 0
	ldr	r9, [r10, #GATE_U_FRAME]
	str	r9, [r10, #GATE_ACTIVE]
	add	r12, sp, #7 * 4
	mov	sp, r9
	ldmia	r12, {r7-r12}
	clrex
	movs	pc, lr

/* The rest is C: vcpu_resume(thread, which). */
	.global	guest_resume_slow
guest_resume_slow:
	sub	r4, sp, #THREAD_R
	ldr	r5, =cpu0
	ldr	sp, =kernel_stack_top
	str	r4, [r5, #CPU_CURRENT]
	str	r4, [r5, #CPU_CURRENT + 4]
	mov	r0, r4
	mov	r1, r8
	bl	vcpu_resume
	b	kernel_exit


	.ltorg
