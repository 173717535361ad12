/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Random calls on capabilities beside a model that is too simple to be wrong:
 * a table of (object, rights, badge, parent) without lists, flags or steps.
 * Calls may be preempted anywhere but are carried through; test_capmix.c mixes
 * unfinished ones.  ARMATURE_SEED and ARMATURE_STEPS repeat a run or lengthen it.
 */
#include <stdio.h>
#include <stdlib.h>
#include "objects.h"

#define CELLS	10
#define SLOTS	32
#define OBJECTS (CELLS * SLOTS + 8)
#define NOWHERE 5000 /* beyond every table */
#define NO_SLOT (-1)

struct mobj {
	bool alive;
	enum object_type type;
	int cell;     /* whose it is; a cell's parent */
	int is;	      /* a cell: its index */
	int original; /* slot */
	uint32_t base, size;
};

struct mslot {
	int obj; /* 0: empty */
	uint8_t rights;
	uint32_t badge;
	int parent;
};

static struct mobj objs[OBJECTS];
static struct mslot slots[CELLS * SLOTS];
static struct cell *cells[CELLS];
static int cell_obj[CELLS];
static struct thread *callers[CELLS];
static unsigned results[64]; /* by -result */
static int ram_obj;

static bool is_original(int s)
{
	return objs[slots[s].obj].original == s;
}

static bool within(int cell, int top)
{
	while (cell != top && cell != 0)
		cell = objs[cell_obj[cell]].cell;
	return cell == top;
}

static int slot_index(int cell, uint32_t n)
{
	return n < SLOTS ? cell * SLOTS + (int)n : NO_SLOT;
}

static int new_obj(enum object_type type, int cell, int slot, int parent)
{
	int o = 1;

	while (objs[o].alive)
		o++;
	assert_true(o < OBJECTS);
	objs[o] = (struct mobj){.alive = true, .type = type, .cell = cell, .original = slot};
	slots[slot] = (struct mslot){o, L4_R_ALL, 0, parent};
	return o;
}

/* --- the model's deletion and revocation --- */

static void m_delete(int s);

static void m_revoke(int s)
{
	for (int i = 0; i < CELLS * SLOTS; i++)
		if (slots[i].obj && slots[i].parent == s) {
			m_revoke(i);
			m_delete(i);
		}
}

static void m_delete_cell(int cell)
{
	for (int o = 1; o < OBJECTS; o++)
		if (objs[o].alive && objs[o].cell == cell && o != cell_obj[cell])
			m_delete(objs[o].original);
	for (int i = cell * SLOTS; i < (cell + 1) * SLOTS; i++)
		if (slots[i].obj)
			m_delete(i);
	cells[cell] = NULL;
	free(callers[cell]);
}

static void m_delete(int s)
{
	int o = slots[s].obj;

	if (is_original(s)) {
		m_revoke(s);
		if (objs[o].type == OBJ_CELL)
			m_delete_cell(objs[o].is);
		objs[o].alive = false;
	} else {
		for (int i = 0; i < CELLS * SLOTS; i++)
			if (slots[i].obj && slots[i].parent == s)
				slots[i].parent = slots[s].parent;
	}
	slots[s].obj = 0;
}

/* --- what the model answers --- */

static int m_lookup(int own, uint32_t n, enum object_type type, uint8_t rights, int *err)
{
	int s = slot_index(own, n);

	if (s == NO_SLOT || !slots[s].obj || objs[slots[s].obj].type != type)
		*err = L4_ECAP;
	else if ((slots[s].rights & rights) != rights)
		*err = L4_ERIGHT;
	else
		return slots[s].obj;
	return 0;
}

static int m_cell(int own, uint32_t n, int *err)
{
	int o;

	if (!n)
		return own;
	o = m_lookup(own, n, OBJ_CELL, L4_R_CONTROL, err);
	return o ? objs[o].is : -1;
}

static int m_empty(int cell, uint32_t n, int *err)
{
	int s = n ? slot_index(cell, n) : NO_SLOT;

	if (s == NO_SLOT)
		*err = L4_EINVAL;
	else if (slots[s].obj)
		*err = L4_EBUSY;
	else
		return s;
	return NO_SLOT;
}

static int m_depth(int s)
{
	int depth = 0;

	for (; s != NO_SLOT; s = slots[s].parent)
		depth++;
	return depth;
}

static int m_copy(int own, const uint32_t *r)
{
	int err, dst, to, src = slot_index(own, r[0]);

	if (src == NO_SLOT || !slots[src].obj)
		return L4_ECAP;
	to = m_cell(own, r[1], &err);
	if (to < 0)
		return err;
	dst = m_empty(to, r[2], &err);
	if (dst == NO_SLOT)
		return err;
	if (r[3] > L4_R_ALL)
		return L4_EINVAL;
	if ((r[3] & ~slots[src].rights) || (to != own && !(slots[src].rights & L4_R_GRANT)) ||
	    (r[4] && slots[src].badge && r[4] != slots[src].badge))
		return L4_ERIGHT;
	if (m_depth(src) >= SLOT_MAX_DEPTH)
		return L4_ELIMIT;
	slots[dst] =
	    (struct mslot){slots[src].obj, (uint8_t)r[3], r[4] ? r[4] : slots[src].badge, src};
	return L4_OK;
}

static int m_move(int own, const uint32_t *r)
{
	int err, dst, to, children = 0, src = slot_index(own, r[0]);

	if (src == NO_SLOT || !slots[src].obj)
		return L4_ECAP;
	to = m_cell(own, r[1], &err);
	if (to < 0)
		return err;
	dst = m_empty(to, r[2], &err);
	if (dst == NO_SLOT)
		return err;
	for (int i = 0; i < CELLS * SLOTS; i++)
		children += slots[i].obj && slots[i].parent == src;
	if (children > 64)
		return L4_EBUSY;
	if (to != own && is_original(src))
		return L4_EINVAL;
	if (to != own && !(slots[src].rights & L4_R_GRANT))
		return L4_ERIGHT;
	if (is_original(src))
		objs[slots[src].obj].original = dst;
	slots[dst] = slots[src];
	for (int i = 0; i < CELLS * SLOTS; i++)
		if (slots[i].obj && slots[i].parent == src)
			slots[i].parent = dst;
	slots[src].obj = 0;
	return L4_OK;
}

static int m_cap_delete(int own, const uint32_t *r)
{
	int s = slot_index(own, r[0]);

	if (s == NO_SLOT)
		return L4_EINVAL;
	if (!slots[s].obj)
		return L4_OK;
	if (is_original(s) && slots[s].obj == cell_obj[own])
		return L4_EINVAL;
	m_delete(s);
	return L4_OK;
}

static int m_cap_revoke(int own, const uint32_t *r)
{
	int s = slot_index(own, r[0]);

	if (s == NO_SLOT || !slots[s].obj)
		return L4_ECAP;
	m_revoke(s);
	return L4_OK;
}

/* A cell's place that is free; 0: none. */
static int free_cell(void)
{
	for (int c = 1; c < CELLS; c++)
		if (!cells[c])
			return c;
	return 0;
}

static int m_cell_create(int own, const uint32_t *r)
{
	int o, err, c = free_cell(), dst = m_empty(own, r[0], &err);

	if (dst == NO_SLOT)
		return err;
	o = new_obj(OBJ_CELL, own, dst, NO_SLOT);
	objs[o].is = c;
	cell_obj[c] = o;
	return L4_OK;
}

static int m_target(int own, const uint32_t *r, int *cell, int *dst)
{
	int err;

	*cell = m_cell(own, r[0], &err);
	if (*cell < 0)
		return err;
	if (!within(*cell, own))
		return L4_EINVAL;
	*dst = m_empty(own, r[1], &err);
	return *dst == NO_SLOT ? err : L4_OK;
}

static int m_derive(int own, const uint32_t *r)
{
	int cell, dst, src, o, from, err = m_target(own, r, &cell, &dst);

	if (err != L4_OK)
		return err;
	src = m_lookup(own, r[2], OBJ_SECTION, cell == own ? 0 : L4_R_GRANT, &err);
	if (!src)
		return err;
	if (r[3] % 4096 || r[4] % 4096 || !r[4] || (uint64_t)r[3] + r[4] > objs[src].size)
		return L4_EINVAL;
	from = slot_index(own, r[2]);
	if (r[5] & ~slots[from].rights)
		return L4_ERIGHT;
	if (m_depth(from) >= SLOT_MAX_DEPTH)
		return L4_ELIMIT;
	o = new_obj(OBJ_SECTION, cell, dst, from);
	slots[dst].rights = (uint8_t)r[5];
	objs[o].base = objs[src].base + r[3];
	objs[o].size = r[4];
	return L4_OK;
}

static int m_frame_create(int own, const uint32_t *r)
{
	int cell, dst, err = m_target(own, r, &cell, &dst);

	if (err == L4_OK)
		new_obj(OBJ_FRAME, cell, dst, NO_SLOT);
	return err;
}

/* --- the two side by side --- */

static struct slot *real(int s)
{
	return &cells[s / SLOTS]->table[s % SLOTS];
}

static void compare(void)
{
	for (int s = 0; s < CELLS * SLOTS; s++) {
		const struct mslot *m = &slots[s];
		const struct slot *k;

		if (!cells[s / SLOTS])
			continue;
		k = real(s);
		assert_int_equal(!m->obj, !k->obj);
		if (!m->obj)
			continue;
		assert_ptr_equal(k->obj, real(objs[m->obj].original)->obj);
		assert_int_equal(k->obj->type, objs[m->obj].type);
		assert_ptr_equal(k->obj->original, real(objs[m->obj].original));
		assert_int_equal(k->rights, m->rights);
		assert_int_equal(k->badge, m->badge);
		assert_int_equal(k->flags, is_original(s) ? SLOT_ORIGINAL : 0);
		assert_ptr_equal(k->parent, m->parent == NO_SLOT ? NULL : real(m->parent));
	}
}

/* Any slot, rather one that is used (or not) than otherwise. */
static uint32_t random_slot(int own, bool used)
{
	uint32_t n = 0;

	if (!test_random(50))
		return NOWHERE;
	for (int i = 0; i < 4; i++) {
		n = test_random(SLOTS);
		if (!slots[slot_index(own, n)].obj != used)
			break;
	}
	return n;
}

/* One's own cell, one that there is, or anything. */
static uint32_t random_cell_arg(int own)
{
	switch (test_random(8)) {
	case 0:
		return random_slot(own, true);
	case 1:
	case 2:
	case 3:
		return 0;
	default:
		for (uint32_t n = test_random(SLOTS); n < SLOTS; n++)
			if (objs[slots[slot_index(own, n)].obj].type == OBJ_CELL)
				return n;
		return 0;
	}
}

static uint32_t random_rights(void)
{
	return test_random(3) ? L4_R_ALL : test_random(L4_R_ALL + 2);
}

struct op {
	call_fn *real;
	int (*model)(int own, const uint32_t *r);
	unsigned weight;
};

static const struct op ops[] = {
    {sys_cap_copy, m_copy, 40},		 {sys_cap_move, m_move, 15},
    {sys_cap_delete, m_cap_delete, 12},	 {sys_cap_revoke, m_cap_revoke, 6},
    {sys_section_derive, m_derive, 20},	 {sys_frame_create, m_frame_create, 6},
    {sys_cell_create, m_cell_create, 4},
};

static const struct op *random_op(void)
{
	uint32_t w = test_random(103);
	const struct op *op = ops;

	while (w >= op->weight)
		w -= op++->weight;
	return op;
}

static void random_args(const struct op *op, int own, uint32_t *r)
{
	bool makes = op->real == sys_section_derive || op->real == sys_frame_create;

	r[0] = random_slot(own, op->real != sys_cell_create);
	r[1] = random_slot(own, !makes);
	r[2] = random_slot(own, op->real == sys_section_derive);
	r[3] = random_rights();
	r[4] = test_random(4) ? 0 : test_random(4);
	if (op->real == sys_cell_create) {
		r[1] = test_random(10) ? 20000u << test_random(4) : ~0u;
		r[2] = SLOTS;
		r[3] = 10;
		return;
	}
	r[makes ? 0 : 1] = random_cell_arg(own);
	if (op->real == sys_section_derive) {
		r[3] = test_random(8) << 12;
		r[4] = test_random(8) << 12;
		r[5] = test_random(2) ? L4_R_ALL : test_random(L4_R_ALL + 1);
	}
}

static int random_cell(void)
{
	int c;

	do
		c = (int)test_random(CELLS);
	while (!cells[c]);
	return c;
}

/* A new cell's real side, for the model's cell c. */
static void adopt_cell(int c, struct cell *cell)
{
	cells[c] = cell;
	callers[c] = calloc(1, sizeof(struct thread));
	callers[c]->obj.cell = cell;
}

static void step(void)
{
	const struct op *op = random_op();
	int own = random_cell(), err, expected;
	uint32_t r[8] = {0};

	if (op->real == sys_cell_create && !free_cell())
		return;
	random_args(op, own, r);
	/* All memory comes from root's one section: without it nothing more would happen. */
	if (op->real == sys_cap_delete && own == 0 && r[0] < SLOTS && slots[r[0]].obj == ram_obj)
		return;
	preempt_rate = test_random(4);
	err = call_until_done(op->real, callers[own], r);
	if (err == L4_EQUOTA) {
		results[-err]++;
		return;
	}
	expected = op->model(own, r);
	if (err != expected)
		fail_msg("call %d answers %d, the model %d", (int)(op - ops), err, expected);
	results[-err]++;
	if (op->real == sys_cell_create && err == L4_OK)
		adopt_cell(free_cell(), (struct cell *)cells[own]->table[r[0]].obj);
}

static void capabilities_are_as_in_the_model(void **state)
{
	const char *seed = getenv("ARMATURE_SEED"), *steps = getenv("ARMATURE_STEPS");
	unsigned long count = steps ? strtoul(steps, NULL, 0) : 200000;

	(void)state;
	test_random_state = seed ? strtoull(seed, NULL, 0) : 20240601;
	print_message("ARMATURE_SEED=%llu, %lu steps\n", (unsigned long long)test_random_state,
		      count);
	memset(slots, 0, sizeof(slots));
	memset(objs, 0, sizeof(objs));
	adopt_cell(0, root);
	cell_obj[0] = new_obj(OBJ_CELL, 0, L4_SLOT_CELL, NO_SLOT);
	new_obj(OBJ_IRQS, 0, L4_SLOT_IRQ, NO_SLOT);
	ram_obj = new_obj(OBJ_SECTION, 0, RAM_SLOT, NO_SLOT);
	objs[ram_obj].size = RAM_SIZE;
	for (unsigned long i = 0; i < count; i++) {
		step();
		compare();
		if (i % 16 == 0)
			check_world();
	}
	for (int e = 0; e < -L4_ELAST; e++)
		if (results[e])
			print_message("result %3d: %u times\n", -e, results[e]);
	for (int c = 0; c < CELLS; c++)
		if (cells[c])
			free(callers[c]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(capabilities_are_as_in_the_model, world_begin,
					    world_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
