/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Every register of the processor set to a pattern, one path through both
 * kernels, every register looked at again.  sp is the address of `got`, so all
 * sixteen are checked.  inject.py knows the labels.
 */
#include "process/process.h"

	.syntax unified
	.arch	armv7-a
	.fpu	neon
	.arm

	.section .start, "ax"
	.global	_start
_start:
	bl	process_main
	mov	r7, #SYS_EXIT
	svc	#0
	b	.

/* On pages of their own: QEMU is slow on a page with a breakpoint. */
	.section .text.check, "ax"
	.align	12
/* check_NAME(const struct ctx *want, struct ctx *got) */
	.macro	check, name, op
	.global	check_\name, op_\name, op_\name\()_end, go_\name, done_\name
check_\name:
	push	{r4-r11, lr}
	str	sp, [r1, #CTX_STACK]
	mov	sp, r1
	ldr	r2, [r0, #CTX_APSR]
	msr	apsr_nzcvqg, r2
	add	r2, r0, #CTX_D
	vldmia	r2!, {d0-d15}
	vldmia	r2!, {d16-d31}
	ldr	r3, [r2]
	vmsr	fpscr, r3
	ldr	lr, [r0, #CTX_LR]
go_\name:
	ldmia	r0, {r0-r12}
op_\name:
	\op
op_\name\()_end:
	stmia	sp, {r0-r12}
	mov	r0, sp
	str	r0, [sp, #52]
	str	lr, [sp, #CTX_LR]
	mrs	r0, apsr
	str	r0, [sp, #CTX_APSR]
	add	r2, sp, #CTX_D
	vstmia	r2!, {d0-d15}
	vstmia	r2!, {d16-d31}
	vmrs	r3, fpscr
	str	r3, [r2]
done_\name:
	ldr	sp, [sp, #CTX_STACK]
	pop	{r4-r11, pc}
	.endm

	.macro	long_nops
	.rept	1024
	nop
	.endr
	.endm

	check	svc, "svc #0"
	check	svc_other, "svc #0"	@ for process 1, so that breakpoints tell them apart
	check	load, "ldr r0, [r0]"
	check	store, "str r1, [r0]"
	check	nops, "long_nops"
	check	add, "add r0, r0, #1"

	.text
/* Where the kernel lets a process go on that did what it may not. */
	.global	catch_fault
catch_fault:
	ldr	r12, =caught
	stmia	r12!, {r0-r3}
	ldr	r0, [r12]
	add	r0, r0, #1
	str	r0, [r12]
	bx	lr

	.macro	probe, name, op
	.global	probe_\name
probe_\name:
	\op
	bx	lr
	.endm
	probe	load, "ldr r1, [r0]"
	probe	store, "str r1, [r0]"
	probe	load_byte, "ldrb r1, [r0]"
	probe	store_half, "strh r1, [r0]"
	probe	load_double, "ldrd r2, r3, [r0]"
	probe	store_double, "strd r2, r3, [r0]"
	probe	load_many, "ldmia r0, {r1-r3, r12}"
	probe	store_many, "stmia r0, {r1-r3, r12}"
	probe	load_exclusive, "ldrex r1, [r0]"
	probe	load_vfp, "vldmia r0, {d0-d3}"
	probe	store_vfp, "vstmia r0, {d0-d3}"
	probe	jump, "bx r0"
	.ltorg
