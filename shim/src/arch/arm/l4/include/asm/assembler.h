/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/*
 * Interrupt flag and current task in assembly.  Those that open and close may change
 * ip, lr and the flags: in the entry code, which uses them, that is free.  Those that
 * save and restore change the flags and, as natively, their argument, which is not ip.
 */
#ifndef _ASM_L4_ASSEMBLER_H
#define _ASM_L4_ASSEMBLER_H

#include_next <asm/assembler.h>
#include <asm/l4.h>
#include <l4/vcpu.h>

	.purgem disable_irq_notrace
	.macro	disable_irq_notrace
	mov	ip, #L4_VP
	mov	lr, #L4_VIF_MASKED
	str	lr, [ip, #L4_VP_VIF]
	.endm

	.purgem enable_irq_notrace
	.macro	enable_irq_notrace
	mov	ip, #L4_VP
	mov	lr, #0
	str	lr, [ip, #L4_VP_VIF]
	ldr	lr, [ip, #L4_VP_PENDING]
	cmp	lr, #0
	blne	l4_irq_kick
	.endm

	.purgem save_and_disable_irqs_notrace
	.macro	save_and_disable_irqs_notrace, oldcpsr
	push	{ip}
	mov	ip, #L4_VP
	ldr	\oldcpsr, [ip, #L4_VP_VIF]
	push	{\oldcpsr}
	mov	\oldcpsr, #L4_VIF_MASKED
	str	\oldcpsr, [ip, #L4_VP_VIF]
	pop	{\oldcpsr}
	pop	{ip}
	.endm

	.purgem save_and_disable_irqs
	.macro	save_and_disable_irqs, oldcpsr
	save_and_disable_irqs_notrace \oldcpsr
	asm_trace_hardirqs_off
	.endm

	.purgem restore_irqs_notrace
	.macro	restore_irqs_notrace, oldcpsr
	push	{ip, lr}
	mov	ip, #L4_VP
	str	\oldcpsr, [ip, #L4_VP_VIF]
	ldr	ip, [ip, #L4_VP_PENDING]
	bics	ip, ip, \oldcpsr, lsr #7
	blne	l4_irq_kick
	pop	{ip, lr}
	.endm

	.purgem setmode
	.macro	setmode, mode, reg
	.endm

#ifdef CONFIG_THREAD_INFO_IN_TASK
	.purgem get_current
	.macro	get_current, rd:req
	mov	\rd, #L4_VP
	ldr	\rd, [\rd, #L4_VP_CURRENT]
	.endm

	.purgem set_current
	.macro	set_current, rn:req, tmp:req
	mov	\tmp, #L4_VP
	str	\rn, [\tmp, #L4_VP_CURRENT]
	.endm

	.purgem reload_current
	.macro	reload_current, t1:req, t2:req
	.endm
#endif

#endif
