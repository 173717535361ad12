/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The device tree that a guest's Linux gets: the board's, without what is not
 * the guest's, and with what Armature gives it.
 *
 *   guest-nodes.c  all nodes, and the physical addresses of their registers
 *   guest-fate.c   what becomes of each
 *   guest-refs.c   what nodes lose whose partner is gone
 *   guest-tree.c   makes the new tree
 *   guest-add.c    what is new in it
 */
#ifndef GUEST_TREE_H
#define GUEST_TREE_H

#include "desc.h"

#define GUEST_TREE_MAX	0x100000	/* bytes */

/* From a tree that tree_check likes.  Reports what is wrong with it; then `out` stays empty. */
void guest_tree(const struct desc *d, const struct cell *c, const void *board, struct file *out);

/* Whether a Linux with this tree will find the device. */
bool guest_tree_has(const struct guest *g, const struct device *dev);

enum fate {
	KEEP,
	DROP,		/* with all below it */
	BUS,		/* its registers are not the guest's, something below it is */
	CLOCK,		/* becomes one of fixed frequency */
	CPU,		/* the one processor */
	CONTROLLER,	/* the interrupt controller */
};

struct gnode {
	int at;			/* offset in the tree */
	int parent;		/* index; -1: the root */
	uint32_t phandle;	/* 0: none */
	enum fate fate;
};

/* The board's tree; nodes in its order, so that a parent comes before its children. */
struct gnodes {
	const void *fdt;
	const struct cell *cell;
	int count;
	struct gnode *node;
	int controller;		/* index; -1: none was found */
};

struct span {
	uint64_t base, size;
};

#define SPANS_MAX	16

void gnodes_read(struct gnodes *g, const void *fdt, const struct cell *c);
void gnodes_free(struct gnodes *g);
const char *gnode_name(const struct gnodes *g, int i);
bool gnode_has(const struct gnodes *g, int i, const char *property);
uint32_t gnode_number(const struct gnodes *g, int i, const char *property, uint32_t otherwise);
bool gnode_compatible(const struct gnodes *g, int i, const char *compatible);
int gnode_by_phandle(const struct gnodes *g, uint32_t phandle);	/* index or -1 */
/*
 * How many registers it has, as the processor sees them, with size 0 for what it
 * cannot see; -1: they are on a bus of another kind, like I2C.
 */
int gnode_registers(const struct gnodes *g, int i, struct span to[SPANS_MAX]);
bool span_within(const struct span *s, uint64_t base, uint64_t size);

void fates_decide(struct gnodes *g);		/* guest-fate.c */
bool fates_spread(struct gnodes *g);		/* downwards and upwards; true: it changed some */

bool refs_drop(struct gnodes *g);		/* guest-refs.c; true: it changed some */
/* True if this property of a node that stays names a node that does not. */
bool refs_lost(const struct gnodes *g, const char *property, const void *data, int size);

/* A tree that is being made. */
struct tree_make {
	const struct desc *desc;
	const struct cell *cell;
	struct gnodes g;
	void *fdt;
	int err;		/* libfdt's, of the first that failed */
};

static inline void tree_try(struct tree_make *m, int err)
{
	if (err < 0 && !m->err)
		m->err = err;
}

void tree_add(struct tree_make *m);		/* guest-add.c */

#endif
