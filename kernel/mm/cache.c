/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Cache maintenance for a range of the caller's own space.
 *
 * The operations go by virtual address, so each page is looked up first: one
 * that is not mapped, or in a domain that is closed for the caller, would abort
 * in the kernel.  The tables cannot change between the look and the operation.
 */
#include "arch/arm/cache.h"
#include "core/syscall.h"
#include "mm/table.h"
#include "platform/plat.h"

/* The physical address behind va, if the caller could reach it; else false. */
static bool translate(const struct thread *cur, const struct space *s, uint32_t va, uint32_t *phys)
{
	uint32_t desc = s->l1[megabyte(va)];
	uint32_t domain = (desc & L1_DOMAIN) >> L1_DOMAIN_SHIFT;

	if (!(cur->dacr >> (2 * domain) & 1))
		return false;
	if ((desc & L1_TYPE) == L1_SECTION) {
		*phys = (desc & L1_SECT_BASE) | (va & ~L1_SECT_BASE);
		return true;
	}
	if ((desc & L1_TYPE) != L1_TABLE)
		return false;
	desc = table_of(desc)[page_index(va)];
	*phys = (desc & L2_BASE) | (va & ~L2_BASE);
	return desc != 0;
}

/*
 * Between memory and the core are two levels.  Writing back goes outwards.  To
 * drop, the inner level is cleaned, the outer flushed, then the inner flushed:
 * a line that was fetched between the first two steps is the old one.
 */
static void maintain(uint32_t op, uint32_t va, uint32_t phys, uint32_t bytes)
{
	switch (op) {
	case L4_CACHE_CODE:
		cache_clean_pou(va, bytes);
		break;
	case L4_CACHE_CLEAN:
		cache_clean_poc(va, bytes);
		cache_sync();
		plat_outer_clean(phys, bytes);
		break;
	default:
		cache_clean_poc(va, bytes);
		cache_sync();
		plat_outer_flush(phys, bytes);
		cache_flush_poc(va, bytes);
		cache_sync();
	}
}

#define STEP_BYTES	(L4_PAGE_SIZE / 2)	/* between two preemption points */

/* In steps, each inside one page; the arguments are what is left. */
static int cache_range(struct thread *cur, const struct space *s, uint32_t op)
{
	uint32_t *r = cur->regs.r;
	uint32_t phys;

	for (;;) {
		uint32_t bytes = STEP_BYTES - r[2] % STEP_BYTES;

		if (bytes > r[3])
			bytes = r[3];
		if (!translate(cur, s, r[2], &phys))
			return L4_EFAULT;
		maintain(op, r[2], phys, bytes);
		r[2] += bytes;
		r[3] -= bytes;
		if (!r[3])
			return L4_OK;
		if (preempt_pending())
			return L4_RESTART;
	}
}

int sys_cache(struct thread *cur)
{
	const uint32_t *r = cur->regs.r;
	struct space *s = *cur->spacep;
	int err;

	if (r[0]) {
		const struct object *named = cap_lookup(cur->obj.cell, r[0], OBJ_SPACE,
							L4_R_CONTROL, &err);

		if (!named)
			return err;
		/* By address, and addresses mean those of the space that is loaded. */
		if (named != &s->obj)
			return L4_EINVAL;
	}
	if (r[1] < L4_CACHE_CLEAN || r[1] > L4_CACHE_CODE || !range_free(r[2], r[3]))
		return L4_EINVAL;
	err = cache_range(cur, s, r[1]);
	if (r[1] == L4_CACHE_CODE)
		icache_drop();
	return err;
}
