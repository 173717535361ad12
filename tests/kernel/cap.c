/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Capabilities: copied, moved, deleted, revoked, in one cell and between two.
 */
#include "lib/ktest.h"

static bool is_empty(l4_slot s)
{
	/* one that is not cannot move onto itself */
	return l4_cap_move(s, 0, s) == L4_ECAP;
}

static int copy(l4_slot from, l4_slot to, l4_word rights)
{
	return l4_cap_copy(from, 0, to, rights, 0);
}

static void test_copy(void)
{
	must(l4_frame_create(0, T(0)));
	is(cap_copy, copy(T(0), T(1), L4_R_ALL), L4_OK, "all rights");
	is(cap_copy, copy(T(0), T(2), L4_R_READ), L4_OK, "fewer rights");
	is(cap_copy, copy(T(0), T(3), 0), L4_OK, "no rights");
	is(cap_copy, copy(T(2), T(4), L4_R_READ | L4_R_WRITE), L4_ERIGHT, "more rights");
	is(cap_copy, copy(T(0), T(4), 0x80), L4_EINVAL, "a right that is none");
	is(cap_copy, copy(T(0), T(4), 0xffffffff), L4_EINVAL, "rights -1");
	is(cap_copy, copy(T(0), T(1), L4_R_ALL), L4_EBUSY, "into a slot in use");
	is(cap_copy, copy(T(0), 0, L4_R_ALL), L4_EINVAL, "into slot 0");
	is(cap_copy, copy(T(0), 1 << 20, L4_R_ALL), L4_EINVAL, "into a slot behind the table");
	is(cap_copy, copy(T(0), 0xffffffff, L4_R_ALL), L4_EINVAL, "into slot -1");
	is(cap_copy, copy(T(9), T(4), L4_R_ALL), L4_ECAP, "from an empty slot");
	is(cap_copy, copy(0xffffffff, T(4), L4_R_ALL), L4_ECAP, "from slot -1");
	is(cap_copy, copy(0, T(4), L4_R_ALL), L4_ECAP, "from slot 0");
}

static void test_badge(void)
{
	must(l4_cap_copy(L4_SLOT_THREAD, 0, T(0), L4_R_ALL, 0x30));
	ok(l4_notify(T(0), 0x30) == L4_OK && l4_notify(T(0), 0x1) == L4_ERIGHT, "it has a badge");
	is(cap_copy, l4_cap_copy(T(0), 0, T(1), L4_R_ALL, 0), L4_OK, "a badged one, badge 0");
	ok(l4_notify(T(1), 0x1) == L4_ERIGHT, "the copy keeps the badge");
	is(cap_copy, l4_cap_copy(T(0), 0, T(2), L4_R_ALL, 0x10), L4_ERIGHT, "another badge");
	is(cap_copy, l4_cap_copy(T(0), 0, T(2), L4_R_ALL, 0x30), L4_OK, "the same badge");
	ok(l4_recv(&(struct l4_message){ .tag = 0 }, L4_NOWAIT) == L4_NOTIFIED, "bits came");
}

static void test_other_cell(void)
{
	must(l4_cell_create(T(0), 8192, 16, LOW, 0, 0));
	must(l4_frame_create(0, T(1)));
	is(cap_copy, l4_cap_copy(T(1), T(0), 5, L4_R_ALL, 0), L4_OK, "into a child");
	is(cap_copy, l4_cap_copy(T(1), T(0), 5, L4_R_ALL, 0), L4_EBUSY,
	   "into a child's slot in use");
	is(cap_copy, l4_cap_copy(T(1), T(0), 16, L4_R_ALL, 0), L4_EINVAL, "behind a child's table");
	must(copy(T(1), T(2), L4_R_ALL & ~L4_R_GRANT));
	is(cap_copy, l4_cap_copy(T(2), T(0), 6, L4_R_READ, 0), L4_ERIGHT,
	   "without the right to grant");
	CAP_ARG(cap_copy, 1, K_CELL, L4_R_CONTROL, true, T(1), T(0), 7, L4_R_READ, 0);
	CAP_ARG(cap_move, 1, K_CELL, L4_R_CONTROL, true, T(2), T(0), 7);
	is(cap_move, l4_cap_move(T(2), T(0), 7), L4_ERIGHT, "without the right to grant");
	ok(!is_empty(T(2)), "it is where it was");
	is(cap_move, l4_cap_move(T(1), T(0), 7), L4_EINVAL, "an object's first capability leaves");
	must(copy(T(1), T(3), L4_R_ALL));
	is(cap_move, l4_cap_move(T(3), T(0), 5), L4_EBUSY, "into a child's slot in use");
	is(cap_move, l4_cap_move(T(3), T(0), 16), L4_EINVAL, "behind a child's table");
	is(cap_move, l4_cap_move(T(3), T(0), 7), L4_OK, "into a child");
	ok(is_empty(T(3)), "it is here no more");
	is(cap_revoke, l4_cap_revoke(T(1)), L4_OK, "what others have");
	is(cap_copy, l4_cap_copy(T(1), T(0), 5, L4_R_ALL, 0), L4_OK, "the child's slots are empty");
	is(cap_copy, l4_cap_copy(T(1), T(0), 7, L4_R_ALL, 0), L4_OK, "the child's slots are empty");
}

static void test_move(void)
{
	must(l4_frame_create(0, T(0)));
	must(copy(T(0), T(1), L4_R_ALL));
	is(cap_move, l4_cap_move(T(0), 0, T(2)), L4_OK, "an object's first capability");
	ok(is_empty(T(0)) && !is_empty(T(1)), "its old slot is empty, its copy is not");
	is(cap_move, l4_cap_move(T(2), 0, T(1)), L4_EBUSY, "into a slot in use");
	is(cap_move, l4_cap_move(T(2), 0, T(2)), L4_EBUSY, "onto itself");
	is(cap_move, l4_cap_move(T(2), 0, 0), L4_EINVAL, "into slot 0");
	is(cap_move, l4_cap_move(T(2), 0, 0x10000), L4_EINVAL, "behind the table");
	is(cap_move, l4_cap_move(T(0), 0, T(3)), L4_ECAP, "from an empty slot");
	is(cap_move, l4_cap_move(0x10000, 0, T(3)), L4_ECAP, "from behind the table");
	is(cap_delete, l4_cap_delete(T(2)), L4_OK, "from where it moved to");
	ok(is_empty(T(1)), "it still was the object's own: the copy went with it");
}

/* A copy with many copies of its own may stay where it is. */
static void test_move_many(void)
{
	must(l4_frame_create(0, T(0)));
	for (l4_word i = 0; i < 100; i++)
		must(copy(T(0), T(10 + i), L4_R_ALL));
	is(cap_move, l4_cap_move(T(0), 0, T(1)), L4_EBUSY, "with a hundred copies");
	must(l4_cap_revoke(T(0)));
	is(cap_move, l4_cap_move(T(0), 0, T(1)), L4_OK, "with none");
}

static void test_delete(void)
{
	l4_word slots;

	must(l4_cell_info(0, NULL, NULL, &slots));
	is(cap_delete, l4_cap_delete(T(0)), L4_OK, "an empty slot");
	is(cap_delete, l4_cap_delete(slots), L4_EINVAL, "behind the table");
	is(cap_delete, l4_cap_delete(0xffffffff), L4_EINVAL, "slot -1");
	must(l4_frame_create(0, T(0)));
	must(copy(T(0), T(1), L4_R_ALL));
	must(copy(T(1), T(2), L4_R_ALL));
	is(cap_delete, l4_cap_delete(T(1)), L4_OK, "a copy that has a copy");
	ok(!is_empty(T(0)) && !is_empty(T(2)), "only that one goes");
	must(l4_cap_revoke(T(0)));
	ok(is_empty(T(2)), "its copy went to its parent");
	must(copy(T(0), T(2), L4_R_ALL));
	is(cap_delete, l4_cap_delete(T(0)), L4_OK, "an object's own");
	ok(is_empty(T(2)), "copies go with it");
	must(l4_space_create(0, T(3), 0));
	must(l4_thread_create(0, T(4), T(3), LOW, 0, 0));
	is(cap_delete, l4_cap_delete(T(3)), L4_EBUSY, "a space that a thread is in");
	ok(!is_empty(T(3)), "it is still there");
	must(l4_cap_delete(T(4)));
	is(cap_delete, l4_cap_delete(T(3)), L4_OK, "a space that nobody is in");
}

static void test_revoke(void)
{
	l4_word slots;

	must(l4_cell_info(0, NULL, NULL, &slots));
	is(cap_revoke, l4_cap_revoke(T(0)), L4_ECAP, "an empty slot");
	is(cap_revoke, l4_cap_revoke(slots), L4_ECAP, "behind the table");
	is(cap_revoke, l4_cap_revoke(0xffffffff), L4_ECAP, "slot -1");
	must(l4_frame_create(0, T(0)));
	is(cap_revoke, l4_cap_revoke(T(0)), L4_OK, "without copies");
	/* a tree: T(1..4) of T(0), T(5..8) of T(1), T(9) of T(8) */
	for (l4_word i = 1; i <= 4; i++)
		must(copy(T(0), T(i), L4_R_ALL));
	for (l4_word i = 5; i <= 8; i++)
		must(copy(T(1), T(i), L4_R_ALL));
	must(copy(T(8), T(9), L4_R_ALL));
	is(cap_revoke, l4_cap_revoke(T(1)), L4_OK, "part of a tree");
	ok(is_empty(T(5)) && is_empty(T(8)) && is_empty(T(9)) && !is_empty(T(1)) &&
	   !is_empty(T(2)), "what is below goes, the rest stays");
	is(cap_revoke, l4_cap_revoke(T(0)), L4_OK, "all of it");
	ok(is_empty(T(1)) && is_empty(T(4)) && !is_empty(T(0)), "the first stays");
}

static void test_deep(void)
{
	l4_word n = 0;
	int err = L4_OK;

	must(l4_frame_create(0, T(0)));
	while (n < 200) {
		err = copy(T(n), T(n + 1), L4_R_ALL);
		if (err != L4_OK)
			break;
		n++;
	}
	is(cap_copy, err, L4_ELIMIT, "a copy of a copy, %lu deep", n);
	is(cap_revoke, l4_cap_revoke(T(0)), L4_OK, "as deep");
	ok(is_empty(T(1)) && is_empty(T(n)), "all are gone");
	for (n = 1; n < 400; n++)
		must(copy(T(0), T(n), L4_R_READ));
	is(cap_revoke, l4_cap_revoke(T(0)), L4_OK, "as wide as 400");
	ok(is_empty(T(1)) && is_empty(T(399)), "all are gone");
}

int main(void)
{
	static const struct test tests[] = {
		{ "copy", test_copy },		 { "badge", test_badge },
		{ "another cell", test_other_cell }, { "move", test_move },
		{ "many copies", test_move_many }, { "delete", test_delete },
		{ "revoke", test_revoke },	 { "deep and wide", test_deep },
	};

	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	covered(L4_NR_cap_copy);
	covered(L4_NR_cap_move);
	covered(L4_NR_cap_delete);
	covered(L4_NR_cap_revoke);
	return tests_done();
}
