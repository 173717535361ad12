/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/* A space of Armature's for each mm; context.id is its slot, 0 while it has none. */
#ifndef _ASM_L4_MMU_CONTEXT_H
#define _ASM_L4_MMU_CONTEXT_H

struct mm_struct;
struct task_struct;

void l4_space_enter(struct mm_struct *mm, struct task_struct *tsk);
void l4_space_drop(struct mm_struct *mm);

#define switch_mm n_switch_mm
#include_next <asm/mmu_context.h>
#undef switch_mm
#undef destroy_context
#define destroy_context l4_space_drop

static inline void switch_mm(struct mm_struct *prev, struct mm_struct *next,
			     struct task_struct *tsk)
{
	if (prev != next)
		l4_space_enter(next, tsk);
}

#endif
