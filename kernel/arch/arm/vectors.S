/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Entry and exit.  While a thread runs, sp_svc = &thread->regs.r, so an
 * exception saves pc and psr below it (SRS) and r0-lr above it.  The kernel
 * itself runs in SVC mode with IRQ and FIQ masked and takes no exception but a
 * device's late abort, or by a bug, which ends in panic.  The core's one stack is
 * empty at every entry.
 *
 * Register use here: r4 thread, r5 the core's struct cpu.
 */
#include "arch/arm/entry.h"
#include "arch/arm/trace.inc"

	.syntax unified
	.arch	armv7-a
	.arch_extension sec
	.arm
	.text

/* An exception of a user: from its own mode to SVC mode, registers saved. */
	.macro	user_exception, adjust
	.if	\adjust
	sub	lr, lr, #\adjust
	.endif
	srsdb	sp, #0x13
	mrs	lr, spsr
	tst	lr, #0x0f
	bne	kernel_exception	@ the kernel's own: a bug
	cps	#0x13
	stmia	sp, {r0-lr}^
	.endm

	.align	5
	.global	vectors
vectors:
	b	kernel_exception	@ reset: a branch to 0 with interrupts of the world off
	b	vector_undef
	b	vector_svc
	b	vector_pabt
	b	vector_dabt
	b	kernel_exception	@ hypervisor trap: not on these cores
	b	vector_irq
	b	kernel_exception	@ FIQ: never enabled

/*
 * svc.  In: the user's registers; SVC mode, IRQ masked.  A thread with a gate
 * branches to its path (guest.S) with all registers saved, r0-r6 and r12 live,
 * r8 = gate_base - pc, r10 = gate context, r11 = pc, lr = psr.  Else r12 is the
 * number of a call.
 */
	.align	5
vector_svc:
	srsdb	sp, #0x13
	stmia	sp, {r0-lr}^
	ldmdb	sp, {r7-r11, lr}	@ gate: limit, base, path, context; pc, psr
	sub	r8, r8, r11
	cmp	r8, r7
	bxls	r9
	ldr	r9, [sp, #TF_CALLS]
	kernel_enter ENTRY_BEHIND
	reload_call
	cmp	r12, r9
	bhs	no_call
	trace_call
	ldr	r9, =syscall_table
	mov	r0, r4
	ldr	r9, [r9, r12, lsl #2]
	blx	r9
	ldr	r1, [r5, #CPU_CURRENT + 4]
	cmp	r0, #RESTART
	beq	restart
	cmp	r1, r4			@ loaded no more: it destroyed itself, the memory is free
	streq	r0, [r4, #THREAD_R]

/* Exit: run cpu->current.  In: r5 = cpu. */
	.global	kernel_exit
kernel_exit:
	ldrd	r0, r1, [r5, #CPU_CURRENT]
	cmp	r0, r1
	blne	arch_load		@ returns the thread to run
	kernel_leave
	add	sp, r0, #THREAD_R
	clrex				@ nobody inherits an exclusive access
	ldmia	sp, {r0-lr}^
	rfedb	sp

/* Preempted: the svc is executed again, with the arguments as the call left them. */
restart:
	cmp	r1, r4
	bne	kernel_exit
	ldr	r0, [r4, #THREAD_R - 8]
	ldr	r1, [r4, #THREAD_R - 4]
	tst	r1, #0x20		@ Thumb
	subne	r0, r0, #2
	subeq	r0, r0, #4
	str	r0, [r4, #THREAD_R - 8]
	b	kernel_exit

no_call:
	mov	r0, r4
	bl	trap_svc
	b	kernel_exit

	.align	5
vector_irq:
	sub	lr, lr, #4
	srsdb	sp, #0x13
	cps	#0x13
	stmia	sp, {r0-lr}^
	kernel_enter ENTRY_AT
	bl	trap_irq_user
	b	kernel_exit

vector_undef:
	user_exception 0
	kernel_enter ENTRY_BEHIND
	mov	r0, r4
	bl	trap_undef
	b	kernel_exit

/* The usual abort of a guest's process is done in guest.S, all others come back. */
vector_pabt:
	user_exception 4
	mrc	p15, 0, r2, c5, c0, 1	@ IFSR
	mrc	p15, 0, r3, c6, c0, 2	@ IFAR
	mov	r4, #GATE_ENTRY_PABT
	adr	r5, pabt
	b	guest_abort
pabt:
	kernel_enter ENTRY_AT
	mov	r0, r4
	bl	trap_pabt
	b	kernel_exit

vector_dabt:
	mrs	sp, spsr		@ this mode's own, which nothing else uses
	tst	sp, #0x0f
	bne	late_abort
	sub	lr, lr, #8
	srsdb	sp, #0x13
	cps	#0x13
	stmia	sp, {r0-lr}^
	mrc	p15, 0, r2, c5, c0, 0	@ DFSR
	mrc	p15, 0, r3, c6, c0, 0	@ DFAR
	mov	r4, #GATE_ENTRY_DABT
	adr	r5, dabt
	b	guest_abort
dabt:
	kernel_enter ENTRY_AT
	mov	r0, r4
	bl	trap_dabt
	b	kernel_exit

/*
 * A data abort of the kernel is a bug, but for one: svc and undefined instructions
 * leave asynchronous aborts open, so that of a device which a user has written to
 * may come behind them.  It is forgotten.
 */
late_abort:
	mrc	p15, 0, sp, c5, c0, 0	@ DFSR
	eor	sp, sp, #0x400		@ asynchronous external: FS is 0x406
	eor	sp, sp, #0x006
	tst	sp, #0x400
	tsteq	sp, #0x00f
	sub	lr, lr, #8
	movseq	pc, lr
	srsdb	sp, #0x13
	b	kernel_exception

/*
 * An exception in the kernel.  lr_mode was saved below sp_svc by srs, or is
 * still in lr; report with what there is.
 */
	.global	kernel_exception
kernel_exception:
	mrs	r0, spsr
	mrs	r1, cpsr
	cps	#0x13
	ldr	r2, [sp, #-8]
	mov	r3, sp
	panic_stack
	bl	trap_kernel
	b	.

/* The first entry into user mode.  r5 is needed by the exit path. */
	.global	kernel_start
kernel_start:
	this_cpu r5
	b	kernel_exit

	.ltorg

	.bss
	.align	3
	.global	kernel_stack_top, kernel_stack, panic_stack_top
kernel_stack:
	.space	KERNEL_STACK
kernel_stack_top:
	.space	PANIC_STACK
panic_stack_top:
#ifdef CONFIG_SMP
	.space	(CONFIG_CPUS - 1) * (KERNEL_STACK + PANIC_STACK)
#endif
