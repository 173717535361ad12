/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Sections and frames: divided, mapped, revoked with their mappings.
 */
#include <string.h>
#include "lib/ktest.h"

#define VA	0x60000000

static int derive(l4_slot slot, l4_slot from, l4_word offset, l4_word size, l4_word rights)
{
	return l4_section_derive(0, slot, from, offset, size, rights);
}

static int map(l4_slot section, l4_word va, l4_word attr, l4_word offset, l4_word size)
{
	return l4_map(L4_SLOT_SPACE, section, va | attr | RAM_ATTR, offset, size);
}

static void test_derive(void)
{
	is(section_derive, derive(T(0), RAM_SLOT, 0x10000, 0x4000, L4_MEM), L4_OK, "a part");
	is(section_derive, derive(T(1), RAM_SLOT, 0, RAM_SIZE, L4_R_READ), L4_OK, "the whole");
	is(section_derive, derive(T(2), T(0), 0x3000, 0x1000, L4_R_READ), L4_OK,
	   "a part of a part");
	is(section_derive, derive(T(3), T(0), 0x3000, 0x2000, L4_R_READ), L4_EINVAL,
	   "over the end of a part");
	is(section_derive, derive(T(3), T(0), 0x4000, 0x1000, L4_R_READ), L4_EINVAL,
	   "behind the end");
	is(section_derive, derive(T(3), T(0), 0xfffff000, 0x2000, L4_R_READ), L4_EINVAL,
	   "a range that wraps around");
	is(section_derive, derive(T(3), T(0), 0x1000, 0xfffff000, L4_R_READ), L4_EINVAL,
	   "a size that wraps around");
	is(section_derive, derive(T(3), T(0), 0, 0, L4_R_READ), L4_EINVAL, "no size");
	is(section_derive, derive(T(3), T(0), 0x800, 0x1000, L4_R_READ), L4_EINVAL,
	   "an offset inside of a page");
	is(section_derive, derive(T(3), T(0), 0, 0x1800, L4_R_READ), L4_EINVAL,
	   "a size that is no page");
	is(section_derive, derive(T(3), T(0), 0, 0x1000, 0x80), L4_EINVAL, "a right that is none");
	is(section_derive, derive(T(3), T(2), 0, 0x1000, L4_R_READ | L4_R_WRITE), L4_ERIGHT,
	   "more rights than the source's");
	SLOT_ARG(section_derive, 1, 0, T(3), T(0), 0, 0x1000, L4_R_READ);
	is(section_derive, derive(T(3), L4_SLOT_FRAME, 0, 0x1000, L4_R_READ), L4_ECAP,
	   "from a frame");
	must(l4_cell_create(T(5), 4096, 16, LOW, 0, 0));
	CAP_ARG(section_derive, 0, K_CELL, L4_R_CONTROL, true, T(5), T(3), T(0), 0, 0x1000, 1);
	CAP_ARG(section_derive, 2, K_SECTION, L4_R_GRANT, false, T(5), T(3), T(0), 0, 0x1000, 1);
}

static void test_limits(void)
{
	int err = L4_OK;
	l4_word n = 0;

	must(derive(T(0), RAM_SLOT, 0, 0x1000, L4_MEM));
	while (n < 200) {
		err = derive(T(1) + n, T(n), 0, 0x1000, L4_MEM);
		if (err != L4_OK)
			break;
		n++;
	}
	is(section_derive, err, L4_ELIMIT, "after %lu one out of the other", n);
	ok(n > 50 && n < 64, "the depth is at most 64");
	must(l4_cap_delete(T(0)));
	ok(derive(T(1), RAM_SLOT, 0, 0x1000, L4_R_READ) == L4_OK, "all went with the first");
	must(l4_cell_create(T(200), 1024, 16, LOW, 0, 0));
	for (n = 0; n < 40; n++) {
		err = l4_section_derive(T(200), T(201) + n, RAM_SLOT, 0, 0x1000, L4_R_READ);
		if (err != L4_OK)
			break;
	}
	is(section_derive, err, L4_EQUOTA, "after %lu in 1 KB", n);
}

static void test_frame(void)
{
	bool zero = true;
	struct memory before = memory_now(), after;

	is(frame_create, l4_frame_create(0, T(0)), L4_OK, "in the own cell");
	after = memory_now();
	ok(before.pool - after.pool == before.used - after.used + 2 * (after.used - before.used),
	   "what it costs is charged");
	SLOT_ARG(frame_create, 1, 0, T(1));
	must(l4_cell_create(T(2), 65536, 16, LOW, 0, 0));
	CAP_ARG(frame_create, 0, K_CELL, L4_R_CONTROL, true, T(2), T(1));
	must(map(T(0), VA, L4_MAP_W, 0, 0x1000));
	for (const l4_word *w = (l4_word *)VA; w < (l4_word *)(VA + 0x1000); w++)
		zero = zero && !*w;
	ok(zero, "a new frame is zero");
	*(volatile l4_word *)VA = 12345;
	must(map(T(0), VA + 0x1000, 0, 0, 0x1000));
	ok(*(volatile l4_word *)(VA + 0x1000) == 12345, "both its mappings show the same");
	ok(map(T(0), VA, 0, 0, 0x2000) == L4_EINVAL, "it is one page");
	must(l4_cap_delete(T(0)));
	ok(probe_read(VA).class == L4_EXC_DFAULT && probe_read(VA + 0x1000).class == L4_EXC_DFAULT,
	   "deleted, its mappings are gone");
	must(l4_cell_create(T(3), 4096, 16, LOW, 0, 0));
	is(frame_create, l4_frame_create(T(3), T(4)), L4_EQUOTA,
	   "a page of quota, and no more");
}

static void test_revoke(void)
{
	must(derive(T(0), RAM_SLOT, 0x10000, 0x10000, L4_MEM));
	must(derive(T(1), T(0), 0, 0x4000, L4_MEM));
	must(l4_cap_copy(T(1), 0, T(2), L4_MEM, 0));
	must(map(T(1), VA, L4_MAP_W, 0, 0x1000));
	must(map(T(2), VA + 0x1000, L4_MAP_W, 0x1000, 0x1000));
	*(volatile l4_word *)VA = 1;
	*(volatile l4_word *)(VA + 0x1000) = 2;
	is(cap_revoke, l4_cap_revoke(T(0)), L4_OK, "with a derived section and a copy of it");
	ok(probe_read(VA).class == L4_EXC_DFAULT, "a derived section's mapping is gone");
	ok(probe_read(VA + 0x1000).class == L4_EXC_DFAULT, "its copy's mapping is gone");
	ok(l4_cap_revoke(T(1)) == L4_ECAP && l4_cap_revoke(T(2)) == L4_ECAP,
	   "both slots are empty");
	must(map(T(0), VA, 0, 0, 0x1000));
	ok(*(volatile l4_word *)VA == 1, "the source itself still maps, with what was written");
	must(l4_cap_delete(T(0)));
	ok(probe_read(VA).class == L4_EXC_DFAULT, "until it is deleted");
	ok(probe_read(RAM_VA).class == NO_FAULT &&
	   probe_read(RAM_VA + 0x10000).class == L4_EXC_DFAULT,
	   "with it goes what the cell had mapped of that memory by another capability");
	ram_map();
}

/* Another cell's mapping of a section that was made for it. */
static void test_revoke_child(void)
{
	struct l4_regs r = { .r = { VA }, .psr = 0x10 };
	struct fault f;

	child_cell(T(0), 65536);
	must(l4_section_derive(T(0), T(10), RAM_SLOT, 0x20000, 0x1000, L4_R_READ));
	*(volatile l4_word *)(RAM_VA + 0x20000) = 99;
	must(l4_map(T(1), T(10), VA | RAM_ATTR, 0, 0x1000));
	r.pc = BLOB_VA + (l4_word)(blob_load - blob);
	f = probe_thread(T(2), &r);
	ok(f.class == NO_FAULT && f.value == 99, "a child reads what was mapped for it");
	must(l4_thread_stop(T(2)));
	must(l4_cap_delete(T(10)));
	f = probe_thread(T(2), &r);
	ok(f.class == L4_EXC_DFAULT && f.mr[L4_EM_ADDR] == VA,
	   "when the section is deleted it faults");
	ram_map();
	ok(*(volatile l4_word *)(RAM_VA + 0x20000) == 99, "the memory is as it was");
}

int main(void)
{
	static const struct test tests[] = {
		{ "derive", test_derive }, { "limits", test_limits },
		{ "frame", test_frame },   { "revoke", test_revoke },
		{ "revoke from a child", test_revoke_child },
	};

	must(map(RAM_SLOT, VA, 0, 0, 0x1000));	/* its table stays */
	must(l4_unmap(L4_SLOT_SPACE, VA, 0x1000));
	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	covered(L4_NR_section_derive);
	covered(L4_NR_frame_create);
	return tests_done();
}
