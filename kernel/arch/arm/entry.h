/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The first and the last steps of a stay in the kernel, for assembly: on one core,
 * and on several, where they take and give back the lock.
 *
 *   this_cpu reg	the core's struct cpu
 *   kernel_enter why	SVC mode, frame saved.  Leaves r4 = thread, r5 = cpu,
 *			sp = stack; several cores: clobbers r0-r3, r12, lr, and goes
 *			to kernel_exit if another core has dealt with the thread
 *			while this one waited
 *   kernel_leave	keeps r0 and r5
 *   reload_call	r9 and r12 as vector_svc has them, read under the lock
 *   stack_top reg	sp = this core's; several cores: clobbers reg
 *   panic_stack	sp = this core's; clobbers r4
 *
 * why: ENTRY_AT, ENTRY_BEHIND: where the saved pc is, beside the instruction that
 * is to be executed again if nothing of it has been done.
 */
#ifndef ARCH_ARM_ENTRY_H
#define ARCH_ARM_ENTRY_H

#define KERNEL_STACK	4096	/* a core's, and above it that for a panic */
#define PANIC_STACK	1024

#define ENTRY_AT	1
#define ENTRY_BEHIND	2

#ifdef __ASSEMBLER__
#include "asm-offsets.h"

#ifdef CONFIG_SMP
	.macro	this_cpu reg
	mrc	p15, 0, \reg, c13, c0, 4
	.endm

	.macro	kernel_enter why
	this_cpu r5
	sub	r4, sp, #THREAD_R
	mov	r0, #\why
	ldr	sp, [r5, #CPU_STACK]
	str	r0, [r5, #CPU_ENTRY]
	/* current and loaded are neighbours; the gates do not keep them */
	str	r4, [r5, #CPU_CURRENT]
	str	r4, [r5, #CPU_CURRENT + 4]
	bl	kernel_lock
	ldr	r0, [r5, #CPU_ENTRY]
	cmp	r0, #0
	beq	kernel_exit
	.endm

	.macro	kernel_leave
	bl	kernel_unlock
	.endm

	.macro	reload_call
	ldr	r9, [r4, #THREAD_R + TF_CALLS]
	ldr	r12, [r4, #THREAD_R + 12 * 4]
	.endm

	.macro	stack_top reg
	this_cpu \reg
	ldr	sp, [\reg, #CPU_STACK]
	.endm

	.macro	panic_stack
	this_cpu r4
	ldr	sp, [r4, #CPU_STACK]
	add	sp, sp, #PANIC_STACK
	.endm
#else
	.macro	this_cpu reg
	ldr	\reg, =cpu0
	.endm

	.macro	kernel_enter why
	sub	r4, sp, #THREAD_R
	ldr	r5, =cpu0
	ldr	sp, =kernel_stack_top
	/* current and loaded are neighbours; the gates do not keep them */
	str	r4, [r5, #CPU_CURRENT]
	str	r4, [r5, #CPU_CURRENT + 4]
	.endm

	.macro	kernel_leave
	.endm

	.macro	reload_call
	.endm

	.macro	stack_top reg
	ldr	sp, =kernel_stack_top
	.endm

	.macro	panic_stack
	ldr	sp, =panic_stack_top
	.endm
#endif
#endif

#endif
