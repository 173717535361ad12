/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The step between a guest's process (U) and its kernel (S), both ways, for
 * system calls.  The message is the register file: r0-r12 stay.  No lock, no
 * queue, no C: S and U are one place in the scheduler, and `active` says which
 * of them runs.
 *
 * Both are entered from vector_svc, see there: SVC mode, IRQ masked, the thread's
 * frame saved at sp, r0-r6 and r12 live, r8 = gate_base - pc and the flags of its
 * comparison with gate_limit, r10 = gate context, r11 = pc, lr = psr.
 */
#include <l4/vcpu.h>
#include "arch/arm/entry.h"
#include "arch/arm/trace.inc"

#define USER_PC		(L4_VP_USER + 8)

/* With several cores that work needs the lock, and what came while it waited a look. */
#ifdef CONFIG_SMP
#define GUEST_RESUME_WORK	guest_resume_slow
#else
#define GUEST_RESUME_WORK	guest_resume_work
#endif

/* Fault status, as in trap.c: translation and permission faults, no others. */
#define FS_MAPPING	0x005
#define FS_NO_MAPPING	0x405		/* what must not differ from it */
#define FS_DOMAIN	0x0f0
#define FS_DOMAIN_GUEST	0x020

	.syntax unified
	.arch	armv7-a
	.arm
	.text
	.align	5

/*
 * U executed svc.  {sp, lr, pc, psr} go to the register page, S continues at
 * its system call entry, interrupts masked, with the stack pointer that it had
 * at its last resume.
 */
	.global	guest_svc
guest_svc:
	trace_gate L4_TRACE_SYSCALL
	ldmib	r10, {r7-r9, r12}	@ S's frame, L4_VIF_MASKED, user_pc, the open DACR
	mcr	p15, 0, r12, c3, c0, 0		@ synchronized by the exception return
	str	r8, [r9, #L4_VP_VIF - USER_PC]
	stmia	r9, {r11, lr}
	stmdb	r9, {sp, lr}^
	add	lr, r10, #GATE_ENTRY_SVC
	ldmia	r10, {sp}^
	str	r7, [r10, #GATE_ACTIVE]
	add	r12, sp, #7 * 4
	mov	sp, r7
	ldmia	r12, {r7-r12}
	rfeia	lr

/*
 * An abort, r2 its status, r3 its address, r4 where in the gate context its entry
 * is.  Of U it does what guest_svc does, and hands over status and address, and
 * a frame as for all entries but guest_svc.  What needs a second look returns to
 * r5: other threads, all but translation and permission faults, no entry.
 */
	.global	guest_abort
guest_abort:
	trace_leave r8, 1 << L4_TRACE_EXCEPTION | 1 << L4_TRACE_ENTER, bxne r5
	ldmdb	sp, {r9-r12}			@ path, gate context; pc, psr
	ldr	r8, =guest_svc
	cmp	r9, r8
	bxne	r5
	movw	r8, #FS_NO_MAPPING
	and	r8, r8, r2
	cmp	r8, #FS_MAPPING
	bxne	r5
	ldr	lr, [r10, r4]
	cmp	lr, #0
	bxeq	r5
	and	r8, r2, #FS_DOMAIN
	cmp	r8, #FS_DOMAIN_GUEST		@ Armature's invention: not to be seen
	biceq	r2, r2, #FS_DOMAIN
	ldr	r9, [r10, #GATE_USER_PC]
	mov	r8, #L4_VIF_MASKED
	str	r8, [r9, #L4_VP_VIF - USER_PC]
	strd	r2, r3, [r9, #L4_VP_FSR - USER_PC]
	stmia	r9, {r11, r12}
	stmdb	r9, {sp, lr}^
	ldr	r8, [sp]
	str	r8, [r9, #L4_VP_UFRAME - USER_PC]!
	stmib	r9, {r11, r12}
	ldr	r8, [r10, #GATE_DACR_OPEN]
	mcr	p15, 0, r8, c3, c0, 0
	add	lr, r10, r4
	ldmia	r10, {sp}^
	ldr	r0, [r10, #GATE_UFRAME]
	ldr	r8, [r10, #GATE_S_FRAME]
	str	r8, [r10, #GATE_ACTIVE]
	mov	r12, sp
	mov	sp, r8
	ldmib	r12, {r1-r12}
	rfeia	lr

/*
 * S executed one of its three resume instructions; r8 tells which (8, 4, 0).  The
 * first, which is gate_limit, is the mirror of guest_svc: U's pc and psr go to where
 * an exception of U leaves them.  The gate leads to guest_resume_slow instead when
 * an interrupt is pending.
 */
	.global	guest_resume
guest_resume:
	bne	GUEST_RESUME_WORK
	trace_gate L4_TRACE_RESUME
1:	ldmdb	r10, {r9, r11, r12, lr}	@ user_pc, L4_PSR_USER, U's frame, the closed DACR
	mcr	p15, 0, lr, c3, c0, 0
	stmia	r10, {sp}^
	ldmia	r9, {r8, lr}			@ pc, psr: each word read once
	ldmdb	r9, {sp, lr}^
	and	lr, lr, r11			@ flags, IT, GE, E, T as they are;
	orr	lr, lr, #0x10			@ user mode, unmasked, whatever was there
	stmdb	r12, {r8, lr}
	str	r12, [r10, #GATE_ACTIVE]
	add	r9, sp, #7 * 4
	mov	sp, r12
	ldmia	r9, {r7-r12}
	clrex
	rfedb	sp

/* The same with work to be done first, which is C. */
#ifndef CONFIG_SMP
guest_resume_work:
	cmp	r8, #4
	bne	guest_resume_slow
	trace_leave r9, 1 << L4_TRACE_RESUME, bne guest_resume_slow
	mov	r5, sp
	ldr	sp, =kernel_stack_top
	sub	r0, r5, #THREAD_R
	bl	vcpu_resume_work
	mov	sp, r5
	cmp	r0, #0
	ldr	r10, [sp, #TF_GATE]
	beq	2f
	ldmia	sp, {r0-r6}
	b	1b
2:	mov	r8, #4
#endif

/* The rest is C: vcpu_resume(thread, which). */
	.global	guest_resume_slow
guest_resume_slow:
	kernel_enter ENTRY_BEHIND
	mov	r0, r4
	mov	r1, r8
	bl	vcpu_resume
	b	kernel_exit


	.ltorg
