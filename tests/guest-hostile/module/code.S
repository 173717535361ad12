/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/*
 * Attempts and the ways back from them: a jump, as no stack can be relied on.
 */
#include <linux/linkage.h>
#include <l4/callnr.h>
#include <l4/vcpu.h>

	.arm
	.text
/* (fn, arg): 0 if fn returned, else the entry's number + 1 */
ENTRY(hostile_try)
	ldr	r2, =jump
	stmia	r2, {r4 - r11, sp, lr}
	mov	r3, r0
	mov	r0, r1
	blx	r3
	mov	r0, #0
back:
	ldr	r2, =jump
	ldmia	r2, {r4 - r11, sp, lr}
	bx	lr
ENDPROC(hostile_try)

/* One for each entry of the virtual CPU, see vcpu_entry. */
	.align	3
ENTRY(hostile_stubs)
	.set	n, 1
	.rept	L4_ENTRY_COUNT
	mov	r0, #n
	b	back
	.set	n, n + 1
	.endr

/* (which): r0 is what a status word should look like. */
ENTRY(hostile_resume)
	ldr	r1, =symbols
	ldr	r1, [r1]
	add	r1, r1, r0
	mov	r0, #0x10
	bx	r1
ENDPROC(hostile_resume)

/* (us): nobody sends, so this is a sleep */
ENTRY(hostile_sleep)
	push	{r4 - r12, lr}
	mov	r10, r0
	mov	r0, #0
	mov	r1, #0
	mov	r11, #0
	mov	r12, #L4_NR_recv
	svc	#0
	pop	{r4 - r12, pc}
ENDPROC(hostile_sleep)

/* Landing places: the status word to r0, then something undefined. */
	.align	5
ENTRY(hostile_pads)
	mrs	r0, cpsr
	.inst	0xe7f0def0
	.inst	0xe7f0def0
	.inst	0xe7f0def0
	.thumb
	mrs	r0, cpsr
	udf	#1
	udf	#1
	udf	#1
	udf	#1
	udf	#1
	udf	#1
	.arm
ENTRY(hostile_pads_end)

	.ltorg
	.bss
	.align	3
jump:
	.space	40
