/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The first instructions of tux, at L4_GUEST_BASE + L4_GUEST_TEXT, and the words
 * that say that this image is for Armature.
 */
#include <l4/callnr.h>

	.section .start, "ax"
	.arm
	.global	_start
_start:
	ldr	sp, =stack_end		@ r0: struct l4_guest_info
	b	tux_main
	.ascii	"armature,tux\0"
	.align	2
	.ltorg

	.text
/*
 * int tux_send(slot, tag, const l4_word words[8]): a message to a thread.
 * Words from the eighth on are in the message buffer.
 */
	.global	tux_send
tux_send:
	push	{r4-r11, lr}
	mov	lr, r2
	ldm	lr, {r2-r9}
	mvn	r10, #0
	mov	r11, #0
	mov	r12, #L4_NR_send
	svc	#0
	pop	{r4-r11, pc}

/* Writes to an address that nothing is mapped at; the test knows it by these values. */
	.global	tux_fault
tux_fault:
	ldr	r5, =0x5eed0005
	ldr	r1, =0x0bad0000
	str	r5, [r1]
	b	.
	.ltorg

	.bss
	.align	3
stack:
	.space	0x2000
stack_end:
