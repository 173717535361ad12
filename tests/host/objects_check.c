/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What must hold in the world between any two calls, preempted or not.
 */
#include "objects.h"

/* The furthest that a slot can be from the top: see slot_extend, and irq_create. */
#define DEPTH_LIMIT (SLOT_MAX_DEPTH + 1)

static void check_empty(const struct slot *s)
{
	assert_null(s->parent);
	assert_null(s->child);
	assert_null(s->next);
	assert_null(s->prev);
	assert_int_equal(s->flags, 0);
}

static bool in_table(const struct slot *s, const struct cell *cell)
{
	return s >= cell->table && s < cell->table + cell->slots;
}

static void check_links(const struct slot *s)
{
	unsigned depth = 0;

	for (const struct slot *p = s; p; p = p->parent)
		assert_true(++depth <= DEPTH_LIMIT);
	if (s->prev)
		assert_ptr_equal(s->prev->next, s);
	else if (s->parent)
		assert_ptr_equal(s->parent->child, s);
	if (s->next) {
		assert_ptr_equal(s->next->prev, s);
		assert_ptr_equal(s->next->parent, s->parent);
		assert_non_null(s->parent);
	}
	if (s->child) {
		assert_ptr_equal(s->child->parent, s);
		assert_null(s->child->prev);
	}
	if (s->parent) {
		assert_non_null(s->parent->obj);
		assert_true(in_table(s->parent, s->parent->cell));
	}
}

static void check_original(const struct slot *s)
{
	const struct slot *p = s->parent;

	assert_ptr_equal(s->obj->original, s);
	assert_true(!s->obj->cell || cell_within(s->obj->cell, s->cell));
	if (s->flags & SLOT_DYING)
		assert_true(s->obj->dying);
	if (!p)
		return;
	if (s->obj->type == OBJ_IRQ) {
		assert_int_equal(p->obj->type, OBJ_IRQS);
	} else {
		const struct section *sec = (const struct section *)(const void *)s->obj;
		const struct section *of = (const struct section *)(const void *)p->obj;

		assert_int_equal(p->obj->type, OBJ_SECTION);
		assert_true(sec->base >= of->base);
		assert_true(sec->base - of->base + sec->size <= of->size);
		assert_int_equal(sec->types, of->types);
		assert_int_equal(s->rights & ~p->rights, 0);
	}
}

static void check_slot(const struct slot *s, const struct cell *cell)
{
	if (!s->obj) {
		check_empty(s);
		return;
	}
	assert_true(object_alive(s->obj) || !s->obj->order);
	assert_ptr_equal(s->cell, cell);
	assert_true(!s->ticket || (s->flags & SLOT_DYING));
	check_links(s);
	if (s->flags & SLOT_REPLY) {
		assert_ptr_equal(((struct thread *)s->obj)->reply_slot, s);
		assert_null(s->parent);
		assert_null(s->child);
	} else if (s->flags & SLOT_ORIGINAL) {
		check_original(s);
	} else {
		assert_non_null(s->parent);
		assert_ptr_equal(s->parent->obj, s->obj);
		assert_int_equal(s->rights & ~s->parent->rights, 0);
		assert_true(!s->parent->badge || s->badge == s->parent->badge);
	}
}

/* What an object costs its cell. */
static uint32_t charge(const struct object *obj)
{
	const struct cell *cell = (const struct cell *)(const void *)obj;
	uint32_t bytes = obj->order ? 1u << obj->order : 0;

	if (obj->type == OBJ_FRAME)
		bytes += L4_PAGE_SIZE;
	if (obj->type == OBJ_CELL)
		bytes += cell->quota + (1u << cell->table_order);
	return bytes;
}

static uint32_t check_list(const struct list *head, const struct cell *cell, bool threads)
{
	uint32_t bytes = 0;

	for (struct list *l = head->next; l != head; l = l->next) {
		const struct object *obj = container_of(l, struct object, link);

		assert_ptr_equal(l->next->prev, l);
		assert_ptr_equal(obj->cell, cell);
		assert_ptr_equal(obj->original->obj, obj);
		assert_true(obj->original->flags & SLOT_ORIGINAL);
		assert_int_equal(obj->type == OBJ_THREAD, threads);
		assert_true(in_table(obj->original, obj->original->cell));
		bytes += charge(obj);
	}
	return bytes;
}

static void check_cell(struct cell *cell)
{
	uint32_t bytes;

	assert_true(object_alive(cell));
	for (uint32_t n = 0; n < cell->slots; n++)
		check_slot(&cell->table[n], cell);
	bytes = check_list(&cell->threads, cell, true);
	bytes += check_list(&cell->objects, cell, false);
	assert_int_equal(cell->used, bytes);
	assert_true(cell->used <= cell->quota);
}

static bool names_range(const struct object *obj, const struct section *hole)
{
	const struct section *sec = (const struct section *)(const void *)obj;

	return (obj->type == OBJ_SECTION || obj->type == OBJ_FRAME) && sec->base <= hole->base &&
	       hole->base - sec->base + hole->size <= sec->size;
}

/* Some capability of the cell, or section that belongs to it, covers the range. */
static bool may_map(struct cell *cell, const struct section *range)
{
	for (uint32_t n = 0; n < cell->slots; n++) {
		const struct slot *s = &cell->table[n];

		if (s->obj && !(s->flags & SLOT_REPLY) && names_range(s->obj, range))
			return true;
	}
	for (struct list *l = cell->objects.next; l != &cell->objects; l = l->next)
		if (names_range(container_of(l, struct object, link), range))
			return true;
	return false;
}

void check_world(void)
{
	struct cell *cell;
	struct section range;

	for (struct list *l = cell_all.next; l != &cell_all; l = l->next)
		check_cell(container_of(l, struct cell, all));
	for (unsigned i = 0; mapping_get(i, &cell, &range); i++)
		assert_true(may_map(cell, &range));
}
