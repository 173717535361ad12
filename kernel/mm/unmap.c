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

#define WINDOW_PAGES	(1u << (WINDOW_SHIFT - L4_PAGE_SHIFT))
#define WINDOWS_STEP	6u	/* between two preemption points */

/* What becomes of a page's descriptor: kept or not, and bits that are set. */
struct change {
	uint32_t keep, set;
};

/* Eight entries, aligned, of which none maps anything: most of a process's table. */
static inline bool none_of_eight(const uint32_t *l2)
{
	return !(l2[0] | l2[1] | l2[2] | l2[3] | l2[4] | l2[5] | l2[6] | l2[7]);
}

/* The entries from `from` up to `to`; address is that of from. */
static inline void change_few(uint32_t *from, const uint32_t *to, uint32_t va,
			      const struct change *c, struct flush *f)
{
	uint32_t keep = c->keep, set = c->set, last = 0;

	for (; from != to; from++, va += L4_PAGE_SIZE) {
		uint32_t old = *from, new = (old & keep) | set;

		if (!old || old == new)
			continue;
		pte_set(from, new);
		if (!last)
			flush_add(f, va);
		last = va;
	}
	if (last)
		f->last = last;
}

/* Eight at a time, which begin at a multiple of eight. */
static void change_pages(uint32_t *l2, uint32_t va, uint32_t pages, const struct change *c,
			 struct flush *f)
{
	while (pages) {
		uint32_t n = 8 - (va >> L4_PAGE_SHIFT) % 8;

		if (n > pages)
			n = pages;
		if (n < 8 || !none_of_eight(l2))
			change_few(l2, l2 + n, va, c, f);
		l2 += n;
		va += n * L4_PAGE_SIZE;
		pages -= n;
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
	uint32_t pages;

	if (!space_used(s, mb))
		left += (space_next_used(s, mb) - mb - 1) * L4_SECT_SIZE;
	else if (space_empty(s, mb))
		left += (SPACE_LOOK - 1) * L4_SECT_SIZE;
	if (*bytes - 1 > left - 1)	/* 4 GB are 0 */
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
	pages = *bytes >> L4_PAGE_SHIFT;
	if (pages > STEP_PAGES - *work % STEP_PAGES)
		pages = STEP_PAGES - *work % STEP_PAGES;
	*bytes = pages << L4_PAGE_SHIFT;
	*work += pages;
	f->shared |= shared;
	change_pages(table_of(s->l1[mb]) + page_index(va), va, pages, c, f);
	return L4_OK;
}

static bool touches_share(const struct space *s, uint32_t va, uint32_t size)
{
	uint32_t first = megabyte(va), last = megabyte(va + (size - 1));
	uint32_t end = s->share_first + s->share_count;

	return s->share_count && first < end && last >= s->share_first;
}

/* New numbers for the parts of the space that the range touches. */
static void begin(struct space *s, uint32_t va, uint32_t size)
{
	uint32_t first = megabyte(va), last = megabyte(va + (size - 1));

	if (touches_share(s, va, size))
		generation_bump(s, true);
	if (!in_share(s, first) || !in_share(s, last))
		generation_bump(s, false);
}

/* True if the right to write is all that goes, from a range where windows tell where it is. */
static bool known_windows(const struct space *s, uint32_t va, uint32_t size, const struct change *c)
{
	return c->keep == ~0u && c->set == L2_RO && s->windows != WINDOWS_MANY &&
	       !((va | size) & ((1u << WINDOW_SHIFT) - 1)) && !touches_share(s, va, size);
}

/* All that windows are kept of is in this range, as far as the call is not a later part of one. */
static bool takes_all(const struct space *s, uint32_t va, uint32_t size)
{
	return !va && size >= s->share_first * L4_SECT_SIZE &&
	       s->share_first + s->share_count == L1_ENTRIES;
}

/* Those in the range, which are writable no more when their pages are done. */
static int change_windows(struct space *s, uint32_t va, uint32_t size, const struct change *c,
			  struct flush *f)
{
	uint32_t i = s->windows, work = 0;

	while (i--) {
		uint32_t at = (uint32_t)s->window[i] << WINDOW_SHIFT, desc = s->l1[megabyte(at)];

		if (at - va >= size)
			continue;
		if (work++ % WINDOWS_STEP == WINDOWS_STEP - 1 && preempt_pending())
			return L4_RESTART;
		if ((desc & L1_TYPE) == L1_TABLE)
			change_pages(table_of(desc) + page_index(at), at, WINDOW_PAGES, c, f);
		f->all = true;
		s->seen[s->window[i] % WINDOWS_SEEN] = 0;
		s->window[i] = s->window[--s->windows];
	}
	return L4_OK;
}

/* The range in r1 and r2, which become what is left of it. */
static int change_steps(struct thread *cur, struct space *s, const struct change *c,
			struct flush *f)
{
	uint32_t *r = cur->regs.r;
	uint32_t va = r[1] & ~(L4_PAGE_SIZE - 1u), size = r[2], work = 0, bytes;
	int err;

	for (;;) {
		bytes = size;
		err = change_step(s, va, &bytes, c, f, &work);
		if (err != L4_OK)
			break;
		va += bytes;
		size -= bytes;
		if (!size)
			return L4_OK;
		if (work < STEP_PAGES)
			continue;
		work = 0;
		if (preempt_pending()) {
			err = L4_RESTART;
			break;
		}
	}
	r[1] = va | (r[1] & (L4_PAGE_SIZE - 1u));
	r[2] = size;
	return err;
}

/* The call that both are: on the page-aligned range in r1 and r2. */
static int change_range(struct thread *cur, struct space *s, const struct change *c)
{
	uint32_t va = cur->regs.r[1] & ~(L4_PAGE_SIZE - 1u), size = cur->regs.r[2];
	struct flush f = { .any = false };
	int err;

	if (!range_free(va, size) || size % L4_PAGE_SIZE)
		return L4_EINVAL;
	begin(s, va, size);
	if (known_windows(s, va, size, c)) {
		err = change_windows(s, va, size, c, &f);
	} else {
		err = change_steps(cur, s, c, &f);
		if (err == L4_OK && c->set & L2_RO && s->base && takes_all(s, va, size)) {
			s->windows = 0;
			memset(s->seen, 0, sizeof(s->seen));
		}
	}
	flush_run(s, &f);
	if (cur->vcpu)
		vcpu_sync_generation(cur->vcpu);
	return err;
}

static struct space *lookup(const struct thread *cur, int *err)
{
	return (struct space *)cap_lookup(cur->obj.cell, cur->regs.r[0], OBJ_SPACE, L4_R_CONTROL,
					  err);
}

/*
 * The usual case: one page of a table of the space's own.  False, and nothing is
 * changed, if it is another, or a mistake.
 */
static bool unmap_page(struct space *s, uint32_t va, uint32_t size)
{
	struct flush f = { .first = va, .last = va, .any = true };
	uint32_t mb = megabyte(va), desc = s->l1[mb], *l2;

	if (size != L4_PAGE_SIZE || (desc & L1_TYPE) != L1_TABLE || in_share(s, mb) ||
	    in_window(mb))
		return false;
	generation_bump(s, false);
	l2 = table_of(desc) + page_index(va);
	if (*l2) {
		pte_set(l2, 0);
		flush_run(s, &f);
	}
	return true;
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
	if (likely(unmap_page(s, cur->regs.r[1], cur->regs.r[2]))) {
		if (cur->vcpu)
			vcpu_sync_generation(cur->vcpu);
		return L4_OK;
	}
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
