/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The measured paths, one label at each end: a plugin counts the instructions
 * from NAME_svc (or the kernel's vector) to NAME_next.  tests/bench/rows lists
 * the pairs.
 */
#include <l4/callnr.h>

	.syntax unified
	.arm
	.text

	.macro	call nr
	mov	r12, #\nr
	.endm

	.macro	mark name
	.global	\name
\name:
	.endm

/* void bench_null(void) */
	mark	bench_null
	call	L4_NR_null
	mark	null_svc
	svc	#0
	mark	null_next
	bx	lr

/* void bench_call(l4_slot server): two words */
	mark	bench_call
	push	{r4-r11, lr}
	mov	r1, #2
	mvn	r10, #0
	mov	r11, #0
	call	L4_NR_call
	mark	call_svc
	svc	#0
	mark	call_next
	pop	{r4-r11, pc}

/* void bench_serve(void): answers for ever */
	mark	bench_serve
	mov	r1, #2
	mov	r11, #0
1:	mvn	r10, #0
	call	L4_NR_reply_recv
	mark	serve_svc
	svc	#0
	mark	serve_next
	b	1b

/* int bench_notify(l4_slot thread, l4_word bits) */
	mark	bench_notify
	call	L4_NR_notify
	mark	notify_svc
	svc	#0
	bx	lr

/* void bench_sleep(void): receives bits for ever */
	mark	bench_sleep
	mov	r11, #0
1:	mvn	r10, #0
	call	L4_NR_recv
	svc	#0
	mark	notify_next
	b	1b

/* void bench_irq_wait(void): receives once */
	mark	bench_irq_wait
	push	{r4-r11, lr}
	mov	r11, #0
	mvn	r10, #0
	call	L4_NR_recv
	svc	#0
	mark	irq_next
	pop	{r4-r11, pc}

/* int bench_map(space, section, va, offset, size) with size in its page; two ends */
	mark	bench_map1
	push	{r4, lr}
	ldr	r4, [sp, #8]
	call	L4_NR_map
	mark	map1_svc
	svc	#0
	mark	map1_next
	pop	{r4, pc}

	mark	bench_map17
	push	{r4, lr}
	ldr	r4, [sp, #8]
	call	L4_NR_map
	mark	map17_svc
	svc	#0
	mark	map17_next
	pop	{r4, pc}

/* uint32_t bench_touch(uint32_t *p): faults once, is executed twice */
	mark	bench_touch
	mark	fault_next
	ldr	r0, [r0]
	bx	lr

/* The process of a virtual CPU: r4 system calls, then it stays in the last. */
	mark	bench_u
	mark	routed_svc
	svc	#0
	mark	resume_next
	b	bench_u

/* Its kernel: counts r4 down, then sets bit 0 of the thread whose slot is in r5. */
	mark	bench_s_entry
	subs	r4, r4, #1
	beq	1f
	mark	bench_s_resume
	svc	#0
	svc	#0
	svc	#0
1:	mov	r0, r5
	mov	r1, #1
	call	L4_NR_notify
	svc	#0
2:	mvn	r10, #0
	call	L4_NR_recv
	svc	#0
	b	2b

/* S begins here: the process's registers are all its own to give. */
	mark	bench_s_start
	mov	r5, r0
	mov	r4, #1000
	b	bench_s_resume
