/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Removing mappings and lowering their rights, by address.  Both begin a new
 * generation, whether anything was mapped or not: what a guest read from its
 * tables before the call must not be mapped after it.
 *
 * A range goes in steps, each inside one megabyte.  Flushes are collected up to
 * the next preemption point, or the end, and complete before either.
 */
#include "core/syscall.h"
#include "mm/table.h"
#include "object/vcpu.h"

/* What the work of a step is, in pages. */
#define COST_EMPTY	2u
#define COST_SECTION	4u
#define COST_TABLE	32u

/* What becomes of a page's descriptor: kept or not, and bits that are set. */
struct change {
	uint32_t keep, set;
};

static void change_pages(uint32_t *l2, uint32_t va, uint32_t pages, const struct change *c,
			 struct flush *f)
{
	uint32_t keep = c->keep, set = c->set;

	for (; pages; pages--, l2++, va += L4_PAGE_SIZE) {
		uint32_t old = *l2, new = (old & keep) | set;

		if (!old || old == new)
			continue;
		pte_set(l2, new);
		flush_add(f, va);
	}
}

static void change_section(struct space *s, uint32_t mb, const struct change *c, struct flush *f)
{
	uint32_t set = (c->set & L2_RO ? L1_RO : 0) | (c->set & L2_XN ? L1_XN : 0);

	pte_set(&s->l1[mb], (s->l1[mb] & c->keep) | set);
	f->all = true;
}

/*
 * The part of [va, va + *bytes) that is a step's work: *bytes becomes its size,
 * *work grows.
 */
static int change_step(struct space *s, uint32_t va, uint32_t *bytes, const struct change *c,
		       struct flush *f, uint32_t *work)
{
	uint32_t mb = megabyte(va), desc = s->l1[mb];
	uint32_t left = L4_SECT_SIZE - (va & (L4_SECT_SIZE - 1));
	bool shared = in_share(s, mb);

	if (!space_used(s, mb))
		left += (SPACE_GROUP - 1 - mb % SPACE_GROUP) * L4_SECT_SIZE;
	if (*bytes > left)
		*bytes = left;
	if (!desc) {
		*work += COST_EMPTY;
		return L4_OK;
	}
	if ((desc & L1_TYPE) == L1_SECTION) {
		*work += COST_SECTION;
		if (shared)
			return L4_EINVAL;
		if (*bytes == L4_SECT_SIZE) {
			change_section(s, mb, c, f);
			return L4_OK;
		}
		*work += COST_TABLE;
		if (!table_split(s, mb))
			return L4_EQUOTA;
	} else if (!c->keep && *bytes == L4_SECT_SIZE && !shared) {
		*work += COST_TABLE;
		table_drop(s, mb);
		return L4_OK;
	}
	if (*bytes > STEP_PAGES * L4_PAGE_SIZE)
		*bytes = STEP_PAGES * L4_PAGE_SIZE;
	*work += *bytes >> L4_PAGE_SHIFT;
	f->shared |= shared;
	change_pages(table_of(s->l1[mb]) + page_index(va), va, *bytes >> L4_PAGE_SHIFT, c, f);
	return L4_OK;
}

/* New numbers for the parts of the space that the range touches. */
static void begin(struct space *s, uint32_t va, uint32_t size)
{
	uint32_t first = megabyte(va), last = megabyte(va + (size - 1));
	uint32_t end = s->share_first + s->share_count;

	if (s->share_count && first < end && last >= s->share_first)
		generation_bump(s, true);
	if (!in_share(s, first) || !in_share(s, last))
		generation_bump(s, false);
}

/* The call that both are: on the page-aligned range in r1 and r2. */
static int change_range(struct thread *cur, struct space *s, const struct change *c)
{
	uint32_t *r = cur->regs.r;
	uint32_t va = r[1] & ~(L4_PAGE_SIZE - 1u), size = r[2], work = 0, bytes;
	struct flush f = { .any = false };
	int err = L4_OK;

	if (!range_free(va, size) || size % L4_PAGE_SIZE)
		return L4_EINVAL;
	begin(s, va, size);
	for (;;) {
		bytes = size;
		err = change_step(s, va, &bytes, c, &f, &work);
		if (err != L4_OK)
			break;
		va += bytes;
		size -= bytes;
		if (!size)
			break;
		if (work < STEP_PAGES)
			continue;
		work = 0;
		if (preempt_pending()) {
			err = L4_RESTART;
			break;
		}
	}
	flush_run(s, &f);
	if (err != L4_OK) {
		r[1] = va | (r[1] & (L4_PAGE_SIZE - 1u));
		r[2] = size;
	}
	if (cur->vcpu)
		vcpu_sync_generation(cur->vcpu);
	return err;
}

static struct space *lookup(const struct thread *cur, int *err)
{
	return (struct space *)cap_lookup(cur->obj.cell, cur->regs.r[0], OBJ_SPACE, L4_R_CONTROL,
					  err);
}

int sys_unmap(struct thread *cur)
{
	static const struct change remove = { 0, 0 };
	struct space *s;
	int err;

	s = lookup(cur, &err);
	if (!s)
		return err;
	if (cur->regs.r[1] % L4_PAGE_SIZE)
		return L4_EINVAL;
	return change_range(cur, s, &remove);
}

int sys_protect(struct thread *cur)
{
	uint32_t attr = cur->regs.r[1] % L4_PAGE_SIZE;
	struct change c = { ~0u, 0 };
	struct space *s;
	int err;

	s = lookup(cur, &err);
	if (!s)
		return err;
	if (attr & ~(uint32_t)(L4_MAP_W | L4_MAP_X))
		return L4_EINVAL;
	if (!(attr & L4_MAP_W))
		c.set |= L2_RO;
	if (!(attr & L4_MAP_X))
		c.set |= L2_XN;
	return change_range(cur, s, &c);
}
