/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/*
 * Where Armature enters Linux, and how Linux leaves.  Included at the end of
 * entry-armv.S, whose handlers are local.
 */
#include <l4/callnr.h>

	.macro	l4_entry, nr, handler
	.long	\nr, \handler
	.endm

	.section ".rodata", "a"
	.align	2
ENTRY(l4_entries)
	l4_entry L4_ENTRY_SVC, vector_swi
	l4_entry (L4_ENTRY_U + L4_EXC_PFAULT), __pabt_usr
	l4_entry (L4_ENTRY_U + L4_EXC_DFAULT), __dabt_usr
	l4_entry (L4_ENTRY_U + L4_EXC_ALIGN), __dabt_usr
	l4_entry (L4_ENTRY_U + L4_EXC_UNDEF), __und_usr
	l4_entry (L4_ENTRY_U + L4_EXC_FP), __und_usr
	l4_entry L4_ENTRY_UIRQ, __irq_usr
	l4_entry (L4_ENTRY_K + L4_EXC_PFAULT), __pabt_svc
	l4_entry (L4_ENTRY_K + L4_EXC_DFAULT), __dabt_svc
	l4_entry (L4_ENTRY_K + L4_EXC_ALIGN), __dabt_svc
	l4_entry (L4_ENTRY_K + L4_EXC_UNDEF), __und_svc
	l4_entry (L4_ENTRY_K + L4_EXC_FP), __und_svc
	l4_entry L4_ENTRY_KIRQ, __irq_svc
	l4_entry L4_ENTRY_RESUME, l4_resume
	l4_entry 0, 0
END(l4_entries)

	.section .entry.text, "ax", %progbits
/* See l4/vcpu.h: to the process, the same with work, to the guest kernel. */
	.align	5
	.globl	l4_resume
l4_resume:
	svc	#0
	svc	#0
	svc	#0

/* Work before resume; the process's registers but r0 are loaded already. */
ENTRY(l4_resume_work_fast)
	str	r0, [sp, #S_OFF]!
ENTRY(l4_resume_work)
	bl	l4_work
	cmp	r0, #0				@ is there anything for Armature to do?
	ldmia	sp, {r0 - r12}
	add	sp, sp, #PT_REGS_SIZE
	beq	l4_resume
	b	l4_resume + 4
ENDPROC(l4_resume_work)
ENDPROC(l4_resume_work_fast)

/* The abort handlers of the processor: r2 is struct pt_regs *. */
ENTRY(l4_dabort)
	mov	r0, r2
	b	l4_data_abort
ENDPROC(l4_dabort)

ENTRY(l4_pabort)
	mov	r0, r2
	b	l4_prefetch_abort
ENDPROC(l4_pabort)

/* An interrupt waits and the flag is open: take it.  Preserves all registers. */
ENTRY(l4_irq_kick)
 UNWIND(.fnstart; .save {r0, r12}	)
	push	{r0, r12}
	mov	r0, #0
	mov	r12, #L4_NR_interrupt
	svc	#0
	pop	{r0, r12}
	ret	lr
 UNWIND(.fnend			)
ENDPROC(l4_irq_kick)

/* IPC with eight words in r2-r9, see l4/abi.h. */
	.macro	ipc, nr
	mov	r10, #L4_NEVER
	mov	r11, #0
	mov	r12, #\nr
	svc	#0
	.endm

/* (dest, tag, mr, tag_out) */
ENTRY(l4_ipc_call)
	push	{r2 - r11, lr}
	mov	lr, r2
	ldmia	lr, {r2 - r9}
	ipc	L4_NR_call
	pop	{lr}
	stmia	lr, {r2 - r9}
	pop	{r3}
	cmp	r3, #0
	strne	r1, [r3]
	pop	{r4 - r11, pc}
ENDPROC(l4_ipc_call)

/* (tag_out, mr); and with an answer in both first */
	.macro	ipc_receive, nr
	push	{r0 - r1, r3 - r11, lr}
	ldr	r12, [r0]
	mov	lr, r1
	mov	r1, r12
	ldmia	lr, {r2 - r9}
	mov	r0, #0
	ipc	\nr
	pop	{r12, lr}
	str	r1, [r12]
	stmia	lr, {r2 - r9}
	pop	{r3 - r11, pc}
	.endm

ENTRY(l4_ipc_recv)
	ipc_receive L4_NR_recv
ENDPROC(l4_ipc_recv)

ENTRY(l4_ipc_reply_recv)
	ipc_receive L4_NR_reply_recv
ENDPROC(l4_ipc_reply_recv)
