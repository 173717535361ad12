/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Spaces that share a range, and more spaces than there are address-space
 * numbers.
 */
#include <string.h>
#include "lib/ktest.h"

#define VA	0x60000000
#define SHARED	0x70000000
#define MB	0x100000
#define SPACES	300

static volatile l4_word *at(l4_word va)
{
	return (volatile l4_word *)va;
}

static l4_slot make_space(l4_slot s, l4_slot base)
{
	must(l4_space_create(0, s, base));
	must(l4_map(s, RAM_SLOT, BLOB_VA | L4_MAP_X | RAM_ATTR, RAM_SIZE - L4_PAGE_SIZE,
		    L4_PAGE_SIZE));
	return s;
}

/* What a thread in a space reads at va; the fault's class + 0x80000000 if it cannot. */
static l4_word reads(l4_slot space, l4_word va)
{
	struct fault f = probe(space, BLOB_VA + (l4_word)(blob_load - blob), va, 0);

	return f.class == NO_FAULT ? f.value : 0x80000000 + (l4_word)f.class;
}

#define FAULTS (0x80000000 + L4_EXC_DFAULT)

static void test_arguments(void)
{
	must(l4_space_create(0, T(0), 0));
	is(space_share, l4_space_share(T(0), SHARED + 0x1000, MB), L4_EINVAL, "an address inside");
	is(space_share, l4_space_share(T(0), SHARED, 0x1000), L4_EINVAL, "a page");
	is(space_share, l4_space_share(T(0), SHARED, 0), L4_EINVAL, "no size");
	is(space_share, l4_space_share(T(0), 0xfff00000, 2 * MB), L4_EINVAL, "beyond 4 GB");
	CAP_ARG(space_share, 0, K_SPACE, L4_R_CONTROL, false, T(0), SHARED, MB);
	is(space_share, l4_space_share(T(0), SHARED, 2 * MB), L4_OK, "two megabytes");
	is(space_share, l4_space_share(T(0), SHARED + 4 * MB, MB), L4_EBUSY, "a second time");
	must(l4_space_create(0, T(1), T(0)));
	is(space_share, l4_space_share(T(1), VA, MB), L4_EBUSY, "by one that shares another's");
	must(l4_cell_create(T(5), 20480, 16, LOW, 0, 0));
	must(l4_space_create(T(5), T(6), 0));
	is(space_share, l4_space_share(T(6), 0, 0x10000000), L4_EQUOTA, "256 tables in 4 KB");
}

static void test_share(void)
{
	*at(RAM_VA) = 1;
	*at(RAM_VA + 0x1000) = 2;
	*at(RAM_VA + MB) = 3;
	make_space(T(0), 0);
	/* one megabyte without a table, one with */
	must(l4_map(T(0), RAM_SLOT, SHARED | L4_MAP_W | RAM_ATTR, MB, MB));
	must(l4_map(T(0), RAM_SLOT, (SHARED + MB) | RAM_ATTR, 0, 0x1000));
	is(space_share, l4_space_share(T(0), SHARED, 3 * MB), L4_OK, "three megabytes");
	make_space(T(1), T(0));
	make_space(T(2), T(1));
	ok(reads(T(1), SHARED) == 3 && reads(T(2), SHARED) == 3 && reads(T(1), SHARED + MB) == 1,
	   "what was mapped before is in all of them");
	must(l4_map(T(0), RAM_SLOT, (SHARED + MB + 0x1000) | RAM_ATTR, 0x1000, 0x1000));
	ok(reads(T(1), SHARED + MB + 0x1000) == 2 && reads(T(2), SHARED + MB + 0x1000) == 2,
	   "what is mapped in the base is mapped in all");
	must(l4_map(T(2), RAM_SLOT, (SHARED + MB + 0x2000) | RAM_ATTR, 0x1000, 0x1000));
	ok(reads(T(0), SHARED + MB + 0x2000) == 2 && reads(T(1), SHARED + MB + 0x2000) == 2,
	   "and what is mapped in one of the others too");
	must(l4_unmap(T(1), SHARED + MB, 0x2000));
	ok(reads(T(0), SHARED + MB) == FAULTS && reads(T(2), SHARED + MB + 0x1000) == FAULTS,
	   "what is removed in one is gone from all");
	ok(l4_unmap(T(0), SHARED, 0x1000) == L4_EINVAL, "a megabyte without a table is final");
	must(l4_map(T(1), RAM_SLOT, VA | RAM_ATTR, 0, 0x1000));
	ok(reads(T(1), VA) == 1 && reads(T(0), VA) == FAULTS && reads(T(2), VA) == FAULTS,
	   "what is elsewhere is each one's own");
}

/* Which pages may be written is known for the whole of a space that shares a range. */
static void test_above(void)
{
	static const struct { l4_word va, below; } place[] = {
		{ SHARED + 16 * MB, SHARED }, { L4_KERNEL_END, L4_KERNEL_BASE },
	};
	l4_word store = BLOB_VA + (l4_word)(blob_store - blob);

	make_space(T(0), 0);
	must(l4_space_share(T(0), SHARED, MB));
	make_space(T(1), T(0));
	for (l4_word i = 0; i < 2; i++) {
		l4_word va = place[i].va;

		must(l4_map(T(1), RAM_SLOT, va | L4_MAP_W | RAM_ATTR, 0, 0x1000));
		ok(probe(T(1), store, va, 1).class == NO_FAULT, "a page above the shared range");
		must(l4_protect(T(1), 0, place[i].below));
		must(l4_map(T(1), RAM_SLOT, BLOB_VA | L4_MAP_X | RAM_ATTR,
			    RAM_SIZE - L4_PAGE_SIZE, L4_PAGE_SIZE));
		ok(probe(T(1), store, va, 1).class == NO_FAULT,
		   "stays writable when all below %08lx is not", place[i].below);
		must(l4_protect(T(1), va | L4_MAP_X, 0x10000));
		ok(probe(T(1), store, va, 1).class == L4_EXC_DFAULT,
		   "and is so no more when it is asked for");
	}
}

static void test_rollover(void)
{
	l4_word wrong = 0;

	for (l4_word i = 0; i < SPACES; i++) {
		l4_slot s = T(i);

		*at(RAM_VA + i * 0x1000) = 0x5000 + i;
		must(l4_space_create(0, s, 0));
		must(l4_map(s, RAM_SLOT, BLOB_VA | L4_MAP_X | RAM_ATTR, RAM_SIZE - L4_PAGE_SIZE,
			    L4_PAGE_SIZE));
		/* read once in all of them, then again: by then each number was another's */
		must(l4_map(s, RAM_SLOT, VA | RAM_ATTR, i * 0x1000, 0x1000));
	}
	for (l4_word round = 0; round < 3; round++)
		for (l4_word i = 0; i < SPACES; i++) {
			l4_word n = round == 2 ? SPACES - 1 - i : i;

			wrong += reads(T(n), VA) != 0x5000 + n;
		}
	ok(!wrong, "%u spaces keep their own mappings, round after round", SPACES);
	for (l4_word i = 0; i < SPACES; i += 2)
		must(l4_map(T(i), RAM_SLOT, VA | RAM_ATTR, (SPACES + i) * 0x1000, 0x1000));
	for (l4_word i = 0; i < SPACES; i++)
		*at(RAM_VA + (SPACES + i) * 0x1000) = 0x9000 + i;
	for (l4_word i = 0; i < SPACES; i++)
		wrong += reads(T(i), VA) != (i & 1 ? 0x5000 : 0x9000) + i;
	ok(!wrong, "half of them changed, the others did not");
}

/* A space is destroyed and another made: nothing of the old one is in a TLB. */
static void test_reuse(void)
{
	l4_word wrong = 0;

	*at(RAM_VA) = 1;
	*at(RAM_VA + 0x1000) = 2;
	for (int i = 0; i < 300; i++) {
		make_space(T(0), 0);
		if (i & 1)
			must(l4_map(T(0), RAM_SLOT, VA | RAM_ATTR, 0, 0x1000));
		wrong += reads(T(0), VA) != (i & 1 ? 1 : FAULTS);
		must(l4_cap_delete(T(0)));
	}
	ok(!wrong, "300 spaces one after the other: each has its own mappings only");
}

int main(void)
{
	static const struct test tests[] = {
		{ "arguments", test_arguments }, { "shared range", test_share },
		{ "above the shared range", test_above },
		{ "many spaces", test_rollover }, { "one by one", test_reuse },
	};

	blob_place(RAM_SIZE - L4_PAGE_SIZE);
	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	covered(L4_NR_space_share);
	return tests_done();
}
