/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Second-level tables, and the flushing of TLBs after changes.
 *
 * The rules that are kept here (ARM DDI 0406C B3.10): a valid descriptor that
 * is replaced by one with another address, size or type is made invalid first,
 * and flushed (break before make); a table is zero, and seen to be, before a
 * descriptor points to it, and is flushed before it is given back.
 */
#include "mm/table.h"
#include "mm/pool.h"

/* Up to so many pages are flushed one by one: less than refilling an ASID costs. */
#define FLUSH_PAGES 32u

void *mm_alloc(struct cell *cell, unsigned order)
{
	void *p;

	if (!cell_charge(cell, 1u << order))
		return NULL;
	p = pool_alloc(order);
	if (!p)
		cell_uncharge(cell, 1u << order);
	return p;
}

void mm_free(struct cell *cell, void *p, unsigned order)
{
	pool_free(p, order);
	cell_uncharge(cell, 1u << order);
}

static void flush_pages(const struct space *s, const struct flush *f)
{
	uint32_t pages = ((f->last - f->first) >> L4_PAGE_SHIFT) + 1;
	bool elsewhere = asid_elsewhere(s, f->shared);
	uint32_t va = f->first;

	for (; pages; pages--, va += L4_PAGE_SIZE) {
		if (elsewhere)
			tlb_page_all_cores(va);
		else if (f->shared)
			tlb_page_all(va);
		else
			tlb_page(va, s->asid);
	}
}

void flush_run(struct space *s, struct flush *f)
{
	if (!f->any && !f->all)
		return;
	dsb();
	if (f->shared || asid_live(s)) {
		if (!f->all && f->last - f->first < FLUSH_PAGES * L4_PAGE_SIZE)
			flush_pages(s, f);
		else if (asid_elsewhere(s, f->shared))
			tlb_all_cores();
		else if (f->shared)
			tlb_all();
		else
			tlb_asid(s->asid);
		dsb();
	}
	isb();
	*f = (struct flush){ .any = false };
}

void generation_bump(struct space *s, bool shared)
{
	uint32_t now = ++s->obj.cell->mm.generation;

	if (!shared)
		s->generation = now;
	else if (s->base)
		s->base->share_generation = now;
	else
		s->share_generation = now;
}

/* Break before make of a first-level descriptor outside the shared range. */
static void l1_replace(struct space *s, uint32_t mb, uint32_t desc)
{
	struct flush f = { .all = true };

	pte_set(&s->l1[mb], 0);
	flush_run(s, &f);
	pte_set(&s->l1[mb], desc);
	dsb();
}

bool table_split(struct space *s, uint32_t mb)
{
	uint32_t sect = s->l1[mb];
	uint32_t page = (sect & L1_SECT_BASE) | pte_fragment(sect);
	uint32_t *l2 = mm_alloc(s->obj.cell, L2_ORDER);

	if (!l2)
		return false;
	for (uint32_t i = 0; i < L2_ENTRIES; i++, page += L4_PAGE_SIZE)
		pte_set(&l2[i], page);
	l1_replace(s, mb, table_phys(l2) | (sect & L1_DOMAIN) | L1_TABLE);
	return true;
}

static bool table_empty(const uint32_t *l2)
{
	for (uint32_t i = 0; i < L2_ENTRIES; i += 4)
		if (l2[i] | l2[i + 1] | l2[i + 2] | l2[i + 3])
			return false;
	return true;
}

uint32_t *table_make(struct space *s, uint32_t va, uint32_t domain, int *err)
{
	uint32_t mb = megabyte(va);
	uint32_t desc = s->l1[mb];
	uint32_t *l2;

	*err = L4_EINVAL;
	if (in_share(s, mb))
		return NULL;
	if ((desc & L1_TYPE) == L1_TABLE) {
		l2 = table_of(desc);
		if (!table_empty(l2))
			return NULL;
		l1_replace(s, mb, (desc & L1_TABLE_BASE) | domain | L1_TABLE);
		return l2;
	}
	if (desc && (desc & L1_DOMAIN) != domain)
		return NULL;
	*err = L4_EQUOTA;
	if (desc)
		return table_split(s, mb) ? table_of(s->l1[mb]) : NULL;
	l2 = mm_alloc(s->obj.cell, L2_ORDER);
	if (!l2)
		return NULL;
	dsb();
	space_use(s, mb);
	pte_set(&s->l1[mb], table_phys(l2) | domain | L1_TABLE);
	return l2;
}

void table_drop(struct space *s, uint32_t mb)
{
	struct flush f = { .all = true };
	uint32_t *l2 = table_of(s->l1[mb]);

	pte_set(&s->l1[mb], 0);
	flush_run(s, &f);
	memset(l2, 0, L2_SIZE);
	mm_free(s->obj.cell, l2, L2_ORDER);
}
