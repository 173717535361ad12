/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Cells: quotas, making, and destroying with everything that is in one.
 *
 * A destruction keeps its progress in the cells themselves: lists that become
 * empty, a table that becomes shorter.  Whoever calls again goes on with it.
 */
#include "object/cell.h"
#include "core/budget.h"
#include "core/syscall.h"
#include "mm/pool.h"
#include "mm/space.h"

/* Empty slots that a table loses between two preemption points. */
#define SWEEP 16

struct list cell_all = { &cell_all, &cell_all };

bool cell_charge(struct cell *cell, uint32_t bytes)
{
	if (cell->obj.dying || bytes > cell->quota - cell->used)
		return false;
	cell->used += bytes;
	return true;
}

void cell_uncharge(struct cell *cell, uint32_t bytes)
{
	assert(bytes <= cell->used);
	cell->used -= bytes;
}

bool cell_within(const struct cell *cell, const struct cell *top)
{
	while (cell && cell != top)
		cell = cell->obj.cell;
	return cell;
}

struct cell *cell_find(struct cell *own, l4_slot n, int *err)
{
	*err = L4_OK;
	return n ? (struct cell *)cap_lookup(own, n, OBJ_CELL, L4_R_CONTROL, err) : own;
}

struct cell *cell_arg(struct cell *own, l4_slot n, int *err)
{
	struct cell *cell = cell_find(own, n, err);

	if (cell && !cell_within(cell, own)) {
		*err = L4_EINVAL;
		return NULL;
	}
	return cell;
}

static void cell_init(struct cell *cell, struct slot *table, unsigned order, uint32_t slots)
{
	cell->table = table;
	cell->table_order = (uint8_t)order;
	cell->slots = slots;
	list_init(&cell->threads);
	list_init(&cell->objects);
	list_init(&cell->spaces);
	list_add_tail(&cell_all, &cell->all);
}

struct cell *cell_boot(void)
{
	unsigned order = pool_order(sizeof(struct cell));
	unsigned table_order = pool_order(CELL_MAX_SLOTS * sizeof(struct slot));
	struct cell *root = pool_alloc(order);
	struct slot *table = pool_alloc(table_order);

	if (!root || !table)
		panic("boot: no memory for the root cell");
	root->obj.type = OBJ_CELL;
	root->obj.order = (uint8_t)order;
	cell_init(root, table, table_order, CELL_MAX_SLOTS);
	root->quota = pool_free_bytes();
	root->max_prio = 255;
	memcpy(root->name, "root", 4);
	table[L4_SLOT_CELL].cell = root;
	object_init(&root->obj, &table[L4_SLOT_CELL], NULL);
	return root;
}

int sys_cell_create(struct thread *cur)
{
	struct cell *parent = cur->obj.cell, *cell;
	const uint32_t *r = cur->regs.r;
	uint32_t quota = r[1], slots = r[2], prio = r[3];
	unsigned order;
	struct slot *slot, *table;
	int err;

	slot = cap_empty(parent, r[0], &err);
	if (!slot)
		return err;
	if (slots < CELL_MIN_SLOTS || slots > CELL_MAX_SLOTS || prio > parent->max_prio ||
	    parent->depth == CELL_MAX_DEPTH)
		return L4_EINVAL;
	order = pool_order(slots * sizeof(struct slot));
	if (quota > parent->quota || !cell_charge(parent, quota + (1u << order)))
		return L4_EQUOTA;
	cell = (struct cell *)object_alloc(parent, OBJ_CELL, sizeof(*cell));
	table = cell ? pool_alloc(order) : NULL;
	if (!table) {
		if (cell)
			object_free(&cell->obj);
		cell_uncharge(parent, quota + (1u << order));
		return L4_EQUOTA;
	}
	cell_init(cell, table, order, slots);
	cell->quota = quota;
	cell->max_prio = (uint8_t)prio;
	cell->depth = (uint8_t)(parent->depth + 1);
	object_name(cell->name, r[4], r[5]);
	object_init(&cell->obj, slot, NULL);
	return L4_OK;
}

int sys_cell_supervise(struct thread *cur)
{
	struct cell *own = cur->obj.cell, *cell;
	struct thread *t;
	int err;

	cell = cell_find(own, cur->regs.r[0], &err);
	if (!cell)
		return err;
	/* A cell's end is told to whoever made it; only root has nobody above. */
	if (cell == own && own->obj.cell)
		return L4_EINVAL;
	t = (struct thread *)cap_lookup(own, cur->regs.r[1], OBJ_THREAD, L4_R_SEND, &err);
	if (!t)
		return err;
	ref_set(&cell->supervisor, t);
	cell->supervisor_badge = cell_slot(own, cur->regs.r[1])->badge;
	return L4_OK;
}

int sys_cell_info(struct thread *cur)
{
	uint32_t *r = cur->regs.r;
	int err;
	const struct cell *cell = cell_find(cur->obj.cell, r[0], &err);

	if (!cell)
		return err;
	r[1] = cell->used;
	r[2] = cell->quota;
	r[3] = cell->slots;
	return L4_OK;
}

/*
 * The cell to work on next: top, or the cell that stands first on its list once
 * its threads are gone, and so on; none of them can make anything any more.
 */
static struct cell *first_cell(struct cell *top)
{
	struct object *obj;

	while (list_empty(&top->threads) && !list_empty(&top->objects)) {
		obj = container_of(top->objects.next, struct object, link);
		if (obj->type != OBJ_CELL)
			break;
		obj->dying = 1;
		top = (struct cell *)obj;
	}
	return top;
}

/*
 * Shortens the table by one capability or some empty slots, which it leaves
 * zeroed.  No original is left in it: see object.h for where those are.
 */
static int sweep(struct cell *cell)
{
	for (uint32_t n = 0; cell->slots && n < SWEEP; n++) {
		struct slot *s = &cell->table[cell->slots - 1];

		if (s->obj) {
			assert(!(s->flags & SLOT_ORIGINAL));
			return cap_delete(s);
		}
		memset(s, 0, sizeof(*s));
		cell->slots--;
	}
	return L4_OK;
}

/*
 * What goes next: threads; then spaces, those that share before their base, as each
 * section or frame that goes while there are spaces is looked for in all of them;
 * then the rest.
 */
static struct list *next_object(const struct cell *cell)
{
	struct space *space = container_of(cell->spaces.prev, struct space, cell_link);

	if (!list_empty(&cell->threads))
		return cell->threads.next;
	if (!list_empty(&cell->spaces) && !object_busy(&space->obj))
		return &space->obj.link;
	return cell->objects.next;
}

/* One step: a thread, then an object, then part of the table. */
static int cell_step(struct cell *cell)
{
	struct list *first;
	int err;

	if (list_empty(&cell->threads) && list_empty(&cell->objects))
		return sweep(cell);
	first = next_object(cell);
	err = cap_delete(container_of(first, struct object, link)->original);
	if (err != L4_EBUSY)
		return err;
	/* Never a thread; what still uses it is behind it on the list. */
	assert(list_empty(&cell->threads));
	list_del(first);
	list_add_tail(&cell->objects, first);
	return L4_OK;
}

static bool cell_empty(const struct cell *cell)
{
	return list_empty(&cell->threads) && list_empty(&cell->objects) && !cell->slots;
}

static void cell_free(struct cell *cell)
{
	uint32_t bytes = cell->quota + (1u << cell->table_order);

	budget_free(cell);
	assert(!cell->used);
	ref_set(&cell->supervisor, NULL);
	list_del(&cell->all);
	pool_free(cell->table, cell->table_order);
	cell_uncharge(cell->obj.cell, bytes);
	object_free(&cell->obj);
}

/*
 * Cells below go the same way, deepest first.  The call of cap_delete for one
 * of them finds it empty and comes back here once, no deeper.
 */
int cell_destroy(struct object *obj)
{
	struct cell *top = (struct cell *)obj;

	while (!cell_empty(top)) {
		struct cell *cell = first_cell(top);
		int err = cell_empty(cell) ? cap_delete(cell->obj.original) : cell_step(cell);

		if (err != L4_OK)
			return err;
		if (preempt_pending())
			return L4_RESTART;
	}
	cell_free(top);
	return L4_OK;
}
