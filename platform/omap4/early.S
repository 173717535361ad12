/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Output before the MMU is on, and calls of the ROM's secure services.
 */
	.syntax unified
	.arch	armv7-a
	.arch_extension sec
	.arm
	.text

	.equ	UART3, 0x48020000
	.equ	UART_LSR, 0x14
	.equ	UART_EMPTY, 0x20

/* Contract: plat.h.  Any privileged mode, no stack.  Clobbers r0-r3. */
	.global	plat_early_puts
plat_early_puts:
	ldr	r1, =UART3
1:	ldrb	r2, [r0], #1
	cmp	r2, #0
	bxeq	lr
2:	ldr	r3, [r1, #UART_LSR]
	tst	r3, #UART_EMPTY
	beq	2b
	str	r2, [r1]
	b	1b
	.ltorg

/*
 * void rom_call(uint32_t value, uint32_t service): SVC mode, interrupts off.
 * The ROM may change every register but sp.  It works on memory with its own
 * MMU setting: what was written before must be there first.
 */
	.global	rom_call
rom_call:
	push	{r4-r12, lr}
	mov	r12, r1
	dsb
	smc	#0
	pop	{r4-r12, pc}

#ifdef CONFIG_SMP
/* void rom_call2(uint32_t value, uint32_t value2, uint32_t service): likewise. */
	.global	rom_call2
rom_call2:
	push	{r4-r12, lr}
	mov	r12, r2
	dsb
	smc	#0
	pop	{r4-r12, pc}

/* Contract: plat.h.  The ROM holds the second core: who comes here is lost. */
	.global	plat_park
plat_park:
	wfi
	b	plat_park
#endif

	.section .note.GNU-stack, "", %progbits
