/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Any call with any registers; and the code of threads that are destroyed,
 * stopped and started at any time: no stack, no memory of theirs.
 */
#include <l4/callnr.h>

	.syntax unified
	.arm
	.text

/* void fuzz_call(l4_word r[13]) */
	.global	fuzz_call
fuzz_call:
	push	{r4-r11, lr}
	push	{r0}
	mov	lr, r0
	ldm	lr, {r0-r12}
	svc	#0
	pop	{r12}
	stm	r12, {r0-r11}
	pop	{r4-r11, pc}

/* Receives for ever. */
	.global	safe_loop
safe_loop:
	mvn	r10, #0
	mov	r11, #0
	mov	r12, #L4_NR_recv
	svc	#0
	b	safe_loop

/* Answers with what it got; capabilities arrive from slot r4 up. */
	.global	safe_echo
safe_echo:
	mov	r1, #0
1:	mvn	r10, #0
	mov	r11, #16
	mov	r12, #L4_NR_reply_recv
	svc	#0
	cmp	r0, #0
	movne	r1, #0
	b	1b

/* One call; its result goes to [sp].  Then like safe_loop. */
	.global	safe_call
safe_call:
	svc	#0
	str	r0, [sp]
	b	safe_loop

	.section .note.GNU-stack, "", %progbits
