/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Capabilities: cap_copy, cap_move, cap_delete, cap_revoke, each right use and
 * each error; and what happens when two of them meet half way.
 */
#include "objects.h"

enum { A = 30, B, C, D, E, CELL = 40, SPACE, THREAD, FRAME, CHILD_SPACE };

#define COPY(t, ...)   CALL(sys_cap_copy, t, __VA_ARGS__)
#define MOVE(t, ...)   CALL(sys_cap_move, t, __VA_ARGS__)
#define DELETE(t, n)   CALL(sys_cap_delete, t, n)
#define REVOKE(t, n)   CALL(sys_cap_revoke, t, n)
#define DERIVE(t, ...) CALL(sys_section_derive, t, __VA_ARGS__)

static struct slot *at(l4_slot n)
{
	return slot_of(root, n);
}

static bool empty(l4_slot n)
{
	return !at(n)->obj;
}

/* A cell in slot n of root, with 64 slots and 64 KB. */
static struct cell *make_cell(l4_slot n)
{
	assert_int_equal(CALL(sys_cell_create, driver, n, 65536, 64, 100), L4_OK);
	return (struct cell *)at(n)->obj;
}

/* A thread of that cell for making calls; in CHILD_SPACE, in slot n of root. */
static struct thread *make_caller(l4_slot cell, l4_slot n)
{
	if (empty(CHILD_SPACE))
		assert_int_equal(CALL(fake_space_create, driver, cell, CHILD_SPACE), L4_OK);
	assert_int_equal(CALL(fake_thread_create, driver, cell, n, CHILD_SPACE), L4_OK);
	return (struct thread *)at(n)->obj;
}

static void copy_is_a_child_with_what_was_asked(void **state)
{
	(void)state;
	assert_int_equal(COPY(driver, RAM_SLOT, 0, A, L4_R_READ | L4_R_GRANT, 0), L4_OK);
	assert_ptr_equal(at(A)->obj, at(RAM_SLOT)->obj);
	assert_ptr_equal(at(A)->parent, at(RAM_SLOT));
	assert_int_equal(at(A)->rights, L4_R_READ | L4_R_GRANT);
	assert_int_equal(at(A)->flags, 0);
	assert_int_equal(COPY(driver, A, 0, B, L4_R_READ, 7), L4_OK);
	assert_int_equal(at(B)->badge, 7);
	assert_int_equal(COPY(driver, B, 0, C, L4_R_READ, 0), L4_OK);
	assert_int_equal(at(C)->badge, 7);
	assert_int_equal(COPY(driver, B, 0, D, 0, 7), L4_OK);
	check_world();
}

static void copy_errors(void **state)
{
	(void)state;
	assert_int_equal(COPY(driver, A, 0, B, L4_R_READ, 0), L4_ECAP);
	assert_int_equal(COPY(driver, 1 << 20, 0, B, L4_R_READ, 0), L4_ECAP);
	assert_int_equal(COPY(driver, RAM_SLOT, RAM_SLOT, B, L4_R_READ, 0), L4_ECAP);
	assert_int_equal(COPY(driver, RAM_SLOT, A, B, L4_R_READ, 0), L4_ECAP);
	assert_int_equal(COPY(driver, RAM_SLOT, 0, 0, L4_R_READ, 0), L4_EINVAL);
	assert_int_equal(COPY(driver, RAM_SLOT, 0, CELL_MAX_SLOTS, L4_R_READ, 0), L4_EINVAL);
	assert_int_equal(COPY(driver, RAM_SLOT, 0, ~0u, L4_R_READ, 0), L4_EINVAL);
	assert_int_equal(COPY(driver, RAM_SLOT, 0, A, L4_R_ALL + 1, 0), L4_EINVAL);
	assert_int_equal(COPY(driver, RAM_SLOT, 0, RAM_SLOT, L4_R_READ, 0), L4_EBUSY);
	assert_int_equal(COPY(driver, RAM_SLOT, 0, A, L4_R_READ, 5), L4_OK);
	assert_int_equal(COPY(driver, A, 0, B, L4_R_WRITE, 0), L4_ERIGHT);
	assert_int_equal(COPY(driver, A, 0, B, L4_R_READ, 6), L4_ERIGHT);
	assert_true(empty(B));
}

static void copy_to_another_cell_needs_grant_and_control(void **state)
{
	struct cell *cell = make_cell(CELL);

	(void)state;
	assert_int_equal(COPY(driver, RAM_SLOT, 0, A, L4_R_READ, 0), L4_OK);
	assert_int_equal(COPY(driver, A, CELL, 9, L4_R_READ, 0), L4_ERIGHT);
	assert_int_equal(COPY(driver, RAM_SLOT, CELL, 9, L4_R_READ, 0), L4_OK);
	assert_ptr_equal(cell->table[9].parent, at(RAM_SLOT));
	assert_ptr_equal(cell->table[9].cell, cell);
	assert_int_equal(COPY(driver, CELL, 0, B, L4_R_ALL & ~L4_R_CONTROL, 0), L4_OK);
	assert_int_equal(COPY(driver, RAM_SLOT, B, 10, L4_R_READ, 0), L4_ERIGHT);
	assert_int_equal(COPY(driver, RAM_SLOT, CELL, 64, L4_R_READ, 0), L4_EINVAL);
	/* One's own cell by its capability is one's own cell. */
	assert_int_equal(COPY(driver, A, L4_SLOT_CELL, C, L4_R_READ, 0), L4_OK);
	check_world();
}

static void chain_of_copies_ends_with_elimit(void **state)
{
	l4_slot n = 100;

	(void)state;
	assert_int_equal(COPY(driver, RAM_SLOT, 0, n, L4_R_ALL, 0), L4_OK);
	for (int depth = 2; depth < SLOT_MAX_DEPTH; depth++, n++)
		assert_int_equal(COPY(driver, n, 0, n + 1, L4_R_ALL, 0), L4_OK);
	assert_int_equal(COPY(driver, n, 0, n + 1, L4_R_ALL, 0), L4_ELIMIT);
	assert_int_equal(DERIVE(driver, 0, n + 1, n, 0, 4096, L4_R_READ), L4_ELIMIT);
	check_world();
	/* Deleting one in the middle makes room for one at the end. */
	assert_int_equal(DELETE(driver, 110), L4_OK);
	assert_int_equal(COPY(driver, n, 0, 110, L4_R_ALL, 0), L4_OK);
	check_world();
	preempt_rate = 1;
	assert_int_equal(REVOKE(driver, RAM_SLOT), L4_OK);
	assert_int_equal(preempt_restarts, SLOT_MAX_DEPTH - 1);
	assert_null(at(RAM_SLOT)->child);
}

static void move_takes_the_place_in_the_tree(void **state)
{
	struct slot *kid;

	(void)state;
	assert_int_equal(COPY(driver, RAM_SLOT, 0, A, L4_R_ALL, 0), L4_OK);
	for (l4_slot n = 100; n < 105; n++)
		assert_int_equal(COPY(driver, A, 0, n, L4_R_ALL, n), L4_OK);
	assert_int_equal(MOVE(driver, 102, 0, B), L4_OK);
	assert_true(empty(102));
	assert_int_equal(at(B)->badge, 102);
	assert_int_equal(MOVE(driver, A, 0, C), L4_OK);
	assert_int_equal(at(C)->flags, 0);
	for (kid = at(C)->child; kid; kid = kid->next)
		assert_ptr_equal(kid->parent, at(C));
	assert_int_equal(MOVE(driver, RAM_SLOT, 0, D), L4_OK);
	assert_ptr_equal(at(D)->obj->original, at(D));
	assert_int_equal(at(D)->flags, SLOT_ORIGINAL);
	check_world();
	assert_int_equal(REVOKE(driver, D), L4_OK);
	assert_true(empty(B) && empty(C) && empty(100));
}

static void move_errors(void **state)
{
	struct cell *cell = make_cell(CELL);

	(void)state;
	assert_int_equal(MOVE(driver, A, 0, B), L4_ECAP);
	assert_int_equal(MOVE(driver, ~0u, 0, B), L4_ECAP);
	assert_int_equal(MOVE(driver, RAM_SLOT, A, B), L4_ECAP);
	assert_int_equal(MOVE(driver, RAM_SLOT, 0, 0), L4_EINVAL);
	assert_int_equal(MOVE(driver, RAM_SLOT, 0, RAM_SLOT), L4_EBUSY);
	assert_int_equal(MOVE(driver, RAM_SLOT, CELL, 9), L4_EINVAL);
	assert_int_equal(COPY(driver, RAM_SLOT, 0, A, L4_R_READ, 0), L4_OK);
	assert_int_equal(MOVE(driver, A, CELL, 9), L4_ERIGHT);
	assert_int_equal(COPY(driver, CELL, 0, B, L4_R_GRANT, 0), L4_OK);
	assert_int_equal(MOVE(driver, A, B, 9), L4_ERIGHT);
	assert_int_equal(at(A)->flags, 0);
	assert_null(cell->table[9].obj);
	for (l4_slot n = 100; n < 165; n++)
		assert_int_equal(COPY(driver, A, 0, n, L4_R_READ, 0), L4_OK);
	assert_int_equal(MOVE(driver, A, 0, C), L4_EBUSY);
	assert_int_equal(DELETE(driver, 120), L4_OK);
	assert_int_equal(MOVE(driver, A, 0, C), L4_OK);
	check_world();
}

static void move_to_another_cell_takes_the_mappings(void **state)
{
	struct cell *cell = make_cell(CELL);

	(void)state;
	assert_int_equal(CALL(fake_space_create, driver, 0, SPACE), L4_OK);
	assert_int_equal(COPY(driver, RAM_SLOT, 0, A, L4_R_ALL, 0), L4_OK);
	for (int i = 0; i < 5; i++)
		assert_int_equal(CALL(fake_map, driver, SPACE, A), L4_OK);
	preempt_rate = 1;
	assert_int_equal(call_once(sys_cap_move, driver, (uint32_t[8]){A, CELL, 9}), L4_RESTART);
	/* On its way it can be used by nobody. */
	assert_int_equal(CALL(fake_map, driver, SPACE, A), L4_ECAP);
	assert_int_equal(COPY(driver, A, 0, B, L4_R_READ, 0), L4_ECAP);
	assert_int_equal(REVOKE(driver, A), L4_ECAP);
	check_world();
	assert_int_equal(MOVE(driver, A, CELL, 9), L4_OK);
	assert_int_equal(mappings(root), 0);
	assert_int_equal(cell->table[9].flags, 0);
	assert_true(empty(A));
	check_world();
}

static void move_that_cannot_end_leaves_the_source_usable(void **state)
{
	(void)state;
	make_cell(CELL);
	assert_int_equal(CALL(fake_space_create, driver, 0, SPACE), L4_OK);
	assert_int_equal(COPY(driver, RAM_SLOT, 0, A, L4_R_ALL, 0), L4_OK);
	for (int i = 0; i < 5; i++)
		assert_int_equal(CALL(fake_map, driver, SPACE, A), L4_OK);
	preempt_rate = 1;
	assert_int_equal(call_once(sys_cap_move, driver, (uint32_t[8]){A, CELL, 9}), L4_RESTART);
	assert_int_equal(DELETE(driver, CELL), L4_OK);
	assert_int_equal(MOVE(driver, A, CELL, 9), L4_ECAP);
	assert_int_equal(at(A)->flags, 0);
	check_world();
	assert_int_equal(CALL(fake_map, driver, SPACE, A), L4_OK);
}

static void move_loses_to_a_deletion(void **state)
{
	(void)state;
	make_cell(CELL);
	assert_int_equal(CALL(fake_space_create, driver, 0, SPACE), L4_OK);
	assert_int_equal(COPY(driver, RAM_SLOT, 0, A, L4_R_ALL, 0), L4_OK);
	for (int i = 0; i < 5; i++)
		assert_int_equal(CALL(fake_map, driver, SPACE, A), L4_OK);
	preempt_rate = 1;
	assert_int_equal(call_once(sys_cap_move, driver, (uint32_t[8]){A, CELL, 9}), L4_RESTART);
	assert_int_equal(call_once(sys_cap_delete, driver, (uint32_t[8]){A}), L4_RESTART);
	assert_int_equal(MOVE(driver, A, CELL, 9), L4_ECAP);
	assert_int_equal(DELETE(driver, A), L4_OK);
	assert_true(empty(A));
}

static void saved_reply_moves_but_is_never_copied(void **state)
{
	struct thread *t;

	(void)state;
	assert_int_equal(CALL(fake_space_create, driver, 0, SPACE), L4_OK);
	assert_int_equal(CALL(fake_thread_create, driver, 0, THREAD, SPACE), L4_OK);
	t = (struct thread *)at(THREAD)->obj;
	assert_int_equal(CALL(fake_reply_save, driver, A, THREAD), L4_OK);
	assert_int_equal(COPY(driver, A, 0, B, 0, 0), L4_ECAP);
	assert_int_equal(REVOKE(driver, A), L4_ECAP);
	assert_int_equal(MOVE(driver, A, 0, B), L4_OK);
	assert_ptr_equal(t->reply_slot, at(B));
	make_cell(CELL);
	assert_int_equal(MOVE(driver, B, CELL, 9), L4_ERIGHT);
	check_world();
	assert_int_equal(DELETE(driver, B), L4_OK);
	assert_null(t->reply_slot);
	assert_true(empty(B));
	/* The thread's end empties the slot. */
	assert_int_equal(CALL(fake_reply_save, driver, A, THREAD), L4_OK);
	assert_int_equal(DELETE(driver, THREAD), L4_OK);
	assert_true(empty(A));
}

static void deleted_copy_hands_its_children_up(void **state)
{
	(void)state;
	assert_int_equal(COPY(driver, RAM_SLOT, 0, A, L4_R_ALL, 0), L4_OK);
	assert_int_equal(COPY(driver, A, 0, B, L4_R_ALL, 0), L4_OK);
	assert_int_equal(COPY(driver, B, 0, C, L4_R_ALL, 0), L4_OK);
	assert_int_equal(DERIVE(driver, 0, D, B, 0, 4096, L4_R_READ), L4_OK);
	assert_int_equal(COPY(driver, D, 0, E, L4_R_READ, 0), L4_OK);
	preempt_rate = 1;
	assert_int_equal(call_once(sys_cap_delete, driver, (uint32_t[8]){B}), L4_RESTART);
	check_world();
	assert_int_equal(COPY(driver, B, 0, 100, L4_R_READ, 0), L4_ECAP);
	assert_int_equal(DERIVE(driver, 0, 100, B, 0, 4096, L4_R_READ), L4_ECAP);
	assert_int_equal(MOVE(driver, B, 0, 100), L4_ECAP);
	assert_int_equal(COPY(driver, RAM_SLOT, 0, B, L4_R_READ, 0), L4_EBUSY);
	assert_int_equal(DELETE(driver, B), L4_OK);
	assert_ptr_equal(at(C)->parent, at(A));
	assert_ptr_equal(at(D)->parent, at(A));
	assert_ptr_equal(at(E)->parent, at(D));
	check_world();
	assert_int_equal(REVOKE(driver, A), L4_OK);
	assert_true(empty(C) && empty(D) && empty(E) && !empty(A));
}

static void deleted_original_takes_all_copies(void **state)
{
	(void)state;
	assert_int_equal(DERIVE(driver, 0, A, RAM_SLOT, 0, 65536, L4_R_ALL), L4_OK);
	assert_int_equal(COPY(driver, A, 0, B, L4_R_ALL, 0), L4_OK);
	assert_int_equal(DERIVE(driver, 0, C, B, 4096, 4096, L4_R_ALL), L4_OK);
	assert_int_equal(COPY(driver, C, 0, D, L4_R_ALL, 0), L4_OK);
	preempt_rate = 1;
	assert_int_equal(call_once(sys_cap_delete, driver, (uint32_t[8]){A}), L4_RESTART);
	assert_int_equal(COPY(driver, B, 0, E, L4_R_READ, 0), L4_ECAP);
	assert_int_equal(MOVE(driver, B, 0, E), L4_ECAP);
	assert_int_equal(COPY(driver, C, 0, E, L4_R_READ, 0), L4_ECAP);
	check_world();
	assert_int_equal(DELETE(driver, A), L4_OK);
	assert_true(empty(A) && empty(B) && empty(C) && empty(D) && !empty(RAM_SLOT));
}

static void delete_of_nothing(void **state)
{
	(void)state;
	assert_int_equal(DELETE(driver, A), L4_OK);
	assert_int_equal(DELETE(driver, 0), L4_OK);
	assert_int_equal(DELETE(driver, CELL_MAX_SLOTS), L4_EINVAL);
	assert_int_equal(DELETE(driver, ~0u), L4_EINVAL);
	assert_int_equal(DELETE(driver, L4_SLOT_CELL), L4_EINVAL);
	assert_int_equal(REVOKE(driver, A), L4_ECAP);
	assert_int_equal(REVOKE(driver, ~0u), L4_ECAP);
}

static void objects_in_use_are_busy_and_unchanged(void **state)
{
	enum { VCPU = B };

	(void)state;
	assert_int_equal(CALL(fake_space_create, driver, 0, SPACE), L4_OK);
	assert_int_equal(CALL(fake_thread_create, driver, 0, THREAD, SPACE), L4_OK);
	assert_int_equal(CALL(sys_frame_create, driver, 0, FRAME), L4_OK);
	assert_int_equal(CALL(fake_vcpu_create, driver, 0, VCPU, FRAME, THREAD), L4_OK);
	assert_int_equal(COPY(driver, SPACE, 0, A, L4_R_ALL, 0), L4_OK);
	assert_int_equal(COPY(driver, FRAME, 0, C, L4_R_ALL, 0), L4_OK);
	assert_int_equal(COPY(driver, VCPU, 0, D, L4_R_ALL, 0), L4_OK);
	assert_int_equal(DELETE(driver, SPACE), L4_EBUSY);
	assert_int_equal(DELETE(driver, FRAME), L4_EBUSY);
	assert_int_equal(DELETE(driver, VCPU), L4_EBUSY);
	for (l4_slot n = SPACE; n <= FRAME; n++)
		assert_int_equal(at(n)->obj->dying, 0);
	assert_int_equal(at(VCPU)->obj->dying, 0);
	assert_false(empty(A) || empty(C) || empty(D));
	assert_int_equal(at(SPACE)->flags, SLOT_ORIGINAL);
	assert_int_equal(DELETE(driver, THREAD), L4_OK);
	assert_int_equal(DELETE(driver, VCPU), L4_OK);
	assert_int_equal(DELETE(driver, FRAME), L4_OK);
	assert_int_equal(DELETE(driver, SPACE), L4_OK);
	assert_true(empty(A));
}

static void deleted_section_capability_takes_its_cells_mappings(void **state)
{
	(void)state;
	assert_int_equal(CALL(fake_space_create, driver, 0, SPACE), L4_OK);
	assert_int_equal(COPY(driver, RAM_SLOT, 0, A, L4_R_ALL, 0), L4_OK);
	assert_int_equal(CALL(fake_map, driver, SPACE, A), L4_OK);
	assert_int_equal(CALL(fake_map, driver, SPACE, RAM_SLOT), L4_OK);
	preempt_rate = 1;
	assert_int_equal(call_once(sys_cap_delete, driver, (uint32_t[8]){A}), L4_RESTART);
	assert_int_equal(CALL(fake_map, driver, SPACE, A), L4_ECAP);
	assert_int_equal(DELETE(driver, A), L4_OK);
	assert_int_equal(mappings(root), 0);
	preempt_rate = 0;
	assert_int_equal(CALL(sys_frame_create, driver, 0, FRAME), L4_OK);
	assert_int_equal(CALL(fake_map, driver, SPACE, FRAME), L4_OK);
	assert_int_equal(DELETE(driver, FRAME), L4_OK);
	assert_int_equal(mappings(root), 0);
}

/* While S is being revoked nothing can be added below it: revocation ends. */
static void revocation_freezes_what_is_below(void **state)
{
	(void)state;
	assert_int_equal(COPY(driver, RAM_SLOT, 0, A, L4_R_ALL, 0), L4_OK);
	assert_int_equal(COPY(driver, A, 0, B, L4_R_ALL, 0), L4_OK);
	assert_int_equal(COPY(driver, A, 0, C, L4_R_ALL, 0), L4_OK);
	assert_int_equal(COPY(driver, A, 0, D, L4_R_ALL, 0), L4_OK);
	assert_int_equal(COPY(driver, RAM_SLOT, 0, 100, L4_R_ALL, 0), L4_OK);
	preempt_rate = 1;
	assert_int_equal(call_once(sys_cap_revoke, driver, (uint32_t[8]){A}), L4_RESTART);
	assert_int_equal(COPY(driver, A, 0, E, L4_R_READ, 0), L4_EBUSY);
	assert_int_equal(DERIVE(driver, 0, E, A, 0, 4096, L4_R_READ), L4_EBUSY);
	for (l4_slot n = B; n <= D; n++)
		assert_int_equal(COPY(driver, n, 0, E, L4_R_READ, 0), L4_ECAP);
	assert_int_equal(COPY(driver, 100, 0, E, L4_R_READ, 0), L4_OK);
	/* A copy moved meanwhile does not escape. */
	assert_int_equal(MOVE(driver, B, 0, 101), L4_OK);
	assert_int_equal(REVOKE(driver, A), L4_OK);
	assert_true(empty(B) && empty(C) && empty(D) && empty(101) && !empty(100));
	assert_int_equal(COPY(driver, A, 0, B, L4_R_READ, 0), L4_OK);
	check_world();
}

static void two_revocations_meet(void **state)
{
	static const uint32_t outer[8] = {RAM_SLOT}, inner[8] = {A};
	int o, i;

	(void)state;
	assert_int_equal(COPY(driver, RAM_SLOT, 0, A, L4_R_ALL, 0), L4_OK);
	for (l4_slot n = 100; n < 120; n++)
		assert_int_equal(COPY(driver, n % 2 ? A : RAM_SLOT, 0, n, L4_R_ALL, 0), L4_OK);
	preempt_rate = 1;
	do {
		i = call_once(sys_cap_revoke, driver, inner);
		o = call_once(sys_cap_revoke, driver, outer);
		check_world();
		assert_true(i == L4_RESTART || i == L4_OK || i == L4_ECAP);
	} while (o == L4_RESTART);
	assert_int_equal(o, L4_OK);
	assert_null(at(RAM_SLOT)->child);
	assert_int_equal(at(RAM_SLOT)->flags, SLOT_ORIGINAL);
}

static void revocation_reaches_the_callers_own_slots(void **state)
{
	struct cell *cell = make_cell(CELL);
	struct thread *t = make_caller(CELL, THREAD);

	(void)state;
	assert_int_equal(COPY(driver, RAM_SLOT, CELL, 9, L4_R_ALL, 0), L4_OK);
	assert_int_equal(COPY(t, 9, 0, 10, L4_R_ALL, 0), L4_OK);
	assert_int_equal(COPY(driver, CELL, CELL, 11, L4_R_ALL, 0), L4_OK);
	assert_int_equal(REVOKE(t, 9), L4_OK);
	assert_null(cell->table[10].obj);
	assert_non_null(cell->table[9].obj);
	/* A copy of one's own cell's capability is only a copy. */
	assert_int_equal(DELETE(t, 11), L4_OK);
	assert_int_equal(REVOKE(driver, RAM_SLOT), L4_OK);
	assert_null(cell->table[9].obj);
}

static void every_step_makes_progress(void **state)
{
	unsigned n;

	(void)state;
	for (n = 100; n < 2000; n++)
		assert_int_equal(COPY(driver, n < 164 ? RAM_SLOT : n - 64, 0, n, L4_R_ALL, 0),
				 L4_OK);
	preempt_rate = 1;
	assert_int_equal(REVOKE(driver, RAM_SLOT), L4_OK);
	assert_int_equal(preempt_restarts, 1900);
	check_world();
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_begin, world_end)
	const struct CMUnitTest tests[] = {
	    T(copy_is_a_child_with_what_was_asked),
	    T(copy_errors),
	    T(copy_to_another_cell_needs_grant_and_control),
	    T(chain_of_copies_ends_with_elimit),
	    T(move_takes_the_place_in_the_tree),
	    T(move_errors),
	    T(move_to_another_cell_takes_the_mappings),
	    T(move_that_cannot_end_leaves_the_source_usable),
	    T(move_loses_to_a_deletion),
	    T(saved_reply_moves_but_is_never_copied),
	    T(deleted_copy_hands_its_children_up),
	    T(deleted_original_takes_all_copies),
	    T(delete_of_nothing),
	    T(objects_in_use_are_busy_and_unchanged),
	    T(deleted_section_capability_takes_its_cells_mappings),
	    T(revocation_freezes_what_is_below),
	    T(two_revocations_meet),
	    T(revocation_reaches_the_callers_own_slots),
	    T(every_step_makes_progress),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
