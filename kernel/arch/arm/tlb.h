/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Writes to translation tables, and TLB maintenance of this core, or of all.
 *
 * Walks go through the data cache (TTBR_WALK; ID_MMFR3 says that the walker is
 * coherent with it, on Cortex-A9 and A15), so a descriptor needs no cleaning.
 * The order is always: descriptor, DSB, TLBI, DSB, ISB or exception return.
 *
 * For all cores there are the inner shareable forms; by Cortex-A9 erratum 720789
 * TLBIMVAAIS and TLBIALLIS only, never those with an ASID, which may be broadcast
 * wrongly.  On one core they are the plain ones.
 */
#ifndef ARCH_ARM_TLB_H
#define ARCH_ARM_TLB_H

#include "arch/arm/cp15.h"

static inline void pte_set(uint32_t *p, uint32_t v)
{
	*(volatile uint32_t *)p = v;
}

/* The entry for one page, or the whole section, of one ASID. */
static inline void tlb_page(uint32_t va, uint32_t asid)
{
	tlbimva((va & 0xfffff000u) | asid);
}

/* The same for all ASIDs, and global. */
static inline void tlb_page_all(uint32_t va)
{
	tlbimvaa(va & 0xfffff000u);
}

static inline void tlb_asid(uint32_t asid)
{
	tlbiasid(asid);
}

static inline void tlb_all(void)
{
	tlbiall();
}

#ifdef CONFIG_SMP
static inline void tlb_page_all_cores(uint32_t va)
{
	tlbimvaais(va & 0xfffff000u);
}

static inline void tlb_all_cores(void)
{
	tlbiallis();
}

static inline void bpiall_cores(void)
{
	bpiallis();
}
#else
#define tlb_page_all_cores	tlb_page_all
#define tlb_all_cores		tlb_all
#define bpiall_cores		bpiall
#endif

#endif
