/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/*
 * The interrupt flag is a word in the register page.  Masking is a store;
 * unmasking is a store, then a test of what is pending, never the reverse.
 */
#ifndef __ASM_ARM_IRQFLAGS_H
#define __ASM_ARM_IRQFLAGS_H

#include <linux/compiler.h>
#include <asm/ptrace.h>
#include <asm/l4.h>

#define IRQMASK_I_BIT	PSR_I_BIT

extern void l4_irq_kick(void);	/* preserves all registers */

static __always_inline void l4_irq_take(void)
{
	asm volatile("bl	l4_irq_kick" : : : "lr", "cc", "memory");
}

#define arch_local_save_flags arch_local_save_flags
static __always_inline unsigned long arch_local_save_flags(void)
{
	return l4_vp->vif;
}

#define arch_local_irq_disable arch_local_irq_disable
static __always_inline void arch_local_irq_disable(void)
{
	l4_vp->vif = L4_VIF_MASKED;
	barrier();
}

#define arch_local_irq_save arch_local_irq_save
static __always_inline unsigned long arch_local_irq_save(void)
{
	unsigned long flags = l4_vp->vif;

	arch_local_irq_disable();
	return flags;
}

#define arch_local_irq_restore arch_local_irq_restore
static __always_inline void arch_local_irq_restore(unsigned long flags)
{
	barrier();
	l4_vp->vif = flags;
	barrier();
	if (unlikely(l4_vp->pending) && !(flags & L4_VIF_MASKED))
		l4_irq_take();
}

#define arch_local_irq_enable arch_local_irq_enable
static __always_inline void arch_local_irq_enable(void)
{
	arch_local_irq_restore(0);
}

#define arch_irqs_disabled_flags arch_irqs_disabled_flags
static __always_inline int arch_irqs_disabled_flags(unsigned long flags)
{
	return flags & L4_VIF_MASKED;
}

#define local_fiq_enable()	do { } while (0)
#define local_fiq_disable()	do { } while (0)
#define local_abt_enable()	do { } while (0)
#define local_abt_disable()	do { } while (0)

#include <asm-generic/irqflags.h>

#endif
