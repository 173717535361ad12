/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Taking away all mappings of a physical range from a cell's spaces: what
 * happens when a capability of a section goes.
 *
 * There is no record of what is mapped where: all tables of the cell are
 * looked through, which can be long, so it is preemptible.  A cell has at most
 * one such scan under way (struct cell_mm).  Whoever wants to begin another
 * first finishes that one, in place of its owner, who may be preempted, of lower
 * priority or gone.  A scan has a ticket, kept by what it was begun for; an
 * owner that comes back and does not find its ticket knows that its scan has
 * been finished.  So scans that meet do not undo each other's progress, each
 * that was begun ends, and no matter who is stopped, none is taken for another.
 *
 * Tickets repeat after 65535 scans: then an owner whose scan is long done may
 * help with one that is not its own, which is harmless.
 *
 * New mappings during a scan are made through other capabilities, and are those'
 * to remove.  A new space is empty, and stands before the scan; one with
 * a base stands directly behind that, and is looked at if its base is.
 */
#include "mm/table.h"

/*
 * Work between two preemption points, in groups of four empty first-level
 * descriptors, and what it is to look at one alone, at 64 pages, at a section.
 */
#define STEP_WORK	64u
#define COST_NONE	3u
#define COST_PART	52u
#define COST_SECTION	STEP_WORK	/* it may be split */

static bool within(uint32_t base, uint32_t bytes, const struct cell_mm *mm)
{
	return base >= mm->phys && bytes <= mm->size && base - mm->phys <= mm->size - bytes;
}

static bool overlaps(uint32_t base, uint32_t bytes, const struct cell_mm *mm)
{
	return base - mm->phys < mm->size || mm->phys - base < bytes;
}

/* Some pages of a table, from mm->page on; true when it is looked through. */
static bool scan_pages(struct space *s, uint32_t mb, struct cell_mm *mm)
{
	struct flush f = { .shared = in_share(s, mb) };
	uint32_t *l2 = table_of(s->l1[mb]);
	uint32_t phys = mm->phys, size = mm->size, i = mm->page, end = i + STEP_PAGES;

	for (; i < end; i++) {
		uint32_t desc = l2[i];

		/* The attributes do not matter: phys and size are whole pages. */
		if (likely(desc - phys >= size) || !desc)
			continue;
		pte_set(&l2[i], 0);
		flush_add(&f, mb << 20 | i << L4_PAGE_SHIFT);
	}
	if (f.any)
		generation_bump(s, f.shared);
	flush_run(s, &f);
	mm->page = (uint16_t)(end % L2_ENTRIES);
	return end == L2_ENTRIES;
}

/*
 * A section that is only partly in the range is split, so that the rest stays.
 * In a shared range it cannot be, since others have a copy of the descriptor;
 * and it must go also when there is no quota for a table.
 */
static bool scan_section(struct space *s, uint32_t mb, const struct cell_mm *mm)
{
	uint32_t base = s->l1[mb] & L1_SECT_BASE;
	struct flush f = { .all = true };

	if (!overlaps(base, L4_SECT_SIZE, mm))
		return true;
	if (!within(base, L4_SECT_SIZE, mm) && !in_share(s, mb) && table_split(s, mb))
		return false;	/* now a table, to be looked through */
	generation_bump(s, false);
	pte_set(&s->l1[mb], 0);
	flush_run(s, &f);
	return true;
}

/* What there is to do in a megabyte; tables of a shared range are their owner's. */
static uint32_t entry_cost(const struct space *s, uint32_t mb)
{
	uint32_t desc = s->l1[mb];

	if (!desc || in_window(mb))
		return COST_NONE;
	if ((desc & L1_TYPE) == L1_SECTION)
		return COST_SECTION;
	return s->base && in_share(s, mb) ? COST_NONE : COST_PART;
}

/* A step in a megabyte. */
static void scan_entry(struct space *s, struct cell_mm *mm, uint32_t cost)
{
	bool done = true;

	if (cost == COST_SECTION)
		done = scan_section(s, mm->mb, mm);
	else if (cost == COST_PART)
		done = scan_pages(s, mm->mb, mm);
	if (done) {
		mm->mb++;
		mm->page = 0;
	}
}

/* Four megabytes at a time while they are empty; what that cost, at most `limit`. */
static uint32_t skip_empty(const struct space *s, struct cell_mm *mm, uint32_t limit)
{
	uint32_t groups = 0, mb = mm->mb;

	if (mb % 4 || mm->page)
		return 0;
	for (; mb < L1_ENTRIES && groups < limit; groups++, mb += 4)
		if (s->l1[mb] | s->l1[mb + 1] | s->l1[mb + 2] | s->l1[mb + 3])
			break;
	mm->mb = mb;
	return groups;
}

/* Goes on with the cell's scan. */
static int scan_run(struct cell *cell)
{
	struct cell_mm *mm = &cell->mm;
	uint32_t work = 0;

	for (; mm->at != &cell->spaces; mm->at = mm->at->next, mm->mb = 0) {
		struct space *s = container_of(mm->at, struct space, cell_link);

		while (mm->mb < L1_ENTRIES) {
			uint32_t cost;

			work += skip_empty(s, mm, STEP_WORK - work);
			if (mm->mb == L1_ENTRIES)
				break;
			cost = entry_cost(s, mm->mb);
			if (work + cost > STEP_WORK) {
				if (preempt_pending())
					return L4_RESTART;
				work = 0;
			}
			scan_entry(s, mm, cost);
			work += cost;
		}
	}
	mm->size = 0;
	return L4_OK;
}

int space_unmap_phys(struct cell *cell, uint32_t phys, uint32_t size, uint16_t *ticket)
{
	struct cell_mm *mm = &cell->mm;
	int err;

	if (!*ticket) {
		if (mm->size) {
			err = scan_run(cell);
			if (err != L4_OK)
				return err;
		}
		mm->phys = phys;
		mm->size = size;
		mm->at = cell->spaces.next;
		mm->mb = 0;
		mm->page = 0;
		if (!++mm->ticket)
			mm->ticket = 1;
		*ticket = mm->ticket;
	}
	if (mm->size && mm->ticket == *ticket) {
		err = scan_run(cell);
		if (err != L4_OK)
			return err;
	}
	*ticket = 0;
	return L4_OK;
}
