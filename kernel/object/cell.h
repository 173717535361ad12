/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A cell: a protection domain with a capability table, a quota of kernel
 * memory, a highest priority, and a supervisor that is told of its faults.
 */
#ifndef OBJECT_CELL_H
#define OBJECT_CELL_H

#include "object/object.h"
#include "object/ref.h"

#define CELL_MAX_SLOTS	2048
#define CELL_MIN_SLOTS	16
#define CELL_MAX_DEPTH	8

/* Of the cell's spaces, for kernel/mm: the scan that space_unmap_phys is at. */
struct cell_mm {
	uint32_t phys, size;	/* what is to go; size 0: no scan */
	struct list *at;	/* space that is being looked through, or the list's head */
	uint32_t mb;		/* megabyte in it, */
	uint16_t page;		/* and page in that */
	uint16_t ticket;	/* of the scan, or the last one */
	uint32_t generation;	/* counts removals: see space_generation */
};

struct cell {
	struct object obj;	/* obj.cell is the parent; NULL for root */
	struct slot *table;
	uint32_t slots;		/* shrinks to 0 while the cell is destroyed */
	uint8_t table_order;	/* log2 of the table's size in the pool */
	uint32_t quota, used;	/* bytes; children's quotas count as used */
	uint8_t max_prio, depth;
	char name[9];
	struct list threads;	/* objects of type OBJ_THREAD */
	struct list objects;	/* all others */
	struct list spaces;	/* struct space: cell_link */
	struct cell_mm mm;
	struct ref supervisor;	/* NULL: nobody */
	uint32_t supervisor_badge;
	struct list all;	/* in cell_all */
	struct budget *budget;	/* NULL: none of its own */
};

extern struct list cell_all;	/* every cell, by `all`: for the debugger and panic */

/* True, and charged, if the quota covers it. */
bool cell_charge(struct cell *cell, uint32_t bytes) must_check;
void cell_uncharge(struct cell *cell, uint32_t bytes);

/*
 * The first cell, built at boot from the pool.  Its capability is in L4_SLOT_CELL
 * of its own table; it has all of the pool that is left as its quota.
 */
struct cell *cell_boot(void);

/* True if cell is top or below it. */
bool cell_within(const struct cell *cell, const struct cell *top) must_check;

/* The slot with this number, or NULL; it may be empty. */
static inline struct slot *cell_slot(struct cell *cell, l4_slot n)
{
	struct slot *s;

	if (unlikely(n >= cell->slots))
		return NULL;
	s = &cell->table[n];
	if (!s)
		__builtin_unreachable();	/* else each caller's test is made twice */
	return s;
}

/* An object's type, if its destruction has not begun; two bytes in one load. */
static inline uint32_t object_live_type(const struct object *obj)
{
	_Static_assert(offsetof(struct object, dying) == offsetof(struct object, type) + 1,
		       "a pair");
	return *(const uint16_t *)(const void *)&obj->type;
}

/* A slot's rights, and its flags shifted by 8. */
static inline uint32_t slot_access(const struct slot *s)
{
	_Static_assert(offsetof(struct slot, flags) == offsetof(struct slot, rights) + 1, "a pair");
	return *(const uint16_t *)(const void *)&s->rights;
}

/* Of a slot_access: the capability cannot be used to name its object. */
#define SLOT_NO_ACCESS ((SLOT_DYING | SLOT_REPLY) << 8)

/*
 * The object in a slot, if it is of this type and the capability has all these
 * rights; else NULL, and *err says why.  Never finds a dying slot or object,
 * nor a saved reply.
 */
static inline struct object *cap_lookup(struct cell *cell, l4_slot n, enum object_type type,
					uint32_t rights, int *err)
{
	const struct slot *s = cell_slot(cell, n);
	uint32_t access;

	*err = L4_ECAP;
	if (unlikely(!s || !s->obj || object_live_type(s->obj) != type))
		return NULL;
	access = slot_access(s);
	if (likely((access & (rights | SLOT_NO_ACCESS)) == rights))
		return s->obj;
	if (!(access & SLOT_NO_ACCESS))
		*err = L4_ERIGHT;
	return NULL;
}

/*
 * The slot n of a cell if it exists and is empty; else NULL, *err says why.  In
 * a cell that is being destroyed, none is.
 */
struct slot *cap_empty(struct cell *cell, l4_slot n, int *err) must_check;

/* The cell an argument names: 0 is the caller's own; else needs L4_R_CONTROL. */
struct cell *cell_find(struct cell *own, l4_slot n, int *err) must_check;
/* The same for the cell of a new object: the caller's own or one below (EINVAL). */
struct cell *cell_arg(struct cell *own, l4_slot n, int *err) must_check;

/* A copy of src in the empty slot dst: see sys_cap_copy. */
int cap_copy_slot(struct slot *src, struct slot *dst, uint8_t rights, uint32_t badge) must_check;

/*
 * Empties a slot that is not empty; see object.h for what goes with it.
 * Preemptible; L4_EBUSY, with nothing changed: the object is in use.
 */
int cap_delete(struct slot *s) must_check;
/* Empties the tree below a slot.  Preemptible. */
int cap_revoke(struct slot *s) must_check;

#endif
