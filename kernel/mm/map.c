/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Mappings are made here: one range (map), a batch, an item of a map queue.
 *
 * What was invalid is simply written: no TLB holds it.  What was valid is taken
 * through replace(), with flushes.  Nothing is counted or kept about a mapping
 * but its descriptor.
 *
 * A range goes in steps, each inside one megabyte.  A mistake in the arguments
 * changes nothing; EQUOTA, and EINVAL for what is in the way (see table_make),
 * leave what comes before mapped, and the arguments tell how far that is.
 */
#include "mm/space.h"
#include "core/syscall.h"
#include "mm/kind.h"
#include "mm/table.h"
#include "object/vcpu.h"

#define ITEM_PAGES	16u	/* in map_batch */
#define QUEUE_STEP	4u	/* items of a queue between two preemption points */
#define ATTR_MASK	(L4_PAGE_SIZE - 1u)

/* A range to be mapped; page is what a page's descriptor has beside its address. */
struct map {
	struct space *s;
	uint32_t va, phys, size;
	uint32_t page, domain;
};

/* Checks all that can be checked before anything is changed, and fills in m. */
static int map_prepare(struct map *m, struct space *s, const struct section *sec,
		       uint32_t rights, uint32_t offset, uint32_t va_attr, uint32_t size)
{
	uint32_t va = va_attr & ~ATTR_MASK, kind = kind_of(va_attr);

	if ((kind >> KIND_NEED_SHIFT & KIND_NEED) & ~rights)
		return L4_ERIGHT;
	if ((va_attr & ATTR_MASK) >= KINDS || ((offset | size) & ATTR_MASK) ||
	    !(sec->types & kind >> KIND_TYPE_SHIFT))
		return L4_EINVAL;
	if (!range_free(va, size) || size > sec->size || offset > sec->size - size)
		return L4_EINVAL;
	m->s = s;
	m->va = va;
	m->phys = sec->base + offset;
	m->size = size;
	m->page = kind & KIND_PAGE;
	m->domain = kind >> KIND_L1_SHIFT & KIND_L1 & L1_DOMAIN;
	return L4_OK;
}

/*
 * The usual case: one page, in a table that is there, where nothing is mapped.
 * False, and nothing is changed, if it is another, or a mistake.  Rights have
 * been checked.
 */
static inline bool map_page(struct space *s, const struct section *sec, uint32_t kind,
			    uint32_t offset, uint32_t va_attr)
{
	uint32_t *l2, table;

	if (unlikely((va_attr & (ATTR_MASK & ~(KINDS - 1))) | (offset & ATTR_MASK)))
		return false;
	if (unlikely(!(sec->types & kind >> KIND_TYPE_SHIFT) || offset >= sec->size))
		return false;
	/* No descriptor of the kernel's window has the domain of a kind. */
	table = s->l1[megabyte(va_attr)] ^ (kind >> KIND_L1_SHIFT & KIND_L1);
	if (unlikely(table & (L1_TYPE | L1_DOMAIN)))
		return false;
	l2 = (uint32_t *)table_virt(table) + page_index(va_attr);
	if (unlikely(*l2))
		return false;
	if (!(kind & L2_RO))
		space_note_write(s, va_attr);
	pte_set(l2, (sec->base + offset) | (kind & KIND_PAGE));
	return true;
}

/* More rights to the same memory: older additions stay true, no break is needed. */
static bool only_raises(uint32_t old, uint32_t new)
{
	return !((old ^ new) & ~(L2_RO | L2_XN)) && !(new & ~old);
}

/*
 * Pages some of which are mapped already: first all that is to change is made
 * invalid and flushed, then everything is written.
 */
static void replace(const struct map *m, uint32_t *l2, uint32_t va, uint32_t desc, uint32_t pages)
{
	struct flush f = { .shared = in_share(m->s, megabyte(va)) };
	uint32_t new = desc;
	bool removed = false;

	for (uint32_t i = 0; i < pages; i++, va += L4_PAGE_SIZE, new += L4_PAGE_SIZE) {
		uint32_t old = l2[i];

		if (!old || old == new)
			continue;
		flush_add(&f, va);
		if (only_raises(old, new)) {
			pte_set(&l2[i], new);
			continue;
		}
		pte_set(&l2[i], 0);
		removed = true;
	}
	if (removed)
		generation_bump(m->s, f.shared);
	flush_run(m->s, &f);
	for (uint32_t i = 0; i < pages; i++, desc += L4_PAGE_SIZE)
		pte_set(&l2[i], desc);
}

static void note_writes(struct space *s, uint32_t va, uint32_t pages)
{
	uint32_t last = (va + (pages - 1) * L4_PAGE_SIZE) >> WINDOW_SHIFT;

	for (uint32_t w = va >> WINDOW_SHIFT; w <= last; w++)
		space_note_write(s, w << WINDOW_SHIFT);
}

/* Pages inside one megabyte. */
static inline int map_pages(const struct map *m, uint32_t va, uint32_t phys, uint32_t pages)
{
	uint32_t l1 = m->s->l1[megabyte(va)];
	uint32_t desc = phys | m->page;
	uint32_t *l2;
	int err;

	if (likely((l1 & (L1_TYPE | L1_DOMAIN)) == (L1_TABLE | m->domain))) {
		l2 = table_of(l1);
	} else {
		l2 = table_make(m->s, va, m->domain, &err);
		if (!l2)
			return err;
	}
	l2 += page_index(va);
	if (!(m->page & L2_RO) && m->s->windows != WINDOWS_MANY)
		note_writes(m->s, va, pages);
	for (;;) {
		if (unlikely(*l2)) {
			replace(m, l2, va, desc, pages);
			return L4_OK;
		}
		pte_set(l2++, desc);
		if (!--pages)
			return L4_OK;
		desc += L4_PAGE_SIZE;
		va += L4_PAGE_SIZE;
	}
}

/* A megabyte outside the shared range, without table; one that is there is given back. */
static void map_section(const struct map *m, uint32_t va, uint32_t phys)
{
	struct space *s = m->s;
	uint32_t mb = megabyte(va);
	uint32_t old = s->l1[mb], new = phys | m->domain | pte_section(m->page);
	struct flush f = { .all = true };

	if (old == new)
		return;
	if ((old & L1_TYPE) == L1_TABLE) {
		generation_bump(s, false);
		table_drop(s, mb);
	} else if (old) {
		generation_bump(s, false);
		pte_set(&s->l1[mb], 0);
		flush_run(s, &f);
	}
	space_use(s, mb);
	s->windows = WINDOWS_MANY;
	pte_set(&s->l1[mb], new);
}

/*
 * The next part, up to the end of the megabyte: a section, or what is a step's
 * work.  In a shared range a table that is there is used instead of a section.
 */
static int map_step(const struct map *m, uint32_t *done)
{
	uint32_t va = m->va + *done, phys = m->phys + *done;
	uint32_t bytes = L4_SECT_SIZE - (va & (L4_SECT_SIZE - 1)), left = m->size - *done;
	int err;

	if (bytes > left)
		bytes = left;
	if (likely(bytes <= STEP_PAGES * L4_PAGE_SIZE)) {
		err = map_pages(m, va, phys, bytes >> L4_PAGE_SHIFT);
	} else if (bytes == L4_SECT_SIZE && !(phys & (L4_SECT_SIZE - 1)) &&
		   !in_share(m->s, megabyte(va))) {
		map_section(m, va, phys);
		err = L4_OK;
	} else {
		bytes = STEP_PAGES * L4_PAGE_SIZE;
		err = map_pages(m, va, phys, STEP_PAGES);
	}
	if (likely(err == L4_OK))
		*done += bytes;
	return err;
}

/* What runs next comes after an exception return, which is as good as an ISB. */
void space_map_sync(void)
{
	dsb();
}

int __attribute__((noinline)) space_map_item(struct space *s, const struct section *sec,
					     uint32_t rights, uint32_t offset,
					     uint32_t va_attr, uint32_t pages)
{
	uint32_t done = 0;
	struct map m;
	int err;

	if (pages > L2_ENTRIES)
		return L4_EINVAL;
	err = map_prepare(&m, s, sec, rights, offset, va_attr, pages << L4_PAGE_SHIFT);
	while (err == L4_OK && done < m.size)
		err = map_step(&m, &done);
	return err;
}

bool space_map_one(struct space *s, const volatile struct l4_map_item *item)
{
	uint32_t slot = item->section, offset = item->offset, va = item->va, kind = kind_of(va);
	const struct section *sec;
	int err;

	if (unlikely(item->gen != space_generation(s)))
		return false;
	sec = section_lookup(s->obj.cell, slot, kind >> KIND_NEED_SHIFT & KIND_NEED, &err);
	if (unlikely(!sec || !map_page(s, sec, kind, offset, va)))
		return false;
	dsb();
	return true;
}

/* Neighbours are of one section, mostly: it is looked up once. */
uint32_t space_map_queue(struct space *s, const volatile struct l4_map_item *q, uint32_t at,
			 uint32_t count, int *result)
{
	struct cell *cell = s->obj.cell;
	uint32_t now = space_generation(s);
	const struct section *sec = NULL;
	uint32_t known = 0, rights = 0;

	while (at < count) {
		uint32_t slot = q[at].section, offset = q[at].offset, va = q[at].va;
		uint32_t kind = kind_of(va);
		int err = L4_OK;

		if (unlikely(q[at].gen != now)) {
			err = L4_ESTALE;
		} else if (!sec || slot != known) {
			sec = section_lookup(cell, slot, 0, &err);
			if (likely(sec)) {
				err = L4_OK;
				known = slot;
				rights = cell->table[slot].rights;
			}
		}
		if (likely(err == L4_OK) &&
		    (unlikely(kind >> KIND_NEED_SHIFT & KIND_NEED & ~rights) ||
		     unlikely(!map_page(s, sec, kind, offset, va)))) {
			err = space_map_item(s, sec, rights, offset, va, 1);
			now = space_generation(s);
		}
		if (unlikely(err != L4_OK) && *result == L4_OK)
			*result = err;
		if (++at % QUEUE_STEP == 0 && preempt_pending())
			break;
	}
	return at;
}

/*
 * A space maps what its cell has a capability of: so mappings go when the last
 * capability in the cell does.  The capability here is the caller's; for the
 * space of another cell the section must be that cell's own.
 */
static inline bool may_have(const struct thread *cur, const struct space *s,
			    const struct section *sec)
{
	return s->obj.cell == cur->obj.cell || s->obj.cell == sec->obj.cell;
}

/* In a guest, the number shows what its own call removed. */
static inline void show_generation(const struct thread *cur)
{
	if (cur->vcpu)
		vcpu_sync_generation(cur->vcpu);
}

/* What is left of the range, for the same call again. */
static int map_break(struct thread *cur, const struct map *m, uint32_t done, int result)
{
	uint32_t *r = cur->regs.r;

	r[2] += done;
	r[3] += done;
	r[4] = m->size - done;
	space_map_sync();
	return result;
}

/* All that map can be asked for; what is wrong with it, if anything. */
static __attribute__((noinline)) int map_range(struct thread *cur)
{
	const uint32_t *r = cur->regs.r;
	struct cell *cell = cur->obj.cell;
	uint32_t done = 0;
	struct section *sec;
	struct space *s;
	struct map m;
	int err;

	s = (struct space *)cap_lookup(cell, r[0], OBJ_SPACE, L4_R_CONTROL, &err);
	if (!s)
		return err;
	sec = section_lookup(cell, r[1], 0, &err);
	if (!sec)
		return err;
	if (!may_have(cur, s, sec))
		return L4_EINVAL;
	err = map_prepare(&m, s, sec, cell->table[r[1]].rights, r[3], r[2], r[4]);
	if (err != L4_OK)
		return err;
	for (;;) {
		err = map_step(&m, &done);
		if (err != L4_OK)
			return map_break(cur, &m, done, err);
		if (done == m.size)
			break;
		if (preempt_pending())
			return map_break(cur, &m, done, L4_RESTART);
	}
	space_map_sync();
	show_generation(cur);
	return L4_OK;
}

/* The usual case, in some 80 instructions; else the general one, from the beginning. */
int sys_map(struct thread *cur)
{
	const uint32_t *r = cur->regs.r;
	struct cell *cell = cur->obj.cell;
	uint32_t kind = kind_of(r[2]);
	struct section *sec;
	struct space *s;
	int err;

	if (unlikely(r[4] != L4_PAGE_SIZE))
		return map_range(cur);
	s = (struct space *)cap_lookup(cell, r[0], OBJ_SPACE, L4_R_CONTROL, &err);
	if (unlikely(!s || s->obj.cell != cell))
		return map_range(cur);
	sec = section_lookup(cell, r[1], (uint8_t)(kind >> KIND_NEED_SHIFT & KIND_NEED), &err);
	if (unlikely(!sec || !map_page(s, sec, kind, r[3], r[2])))
		return map_range(cur);
	space_map_sync();
	return L4_OK;
}

/* One item; the caller's buffer can change at any time, so each word is read once. */
static int map_batch_item(struct thread *cur, struct space *s,
			  const volatile struct l4_map_item *it)
{
	struct cell *cell = cur->obj.cell;
	uint32_t slot = it->section, pages = it->gen;
	struct section *sec;
	int err;

	sec = section_lookup(cell, slot, 0, &err);
	if (!sec)
		return err;
	if (!may_have(cur, s, sec) || pages > ITEM_PAGES)
		return L4_EINVAL;
	return space_map_item(s, sec, cell->table[slot].rights, it->offset, it->va, pages);
}

/*
 * The upper half of the count is how many items are done already: it is there
 * when the call goes on after a preemption, and when an item has failed.
 */
int sys_map_batch(struct thread *cur)
{
	uint32_t *r = cur->regs.r;
	uint32_t count = r[1] & 0xffff, i = r[1] >> 16;
	const volatile struct l4_map_item *item = (const volatile void *)cur->buf;
	struct space *s;
	int err;

	s = (struct space *)cap_lookup(cur->obj.cell, r[0], OBJ_SPACE, L4_R_CONTROL, &err);
	if (!s)
		return err;
	if (!item || !count || count > ITEM_PAGES || i >= count)
		return L4_EINVAL;
	for (;;) {
		err = map_batch_item(cur, s, &item[i]);
		if (err != L4_OK || ++i == count)
			break;
		if (preempt_pending()) {
			err = L4_RESTART;
			break;
		}
	}
	if (err != L4_OK)
		r[1] = i << 16 | count;
	space_map_sync();
	show_generation(cur);
	return err;
}
