/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/*
 * Linux's page tables are plain memory: an entry is a word, with no hardware
 * form beside it.
 */
#ifndef _ASM_L4_PROC_FNS_H
#define _ASM_L4_PROC_FNS_H

#include_next <asm/proc-fns.h>

#ifndef __ASSEMBLY__
#undef cpu_set_pte_ext
#define cpu_set_pte_ext(ptep, pte, ext) WRITE_ONCE(*(ptep), pte)

extern struct mm_struct *l4_mm;		/* whose space the virtual CPU is in */
#undef cpu_get_pgd
#define cpu_get_pgd() (l4_mm->pgd)
#endif
#endif
