/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * unsigned hold(unsigned seed, unsigned rounds, unsigned fpscr, unsigned number)
 *
 * Fills every register that a process has with values that follow from the seed
 * (r7 has the number of a system call, sp is the stack), and then looks in each
 * round whether all of them, the flags, the GE bits and FPSCR are still what they
 * were.  Each round makes the system call, unless the number is -1.  Returns 0, or the
 * number of the first register that was wrong: 2 to 14 for r2 to r14, 16 for the
 * flags, 17 for FPSCR, 100 + n for the low and 200 + n for the high word of d<n>.
 */
	.syntax unified
	.arch armv7-a
	.fpu neon
	.text
	.arm

	.equ	FLAGS, 0xa80f0000	/* N, C, Q and all of GE */

	.macro	fill_d from, to
	.set	n, \from
	.rept	\to - \from + 1
	add	r1, r2, #n
	mvn	r3, r1
	d_write	%n
	.set	n, n + 1
	.endr
	.endm

	.altmacro
	.macro	d_write n
	vmov	d\n, r1, r3
	.endm

	.macro	d_check n
	vmov.32	r1, d\n[0]
	sub	r1, r1, r2
	cmp	r1, #\n
	movne	r0, #100 + \n
	bne	9f
	vmov.32	r1, d\n[1]
	mvn	r1, r1
	sub	r1, r1, r2
	cmp	r1, #\n
	movne	r0, #200
	addne	r0, r0, #\n
	bne	9f
	.endm

	.macro	r_check reg, n
	sub	r1, \reg, r2
	cmp	r1, #\n
	movne	r0, #\n
	bne	9f
	.endm

	.global	hold
	.type	hold, %function
hold:
	push	{r4-r12, lr}
	vpush	{d8-d15}
	vmrs	r12, fpscr
	push	{r0-r3, r12, lr}	/* lr keeps it aligned */
	vmsr	fpscr, r2
	mov	r2, r0
	fill_d	0, 31
	add	r3, r2, #3
	add	r4, r2, #4
	add	r5, r2, #5
	add	r6, r2, #6
	ldr	r7, [sp, #12]
	add	r8, r2, #8
	add	r9, r2, #9
	add	r10, r2, #10
	add	r11, r2, #11
	add	r12, r2, #12
	add	lr, r2, #14

1:	ldr	r1, =FLAGS
	cmn	r7, #1
	beq	3f
	msr	APSR_nzcvqg, r1
	svc	#0			/* r0 is the result, all else stays */
	b	4f
3:	msr	APSR_nzcvqg, r1
	.rept	16
	nop
	.endr
4:	mrs	r0, APSR
	lsr	r0, r0, #16		/* without the mode */
	bic	r0, r0, #0x07f0
	lsl	r0, r0, #16
	cmp	r0, r1
	movne	r0, #16
	bne	9f
	ldr	r0, [sp]
	cmp	r0, r2
	movne	r0, #2
	bne	9f
	r_check	r3, 3
	r_check	r4, 4
	r_check	r5, 5
	r_check	r6, 6
	ldr	r0, [sp, #12]
	cmp	r0, r7
	movne	r0, #7
	bne	9f
	r_check	r8, 8
	r_check	r9, 9
	r_check	r10, 10
	r_check	r11, 11
	r_check	r12, 12
	r_check	lr, 14
	vmrs	r0, fpscr
	ldr	r1, [sp, #8]
	cmp	r0, r1
	movne	r0, #17
	bne	9f
	.set	n, 0
	.rept	32
	d_check	%n
	.set	n, n + 1
	.endr
	ldr	r0, [sp, #4]
	subs	r0, r0, #1
	str	r0, [sp, #4]
	bne	1b

9:	pop	{r1-r3, r12}		/* r0 is the result */
	pop	{r12, lr}
	vmsr	fpscr, r12
	vpop	{d8-d15}
	pop	{r4-r12, pc}
	.ltorg
	.size	hold, . - hold
	.section .note.GNU-stack, "", %progbits
