/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The kernel's object pool: one contiguous range of physical memory that is
 * mapped, linearly, in the kernel's window.  A buddy allocator; free memory is
 * always zero, and an allocation is aligned to its size.
 */
#ifndef MM_POOL_H
#define MM_POOL_H

#include "core/kernel.h"

#define POOL_MIN_ORDER	6	/* 64 bytes */
#define POOL_MAX_ORDER	16	/* 64 KB: the largest capability table */

/*
 * Once, at boot.  The memory is zero already; base and phys are multiples of
 * 64 KB, size of a page.  The allocator's own table is taken from it.
 */
void pool_init(void *base, uint32_t phys, uint32_t size);
/* Zeroed memory of 1 << order bytes; NULL: exhausted. */
void *pool_alloc(unsigned order) must_check;
/*
 * The memory must be zero already: owners of more than 4 KB clear it in steps
 * with preemption points; object_free does it for the rest.
 */
void pool_free(void *p, unsigned order);
uint32_t pool_free_bytes(void);
uint32_t pool_size(void);	/* all of it: free, used and the allocator's own */
unsigned pool_order(size_t size);	/* the smallest order that holds size */

uint32_t pool_phys(const void *p);
void *pool_virt(uint32_t phys);

#endif
