/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Random calls of several threads in several cells, each preempted anywhere and
 * gone on with later, or never.  There is no model of the outcome: after each
 * part of a call the world must be consistent (objects_check.c), a call that
 * ends well must have done what it says, and at the end everything must come
 * back.  ARMATURE_SEED and ARMATURE_STEPS repeat a run or lengthen it.
 */
#include <stdio.h>
#include <stdlib.h>
#include "objects.h"

#define TASKS	 8
#define CELLS	 10
#define SLOTS	 40
#define RESTARTS 20000 /* more of one call, and something does not get on */

/*
 * An argument each: u used slot, e empty slot, c cell, s section, S space,
 * T thread, F frame, I all lines, i line's slot, r rights, b bits or badge,
 * p pages, l line, q quota, n number of slots.
 */
struct op {
	call_fn *fn;
	const char *args;
	unsigned weight;
	const char *name;
};

#define OP(fn, args, weight)                                                                       \
	{                                                                                          \
		fn, args, weight, #fn                                                              \
	}
static const struct op ops[] = {
    OP(sys_cap_copy, "ucerb", 40),
    OP(sys_cap_move, "uce", 12),
    OP(sys_cap_delete, "u", 24),
    OP(sys_cap_revoke, "u", 6),
    OP(sys_section_derive, "cespp", 20),
    OP(sys_frame_create, "ce", 5),
    OP(sys_cell_create, "eqnb", 4),
    OP(sys_cell_supervise, "cT", 2),
    OP(sys_irq_create, "Iel", 3),
    OP(sys_irq_bind, "iTb", 3),
    OP(fake_space_create, "ce", 3),
    OP(fake_thread_create, "ceS", 6),
    OP(fake_vcpu_create, "ceFT", 3),
    OP(fake_reply_save, "eT", 3),
    OP(fake_map, "Ss", 25),
    OP(fake_buffer, "TF", 3),
};

struct task {
	struct thread *thread; /* NULL: it was destroyed */
	const struct op *op;   /* NULL: no call under way */
	uint32_t args[8];
	unsigned restarts;
};

static struct task tasks[TASKS];
static unsigned ended[ARRAY_SIZE(ops)][-L4_ELAST], abandoned, cancelled, most_restarts;

static void forget_thread(struct thread *t)
{
	for (int i = 0; i < TASKS; i++) {
		if (tasks[i].thread != t)
			continue;
		cancelled += tasks[i].op != NULL;
		tasks[i] = (struct task){0};
	}
}

static struct cell *random_cell(void)
{
	uint32_t n = 0;
	struct list *l;

	for (l = cell_all.next; l != &cell_all; l = l->next)
		n++;
	n = test_random(n);
	for (l = cell_all.next; n-- > 0; l = l->next)
		;
	return container_of(l, struct cell, all);
}

static unsigned cell_count(void)
{
	unsigned n = 0;

	for (struct list *l = cell_all.next; l != &cell_all; l = l->next)
		n++;
	return n;
}

static bool is_a(const struct cell *cell, uint32_t n, enum object_type type)
{
	const struct object *obj;

	if (n >= cell->slots)
		return false;
	obj = cell->table[n].obj;
	return obj ? obj->type == type : type == OBJ_NONE && n;
}

/* A slot of the cell with such an object (OBJ_NONE: empty), else any. */
static uint32_t pick(const struct cell *cell, enum object_type type)
{
	uint32_t first = test_random(SLOTS);

	for (uint32_t i = 0; i < SLOTS; i++)
		if (is_a(cell, (first + i) % SLOTS, type))
			return (first + i) % SLOTS;
	return first;
}

static uint32_t pick_used(const struct cell *cell)
{
	for (int i = 0; i < 10 && cell->slots; i++) {
		uint32_t n = test_random(cell->slots < SLOTS ? cell->slots : SLOTS);

		if (cell->table[n].obj)
			return n;
	}
	return test_random(SLOTS);
}

static uint32_t random_arg(const struct cell *cell, char kind)
{
	if (!test_random(40))
		return test_random(2) ? test_random(SLOTS) : test_random(0xffffffff);
	switch (kind) {
	case 'u':
		return pick_used(cell);
	case 'e':
		return pick(cell, OBJ_NONE);
	case 'c':
		return test_random(2) ? 0 : pick(cell, OBJ_CELL);
	case 's':
		return pick(cell, test_random(5) ? OBJ_SECTION : OBJ_FRAME);
	case 'S':
		return pick(cell, OBJ_SPACE);
	case 'T':
		return pick(cell, OBJ_THREAD);
	case 'F':
		return pick(cell, OBJ_FRAME);
	case 'I':
		return pick(cell, OBJ_IRQS);
	case 'i':
		return pick(cell, OBJ_IRQ);
	case 'r':
		return test_random(4) ? L4_R_ALL : test_random(L4_R_ALL + 1);
	case 'b':
		return test_random(3);
	case 'p':
		return test_random(16) << 12;
	case 'l':
		return 30 + test_random(20);
	case 'q':
		return 30000u << test_random(5);
	default:
		return 16 + test_random(SLOTS - 16);
	}
}

/* What would end the game: root's cell, its memory, its lines. */
static bool keeps(const struct cell *cell, uint32_t n)
{
	const struct slot *s;

	if (cell != root || n >= SLOTS)
		return false;
	s = &root->table[n];
	if (!s->obj || s->parent || (s->flags & SLOT_REPLY))
		return false;
	return s->obj->type == OBJ_SECTION || s->obj->type == OBJ_IRQS;
}

static const struct op *random_op(void)
{
	const struct op *op = ops;
	uint32_t w = 0;

	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		w += ops[i].weight;
	w = test_random(w);
	while (w >= op->weight)
		w -= op++->weight;
	return op;
}

static void begin(struct task *t)
{
	const struct op *op = random_op();

	memset(t->args, 0, sizeof(t->args));
	for (int i = 0; op->args[i]; i++)
		t->args[i] = random_arg(t->thread->obj.cell, op->args[i]);
	if (op->fn == sys_section_derive)
		t->args[5] = random_arg(t->thread->obj.cell, 'r');
	if ((op->fn == sys_cell_create && cell_count() >= CELLS) ||
	    (op->fn == sys_cap_delete && keeps(t->thread->obj.cell, t->args[0])))
		return;
	t->op = op;
	t->restarts = 0;
}

/* A new thread for a task, in any cell; one that is full loses something instead. */
static void revive(struct task *t)
{
	static struct thread puppet;
	struct cell *cell = test_random(3) ? random_cell() : root;
	uint32_t space, n;

	if (cell->obj.dying)
		return;
	puppet.obj.cell = cell;
	space = pick(cell, OBJ_SPACE);
	if (!is_a(cell, space, OBJ_SPACE))
		(void)CALL(fake_space_create, &puppet, 0, space);
	n = pick(cell, OBJ_NONE);
	if (CALL(fake_thread_create, &puppet, 0, n, space) == L4_OK) {
		t->thread = (struct thread *)cell->table[n].obj;
		return;
	}
	n = pick_used(cell);
	if (!keeps(cell, n))
		(void)call_once(sys_cap_delete, &puppet, (uint32_t[8]){n});
}

static void check_done(const struct task *t)
{
	const struct slot *s = cell_slot(t->thread->obj.cell, t->args[0]);

	if (t->op->fn == sys_cap_delete && s)
		assert_null(s->obj);
	if (t->op->fn == sys_cap_revoke) {
		assert_null(s->child);
		assert_int_equal(s->flags & SLOT_REVOKE, 0);
	}
}

static void step(void)
{
	struct task *t = &tasks[test_random(TASKS)];
	int err;

	preempt_rate = test_random(4);
	if (!t->thread) {
		revive(t);
		return;
	}
	if (!t->op) {
		begin(t);
		if (!t->op)
			return;
	}
	err = call_once(t->op->fn, t->thread, t->args);
	if (!t->thread)
		return;
	if (err == L4_RESTART) {
		if (++t->restarts > most_restarts)
			most_restarts = t->restarts;
		assert_true(t->restarts < RESTARTS);
		if (!test_random(200)) {
			abandoned++;
			t->op = NULL;
		}
		return;
	}
	assert_in_range(-err, 0, -L4_ELAST - 1);
	ended[t->op - ops][-err]++;
	if (err == L4_OK)
		check_done(t);
	t->op = NULL;
}

static void report(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
		print_message("%-20s", ops[i].name);
		for (int e = 0; e < -L4_ELAST; e++)
			if (ended[i][e])
				print_message(" %d:%u", -e, ended[i][e]);
		print_message("\n");
		assert_true(ended[i][0]);
	}
	print_message("%u calls abandoned, %u cancelled, at most %u restarts\n", abandoned,
		      cancelled, most_restarts);
}

static void unfinished_calls_leave_a_consistent_world(void **state)
{
	const char *seed = getenv("ARMATURE_SEED"), *steps = getenv("ARMATURE_STEPS");
	unsigned long count = steps ? strtoul(steps, NULL, 0) : 300000;

	(void)state;
	test_random_state = seed ? strtoull(seed, NULL, 0) : 20240602;
	print_message("ARMATURE_SEED=%llu, %lu steps\n", (unsigned long long)test_random_state,
		      count);
	thread_gone = forget_thread;
	for (unsigned long i = 0; i < count; i++) {
		step();
		check_world();
	}
	report();
	memset(tasks, 0, sizeof(tasks));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(unfinished_calls_leave_a_consistent_world, world_begin,
					    world_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
