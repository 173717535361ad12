/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/*
 * The instructions of the entry code that user mode does not have.  Included in
 * entry-header.S, behind its macros.
 */
#include <asm/l4.h>
#include <l4/vcpu.h>

#undef ATRAP
#define ATRAP(x...)

	.purgem alignment_trap
	.macro	alignment_trap, rtmp1, rtmp2, label
	.endm

	@ sp and lr of the process, to below \rd; it has left lr as it was
	.macro	store_user_regs, rd
	mov	ip, #L4_VP
	ldr	r9, [ip, #L4_VP_USER]
	stmdb	\rd, {r9, lr}
	.endm

	@ behind this, psr of the process to \rd, its pc to lr
	.macro	load_user_psr, rd
	ldr	lr, [ip, #L4_VP_USER + 8]
	ldr	\rd, [ip, #L4_VP_USER + 12]
	.endm

	@ To the guest kernel: {sp, lr, pc, psr} to the page, then the third resume
	.purgem svc_exit
	.macro	svc_exit, rpsr, irq = 0
	.if	\irq == 0
	disable_irq_notrace
	.endif
#ifdef CONFIG_TRACE_IRQFLAGS
	tst	\rpsr, #PSR_I_BIT
	bleq	trace_hardirqs_on
	.if	\irq == 0
	tst	\rpsr, #PSR_I_BIT
	blne	trace_hardirqs_off
	.endif
#endif
	mov	r3, \rpsr
	add	ip, sp, #S_SP
	ldmia	ip, {r0 - r2}
	mov	ip, #L4_VP
	add	ip, ip, #L4_VP_KRET
	stmia	ip, {r0 - r3}
	ldmia	sp, {r0 - r12}
	b	l4_resume + 8
	.endm

	@ To the process.  Interrupts are masked: what is pending, resume sees.
	.purgem restore_user_regs
	.macro	restore_user_regs, fast = 0, offset = 0
	mov	ip, #L4_VP
	add	r1, sp, #\offset + S_SP
	ldmia	r1, {r8 - r11}			@ sp, lr, pc, psr
	ldr	r3, [ip, #L4_VP_WORK]
	add	r2, ip, #L4_VP_USER
	stmia	r2, {r8 - r11}
	cmp	r3, #0
	.if	\offset != \fast * S_OFF
	.error	"where l4_resume_work and l4_resume_work_fast find the registers"
	.endif
	.if	\fast
	ldmdb	r1, {r1 - r12}
	bne	l4_resume_work_fast
	.else
	bne	l4_resume_work
	ldmia	sp, {r0 - r12}
	.endif
	add	sp, sp, #\offset + PT_REGS_SIZE
	b	l4_resume
	.endm
