/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * An address space: ARMv7 short descriptors, an ASID, a generation.
 *
 * A space can declare a range that later spaces share with it (a guest kernel's
 * range): those copy its first-level descriptors, so the second-level tables
 * are the same memory, and a sharer neither allocates nor frees them.  From the
 * declaration on, first-level descriptors in the range are final.  Each
 * megabyte has one domain: user or guest kernel.
 *
 * Removals and downgrades are complete in tables and TLB when the function that
 * made them returns, also with L4_RESTART.
 */
#ifndef MM_SPACE_H
#define MM_SPACE_H

#include "object/cell.h"
#include "object/section.h"

/*
 * Where a guest's process can write, so that taking this right from all of it,
 * which is what a fork does, looks at a few windows instead of all tables.  Only
 * spaces that share a range keep it: for others it would be work for nothing.
 */
#define SPACE_WINDOWS	15u
#define WINDOWS_MANY	0xffffu
#define WINDOW_SHIFT	16
#define WINDOWS_SEEN	16u

struct space {
	struct object obj;
	uint32_t *l1;		/* 16 KB, aligned; the kernel's mapping */
	uint32_t ttbr;		/* its physical address with the walk attributes */
	uint32_t asid;		/* in the low 8 bits; 0: none yet */
#ifdef CONFIG_SMP
	uint32_t cores;		/* whose TLBs may have entries of this ASID */
	uint32_t share_cores;	/* or of any space that shares its range; never fewer again */
#endif
	uint64_t asid_gen;	/* of the ASID allocator; an older one: no TLB has entries */
	uint32_t generation;	/* number of the last removal outside the shared range */
	uint32_t share_generation;	/* inside it; only of a space without base */
	uint32_t users;		/* threads and virtual CPUs in it: not destroyed (EBUSY) */
	uint32_t sharers;	/* spaces that share its range: likewise */
	struct space *base;	/* whose range it shares, or NULL */
	uint32_t share_first;	/* megabytes: its own range if base is NULL, else base's */
	uint32_t share_count;
	uint32_t cursor;	/* megabyte where a preempted share or destruction goes on */
	uint32_t used[4];	/* a bit for 32 MB: something was mapped there once */
	uint16_t window[SPACE_WINDOWS];	/* all windows outside the shared range that have such pages */
	uint16_t windows;	/* how many; WINDOWS_MANY: more than fit, or not kept */
	uint32_t seen[WINDOWS_SEEN];	/* some of them, plus 1, by their low bits: to find them fast */
	struct list cell_link;	/* cell->spaces */
};

#define SPACE_GROUP	32u	/* megabytes of a bit in used */

static inline bool space_used(const struct space *s, uint32_t mb)
{
	return s->used[mb / SPACE_GROUP / 32] >> (mb / SPACE_GROUP % 32) & 1;
}

static inline void space_use(struct space *s, uint32_t mb)
{
	s->used[mb / SPACE_GROUP / 32] |= 1u << (mb / SPACE_GROUP % 32);
}

/* The first megabyte from mb on that may have something; 4096: none. */
uint32_t space_next_used(const struct space *s, uint32_t mb);

/* A page at va becomes writable. */
void space_note_window(struct space *s, uint32_t window);
static inline void space_note_write(struct space *s, uint32_t va)
{
	uint32_t window = va >> WINDOW_SHIFT;

	if (s->windows != WINDOWS_MANY && s->seen[window % WINDOWS_SEEN] != window + 1)
		space_note_window(s, window);
}

/* Of so many megabytes from mb on, aligned, none has anything. */
#define SPACE_LOOK	4u
static inline bool space_empty(const struct space *s, uint32_t mb)
{
	const uint32_t *l1 = s->l1 + mb;

	return !(mb % SPACE_LOOK) && !(l1[0] | l1[1] | l1[2] | l1[3]);
}

/*
 * The number of the last removal or downgrade that the space saw: what was read
 * from a guest's tables before that must not be mapped any more.  The numbers
 * come from one counter of the cell; a removal in a shared range shows in all
 * that share it, at once.
 */
static inline uint32_t space_generation(const struct space *s)
{
	uint32_t shared = (s->base ? s->base : s)->share_generation;

	return (int32_t)(shared - s->generation) > 0 ? shared : s->generation;
}

/*
 * Removes every mapping of [phys, phys + size) from all spaces of a cell, in
 * tables and TLBs.  Preemptible.  *ticket is 0 at the beginning and is kept, with
 * what is to go (a slot, a section), by the caller; nobody can map through that
 * in the meantime.  A section mapping that is only partly in the range goes as
 * a whole if it is in a shared range or the quota has no table for the rest.
 */
int space_unmap_phys(struct cell *cell, uint32_t phys, uint32_t size,
		     uint16_t *ticket) must_check;

/*
 * One mapping of at most 256 pages, the core of every map call: checks section
 * rights and range, attributes, domain, window.  The caller has checked that
 * the space's cell has the section, and calls space_map_sync after the last.
 */
int space_map_item(struct space *s, const struct section *sec, uint32_t rights, uint32_t offset,
		   uint32_t va_attr, uint32_t pages) must_check;
/*
 * Items of a map queue, from `at` on, each read once.  Ends with the last one,
 * or where it is preempted: the index of the next.  One that fails does not keep
 * the others from being made; the first error is the result.
 */
uint32_t space_map_queue(struct space *s, const volatile struct l4_map_item *q, uint32_t at,
			 uint32_t count, int *result) must_check;
/* An item that is the usual one of a fault, with space_map_sync; false: nothing was done. */
bool space_map_one(struct space *s, const volatile struct l4_map_item *item) must_check;
/* After maps, before anything runs on them. */
void space_map_sync(void);

/* True if va is mapped at all, whatever its rights.  For fault reports. */
bool space_maps(const struct space *s, uint32_t va);

/*
 * Makes it the space of this core, which is in another one: TTBR0 and ASID,
 * synchronized by the exception return.
 */
void space_enter(struct space *s);
/* This core leaves the space it is in: no walk is under way in its tables then. */
void asid_leave(void);

/* The first space, for the root cell.  TTBR0 is still the boot's. */
struct space *space_boot(struct cell *cell, struct slot *slot);

#endif
