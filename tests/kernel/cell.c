/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Cells: made, limited, watched, destroyed with all that is in them.  And the
 * system capability.
 */
#include <string.h>
#include <l4/bootinfo.h>
#include "lib/ktest.h"

#define NOWHERE 0x00800000

static int new_cell(l4_slot slot, l4_word quota, l4_word slots, l4_word prio)
{
	return l4_cell_create(slot, quota, slots, prio, 0x6c6c6563, 0);
}

static void test_create(void)
{
	struct memory before = memory_now(), after;
	l4_word used, quota, slots, own_quota, own_used;

	is(cell_create, new_cell(T(0), 40960, 64, MAX_PRIO), L4_OK, "40 KB and 64 slots");
	after = memory_now();
	is(cell_info, l4_cell_info(T(0), &used, &quota, &slots), L4_OK, "a child");
	ok(used == 0 && quota == 40960 && slots == 64, "it has what it was given, and uses none");
	ok(after.used - before.used >= 40960 + 2048 && after.used - before.used <= 40960 + 4096,
	   "quota and table move from the parent's quota");
	ok(before.pool - after.pool <= 4096, "quota is not memory until it is used");
	SLOT_ARG(cell_create, 0, T(1), 4096, 16, LOW);
	is(cell_create, new_cell(T(1), 4096, 15, LOW), L4_EINVAL, "15 slots");
	is(cell_create, new_cell(T(1), 4096, 2049, LOW), L4_EINVAL, "2049 slots");
	is(cell_create, new_cell(T(1), 4096, 0x08000000, LOW), L4_EINVAL,
	   "slots whose size wraps around");
	is(cell_create, new_cell(T(1), 4096, 16, MAX_PRIO + 1), L4_EINVAL,
	   "a priority above its own");
	is(cell_create, new_cell(T(1), 4096, 16, 0x100), L4_EINVAL, "a priority above 255");
	must(l4_cell_info(0, &own_used, &own_quota, NULL));
	is(cell_create, new_cell(T(1), own_quota - own_used, 16, LOW), L4_EQUOTA,
	   "all that is left: nothing for itself");
	is(cell_create, new_cell(T(1), 0xffffffff, 16, LOW), L4_EQUOTA, "a quota of 4 GB");
	is(cell_create, new_cell(T(1), 0xfffffc00, 32, LOW), L4_EQUOTA,
	   "a quota that wraps around with its table");
	is(cell_create, new_cell(T(1), 0, 16, 0), L4_OK, "no quota at all");
	CAP_ARG(cell_info, 0, K_CELL, L4_R_CONTROL, true, T(0));
	is(cell_info, l4_cell_info(0, &used, NULL, NULL), L4_OK, "oneself");
}

/* A cell of a cell of a cell needs threads in each: the calls are a child's. */
static int child_call(l4_slot thread, l4_word nr, const l4_word *args)
{
	struct l4_regs r = { .pc = BLOB_VA + (l4_word)(blob_svc - blob), .psr = 0x10 };
	struct fault f;

	memcpy(r.r, args, 7 * sizeof(l4_word));
	r.r[12] = nr;
	(void)!l4_thread_stop(thread);
	f = probe_thread(thread, &r);
	return f.class == NO_FAULT ? (int)f.value : 1000 + f.class;
}

#define CHILD(call, ...)	child_call(T(2), L4_NR_##call, (const l4_word[7]){ __VA_ARGS__ })

static void test_child(void)
{
	l4_word used;

	child_cell(T(0), 65536);
	must(l4_cell_info(T(0), &used, NULL, NULL));
	result(L4_NR_frame_create, CHILD(frame_create, 0, 8), L4_OK, "by a child, for itself");
	result(L4_NR_cell_create, CHILD(cell_create, 9, 8192, 16, LOW), L4_OK, "by a child");
	result(L4_NR_cell_create, CHILD(cell_create, 10, 65536, 16, LOW), L4_EQUOTA,
	       "by a child, more than it has");
	result(L4_NR_cell_create, CHILD(cell_create, 10, 1024, 16, 255), L4_EINVAL,
	       "by a child, a priority above its own");
	ok(CHILD(frame_create, 9, 11) == L4_OK, "a child makes a frame for a grandchild");
	ok(l4_cap_copy(T(0), T(0), 12, L4_R_READ, 0) == L4_OK &&
	   CHILD(cell_info, 12) == L4_ERIGHT, "a child with a weak capability of itself");
	must(l4_cap_copy(T(0), T(0), 13, L4_R_ALL, 0));
	ok(CHILD(cell_info, 13) == L4_OK, "a child with a strong capability of itself");
	ok(CHILD(cap_delete, 13) == L4_OK && l4_cell_info(T(0), NULL, NULL, NULL) == L4_OK,
	   "a copy that it deletes is only a copy");
	must(l4_cap_copy(L4_SLOT_SPACE, 0, T(9), L4_R_ALL & ~L4_R_GRANT, 0));
	ok(l4_cap_copy(T(9), T(0), 14, L4_R_CONTROL, 0) == L4_ERIGHT,
	   "what cannot be granted does not get into it");
}

static void test_quota(void)
{
	l4_word n = 0;
	int err = L4_OK;

	must(new_cell(T(0), 32768, 16, LOW));
	while (n < 20) {
		err = l4_frame_create(T(0), T(1) + n);
		if (err != L4_OK)
			break;
		n++;
	}
	is(frame_create, err, L4_EQUOTA, "after %lu frames in 32 KB", n);
	ok(n == 7, "a frame costs its page and what describes it");
	must(l4_cap_delete(T(1)));
	is(frame_create, l4_frame_create(T(0), T(1)), L4_OK, "one less, one more");
}

static void test_supervise(void)
{
	struct l4_message m = msg(0, 0, 0);

	must(new_cell(T(0), 65536, 16, LOW));
	must(l4_thread_create(0, T(1), L4_SLOT_SPACE, LOW, 0, 0));
	CAP_ARG(cell_supervise, 0, K_CELL, L4_R_CONTROL, true, T(0), T(1));
	CAP_ARG(cell_supervise, 1, K_THREAD, L4_R_SEND, false, T(0), T(1));
	is(cell_supervise, l4_cell_supervise(0, T(1)), L4_EINVAL, "the caller's own cell");
	is(cell_supervise, l4_cell_supervise(T(0), T(1)), L4_OK, "a child, by a thread");
	must(l4_cap_delete(T(1)));
	must(l4_space_create(T(0), T(2), 0));
	must(l4_thread_create(T(0), T(3), T(2), LOW, 0, 0));
	is(cell_supervise, l4_cell_supervise(T(0), L4_SLOT_THREAD), L4_OK, "a child, by another");
	must(l4_thread_start(T(3), NOWHERE, 0, 0));
	must(l4_recv(&m, 1000000));
	ok(m.mr[L4_EM_PC] == NOWHERE, "the last one that was named is told");
}

/* Fills a child with objects of all kinds, then destroys it. */
static void test_destroy(void)
{
	struct memory before = memory_now();

	child_cell(T(0), 300 * 1024);
	for (l4_word i = 0; i < 10; i++) {
		must(l4_thread_create(T(0), T(10 + i), T(1), LOW, 0, 0));
		must(l4_frame_create(T(0), T(20 + i)));
		must(l4_cap_copy(T(20 + i), T(0), 10 + i, L4_R_ALL, 0));
		must(l4_section_derive(T(0), T(30 + i), RAM_SLOT, i * 0x1000, 0x1000, L4_MEM));
		must(
		    l4_map(T(1), T(20 + i), (0x400000 * (i + 1)) | L4_MAP_W | RAM_ATTR, 0, 0x1000));
		must(l4_map(T(1), T(30 + i), (0x400000 * (i + 1) + 0x1000) | RAM_ATTR, 0, 0x1000));
		must(l4_thread_buffer(T(10 + i), T(20 + i), 0));
		must(l4_thread_start(T(10 + i), BLOB_VA + (l4_word)(blob_spin - blob), 0, 0));
	}
	must(l4_space_create(T(0), T(40), 0));
	must(l4_vcpu_create(T(0), T(41), T(20), 0x10000));
	ok(l4_cap_delete(T(20)) == L4_EBUSY, "a frame in use cannot be deleted");
	ok(l4_cap_delete(T(1)) == L4_EBUSY, "nor a space with threads");
	is(cap_delete, l4_cap_delete(T(0)), L4_OK, "a cell with threads, frames, spaces");
	ram_map();
	ok(memory_is(before), "all of it is back at once");
	ok(l4_thread_stop(T(10)) == L4_ECAP && l4_cap_revoke(T(20)) == L4_ECAP &&
	   l4_unmap(T(1), 0, 0x1000) == L4_ECAP && l4_cell_info(T(0), NULL, NULL, NULL) == L4_ECAP,
	   "the slots that named them are empty");
}

/* Whoever deals with a cell that dies is told. */
static volatile int caller_result;

static void call_child(void *arg)
{
	struct l4_message m = msg(0, 0, 0);

	caller_result = 1000;
	caller_result = l4_call((l4_slot)arg, &m, L4_NEVER);
}

static void test_partners(void)
{
	struct l4_message m = msg(0, 0, 0);

	child_cell(T(0), 65536);
	(void)helper(0, call_child, (void *)T(2), HIGH);
	ok(caller_result == 1000, "a call waits for a thread of the cell");
	must(l4_cap_delete(T(0)));
	ok(caller_result == L4_EDEAD, "it ends when the cell is destroyed");
	child_cell(T(0), 65536);
	must(l4_thread_start(T(2), BLOB_VA + (l4_word)(blob_report - blob), 0, 0));
	nap(1000);
	must(l4_cap_delete(T(0)));
	ok(l4_recv(&m, L4_NOWAIT) == L4_EAGAIN, "a message of a dead cell does not come");
	child_cell(T(0), 65536);
	must(l4_thread_start(T(2), NOWHERE, 0, 0));
	nap(1000);
	must(l4_cap_delete(T(0)));
	ok(l4_recv(&m, L4_NOWAIT) == L4_EAGAIN, "nor its exception");
}

/* A cell destroys itself by a capability of its cell; no: only a parent can. */
static void test_self(void)
{
	child_cell(T(0), 65536);
	must(l4_cap_copy(T(0), T(0), 8, L4_R_ALL, 0));
	ok(CHILD(cap_revoke, 8) == L4_OK, "a cell revokes the capability of itself");
	ok(CHILD(cap_delete, 8) == L4_OK, "and deletes it");
	ok(l4_cell_info(T(0), NULL, NULL, NULL) == L4_OK, "it is still there");
}

/* Memory that a frame of a dead cell had is zero when it is seen again. */
static void test_zeroed(void)
{
	bool zero = true;

	must(new_cell(T(0), 65536, 16, LOW));
	for (l4_word i = 0; i < 10; i++) {
		must(l4_frame_create(T(0), T(1 + i)));
		must(l4_map(L4_SLOT_SPACE, T(1 + i), RAM_VA | L4_MAP_W | RAM_ATTR, 0, 0x1000));
		memset((void *)RAM_VA, 0xa5, 0x1000);
	}
	must(l4_cap_delete(T(0)));
	for (l4_word i = 0; i < 20; i++) {
		must(l4_frame_create(0, T(20 + i)));
		must(l4_map(L4_SLOT_SPACE, T(20 + i), RAM_VA | L4_MAP_W | RAM_ATTR, 0, 0x1000));
		for (const l4_word *w = (l4_word *)RAM_VA; w < (l4_word *)(RAM_VA + 0x1000); w++)
			zero = zero && !*w;
	}
	ok(zero, "new frames are zero");
	must(l4_map(L4_SLOT_SPACE, RAM_SLOT, RAM_VA | L4_MAP_W | RAM_ATTR, 0, 0x1000));
}

/* This cell is the first below root. */
static void test_depth(void)
{
	struct l4_regs r = { .r = { 1 }, .pc = (l4_word)blob_nest, .psr = 0x10 };
	struct fault f;

	ram_map();
	blob_place(RAM_SIZE - L4_PAGE_SIZE);
	must(l4_section_derive(0, T(3), RAM_SLOT, RAM_SIZE - L4_PAGE_SIZE, L4_PAGE_SIZE,
			       L4_R_READ | L4_R_EXEC | L4_R_GRANT));
	must(l4_thread_create(0, T(10), L4_SLOT_SPACE, LOW, 0, 0));
	f = probe_thread(T(10), &r);
	ok(f.mr[2] == L4_NR_cell_create, "cells in cells, until one cannot be made");
	result(L4_NR_cell_create, (int)f.value, L4_EINVAL, "at depth %lu", f.mr[1]);
	ok(f.mr[1] == 8, "in the eighth below root");
	must(l4_cap_delete(T(0)));
	must(l4_thread_stop(T(10)));
	f = probe_thread(T(10), &r);
	ok(f.mr[1] == 8, "all go with the first, and can be made again");
}

static void test_system(void)
{
	l4_word hz, pool, cpus, size;

	is(system, l4_system(L4_SLOT_SYSTEM, L4_SYS_INFO, 0, 0, 0, 0, &hz, &pool, &cpus, &size),
	   L4_OK, "facts");
	ok(hz && pool && pool < size && cpus && cpus <= L4_BOOT_CORES, "the facts make sense");
	is(system, l4_system(L4_SLOT_SYSTEM, L4_SYS_PUTS, 0x2320200a, 0x6f647520, 0x0a, 0, NULL,
			     NULL, NULL, NULL), L4_OK, "text");
	is(system, l4_system(L4_SLOT_SYSTEM, 5, 0, 0, 0, 0, NULL, NULL, NULL, NULL), L4_EINVAL,
	   "an operation that there is not");
	is(system, l4_system(L4_SLOT_SYSTEM, 0xffffffff, 0, 0, 0, 0, NULL, NULL, NULL, NULL),
	   L4_EINVAL, "operation -1");
	CAP_ARG(system, 0, K_SYSTEM, L4_R_CONTROL, false, L4_SLOT_SYSTEM, L4_SYS_INFO);
	ok(raw(L4_NR_COUNT, (l4_word[7]){ 0 }) == L4_ENOSYS &&
	   raw(0xffffffff, (l4_word[7]){ 0 }) == L4_ENOSYS &&
	   raw(0x80000000, (l4_word[7]){ 0 }) == L4_ENOSYS, "calls that are not there: ENOSYS");
	is(clock, l4_clock(&hz, &pool), L4_OK, "the time");
}

int main(void)
{
	static const struct test tests[] = {
		{ "create", test_create },	 { "child", test_child },
		{ "quota", test_quota },	 { "supervise", test_supervise },
		{ "destroy", test_destroy },	 { "partners", test_partners },
		{ "itself", test_self },	 { "zeroed", test_zeroed },
		{ "depth", test_depth },	 { "system", test_system },
	};

	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	covered(L4_NR_cell_create);
	covered(L4_NR_cell_supervise);
	covered(L4_NR_cell_info);
	covered(L4_NR_system);
	covered(L4_NR_clock);
	return tests_done();
}
