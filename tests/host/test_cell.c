/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Cells: cell_create, cell_supervise, cell_info, quotas, and the destruction of
 * a cell with whatever is in it, preempted anywhere.
 */
#include "objects.h"

enum { A = 30, B, C, CELL = 40, SPACE, THREAD, FRAME, VCPU };

#define CREATE(t, ...) CALL(sys_cell_create, t, __VA_ARGS__)
#define DELETE(t, n)   CALL(sys_cap_delete, t, n)

static struct slot *at(l4_slot n)
{
	return slot_of(root, n);
}

static struct cell *cell_at(l4_slot n)
{
	return (struct cell *)at(n)->obj;
}

/* A thread in the cell of slot `cell` of t's table; its capabilities are in n and n + 1. */
static struct thread *make_thread(struct thread *t, l4_slot cell, l4_slot n)
{
	assert_int_equal(CALL(fake_space_create, t, cell, n + 1), L4_OK);
	assert_int_equal(CALL(fake_thread_create, t, cell, n, n + 1), L4_OK);
	return (struct thread *)slot_of(t->obj.cell, n)->obj;
}

static void cell_costs_its_quota_table_and_object(void **state)
{
	uint32_t table = 1u << pool_order(64 * sizeof(struct slot));
	uint32_t object = 1u << pool_order(sizeof(struct cell));
	uint32_t before = root->used;

	(void)state;
	assert_int_equal(CREATE(driver, CELL, 100000, 64, 77, 0x6c6c6548, 0x6f), L4_OK);
	assert_int_equal(root->used - before, 100000 + table + object);
	assert_int_equal(cell_at(CELL)->slots, 64);
	assert_int_equal(cell_at(CELL)->max_prio, 77);
	assert_int_equal(cell_at(CELL)->depth, 1);
	assert_string_equal(cell_at(CELL)->name, "Hello");
	assert_int_equal(CALL(sys_cell_info, driver, CELL), L4_OK);
	assert_int_equal(driver->regs.r[1], 0);
	assert_int_equal(driver->regs.r[2], 100000);
	assert_int_equal(driver->regs.r[3], 64);
	assert_int_equal(DELETE(driver, CELL), L4_OK);
	assert_int_equal(root->used, before);
}

static void create_errors(void **state)
{
	(void)state;
	assert_int_equal(CREATE(driver, 0, 0, 16, 0), L4_EINVAL);
	assert_int_equal(CREATE(driver, CELL_MAX_SLOTS, 0, 16, 0), L4_EINVAL);
	assert_int_equal(CREATE(driver, RAM_SLOT, 0, 16, 0), L4_EBUSY);
	assert_int_equal(CREATE(driver, CELL, 0, 15, 0), L4_EINVAL);
	assert_int_equal(CREATE(driver, CELL, 0, 2049, 0), L4_EINVAL);
	assert_int_equal(CREATE(driver, CELL, 0, ~0u, 0), L4_EINVAL);
	assert_int_equal(CREATE(driver, CELL, 0, 16, 256), L4_EINVAL);
	assert_int_equal(CREATE(driver, CELL, ~0u, 16, 0), L4_EQUOTA);
	assert_int_equal(CREATE(driver, CELL, root->quota, 16, 0), L4_EQUOTA);
	assert_int_equal(CREATE(driver, CELL, root->quota - root->used, 16, 0), L4_EQUOTA);
	assert_int_equal(CREATE(driver, CELL, 0u - 1024, 16, 0), L4_EQUOTA);
	assert_null(at(CELL)->obj);
	assert_int_equal(CREATE(driver, CELL, 65536, 16, 50), L4_OK);
	check_world();
	struct thread *t = make_thread(driver, CELL, THREAD);
	assert_int_equal(CREATE(t, 8, 0, 16, 51), L4_EINVAL);
	assert_int_equal(CREATE(t, 8, 65536, 16, 50), L4_EQUOTA);
	assert_int_equal(CREATE(t, 8, 0, 2048, 50), L4_EQUOTA);
	assert_int_equal(CREATE(t, 8, 0, 16, 50), L4_OK);
}

/* The table or the object does not fit although the quota does: nothing is kept. */
static void create_fails_whole_at_every_shortage(void **state)
{
	uint32_t need =
	    (1u << pool_order(16 * sizeof(struct slot))) + (1u << pool_order(sizeof(struct cell)));
	struct thread *t;

	(void)state;
	assert_int_equal(CREATE(driver, CELL, 65536, 16, 50), L4_OK);
	t = make_thread(driver, CELL, THREAD);
	for (uint32_t left = 0; left <= need; left += 64) {
		uint32_t fill = t->obj.cell->quota - t->obj.cell->used - left;

		assert_true(cell_charge(t->obj.cell, fill));
		assert_int_equal(CREATE(t, 8, 0, 16, 50), left < need ? L4_EQUOTA : L4_OK);
		cell_uncharge(t->obj.cell, fill);
		check_world();
	}
}

static void cells_nest_to_a_limit(void **state)
{
	struct thread *t = driver;
	struct cell *deepest;
	uint32_t quota = 2 << 20;

	(void)state;
	for (int depth = 1; depth <= CELL_MAX_DEPTH; depth++, quota -= 64 << 10) {
		assert_int_equal(CREATE(t, CELL, quota, 64, 10), L4_OK);
		t = make_thread(t, CELL, THREAD);
		assert_int_equal(t->obj.cell->depth, depth);
	}
	assert_int_equal(CREATE(t, CELL, 0, 64, 10), L4_EINVAL);
	deepest = t->obj.cell;
	assert_true(cell_within(deepest, root));
	assert_false(cell_within(root, deepest));
	check_world();
	preempt_rate = 1;
	assert_int_equal(DELETE(driver, CELL), L4_OK);
	assert_null(at(THREAD)->obj);
	check_world();
}

static void supervise(void **state)
{
	struct thread *t;

	(void)state;
	assert_int_equal(CREATE(driver, CELL, 65536, 16, 50), L4_OK);
	t = make_thread(driver, 0, THREAD);
	assert_int_equal(CALL(sys_cap_copy, driver, THREAD, 0, A, L4_R_SEND, 99), L4_OK);
	assert_int_equal(CALL(sys_cell_supervise, driver, CELL, A), L4_OK);
	assert_ptr_equal(cell_at(CELL)->supervisor.to, t);
	assert_int_equal(cell_at(CELL)->supervisor_badge, 99);
	assert_int_equal(CALL(sys_cell_supervise, driver, RAM_SLOT, A), L4_ECAP);
	assert_int_equal(CALL(sys_cell_supervise, driver, CELL, RAM_SLOT), L4_ECAP);
	assert_int_equal(CALL(sys_cell_supervise, driver, CELL, 0), L4_ECAP);
	assert_int_equal(CALL(sys_cap_copy, driver, THREAD, 0, B, L4_R_NOTIFY, 0), L4_OK);
	assert_int_equal(CALL(sys_cell_supervise, driver, CELL, B), L4_ERIGHT);
	assert_int_equal(CALL(sys_cap_copy, driver, CELL, 0, C, L4_R_GRANT, 0), L4_OK);
	assert_int_equal(CALL(sys_cell_supervise, driver, C, A), L4_ERIGHT);
	assert_int_equal(CALL(sys_cell_info, driver, C), L4_ERIGHT);
	assert_int_equal(CALL(sys_cell_info, driver, A), L4_ECAP);
	assert_int_equal(CALL(sys_cell_info, driver, 0), L4_OK);
	assert_int_equal(driver->regs.r[3], CELL_MAX_SLOTS);
	/* The thread's end leaves the cell without supervisor, the cell's end the thread's list. */
	assert_int_equal(DELETE(driver, THREAD), L4_OK);
	assert_null(cell_at(CELL)->supervisor.to);
	t = make_thread(driver, 0, 50);
	assert_int_equal(CALL(sys_cell_supervise, driver, CELL, 50), L4_OK);
	assert_int_equal(DELETE(driver, CELL), L4_OK);
	assert_true(list_empty(&t->refs));
}

/* A cell with something of everything, in an order that makes much of it busy at first. */
static void fill_cell(void)
{
	struct thread *t;

	assert_int_equal(CREATE(driver, CELL, 2 << 20, 256, 50), L4_OK);
	assert_int_equal(CALL(fake_space_create, driver, CELL, SPACE), L4_OK);
	assert_int_equal(CALL(sys_frame_create, driver, CELL, FRAME), L4_OK);
	assert_int_equal(CALL(fake_thread_create, driver, CELL, THREAD, SPACE), L4_OK);
	assert_int_equal(CALL(fake_vcpu_create, driver, CELL, VCPU, FRAME, THREAD), L4_OK);
	assert_int_equal(CALL(fake_buffer, driver, THREAD, FRAME), L4_OK);
	t = (struct thread *)at(THREAD)->obj;
	assert_int_equal(CALL(sys_cap_copy, driver, RAM_SLOT, CELL, 8, L4_R_ALL, 0), L4_OK);
	assert_int_equal(CALL(sys_cap_copy, driver, SPACE, CELL, 9, L4_R_ALL, 0), L4_OK);
	assert_int_equal(CALL(sys_cap_copy, driver, L4_SLOT_IRQ, CELL, 10, L4_R_ALL, 0), L4_OK);
	assert_int_equal(CALL(sys_cap_copy, driver, CELL, CELL, 11, L4_R_ALL, 0), L4_OK);
	assert_int_equal(CALL(sys_cap_copy, driver, THREAD, CELL, 12, L4_R_ALL, 0), L4_OK);
	assert_int_equal(CALL(fake_reply_save, t, 13, 12), L4_OK);
	assert_int_equal(CALL(sys_irq_create, t, 10, 14, 60), L4_OK);
	assert_int_equal(CALL(sys_irq_bind, t, 14, 12, 1), L4_OK);
	for (l4_slot n = 20; n < 60; n++) {
		assert_int_equal(CALL(sys_section_derive, t, 0, n, 8, n << 12, 4096, L4_R_ALL),
				 L4_OK);
		assert_int_equal(CALL(fake_map, t, 9, n), L4_OK);
		assert_int_equal(CALL(sys_cap_copy, t, n, 0, n + 40, L4_R_ALL, 0), L4_OK);
		assert_int_equal(CALL(sys_cap_copy, t, n + 40, 0, n + 80, L4_R_ALL, 0), L4_OK);
	}
	assert_int_equal(CREATE(t, 200, 128 << 10, 16, 50), L4_OK);
	t = make_thread(t, 200, 201);
	assert_int_equal(CREATE(t, 8, 64 << 10, 16, 50), L4_OK);
	make_thread(t, 8, 10);
}

static void destroying_a_cell_gives_everything_back(void **state)
{
	uint32_t used = root->used, free_bytes = pool_free_bytes();

	(void)state;
	for (unsigned rate = 0; rate < 4; rate++) {
		fill_cell();
		check_world();
		/* Copies of the cell's things elsewhere go too; what it copied on stays. */
		struct thread *t = (struct thread *)at(THREAD)->obj;
		assert_int_equal(CALL(sys_cap_copy, t, 30, 11, 250, L4_R_ALL, 0), L4_OK);
		assert_int_equal(CALL(sys_cap_copy, driver, CELL, 0, A, L4_R_ALL, 0), L4_OK);
		preempt_rate = rate;
		assert_int_equal(DELETE(driver, CELL), L4_OK);
		preempt_rate = 0;
		for (l4_slot n = A; n <= VCPU; n++)
			assert_null(at(n)->obj);
		assert_int_equal(root->used, used);
		assert_int_equal(pool_free_bytes(), free_bytes);
		assert_false(line_open(60));
		check_world();
	}
}

/* A cell whose destruction has begun cannot be entered, filled, or made to grow. */
static void dying_cell_accepts_nothing(void **state)
{
	struct thread *t;

	(void)state;
	fill_cell();
	t = (struct thread *)at(THREAD)->obj;
	assert_int_equal(CALL(sys_cap_copy, driver, CELL, 0, A, L4_R_ALL, 0), L4_OK);
	preempt_rate = 1;
	assert_int_equal(call_once(sys_cap_delete, driver, (uint32_t[8]){CELL}), L4_RESTART);
	assert_int_equal(CALL(sys_cap_copy, driver, RAM_SLOT, CELL, 15, L4_R_ALL, 0), L4_ECAP);
	assert_int_equal(CALL(sys_cap_copy, driver, A, 0, B, L4_R_ALL, 0), L4_ECAP);
	assert_int_equal(CALL(sys_frame_create, driver, CELL, B), L4_ECAP);
	assert_int_equal(CALL(sys_cell_info, driver, CELL), L4_ECAP);
	/* Its own threads, while there are any. */
	assert_int_equal(CALL(sys_cap_copy, t, 8, 0, 15, L4_R_ALL, 0), L4_EBUSY);
	assert_int_equal(CALL(sys_frame_create, t, 0, 15), L4_EBUSY);
	assert_int_equal(CREATE(t, 15, 0, 16, 1), L4_EBUSY);
	assert_false(cell_charge(t->obj.cell, 64));
	check_world();
	assert_int_equal(DELETE(driver, CELL), L4_OK);
}

/* The same for a cell below it, from when its turn comes. */
static void dying_cell_below_accepts_nothing(void **state)
{
	struct thread *t;
	struct cell *below;

	(void)state;
	fill_cell();
	t = (struct thread *)at(THREAD)->obj;
	below = (struct cell *)slot_of(t->obj.cell, 200)->obj;
	assert_int_equal(CALL(sys_cap_copy, driver, L4_SLOT_CELL, CELL, 251, L4_R_ALL, 0), L4_OK);
	assert_int_equal(CALL(sys_cap_copy, t, 200, 251, A, L4_R_ALL, 0), L4_OK);
	preempt_rate = 1;
	while (!list_empty(&below->threads))
		assert_int_equal(call_once(sys_cap_delete, driver, (uint32_t[8]){CELL}),
				 L4_RESTART);
	assert_true(below->obj.dying);
	assert_int_equal(CALL(sys_cell_info, driver, A), L4_ECAP);
	assert_int_equal(CALL(sys_cap_copy, driver, A, 0, B, L4_R_ALL, 0), L4_ECAP);
	assert_int_equal(CALL(sys_cap_copy, driver, RAM_SLOT, A, 9, L4_R_ALL, 0), L4_ECAP);
	assert_int_equal(DELETE(driver, CELL), L4_OK);
	assert_null(at(A)->obj);
}

/* Root begins, its caller vanishes; the cell above is destroyed by somebody else. */
static void abandoned_destruction_is_finished_by_the_next(void **state)
{
	struct thread *t;

	(void)state;
	fill_cell();
	t = (struct thread *)at(THREAD)->obj;
	preempt_rate = 1;
	for (int i = 0; i < 7; i++)
		assert_int_equal(call_once(sys_cap_delete, t, (uint32_t[8]){200}), L4_RESTART);
	check_world();
	for (int i = 0; i < 20; i++) {
		assert_int_equal(call_once(sys_cap_delete, driver, (uint32_t[8]){CELL}),
				 L4_RESTART);
		check_world();
	}
	assert_int_equal(DELETE(driver, CELL), L4_OK);
	check_world();
}

static void thread_may_destroy_itself(void **state)
{
	struct thread *t;

	(void)state;
	assert_int_equal(CREATE(driver, CELL, 65536, 16, 50), L4_OK);
	assert_int_equal(CALL(fake_space_create, driver, CELL, SPACE), L4_OK);
	assert_int_equal(CALL(sys_cap_copy, driver, SPACE, CELL, 8, L4_R_ALL, 0), L4_OK);
	t = make_thread(driver, CELL, THREAD);
	assert_int_equal(CALL(fake_thread_create, t, 0, 9, 8), L4_OK);
	t = (struct thread *)slot_of(cell_at(CELL), 9)->obj;
	assert_int_equal(DELETE(t, 9), L4_OK);
	assert_false(object_alive(t));
	check_world();
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_begin, world_end)
	const struct CMUnitTest tests[] = {
	    T(cell_costs_its_quota_table_and_object),
	    T(create_errors),
	    T(create_fails_whole_at_every_shortage),
	    T(cells_nest_to_a_limit),
	    T(supervise),
	    T(destroying_a_cell_gives_everything_back),
	    T(dying_cell_accepts_nothing),
	    T(dying_cell_below_accepts_nothing),
	    T(abandoned_destruction_is_finished_by_the_next),
	    T(thread_may_destroy_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
