/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A section: a range of physical memory or device registers, with the memory
 * types that it may be mapped with.  A frame is a section of one page of the
 * kernel's own pool, which the kernel uses too: message buffers, register pages.
 *
 * Rule: a cell's spaces map only memory of sections that the cell holds a
 * capability of, or that belong to the cell (so that a cell above it can map for
 * it).  When a capability goes, its cell's mappings of that memory go with it,
 * through whatever capability they were made; when the section itself goes, so
 * do those of the cell that it belonged to.
 */
#ifndef OBJECT_SECTION_H
#define OBJECT_SECTION_H

#include "object/cell.h"

struct section {
	struct object obj;
	uint32_t base, size;	/* physical, multiples of a page; size 0 means 4 GiB: never made */
	uint8_t types;		/* L4_MTMASK_: bit n allows memory type n */
	uint16_t ticket;	/* dying: of the scan for its mappings, see mm/space.h */
};

struct frame {
	struct section sec;	/* first; obj.type is OBJ_FRAME */
	void *page;		/* the kernel's own mapping */
	uint32_t users;		/* buffers and register pages in it: destruction waits (EBUSY) */
};

/* Looks up a section or a frame; both can be mapped. */
static inline struct section *section_lookup(struct cell *cell, l4_slot n, uint32_t rights,
					     int *err)
{
	_Static_assert(OBJ_FRAME == OBJ_SECTION + 1, "one range");
	const struct slot *s = cell_slot(cell, n);
	uint32_t access;

	*err = L4_ECAP;
	if (unlikely(!s || !s->obj ||
		     object_live_type(s->obj) - OBJ_SECTION > OBJ_FRAME - OBJ_SECTION))
		return NULL;
	access = slot_access(s);
	if (likely((access & (rights | SLOT_NO_ACCESS)) == rights))
		return (struct section *)s->obj;
	if (!(access & SLOT_NO_ACCESS))
		*err = L4_ERIGHT;
	return NULL;
}

/* Made at boot, into a given slot of the root cell. */
void section_boot(struct slot *slot, uint32_t base, uint32_t size, uint8_t types, uint8_t rights);

#endif
