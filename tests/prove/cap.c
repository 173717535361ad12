/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The capability tree (kernel/object/cap.c, ref.c): each operation on each slot of
 * any forest leaves a sound forest, preempted or not.
 */
#include "any.h"
#include "object/cap.c"
#include "object/ref.c"
#include "world.h"

/* --- assumed --- */

bool preempt_pending(void)
{
	return any_bool();
}

/* It is through, or preempted; so is the next. */
int space_unmap_phys(struct cell *c, uint32_t phys, uint32_t size, uint16_t *ticket)
{
	*ticket = any_u16();
	return any_bool() * L4_RESTART;
}

int object_destroy(struct object *obj)
{
	return any_bool() * L4_RESTART;
}

bool object_busy(const struct object *obj)
{
	return any_bool();
}

bool cell_within(const struct cell *c, const struct cell *top)
{
	return any_bool();
}

struct cell *cell_find(struct cell *own, l4_slot n, int *err)
{
	*err = L4_ECAP;
	return any_bool() ? NULL : &cell[any_below(2)];
}

void ipc_reply_drop(struct slot *s)
{
	s->obj = NULL;
	s->flags = 0;
}

/* --- proved --- */

static struct thread thread;

static void prove_copy(struct slot *src)
{
	int err;

	any_forest();
	err = cap_copy_slot(src, &table[EMPTY], any_u8(), any_u32());
	check_forest();
	//@ check copied: err != 0 || table[EMPTY].parent == src;
	//@ check not_copied: err == 0 || table[EMPTY].obj == \null;
}

static void prove_delete(struct slot *s)
{
	int err;

	any_forest();
	err = cap_delete(s);
	check_forest();
	//@ check deleted: err != 0 || s->obj == \null;
}

static void prove_revoke(struct slot *s)
{
	int err;

	any_forest();
	err = cap_revoke(s);
	check_forest();
	//@ check revoked: err != 0 || (s->child == \null && s->obj != \null);
}

static void prove_move(uint32_t n)
{
	int err;

	any_forest();
	thread.obj.cell = &cell[0];
	thread.regs.r[0] = n;
	thread.regs.r[1] = any_u32();
	thread.regs.r[2] = EMPTY;
	err = sys_cap_move(&thread);
	check_forest();
	//@ check moved: err != 0 || table[n].obj == \null;
	//@ check not_moved: err == 0 || table[EMPTY].obj == \null;
}

/* A saved right to answer is in no tree. */
static void prove_reply(void)
{
	int err;

	any_forest();
	table[EMPTY].obj = &thread.obj;
	table[EMPTY].flags = SLOT_REPLY;
	err = cap_delete(&table[EMPTY]);
	check_forest();
}

/* References to two threads, set to any of them or to none. */
static void prove_refs(void)
{
	static struct thread to[2];
	static struct ref ref[2];

	list_init(&to[0].refs);
	list_init(&to[1].refs);
	//@ loop unroll 4;
	for (int i = 0; i < 4; i++) {
		struct thread *t = any_bool() ? NULL : any_bool() ? &to[0] : &to[1];
		struct ref *r = any_bool() ? &ref[0] : &ref[1];

		ref_set(r, t);
		//@ check set: r->to == t;
		//@ check on_list: !t || (r->link.next->prev == &r->link && t->refs.prev == &r->link);
	}
}

void main(void)
{
	prove_refs();
	//@ loop unroll 50;
	do {
		prove_reply();
		//@ loop unroll SLOTS;
		for (uint32_t i = 0; i < SLOTS; i++) {
			prove_copy(&table[i]);
			prove_delete(&table[i]);
			prove_revoke(&table[i]);
			prove_move(i);
		}
	} while (next_shape());
}
