/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Code that runs wherever it is mapped, without a stack: what test threads
 * execute in spaces and cells of their own.  Each piece ends in blob_report,
 * which sends r2 (and r3, r4) to the thread in slot 3, then waits for ever.
 */
#include <l4/callnr.h>
#include <l4/abi.h>

	.syntax unified
	.arm
	.fpu	neon
	.section .text.blob, "ax", %progbits
	.align	12
	.global	blob
blob:
	/* r0 address: its word */
	.global	blob_load
blob_load:
	ldr	r2, [r0]
	b	blob_report
	/* r0 address, r1 value */
	.global	blob_store
blob_store:
	str	r1, [r0]
	mov	r2, #0
	b	blob_report
	.global	blob_byte
blob_byte:
	ldrb	r2, [r0]
	b	blob_report
	/* r0 what to call, it gives r0 */
	.global	blob_exec
blob_exec:
	blx	r0
	mov	r2, r0
	b	blob_report
	/* any call, all registers given: its r0, r1, r2 */
	.global	blob_svc
blob_svc:
	svc	#0
	mov	r4, r2
	mov	r3, r1
	mov	r2, r0
	.global	blob_report
blob_report:
	mov	r0, #L4_SLOT_THREAD
	mov	r1, #3
	mvn	r10, #0
	mov	r11, #0
	mov	r12, #L4_NR_send
	svc	#0
blob_wait:
	mvn	r10, #0
	mov	r12, #L4_NR_recv
	svc	#0
	b	blob_wait

	.global	blob_spin
blob_spin:
	b	blob_spin

	/* takes one message and answers it, and then as blob_loops */
	.global	blob_answer
blob_answer:
	mov	lr, r0			@ a message has r2 to r9
	mvn	r10, #0
	mov	r12, #L4_NR_recv
	svc	#0
	mov	r1, #0
	mov	r10, #L4_NOWAIT
	mov	r12, #L4_NR_reply_recv
	svc	#0
	mov	r0, lr
	b	blob_loops

	/* takes one message, and then as blob_loops */
	.global	blob_take
blob_take:
	mov	lr, r0			@ a message has r2 to r9
	mvn	r10, #0
	mov	r12, #L4_NR_recv
	svc	#0
	mov	r0, lr
	/* r0: counts there for ever */
	.global	blob_loops
blob_loops:
	ldr	r1, [r0]
	add	r1, r1, #1
	str	r1, [r0]
	b	blob_loops

	/* reports TPIDRURW, TPIDRURO after the first becomes r0 */
	.global	blob_tls
blob_tls:
	mrc	p15, 0, r4, c13, c0, 2
	mcr	p15, 0, r0, c13, c0, 2
	mrc	p15, 0, r2, c13, c0, 2
	mrc	p15, 0, r3, c13, c0, 3
	b	blob_report

/*
 * r0 the depth of this cell; slot 51, T(3), is a section of this code.  Makes a
 * cell below, whose thread does the same with depth + 1, and so on.  The one that
 * cannot reports the error, its depth and the number of the call that failed.
 */
	.global	blob_nest
blob_nest:
	mov	r8, r0
	adr	r6, nest_calls
	adr	r7, nest_end
1:	ldmia	r6!, {r0-r5, r12}
	cmp	r12, #L4_NR_cell_create
	subeq	r1, r1, r8, lsl #15		@ each leaves itself 32 KB
	cmp	r12, #L4_NR_thread_start
	addeq	r3, r8, #1
	svc	#0
	cmp	r0, #0
	bne	2f
	cmp	r6, r7
	bne	1b
	b	blob_wait
2:	mov	r2, r0
	mov	r3, r8
	mov	r4, r12
	b	blob_report

	.set	NEST_CELL, 48
	.set	NEST_SPACE, 49
	.set	NEST_THREAD, 50
	.set	NEST_CODE, 51			@ of this cell
	.set	NEST_NEXT, 52			@ the same code for the cell below
	.set	NEST_RIGHTS, L4_R_READ | L4_R_EXEC | L4_R_GRANT
	.set	NEST_VA, 0x00100000		@ BLOB_VA
nest_calls:
	.word	NEST_CELL, 0x80000, 64, 50, 0, 0, L4_NR_cell_create
	.word	NEST_CELL, NEST_SPACE, 0, 0, 0, 0, L4_NR_space_create
	.word	NEST_CELL, NEST_NEXT, NEST_CODE, 0, L4_PAGE_SIZE, NEST_RIGHTS, L4_NR_section_derive
	.word	NEST_SPACE, NEST_NEXT, NEST_VA | L4_MAP_X | L4_MT_WBWA << L4_MAP_TYPE_SHIFT
	.word	0, L4_PAGE_SIZE, 0, L4_NR_map
	.word	NEST_NEXT, NEST_CELL, NEST_CODE, NEST_RIGHTS, 0, 0, L4_NR_cap_copy
	.word	L4_SLOT_THREAD, NEST_CELL, L4_SLOT_THREAD, L4_R_SEND | L4_R_GRANT, 0, 0
	.word	L4_NR_cap_copy
	.word	NEST_CELL, NEST_THREAD, NEST_SPACE, 50, 0, 0, L4_NR_thread_create
	.word	NEST_THREAD, NEST_VA + blob_nest - blob, 0, 0, 0, 0, L4_NR_thread_start
nest_end:

/*
 * Everything that user mode sees must stay: d0-d31, FPSCR, r4-r11, sp, lr,
 * both thread ID registers.  r0 seed, r1 rounds, r2 what TPIDRURO holds.
 * Reports 0, or the number of what was not right.
 */
	.global	blob_registers
blob_registers:
	mcr	p15, 0, r0, c13, c0, 2
	mov	r12, r2
	.altmacro
	.macro	fill n
	add	r3, r0, #\n
	mvn	r4, r3
	vmov	d\n, r3, r4
	.endm
	.macro	check n
	mov	r2, #\n + 1
	vmov	r3, r4, d\n
	sub	r3, r3, #\n
	cmp	r3, r0
	bne	blob_report
	mvn	r4, r4
	sub	r4, r4, #\n
	cmp	r4, r0
	bne	blob_report
	.endm
	.set	i, 0
	.rept	32
	fill	%i
	.set	i, i + 1
	.endr
	lsl	r5, r0, #28		@ flags and rounding mode
	lsl	r3, r0, #22
	and	r3, r3, #0x00c00000
	orr	r5, r5, r3
	vmsr	fpscr, r5
	add	r6, r0, #6
	add	r7, r0, #7
	add	r8, r0, #8
	add	r9, r0, #9
	add	r10, r0, #10
	add	r11, r0, #11
	add	sp, r0, #13
	add	lr, r0, #14
1:
	.set	i, 0
	.rept	32
	check	%i
	.set	i, i + 1
	.endr
	vmrs	r3, fpscr
	mov	r2, #40
	cmp	r3, r5
	bne	blob_report
	mov	r2, #41
	mrc	p15, 0, r3, c13, c0, 2
	cmp	r3, r0
	bne	blob_report
	mov	r2, #42
	mrc	p15, 0, r3, c13, c0, 3
	cmp	r3, r12
	bne	blob_report
	.macro	core reg, n
	mov	r2, #50 + \n
	sub	r3, \reg, #\n
	cmp	r3, r0
	bne	2f
	.endm
	core	r6, 6
	core	r7, 7
	core	r8, 8
	core	r9, 9
	core	r10, 10
	core	r11, 11
	core	sp, 13
	core	lr, 14
	subs	r1, r1, #1
	bne	1b
	mov	r2, #0
2:	b	blob_report

	.global	blob_end
blob_end:

	.section .note.GNU-stack, "", %progbits
