/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Output before the MMU is on, for the two errors that boot.S can find there.
 */
	.syntax unified
	.arch	armv7-a
	.arm
	.text

	.equ	UART0, 0x10009000
	.equ	UART_FR, 0x18
	.equ	UART_FULL, 0x20

/* Contract: plat.h.  Any privileged mode, no stack.  Clobbers r0-r3. */
	.global	plat_early_puts
plat_early_puts:
	ldr	r1, =UART0
1:	ldrb	r2, [r0], #1
	cmp	r2, #0
	bxeq	lr
2:	ldr	r3, [r1, #UART_FR]
	tst	r3, #UART_FULL
	bne	2b
	str	r2, [r1]
	b	1b

#ifdef CONFIG_SMP
/* Contract: plat.h. */
	.equ	SYS_FLAGS, 0x10000030
	.global	plat_park
plat_park:
	ldr	r1, =SYS_FLAGS
1:	wfe
	ldr	r0, [r1]
	cmp	r0, #0
	beq	1b
	bx	r0
	.ltorg
#endif

	.section .note.GNU-stack, "", %progbits
