/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
#ifndef _ASM_L4_CACHEFLUSH_H
#define _ASM_L4_CACHEFLUSH_H

#define __flush_icache_all n___flush_icache_all
#define flush_cache_vmap n_flush_cache_vmap
#define flush_cache_vunmap n_flush_cache_vunmap
#include_next <asm/cacheflush.h>
#undef __flush_icache_all
#undef flush_cache_vmap
#undef flush_cache_vunmap

#include <asm/l4.h>

extern void l4_kernel_sync(unsigned long start, unsigned long end);

/* For a page of code that a process gets: in time when the process runs. */
static inline void __flush_icache_all(void)
{
	l4_work_due(L4_WORK_ICACHE) = 1;
}

/* Mappings of the kernel were added: make them, so that it never faults on them. */
static inline void flush_cache_vmap(unsigned long start, unsigned long end)
{
	l4_kernel_sync(start, end);
}

static inline void flush_cache_vunmap(unsigned long start, unsigned long end)
{
}

#endif
