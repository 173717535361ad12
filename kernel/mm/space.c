/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Making, sharing and destroying address spaces.  What is mapped in them:
 * map.c, unmap.c; what takes a section's mappings from all of them: revoke.c.
 *
 * The kernel's window is the same in all: its first-level descriptors are copied
 * from kernel_l1 when a space is made, and do not change after the boot.
 */
#include "mm/space.h"
#include "arch/arm/mmu.h"
#include "core/syscall.h"
#include "mm/table.h"

/* Entries of the first-level table between two preemption points; a table counts for more. */
#define STEP_ENTRIES	96u
#define COST_TABLE	24u
#define COST_LOOK	3u	/* a step that finds nothing to free */

#define WINDOW_FIRST	(L4_KERNEL_BASE / L4_SECT_SIZE)
#define WINDOW_COUNT	(L4_KERNEL_SIZE / L4_SECT_SIZE)

static struct space *space_make(struct cell *cell, struct slot *slot, struct space *base)
{
	struct space *s = (struct space *)object_alloc(cell, OBJ_SPACE, sizeof(*s));

	if (!s)
		return NULL;
	s->l1 = mm_alloc(cell, L1_ORDER);
	if (!s->l1) {
		object_free(&s->obj);
		return NULL;
	}
	s->ttbr = table_phys(s->l1) | TTBR_WALK;
	memcpy(&s->l1[WINDOW_FIRST], &kernel_l1[WINDOW_FIRST], WINDOW_COUNT * sizeof(uint32_t));
	s->windows = WINDOWS_MANY;
	if (base) {
		s->windows = 0;
		base->sharers++;
		s->base = base;
		s->share_first = base->share_first;
		s->share_count = base->share_count;
		memcpy(&s->l1[s->share_first], &base->l1[s->share_first],
		       s->share_count * sizeof(uint32_t));
		memcpy(s->used, base->used, sizeof(s->used));
	}
	generation_bump(s, false);
	/*
	 * Where a scan that is under way does not come, or it might never end: it is
	 * empty.  With a base it has what that has: the scan is behind both, or before.
	 */
	if (base)
		list_add(&base->cell_link, &s->cell_link);
	else
		list_add_tail(cell->mm.size ? cell->mm.at : &cell->spaces, &s->cell_link);
	object_init(&s->obj, slot, NULL);
	return s;
}

struct space *space_boot(struct cell *cell, struct slot *slot)
{
	struct space *s;

	asid_boot();
	s = space_make(cell, slot, NULL);
	if (!s)
		panic("boot: no memory for the root space");
	return s;
}

int sys_space_create(struct thread *cur)
{
	const uint32_t *r = cur->regs.r;
	struct space *base = NULL;
	struct cell *cell;
	struct slot *slot;
	int err;

	cell = cell_arg(cur->obj.cell, r[0], &err);
	if (!cell)
		return err;
	slot = cap_empty(cur->obj.cell, r[1], &err);
	if (!slot)
		return err;
	if (r[2]) {
		base = (struct space *)cap_lookup(cur->obj.cell, r[2], OBJ_SPACE, L4_R_CONTROL,
						  &err);
		if (!base)
			return err;
		if (base->base)
			base = base->base;
		/* A section that is revoked is looked for in one cell's spaces. */
		if (base->obj.cell != cell || !base->share_count)
			return L4_EINVAL;
	}
	return space_make(cell, slot, base) ? L4_OK : L4_EQUOTA;
}

/*
 * The tables of a range, from where a preempted call for the same range left
 * off.  They stay if the call does not end: the space owns them like others.
 */
static int share_tables(struct space *s, uint32_t end)
{
	uint32_t work = 0;

	for (; s->cursor < end; s->cursor++) {
		uint32_t mb = s->cursor;
		uint32_t *l2;

		if (work >= STEP_ENTRIES) {
			if (preempt_pending())
				return L4_RESTART;
			work = 0;
		}
		work++;
		if (s->l1[mb] || in_window(mb))
			continue;
		work += COST_TABLE;
		l2 = mm_alloc(s->obj.cell, L2_ORDER);
		if (!l2)
			return L4_EQUOTA;
		dsb();
		space_use(s, mb);
		pte_set(&s->l1[mb], table_phys(l2) | PTE_DOMAIN(L4_MAP_KERNEL) | L1_TABLE);
	}
	return L4_OK;
}

/*
 * The kernel's window may be in the range; it is the same everywhere anyway.
 * New tables are in the guest kernel's domain; a megabyte that something is
 * mapped in keeps the domain of that.
 */
int sys_space_share(struct thread *cur)
{
	const uint32_t *r = cur->regs.r;
	uint32_t first = megabyte(r[1]), count = megabyte(r[2]);
	struct space *s;
	int err;

	s = (struct space *)cap_lookup(cur->obj.cell, r[0], OBJ_SPACE, L4_R_CONTROL, &err);
	if (!s)
		return err;
	if ((r[1] | r[2]) % L4_SECT_SIZE || !count || first + count > L1_ENTRIES)
		return L4_EINVAL;
	if (s->base || s->share_count)
		return L4_EBUSY;
	if (s->share_first != first || s->cursor < first || s->cursor > first + count)
		s->cursor = first;
	s->share_first = first;
	err = share_tables(s, first + count);
	if (err != L4_RESTART)
		s->cursor = 0;
	if (err == L4_OK)
		s->share_count = count;
	space_map_sync();
	return err;
}

uint32_t space_next_used(const struct space *s, uint32_t mb)
{
	uint32_t group = mb / SPACE_GROUP, i = group / 32;
	uint32_t bits = s->used[i] & ~0u << group % 32;

	while (!bits) {
		if (++i == ARRAY_SIZE(s->used))
			return L1_ENTRIES;
		bits = s->used[i];
	}
	group = i * 32 + (uint32_t)__builtin_ctz(bits);
	return group == mb / SPACE_GROUP ? mb : group * SPACE_GROUP;
}

void space_note_window(struct space *s, uint32_t window)
{
	uint32_t i = 0;

	s->seen[window % WINDOWS_SEEN] = window + 1;
	if (in_share(s, window >> (20 - WINDOW_SHIFT)))
		return;
	while (i < s->windows && s->window[i] != window)
		i++;
	if (i == SPACE_WINDOWS) {
		s->windows = WINDOWS_MANY;
	} else if (i == s->windows) {
		s->window[i] = (uint16_t)window;
		s->windows++;
	}
}

bool space_maps(const struct space *s, uint32_t va)
{
	uint32_t desc = s->l1[megabyte(va)];

	if ((desc & L1_TYPE) != L1_TABLE)
		return desc != 0;
	return table_of(desc)[page_index(va)] != 0;
}

/* The space runs nowhere any more, and no scan has to look at it. */
static void retire(struct space *s)
{
	struct cell_mm *mm = &s->obj.cell->mm;

	if (list_empty(&s->cell_link))
		return;
	asid_drop(s);
	if (mm->at == &s->cell_link) {
		mm->at = s->cell_link.next;
		mm->mb = 0;
		mm->page = 0;
	}
	list_del(&s->cell_link);
	s->cursor = 0;
}

/* Clears the entry of one megabyte, and gives its table back; the cost. */
static uint32_t free_table(struct space *s, uint32_t mb)
{
	uint32_t desc = s->l1[mb];
	uint32_t *l2;

	if (in_window(mb))
		return COST_LOOK;
	s->l1[mb] = 0;
	if ((desc & L1_TYPE) != L1_TABLE)
		return COST_LOOK;
	l2 = table_of(desc);
	memset(l2, 0, L2_SIZE);
	mm_free(s->obj.cell, l2, L2_ORDER);
	return COST_TABLE;
}

/* Clears what was copied into a quarter of a megabyte's worth of entries; the cost. */
static uint32_t clear_copies(struct space *s, uint32_t first)
{
	uint32_t end = first + L2_ENTRIES;
	bool shared = s->base && first < s->share_first + s->share_count && end > s->share_first;

	s->cursor++;
	if (!shared && (first >= WINDOW_FIRST + WINDOW_COUNT || end <= WINDOW_FIRST))
		return COST_LOOK;
	memset(s->l1 + first, 0, L2_SIZE);
	return COST_TABLE;
}

/*
 * A step of a destruction: first the space's own tables, where there may be any,
 * then what was copied into the first-level table: the shared range and the
 * window, a kilobyte at a time.  The cost.
 */
static uint32_t destroy_step(struct space *s)
{
	uint32_t mb = s->cursor;

	if (mb >= L1_ENTRIES)
		return clear_copies(s, (mb - L1_ENTRIES) * L2_ENTRIES);
	if (s->base && in_share(s, mb)) {
		s->cursor = s->share_first + s->share_count;
		return COST_LOOK;
	}
	if (!space_used(s, mb)) {
		s->cursor = space_next_used(s, mb);
		return COST_LOOK;
	}
	if (space_empty(s, mb)) {
		s->cursor += SPACE_LOOK;
		return COST_LOOK;
	}
	s->cursor++;
	return free_table(s, mb);
}

int space_destroy(struct object *obj)
{
	struct space *s = (struct space *)obj;
	uint32_t work = 0;

	if (s->users || s->sharers)
		return L4_EBUSY;
	retire(s);
	while (s->cursor < L1_ENTRIES + L1_ENTRIES / L2_ENTRIES) {
		if (work >= STEP_ENTRIES) {
			if (preempt_pending())
				return L4_RESTART;
			work = 0;
		}
		work += destroy_step(s);
	}
	mm_free(obj->cell, s->l1, L1_ORDER);
	if (s->base)
		s->base->sharers--;
	object_free(obj);
	return L4_OK;
}
