/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The calls of a guest, without one: virtual CPUs and their threads, entries,
 * spaces, interrupts, the map queue.  What a guest does with them is tested in
 * tests/guest-mini.
 */
#include <string.h>
#include <l4/vcpu.h>
#include "lib/ktest.h"

#define PAGE_VA		0x61000000
#define MAP_VA		0x62000000

enum { VCPU = T(0), FRAME = T(1), S = T(2), U = T(3), X = T(4), SPACE = T(20) };

static struct l4_vcpu_page *const page = (struct l4_vcpu_page *)PAGE_VA;

static void make_vcpu(void)
{
	must(l4_frame_create(0, FRAME));
	must(l4_map(L4_SLOT_SPACE, FRAME, PAGE_VA | L4_MAP_W | RAM_ATTR, 0, L4_PAGE_SIZE));
	must(l4_vcpu_create(0, VCPU, FRAME, PAGE_VA));
}

static void make_s(void)
{
	make_vcpu();
	must(l4_thread_create(0, S, L4_SLOT_SPACE, LOW, 0, 0));
	must(l4_vcpu_bind(VCPU, S, L4_ROLE_S));
}

/* S makes a call and reports its result. */
static int s_call(l4_word nr, l4_word a0, l4_word a1, l4_word a2)
{
	struct l4_regs r = { .r = { a0, a1, a2 }, .pc = (l4_word)blob_svc, .psr = 0x10 };

	r.r[12] = nr;
	must(l4_thread_stop(S));
	return (int)probe_thread(S, &r).value;
}

static void test_create(void)
{
	must(l4_frame_create(0, FRAME));
	is(vcpu_create, l4_vcpu_create(0, VCPU, FRAME, PAGE_VA), L4_OK, "with a frame");
	SLOT_ARG(vcpu_create, 1, 0, T(5), FRAME, PAGE_VA);
	is(vcpu_create, l4_vcpu_create(0, T(5), FRAME, PAGE_VA + 0x200), L4_EINVAL,
	   "an address inside of a page");
	must(l4_cell_create(T(6), 8192, 16, LOW, 0, 0));
	must(l4_frame_create(T(6), T(7)));
	is(vcpu_create, l4_vcpu_create(0, T(5), T(7), PAGE_VA), L4_EINVAL, "another cell's frame");
	is(vcpu_create, l4_vcpu_create(T(6), T(5), T(7), PAGE_VA), L4_OK, "in a child");
	must(l4_cap_delete(T(5)));
	CAP_ARG(vcpu_create, 0, K_CELL, L4_R_CONTROL, true, T(6), T(5), T(7), PAGE_VA);
	CAP_ARG(vcpu_create, 2, K_FRAME, L4_R_CONTROL, false, 0, T(5), FRAME, PAGE_VA);
	for (l4_word i = 0; i < 40; i++) {
		int err = l4_vcpu_create(T(6), T(100) + i, T(7), PAGE_VA);

		if (err == L4_OK)
			continue;
		is(vcpu_create, err, L4_EQUOTA, "after %lu in what is left of 8 KB", i);
		break;
	}
	ok(l4_cap_delete(FRAME) == L4_EBUSY, "its frame cannot be deleted before it");
	must(l4_cap_delete(VCPU));
	ok(l4_cap_delete(FRAME) == L4_OK, "but after it");
}

static void test_bind(void)
{
	make_vcpu();
	for (l4_slot s = S; s <= X + 8; s++)
		must(l4_thread_create(0, s, L4_SLOT_SPACE, LOW, 0, 0));
	is(vcpu_bind, l4_vcpu_bind(VCPU, U, L4_ROLE_U), L4_EINVAL, "U before S");
	is(vcpu_bind, l4_vcpu_bind(VCPU, X, L4_ROLE_X), L4_EINVAL, "a helper before S");
	is(vcpu_bind, l4_vcpu_bind(VCPU, S, 3), L4_EINVAL, "role 3");
	is(vcpu_bind, l4_vcpu_bind(VCPU, L4_SLOT_THREAD, L4_ROLE_S), L4_EINVAL,
	   "a thread that runs");
	is(vcpu_bind, l4_vcpu_bind(0, S, L4_ROLE_S), L4_EINVAL, "one's own, without having one");
	CAP_ARG(vcpu_bind, 0, K_VCPU, L4_R_CONTROL, true, VCPU, S, L4_ROLE_S);
	CAP_ARG(vcpu_bind, 1, K_THREAD, L4_R_CONTROL, false, VCPU, S, L4_ROLE_S);
	is(vcpu_bind, l4_vcpu_bind(VCPU, S, L4_ROLE_S), L4_OK, "S");
	is(vcpu_bind, l4_vcpu_bind(VCPU, S, L4_ROLE_U), L4_EBUSY, "S as U");
	is(vcpu_bind, l4_vcpu_bind(VCPU, X, L4_ROLE_S), L4_EBUSY, "a second S");
	is(vcpu_bind, l4_vcpu_bind(VCPU, U, L4_ROLE_U), L4_OK, "U");
	is(vcpu_bind, l4_vcpu_bind(VCPU, X, L4_ROLE_U), L4_EBUSY, "a second U");
	for (l4_word i = 0; i < 6; i++)
		is(vcpu_bind, l4_vcpu_bind(VCPU, X + i, L4_ROLE_X), L4_OK, "helper %lu", i);
	is(vcpu_bind, l4_vcpu_bind(VCPU, X + 6, L4_ROLE_X), L4_EBUSY, "a seventh helper");
	must(l4_cell_create(T(30), 65536, 16, LOW, 0, 0));
	must(l4_space_create(T(30), T(31), 0));
	must(l4_thread_create(T(30), T(32), T(31), LOW, 0, 0));
	is(vcpu_bind, l4_vcpu_bind(VCPU, T(32), L4_ROLE_X), L4_EINVAL, "another cell's thread");
	ok(l4_cap_delete(VCPU) == L4_EBUSY, "it cannot be deleted before its threads");
	is(thread_start, l4_thread_start(U, (l4_word)blob_spin, 0, 0), L4_EINVAL, "U");
	is(thread_stop, l4_thread_stop(U), L4_EINVAL, "U");
	is(thread_resume, l4_thread_resume(U), L4_EINVAL, "U");
	is(thread_prio, l4_thread_prio(U, LOW), L4_EINVAL, "U");
	is(thread_route, l4_thread_route(U, L4_EXC_UNDEF, L4_ROUTE_SUPER, 0), L4_EINVAL, "U");
	must(l4_cap_delete(U));
	CAP_ARG(thread_stop, 0, K_THREAD, L4_R_CONTROL, false, S);
	is(thread_stop, l4_thread_stop(S), L4_OK, "S");
	must(l4_cap_delete(S));
	for (l4_word i = 0; i < 6; i++)
		must(l4_cap_delete(X + i));
	ok(l4_cap_delete(VCPU) == L4_OK, "but after them");
}

/* S is destroyed before U: what is left can be read, and bound to another S. */
static void test_orphan(void)
{
	make_s();
	must(l4_thread_create(0, U, L4_SLOT_SPACE, LOW, 0, 0));
	must(l4_vcpu_bind(VCPU, U, L4_ROLE_U));
	must(l4_cap_delete(S));
	ok(l4_thread_read(U, L4_REGS_CPU) == L4_OK && l4_thread_write(U, L4_REGS_CPU) == L4_OK &&
	   l4_thread_read(U, L4_REGS_VFP) == L4_OK, "a U without S is stopped");
	ok(l4_interrupt(VCPU) == L4_OK && l4_thread_stop(U) == L4_EINVAL, "and nobody runs");
	must(l4_thread_create(0, S, L4_SLOT_SPACE, LOW, 0, 0));
	is(vcpu_bind, l4_vcpu_bind(VCPU, S, L4_ROLE_S), L4_OK, "another S");
	ok(s_call(L4_NR_space_switch, L4_SLOT_SPACE, 0, 0) == L4_OK, "which works");
	must(l4_cap_delete(U));
	must(l4_cap_delete(S));
}

static void test_entry(void)
{
	make_vcpu();
	for (l4_word e = 0; e < L4_ENTRY_COUNT; e++)
		if (l4_vcpu_entry(VCPU, e, 0x10000 + 4 * e) != L4_OK)
			ok(false, "entry %lu", e);
	is(vcpu_entry, l4_vcpu_entry(VCPU, L4_ENTRY_RESUME, 0xfffffff0), L4_OK, "high addresses");
	is(vcpu_entry, l4_vcpu_entry(VCPU, L4_ENTRY_COUNT, 0x10000), L4_EINVAL, "entry 25");
	is(vcpu_entry, l4_vcpu_entry(VCPU, 0xffffffff, 0x10000), L4_EINVAL, "entry -1");
	is(vcpu_entry, l4_vcpu_entry(VCPU, 0, 0x10002), L4_EINVAL, "an unaligned address");
	is(vcpu_entry, l4_vcpu_entry(VCPU, 0, L4_KERNEL_BASE), L4_EINVAL, "the kernel's window");
	is(vcpu_entry, l4_vcpu_entry(VCPU, 0, L4_KERNEL_END - 4), L4_EINVAL, "its end");
	is(vcpu_entry, l4_vcpu_entry(0, 0, 0x10000), L4_EINVAL, "without a virtual CPU");
	CAP_ARG(vcpu_entry, 0, K_VCPU, L4_R_CONTROL, true, VCPU, 0, 0x10000);
}

static void test_space(void)
{
	bool ids;
	int err;

	make_s();
	must(l4_space_create(0, SPACE, 0));
	is(space_switch, l4_space_switch(L4_SLOT_SPACE, 0, 0), L4_EINVAL,
	   "by another thread than S");
	err = s_call(L4_NR_space_switch, L4_SLOT_SPACE, 1, 2);
	must(l4_thread_stop(S));
	must(l4_thread_read(S, L4_REGS_CPU));
	ids = ((struct l4_regs *)(void *)l4x_buf())->tpidruro == 1 &&
	      ((struct l4_regs *)(void *)l4x_buf())->tpidrurw == 2;
	result(L4_NR_space_switch, err, L4_OK, "by S");
	ok(ids, "it sets both thread IDs");
	result(L4_NR_space_switch, s_call(L4_NR_space_switch, FRAME, 1, 2), L4_ECAP, "a frame");
	result(L4_NR_space_switch, s_call(L4_NR_space_switch, T(25), 1, 2), L4_ECAP, "nothing");
	must(l4_cap_copy(SPACE, 0, T(21), L4_R_READ, 0));
	result(L4_NR_space_switch, s_call(L4_NR_space_switch, T(21), 1, 2), L4_ERIGHT,
	       "a space that it may not control");
	must(l4_cell_create(T(22), 65536, 16, LOW, 0, 0));
	must(l4_space_create(T(22), T(23), 0));
	result(L4_NR_space_switch, s_call(L4_NR_space_switch, T(23), 1, 2), L4_EINVAL,
	       "another cell's space");
}

/* The code is not there in another space: S comes back by its supervisor's help. */
static void test_space_use(void)
{
	make_s();
	must(l4_space_create(0, SPACE, 0));
	blob_place(RAM_SIZE - L4_PAGE_SIZE);
	must(l4_map(SPACE, RAM_SLOT, ((l4_word)blob & ~(L4_PAGE_SIZE - 1)) | L4_MAP_X | RAM_ATTR,
		    RAM_SIZE - L4_PAGE_SIZE, L4_PAGE_SIZE));
	result(L4_NR_space_switch, s_call(L4_NR_space_switch, SPACE, 0, 0), L4_OK,
	       "to a space that has the code too");
	ok(l4_cap_delete(SPACE) == L4_EBUSY, "the current space cannot be deleted");
	result(L4_NR_space_switch, s_call(L4_NR_space_switch, L4_SLOT_SPACE, 0, 0), L4_OK, "back");
	ok(l4_cap_delete(SPACE) == L4_OK, "then it can");
}


static void start_wait(void)
{
	struct l4_regs r = { .pc = (l4_word)blob_svc, .psr = 0x10 };

	r.r[12] = L4_NR_wait;
	must(l4_thread_stop(S));
	memcpy(l4x_buf(), &r, sizeof(r));
	must(l4_thread_write(S, L4_REGS_CPU));
	must(l4_thread_resume(S));
}

static void test_wait(void)
{
	struct l4_message m = msg(0, 0, 0);

	make_s();
	is(wait, l4_wait(), L4_EINVAL, "without a virtual CPU");
	is(interrupt, l4_interrupt(0), L4_EINVAL, "without a virtual CPU");
	CAP_ARG(interrupt, 0, K_VCPU, L4_R_CONTROL, true, VCPU);
	page->vif = L4_VIF_MASKED;
	start_wait();
	ok(l4_recv(&m, 3000) == L4_ETIME, "wait sleeps while nothing is pending");
	is(interrupt, l4_interrupt(VCPU), L4_OK, "while S waits");
	must(l4_recv(&m, 1000000));
	result(L4_NR_wait, (int)m.mr[0], L4_OK, "until an interrupt is pending");
	ok(page->pending, "its page says so");
	start_wait();
	must(l4_recv(&m, 1000000));
	ok(m.mr[0] == L4_OK, "wait returns at once while one is pending");
	ok(s_call(L4_NR_interrupt, 0, 0, 0) == L4_OK && page->pending,
	   "masked, S does not take it");
}

static void test_stop_wait(void)
{
	struct l4_message m = msg(0, 0, 0);

	make_s();
	start_wait();
	nap(1000);
	must(l4_thread_stop(S));
	must(l4_interrupt(VCPU));
	ok(l4_recv(&m, 3000) == L4_ETIME, "an interrupt does not start a stopped S");
	must(l4_thread_resume(S));
	must(l4_recv(&m, 1000000));
	ok(true, "resumed, it goes on");
}

static int queue(l4_slot section, l4_word offset, l4_word va, l4_word gen)
{
	page->queue[0] = (struct l4_map_item){ section, offset, va, gen };
	page->qcount = 1;
	return s_call(L4_NR_queue_map, 0, 0, 0);
}

static l4_word generation(void)
{
	page->qcount = 0;
	must(s_call(L4_NR_queue_map, 0, 0, 0));
	return page->gen;
}

static void test_queue(void)
{
	l4_word gen;

	make_s();
	is(queue_map, l4_queue_map(), L4_EINVAL, "without a virtual CPU");
	gen = generation();
	result(L4_NR_queue_map, queue(RAM_SLOT, 0x3000, MAP_VA | L4_MAP_W | RAM_ATTR, gen), L4_OK,
	       "one page");
	ok(page->qcount == 0, "the queue is empty afterwards");
	*(volatile l4_word *)(RAM_VA + 0x3000) = 0xbee;
	ok(*(volatile l4_word *)MAP_VA == 0xbee, "the page is mapped");
	result(L4_NR_queue_map, queue(T(30), 0, MAP_VA | RAM_ATTR, gen), L4_ECAP, "an empty slot");
	result(L4_NR_queue_map, queue(S, 0, MAP_VA | RAM_ATTR, gen), L4_ECAP, "a thread");
	result(L4_NR_queue_map, queue(RAM_SLOT, 0x800, MAP_VA | RAM_ATTR, gen), L4_EINVAL,
	       "an offset inside of a page");
	result(L4_NR_queue_map, queue(RAM_SLOT, RAM_SIZE, MAP_VA | RAM_ATTR, gen), L4_EINVAL,
	       "an offset behind the section");
	result(L4_NR_queue_map, queue(RAM_SLOT, 0, L4_KERNEL_BASE | RAM_ATTR, gen), L4_EINVAL,
	       "the kernel's window");
	must(l4_cap_copy(RAM_SLOT, 0, T(30), L4_R_READ, 0));
	result(L4_NR_queue_map, queue(T(30), 0, MAP_VA | L4_MAP_W | RAM_ATTR, gen), L4_ERIGHT,
	       "writable, without the right");
	must(l4_unmap(L4_SLOT_SPACE, MAP_VA, L4_PAGE_SIZE));
	ok(generation() != gen, "a removal begins a new generation");
	result(L4_NR_queue_map, queue(RAM_SLOT, 0x3000, MAP_VA | RAM_ATTR, gen), L4_ESTALE,
	       "an item of the old generation");
	ok(probe_read(MAP_VA).class == L4_EXC_DFAULT, "it is not mapped");
	page->queue[1] = (struct l4_map_item){ RAM_SLOT, 0x4000, (MAP_VA + 0x1000) | RAM_ATTR,
					       generation() };
	page->queue[0] = (struct l4_map_item){ RAM_SLOT, 0x3000, MAP_VA | RAM_ATTR, gen };
	page->qcount = 2;
	result(L4_NR_queue_map, s_call(L4_NR_queue_map, 0, 0, 0), L4_ESTALE, "one stale of two");
	ok(probe_read(MAP_VA).class == L4_EXC_DFAULT &&
	       probe_read(MAP_VA + 0x1000).class == NO_FAULT,
	   "the other one is mapped");
	must(l4_unmap(L4_SLOT_SPACE, MAP_VA, 0x2000));
	page->qcount = 0xffffffff;
	memset((void *)page->queue, 0xff, sizeof(page->queue));
	ok(s_call(L4_NR_queue_map, 0, 0, 0) < 0, "an impossible count is bounded");
}

/* A space of a child cell that has no quota left for tables. */
static void test_queue_quota(void)
{
	struct l4_regs r = { .pc = BLOB_VA + (l4_word)(blob_svc - blob), .psr = 0x10 };
	struct l4_vcpu_page *p = (struct l4_vcpu_page *)PAGE_VA;
	l4_word used, quota;

	child_cell(T(40), 65536);
	must(l4_frame_create(T(40), T(50)));
	must(l4_map(L4_SLOT_SPACE, T(50), PAGE_VA | L4_MAP_W | RAM_ATTR, 0, L4_PAGE_SIZE));
	must(l4_vcpu_create(T(40), T(51), T(50), 0x200000));
	must(l4_vcpu_bind(T(51), T(42), L4_ROLE_S));
	must(l4_section_derive(T(40), T(52), RAM_SLOT, 0, 0x10000, L4_MEM));
	must(l4_cap_copy(T(52), T(40), 8, L4_MEM, 0));
	do {
		must(l4_cell_info(T(40), &used, &quota, NULL));
	} while (quota - used >= 1024 &&
		 l4_thread_create(T(40), T(60) + used / 1024, T(41), LOW, 0, 0) == L4_OK);
	p->queue[0] = (struct l4_map_item){ 8, 0, 0x70000000 | RAM_ATTR, p->gen };
	p->qcount = 1;
	r.r[12] = L4_NR_queue_map;
	result(L4_NR_queue_map, (int)probe_thread(T(42), &r).value, L4_EQUOTA,
	       "no quota for a second-level table");
}

int main(void)
{
	static const struct test tests[] = {
		{ "create", test_create },   { "bind", test_bind },
		{ "orphan", test_orphan },
		{ "entry", test_entry },     { "space", test_space },
		{ "space in use", test_space_use }, { "wait", test_wait },
		{ "stopped", test_stop_wait }, { "queue", test_queue },
		{ "queue and quota", test_queue_quota },
	};

	/* tables that stay */
	must(l4_map(L4_SLOT_SPACE, RAM_SLOT, PAGE_VA | RAM_ATTR, 0, L4_PAGE_SIZE));
	must(l4_map(L4_SLOT_SPACE, RAM_SLOT, MAP_VA | RAM_ATTR, 0, L4_PAGE_SIZE));
	must(l4_unmap(L4_SLOT_SPACE, PAGE_VA, L4_PAGE_SIZE));
	must(l4_unmap(L4_SLOT_SPACE, MAP_VA, L4_PAGE_SIZE));
	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	covered(L4_NR_vcpu_create);
	covered(L4_NR_vcpu_bind);
	covered(L4_NR_vcpu_entry);
	covered(L4_NR_space_switch);
	covered(L4_NR_wait);
	covered(L4_NR_interrupt);
	covered(L4_NR_queue_map);
	covered(L4_NR_thread_stop);
	return tests_done();
}
