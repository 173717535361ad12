/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/*
 * Linux's page tables are plain memory.  Where natively the hardware's form of
 * an entry is, there is a mark that it is in the real table, see l4/mm.c: an
 * entry that changes loses it.
 */
#ifndef _ASM_L4_PROC_FNS_H
#define _ASM_L4_PROC_FNS_H

#include_next <asm/proc-fns.h>

#ifndef __ASSEMBLY__
#undef cpu_set_pte_ext
#define l4_pte_mark(ptep) (((unsigned long *)(ptep))[PTE_HWTABLE_PTRS])
#define cpu_set_pte_ext(ptep, pte, ext) do {	\
	pte_t *__ptep = (ptep);			\
	WRITE_ONCE(*__ptep, pte);		\
	WRITE_ONCE(l4_pte_mark(__ptep), 0);	\
} while (0)

extern struct mm_struct *l4_mm;		/* whose space the virtual CPU is in */
#undef cpu_get_pgd
#define cpu_get_pgd() (l4_mm->pgd)
#endif
#endif
