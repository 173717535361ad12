/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Cache maintenance by virtual address, for addresses that are known to be
 * mapped and accessible: an operation that aborts would be a kernel fault, and
 * may deadlock the core (Cortex-A9 erratum 775420).  Ranges are widened to
 * whole lines; the caller ends with cache_sync or icache_drop.
 */
#ifndef ARCH_ARM_CACHE_H
#define ARCH_ARM_CACHE_H

#include "arch/arm/cp15.h"

/* The shortest line of the cores we run on (A9: 32, A15: 64). */
#define CACHE_LINE 32u

#ifdef CONFIG_SMP
#define ERRATUM_764369	dsb()	/* before lines that other cores may have; see smp.c too */
#define ICACHE_DROP	icialluis
#define BRANCHES_DROP	bpiallis
#else
#define ERRATUM_764369	((void)0)
#define ICACHE_DROP	iciallu
#define BRANCHES_DROP	bpiall
#endif

#define CACHE_RANGE(name, op) \
	static inline void name(uint32_t va, uint32_t size) \
	{ \
		uint32_t lines = ((va & (CACHE_LINE - 1)) + size + CACHE_LINE - 1) / CACHE_LINE; \
		ERRATUM_764369; \
		for (va &= ~(CACHE_LINE - 1); lines; lines--, va += CACHE_LINE) \
			op(va); \
	}

CACHE_RANGE(cache_clean_poc, dccmvac)	/* write back: devices see it behind the outer cache */
CACHE_RANGE(cache_flush_poc, dccimvac)	/* write back and drop */
CACHE_RANGE(cache_clean_pou, dccmvau)	/* write back: instruction fetches see it */

#undef CACHE_RANGE

/* Maintenance so far is complete. */
static inline void cache_sync(void)
{
	dsb();
}

/*
 * After cache_clean_pou: drops all instructions and branch predictions.  Not by
 * address: the instruction cache is virtually indexed (A9: 8 KB a way), so the
 * same code may be in it under another address than the one it was written at.
 * By-address operations on shareable memory reach all cores by themselves.
 */
static inline void icache_drop(void)
{
	dsb();
	ICACHE_DROP();
	BRANCHES_DROP();
	dsb();
	isb();
}

#endif
