/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The lock of the kernel's data, in a kernel for several cores: a ticket lock, so
 * that who came first is next.  The lower half of the word is the ticket that is
 * served, the upper half the next one that is drawn.
 */
	.syntax unified
	.arch	armv7-a
	.arm
	.text

/*
 * void kernel_lock(void): interrupts masked, this core's registers of its thread
 * saved.  Clobbers r0-r3, r12, lr; waiting is smp.c's (smp_wait).
 */
	.global	kernel_lock
kernel_lock:
	ldr	r1, =lock_word
1:	ldrex	r0, [r1]
	add	r2, r0, #0x10000
	strex	r3, r2, [r1]
	cmp	r3, #0
	bne	1b
	lsr	r2, r0, #16
	uxth	r3, r0
	cmp	r2, r3
	movne	r0, r2
	bne	smp_wait
	dmb				@ what it covers is read after it
	bx	lr

/* void kernel_unlock(void).  Clobbers r2, r3: the exit path has a use for the rest. */
	.global	kernel_unlock
kernel_unlock:
	ldr	r2, =lock_word
	dmb				@ what it covers is written before it
	ldrh	r3, [r2]
	add	r3, r3, #1
	strh	r3, [r2]
	dsb				@ seen by those that the event wakes
	sev
	bx	lr

	.ltorg

	.bss
	.align	6
	.global	lock_word
lock_word:
	.space	64
