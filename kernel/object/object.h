/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What all kernel objects have in common, and the capability slots that name
 * them.
 *
 * Life of an object.  It belongs to one cell, whose quota pays for it and on
 * whose list it stands.  The slot that was filled when it was made holds the
 * *original* capability: deleting that one destroys the object, and with it
 * every copy, and everything derived.  Other capabilities only name it.
 *
 * Slots form a tree: a copy or a derived object's original is a child of the
 * slot it came from.  cap_revoke empties the tree below a slot.  A slot that is
 * emptied while it has children (a plain copy) hands them to its parent.
 */
#ifndef OBJECT_OBJECT_H
#define OBJECT_OBJECT_H

#include "core/kernel.h"

enum object_type {
	OBJ_NONE = 0,
	OBJ_CELL,
	OBJ_THREAD,
	OBJ_SPACE,
	OBJ_SECTION,	/* physical memory or registers */
	OBJ_FRAME,	/* a page of kernel memory; embeds a section */
	OBJ_IRQS,	/* all interrupt lines */
	OBJ_IRQ,	/* one */
	OBJ_VCPU,
	OBJ_SYSTEM,
};

struct cell;
struct slot;

struct object {
	uint8_t type;		/* enum object_type */
	uint8_t dying;		/* destruction has begun: no lookup finds it */
	uint8_t order;		/* log2 of its size in the pool; 0: static */
	uint8_t spare;
	struct cell *cell;	/* whom it belongs to, who pays */
	struct list link;	/* cell->threads or cell->objects */
	struct slot *original;	/* the slot whose deletion destroys it */
};

/* 32 bytes, so that a table is indexed by a shift. */
struct slot {
	struct object *obj;	/* NULL: empty */
	uint8_t rights;
	uint8_t flags;		/* SLOT_ */
	uint16_t ticket;	/* DYING, of a section: see space_unmap_phys */
	uint32_t badge;
	struct slot *parent, *child, *next, *prev;	/* siblings end with NULL */
	struct cell *cell;	/* whose table it is in; set once */
};
_Static_assert(sizeof(void *) != 4 || sizeof(struct slot) == 32, "tables are indexed by shifting");

#define SLOT_ORIGINAL	1
#define SLOT_REPLY	2	/* a saved right to answer obj (a thread); not in the tree */
#define SLOT_DYING	4	/* being emptied; no lookup finds it */
#define SLOT_REVOKE	8	/* the tree below is being emptied: nothing can be added to it */
#define SLOT_MOVING	16	/* with DYING: on its way to another cell's table */
#define SLOT_UNMAPPED	32	/* with DYING: the mappings that it allowed are gone */

/* A path from an original without parent down to any slot is at most this long, + 1. */
#define SLOT_MAX_DEPTH	64

/* Puts a slot into the tree, below parent or (NULL) on its own. */
void slot_link(struct slot *s, struct slot *parent);
/* L4_OK if something can be put below s; ECAP, EBUSY: it is being revoked; ELIMIT: depth. */
int slot_extend(const struct slot *s) must_check;

/*
 * Allocates and frees objects: size is rounded up to a power of two of at least
 * 64 bytes, aligned to it, zeroed, and charged to the cell.  NULL: the quota
 * or the pool is exhausted.  object_init puts it on the cell's list and into
 * the slot as an original whose parent is `from` (NULL: none; only sections and
 * interrupts have one).  The slot is in the table of the object's cell or of a
 * cell above it, and an original never leaves its table: so whatever dies with a
 * cell belongs to that cell or to one below it.
 */
struct object *object_alloc(struct cell *cell, enum object_type type, size_t size) must_check;
void object_init(struct object *obj, struct slot *slot, struct slot *from);
/* Takes it off its list, gives the memory back zeroed and uncharges it. */
void object_free(struct object *obj);

/*
 * Destroys an object whose original slot has no children left.  Preemptible:
 * L4_RESTART means that it must be called again; L4_EBUSY that something still
 * uses it (a space with threads).  Dispatches on the type to the functions
 * below, each of which ends with object_free.
 *
 * What makes an object busy belongs to the same cell, so that a cell can always
 * be destroyed.  object_busy tells in advance: once dying is set, nothing that
 * was not busy can become it.
 */
bool object_busy(const struct object *obj) must_check;
int object_destroy(struct object *obj) must_check;
int thread_destroy(struct object *obj) must_check;
int space_destroy(struct object *obj) must_check;
int section_destroy(struct object *obj) must_check;
int frame_destroy(struct object *obj) must_check;
int cell_destroy(struct object *obj) must_check;
int irq_destroy(struct object *obj) must_check;
int vcpu_destroy(struct object *obj) must_check;

#endif
