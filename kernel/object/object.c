/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What all objects share: memory that their cell's quota pays for, the place on
 * their cell's list, the original slot, and the way to their type's destruction.
 */
#include "object/object.h"
#include "ipc/ipc.h"
#include "mm/pool.h"
#include "mm/space.h"
#include "object/vcpu.h"

struct object *object_alloc(struct cell *cell, enum object_type type, size_t size)
{
	unsigned order = pool_order(size);
	struct object *obj;

	if (!cell_charge(cell, 1u << order))
		return NULL;
	obj = pool_alloc(order);
	if (!obj) {
		cell_uncharge(cell, 1u << order);
		return NULL;
	}
	obj->type = (uint8_t)type;
	obj->order = (uint8_t)order;
	obj->cell = cell;
	list_init(&obj->link);
	return obj;
}

void object_init(struct object *obj, struct slot *slot, struct slot *from)
{
	struct cell *cell = obj->cell;

	/* The root cell alone belongs to nobody. */
	assert(!cell || cell_within(cell, slot->cell));
	assert(!from || obj->type == OBJ_SECTION || obj->type == OBJ_IRQ);
	if (cell)
		list_add_tail(obj->type == OBJ_THREAD ? &cell->threads : &cell->objects,
			      &obj->link);
	obj->original = slot;
	slot->obj = obj;
	slot->rights = L4_R_ALL;
	slot->flags = SLOT_ORIGINAL;
	slot->badge = 0;
	slot_link(slot, from);
}

void object_free(struct object *obj)
{
	struct cell *cell = obj->cell;
	unsigned order = obj->order;

	list_del(&obj->link);
	if (!order)
		return;
	memset(obj, 0, (size_t)1 << order);
	pool_free(obj, order);
	cell_uncharge(cell, 1u << order);
}

static bool vcpu_busy(const struct vcpu *v)
{
	if (v->s || v->u)
		return true;
	for (uint32_t i = 0; i < VCPU_HELPERS; i++)
		if (v->helper[i])
			return true;
	return false;
}

bool object_busy(const struct object *obj)
{
	const struct space *space = (const struct space *)(const void *)obj;
	const struct frame *frame = (const struct frame *)(const void *)obj;

	switch (obj->type) {
	case OBJ_SPACE:
		return space->users || space->sharers;
	case OBJ_FRAME:
		return frame->users;
	case OBJ_VCPU:
		return vcpu_busy((const struct vcpu *)(const void *)obj);
	default:
		return false;
	}
}

int object_destroy(struct object *obj)
{
	switch (obj->type) {
	case OBJ_CELL:
		return cell_destroy(obj);
	case OBJ_THREAD:
		return thread_destroy(obj);
	case OBJ_SPACE:
		return space_destroy(obj);
	case OBJ_SECTION:
		return section_destroy(obj);
	case OBJ_FRAME:
		return frame_destroy(obj);
	case OBJ_IRQ:
		return irq_destroy(obj);
	case OBJ_VCPU:
		return vcpu_destroy(obj);
	default:
		/* Static ones: nobody can have them any more. */
		object_free(obj);
		return L4_OK;
	}
}
