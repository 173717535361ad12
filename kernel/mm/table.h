/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Translation tables and what TLBs hold of them: for the files of kernel/mm
 * only.  A second-level table belongs to one space, whose cell pays for it.
 */
#ifndef MM_TABLE_H
#define MM_TABLE_H

#include "arch/arm/pte.h"
#include "arch/arm/tlb.h"
#include "mm/space.h"

/* Pages of work between two preemption points: some 1500 instructions. */
#define STEP_PAGES	64u

/* The pool's virtual minus its physical address. */
extern uintptr_t pool_offset;

static inline uint32_t table_phys(const void *p)
{
	return (uint32_t)((uintptr_t)p - pool_offset);
}

static inline void *table_virt(uint32_t phys)
{
	return (void *)(phys + pool_offset);
}

/* The second-level table that a first-level descriptor points to. */
static inline uint32_t *table_of(uint32_t desc)
{
	return table_virt(desc & L1_TABLE_BASE);
}

static inline uint32_t megabyte(uint32_t va)
{
	return va >> 20;
}

static inline uint32_t page_index(uint32_t va)
{
	return (va >> L4_PAGE_SHIFT) & (L2_ENTRIES - 1);
}

/* True for a megabyte of the range that the space shares. */
static inline bool in_share(const struct space *s, uint32_t mb)
{
	return mb - s->share_first < s->share_count;
}

/* True for a megabyte of the kernel's window. */
static inline bool in_window(uint32_t mb)
{
	return mb - megabyte(L4_KERNEL_BASE) < megabyte(L4_KERNEL_SIZE);
}

/* True for [va, va + size) not empty, inside 4 GiB, outside the kernel's window. */
static inline bool range_free(uint32_t va, uint32_t size)
{
	uint32_t last = va + (size - 1);

	if (unlikely(!size || last < va))
		return false;
	return last < L4_KERNEL_BASE || va >= L4_KERNEL_END;
}

/*
 * Pool memory that the cell pays for; NULL: quota or pool exhausted.  It is
 * zero when it is given back.
 */
void *mm_alloc(struct cell *cell, unsigned order) must_check;
void mm_free(struct cell *cell, void *p, unsigned order);

/* What TLBs may still hold of descriptors that were changed: collected, then flushed. */
struct flush {
	uint32_t first, last;	/* addresses, if any */
	bool any;
	bool all;		/* more than that: whole sections or tables */
	bool shared;		/* in the shared range: other ASIDs have it too */
};

/* Addresses come in ascending order. */
static inline void flush_add(struct flush *f, uint32_t va)
{
	if (!f->any)
		f->first = va;
	f->any = true;
	f->last = va;
}

/* Completes all changes so far, and empties f.  Nothing to do costs nothing. */
void flush_run(struct space *s, struct flush *f);

/* A removal or downgrade begins: in the shared range, or outside it. */
void generation_bump(struct space *s, bool shared);

/*
 * The table of va's megabyte, with this domain, for the map calls: makes it, or
 * one out of a section, or changes the domain of an empty one.  NULL, *err:
 * EQUOTA; EINVAL where the descriptor is final or the other domain is in use.
 */
uint32_t *table_make(struct space *s, uint32_t va, uint32_t domain, int *err) must_check;

/* Makes a table with the same mappings out of a section; false: quota. */
bool table_split(struct space *s, uint32_t mb) must_check;

/* Removes a table with all that it maps, from TLBs too, and gives it back. */
void table_drop(struct space *s, uint32_t mb);

/* asid.c: the space has entries in the TLB by its ASID. */
bool asid_live(const struct space *s);
/* Another core's TLB may have entries of it, or of its shared range. */
#ifdef CONFIG_SMP
bool asid_elsewhere(const struct space *s, bool shared);
#else
static inline bool asid_elsewhere(const struct space *s, bool shared)
{
	(void)s;
	(void)shared;
	return false;
}
#endif
/* The space is not to be run any more: off the core, without ASID. */
void asid_drop(struct space *s);
/* TTBR0 is the boot's table: it is what spaces are switched through. */
void asid_boot(void);

#endif
