/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Where a cell's threads begin, and the message calls.
 */
	.syntax unified
	.arm
	.text

/* First thread.  In: r0 the argument of the description, sp the stack's top. */
	.global _start
	.type _start, %function
_start:
	bic	sp, sp, #7
	mov	lr, #0			@ ends a debugger's backtrace
	b	l4x_entry

/* Further threads.  In: r0 struct l4x_thread, which is also below the stack's top. */
	.global l4x_thread_entry
	.type l4x_thread_entry, %function
l4x_thread_entry:
	mcr	p15, 0, r0, c13, c0, 2	@ TPIDRURW: see l4x_self
	mov	lr, #0
	b	l4x_thread_main

/*
 * int l4_ipc(dest, struct l4_message *m, timeout, accept, nr)
 * The structure has the registers' order, so it is loaded and stored at once.
 * r11 and r12 come back unchanged; r11 is not needed then and takes m.
 */
	.global l4_ipc
	.type l4_ipc, %function
l4_ipc:
	push	{r4-r11, lr}
	ldr	r12, [sp, #36]
	push	{r1}
	mov	r10, r2
	mov	r11, r3
	ldm	r1, {r1-r9}
	svc	#0
	pop	{r11}
	stm	r11, {r1-r10}
	pop	{r4-r11, pc}

	.section .note.GNU-stack, "", %progbits
