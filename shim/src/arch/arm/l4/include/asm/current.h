/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/*
 * The current task stands in the register page: TPIDRURO is the process's, and
 * neither entry nor resume has to change it.
 */
#ifndef _ASM_L4_CURRENT_H
#define _ASM_L4_CURRENT_H

#ifndef CONFIG_THREAD_INFO_IN_TASK	/* it is found by the stack pointer */
#include_next <asm/current.h>
#else
#define get_current n_get_current
#include_next <asm/current.h>
#undef get_current

#ifndef __ASSEMBLY__
#include <asm/l4.h>

static __always_inline __attribute_const__ struct task_struct *get_current(void)
{
	struct task_struct *cur;

	asm("ldr	%0, [%1, %2]" : "=r" (cur) : "r" (L4_VP), "i" (L4_VP_CURRENT));
	return cur;
}
#endif
#endif
#endif
