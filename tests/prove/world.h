/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What the proofs of the capability tree begin with: any forest of up to SLOTS
 * slots.  A shape is the depth of each slot in preorder; next_shape goes through
 * all.  What is not the shape (flags, rights, badges, cells) is any value.
 */
#ifndef PROVE_WORLD_H
#define PROVE_WORLD_H

#include "any.h"
#include "object/cell.h"

#ifndef SLOTS
#define SLOTS 3
#endif

#define EMPTY SLOTS		/* the slot behind those of the forest is empty */

struct cell cell[2];
struct slot table[SLOTS + 1];
struct section section[2];
static uint32_t depth[SLOTS];

/* The next sequence of depths with depth[i] <= depth[i - 1] + 1; false: that was all. */
static bool next_shape(void)
{
	for (int i = SLOTS - 1; i > 0; i--) {
		if (depth[i] <= depth[i - 1]) {
			depth[i]++;
			return true;
		}
		depth[i] = 0;
	}
	return false;
}

static void any_slot(struct slot *s)
{
	s->obj = &section[any_below(2)].obj;
	s->rights = any_u8();
	s->flags = (uint8_t)any_below(64) & ~SLOT_REPLY;
	s->ticket = any_u16();
	s->badge = any_u32();
}

static void link_last(struct slot *s, struct slot *parent)
{
	struct slot *last = parent->child;

	s->parent = parent;
	if (!last) {
		parent->child = s;
		return;
	}
	while (last->next)
		last = last->next;
	last->next = s;
	s->prev = last;
}

static void any_forest(void)
{
	struct slot *path[SLOTS];

	for (int i = 0; i < 2; i++) {
		cell[i].table = table;
		cell[i].slots = SLOTS + 1;
		cell[i].obj.dying = any_bool();
		section[i].obj.type = (uint8_t)(OBJ_SECTION + any_bool());
		section[i].obj.dying = any_bool();
		section[i].obj.original = &table[any_below(SLOTS)];
		section[i].base = any_u32();
		section[i].size = any_u32();
	}
	for (int i = 0; i <= SLOTS; i++) {
		table[i] = (struct slot){ .cell = &cell[any_below(2)] };
		if (i == EMPTY)
			break;
		any_slot(&table[i]);
		if (depth[i])
			link_last(&table[i], path[depth[i] - 1]);
		path[depth[i]] = &table[i];
	}
}

/* Between any two calls. */
static void check_forest(void)
{
	for (int i = 0; i <= SLOTS; i++) {
		const struct slot *s = &table[i];

		if (!s->obj) {
			//@ check empty: !s->parent && !s->child && !s->next && !s->prev;
			//@ check empty_flags: !s->flags;
			continue;
		}
		if (s->prev) {
			//@ check prev: s->prev->next == s;
			//@ check same_parent: s->prev->parent == s->parent;
			//@ check prev_used: s->prev->obj != \null;
		} else if (s->parent) {
			//@ check first: s->parent->child == s;
			//@ check parent_used: s->parent->obj != \null;
		}
		if (s->next) {
			//@ check next: s->next->prev == s;
		}
		if (s->child) {
			//@ check child: s->child->parent == s && !s->child->prev;
		}
	}
}

#endif
