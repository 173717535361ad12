/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Sections and frames: making, dividing, destroying.  A section knows its range
 * and not where it came from; that is the slot tree's to know (cap.c).  What is
 * mapped is the spaces' (mm/space.h).
 */
#include "object/section.h"
#include "core/boot.h"
#include "core/syscall.h"
#include "mm/pool.h"
#include "mm/space.h"

/* The kernel's own mapping of a frame is cached: others would not agree with it. */
#define FRAME_TYPES ((1u << L4_MT_WB) | (1u << L4_MT_WBWA))

static struct section *section_make(struct cell *cell, struct slot *slot, struct slot *from,
				    uint32_t base, uint32_t size)
{
	struct section *sec = (struct section *)object_alloc(cell, OBJ_SECTION, sizeof(*sec));

	if (!sec)
		return NULL;
	sec->base = base;
	sec->size = size;
	object_init(&sec->obj, slot, from);
	return sec;
}

void section_boot(struct slot *slot, uint32_t base, uint32_t size, uint8_t types, uint8_t rights)
{
	struct section *sec = section_make(slot->cell, slot, NULL, base, size);

	if (!sec)
		panic("boot: no memory for a section");
	sec->types = types;
	slot->rights = rights;
}

/* True if [offset, offset + size) are whole pages inside the section. */
static bool range_valid(const struct section *sec, uint32_t offset, uint32_t size)
{
	return size && (offset | size) % L4_PAGE_SIZE == 0 && offset < sec->size &&
	       size <= sec->size - offset;
}

int sys_section_derive(struct thread *cur)
{
	struct cell *own = cur->obj.cell, *cell;
	const uint32_t *r = cur->regs.r;
	struct section *src, *sec;
	struct slot *slot, *from;
	int err;

	cell = cell_arg(own, r[0], &err);
	if (!cell)
		return err;
	slot = cap_empty(own, r[1], &err);
	if (!slot)
		return err;
	src = (struct section *)cap_lookup(own, r[2], OBJ_SECTION, cell == own ? 0 : L4_R_GRANT,
					   &err);
	if (!src)
		return err;
	from = cell_slot(own, r[2]);
	if (!range_valid(src, r[3], r[4]) || (r[5] & ~(uint32_t)L4_R_ALL))
		return L4_EINVAL;
	if (r[5] & ~(uint32_t)from->rights)
		return L4_ERIGHT;
	err = slot_extend(from);
	if (err != L4_OK)
		return err;
	sec = section_make(cell, slot, from, src->base + r[3], r[4]);
	if (!sec)
		return L4_EQUOTA;
	sec->types = src->types;
	slot->rights = (uint8_t)r[5];
	return L4_OK;
}

/* A frame with its page, both paid by the cell; NULL: quota or pool exhausted. */
static struct frame *frame_make(struct cell *cell, struct slot *slot)
{
	struct frame *f = (struct frame *)object_alloc(cell, OBJ_FRAME, sizeof(*f));

	if (!f)
		return NULL;
	if (!cell_charge(cell, L4_PAGE_SIZE)) {
		object_free(&f->sec.obj);
		return NULL;
	}
	f->page = pool_alloc(L4_PAGE_SHIFT);
	if (!f->page) {
		cell_uncharge(cell, L4_PAGE_SIZE);
		object_free(&f->sec.obj);
		return NULL;
	}
	f->sec.base = pool_phys(f->page);
	f->sec.size = L4_PAGE_SIZE;
	f->sec.types = FRAME_TYPES;
	object_init(&f->sec.obj, slot, NULL);
	return f;
}

struct frame *frame_boot(struct slot *slot)
{
	struct frame *f = frame_make(slot->cell, slot);

	if (!f)
		panic("boot: no memory for a frame");
	return f;
}

int sys_frame_create(struct thread *cur)
{
	struct cell *own = cur->obj.cell, *cell;
	struct slot *slot;
	int err;

	cell = cell_arg(own, cur->regs.r[0], &err);
	if (!cell)
		return err;
	slot = cap_empty(own, cur->regs.r[1], &err);
	if (!slot)
		return err;
	return frame_make(cell, slot) ? L4_OK : L4_EQUOTA;
}

/*
 * Every capability but the original is gone, and with each its cell's mappings,
 * the original's too.  What is left are those that a cell above made for the
 * cell that the section belongs to.
 */
static int unmap_own(struct section *sec)
{
	if (sec->obj.cell == sec->obj.original->cell)
		return L4_OK;
	return space_unmap_phys(sec->obj.cell, sec->base, sec->size, &sec->ticket);
}

int section_destroy(struct object *obj)
{
	int err = unmap_own((struct section *)obj);

	if (err == L4_OK)
		object_free(obj);
	return err;
}

int frame_destroy(struct object *obj)
{
	struct frame *f = (struct frame *)obj;
	struct cell *cell = obj->cell;
	int err;

	if (f->users)
		return L4_EBUSY;
	err = unmap_own(&f->sec);
	if (err != L4_OK)
		return err;
	memset(f->page, 0, L4_PAGE_SIZE);
	pool_free(f->page, L4_PAGE_SHIFT);
	cell_uncharge(cell, L4_PAGE_SIZE);
	object_free(obj);
	return L4_OK;
}
