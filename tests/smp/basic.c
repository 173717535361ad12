/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Threads on other cores, one promise at a time: they run, move, talk, are
 * stopped, changed and destroyed while they run.  Two calls at once: pairs.c.
 * QEMU runs the cores side by side (MTTCG), so each promise is tried many times.
 */
#include <string.h>
#include "../kernel/lib/ktest.h"

#define TIMES	  100
#define MB	  0x100000
#define STARVING  40
#define STARVING_VA 0x00200000	/* in their cell */
#define PAGE_VA	  0x28000000
#define OTHER	  1	/* the core that main is not on */
#define PATIENCE  60000000	/* us; the host may be busy */

static volatile l4_word where, count, stop_now;

/* The cores read their number from TLS registers only the kernel sets: ask by migration. */
static l4_slot on(l4_word core, int i, void (*fn)(void *), void *arg, l4_word prio)
{
	l4_slot t = helper(i, fn, arg, prio < MAIN_PRIO ? prio : LOW);

	must(l4_thread_core(t, core));
	if (prio >= MAIN_PRIO)
		must(l4_thread_prio(t, prio));
	return t;
}

/* Waits until it is true; false: in vain. */
static bool until(const volatile l4_word *word, l4_word least)
{
	uint64_t end = now() + (uint64_t)PATIENCE * ticks_per_us();

	while (*word < least)
		if (now() > end)
			return false;
	return true;
}

static l4_word cores(void)
{
	l4_word n;

	must(l4_system(L4_SLOT_SYSTEM, L4_SYS_INFO, 0, 0, 0, 0, NULL, NULL, &n, NULL));
	return n;
}

static void counts(void *arg)
{
	(void)arg;
	while (!stop_now)
		count++;
	where++;
}

/* Main never blocks here: what counts runs on another core. */
static void test_run(void)
{
	for (l4_word c = 1; c < cores(); c++) {
		count = stop_now = where = 0;
		(void)on(c, 0, counts, NULL, LOW);
		ok(until(&count, 1000), "a thread below main runs beside it on core %lu", c);
		stop_now = 1;
		ok(until(&where, 1), "and sees what main writes");
		helper_end(0);
	}
}

static void test_arguments(void)
{
	l4_slot t = helper(0, counts, NULL, LOW);

	is(thread_core, l4_thread_core(t, cores() - 1), L4_OK, "the last core");
	is(thread_core, l4_thread_core(t, cores() - 1), L4_OK, "where it is already");
	is(thread_core, l4_thread_core(t, cores()), L4_EINVAL, "a core that is not there");
	is(thread_core, l4_thread_core(t, 0xffffffff), L4_EINVAL, "core -1");
	CAP_ARG(thread_core, 0, K_THREAD, L4_R_CONTROL, false, t, 0);
	stop_now = 1;
}

static void adds(void *arg)
{
	struct l4_message m = msg(0, 0, 0);
	int err = l4_recv(&m, L4_NEVER);

	(void)arg;
	for (;;) {
		if (err == L4_OK)
			m.mr[0] += m.mr[1];
		m.tag = l4_tag(0, 1);
		err = l4_reply_recv(&m, L4_NEVER);
	}
}

static void test_call(l4_word core, l4_word prio, const char *text)
{
	l4_slot t = on(core, 0, adds, NULL, prio);
	unsigned int wrong = 0;

	for (l4_word i = 0; i < 2 * TIMES; i++) {
		struct l4_message m = { .tag = l4_tag(0, 2), .mr = { i, 2 * i } };

		if (l4_call(t, &m, PATIENCE) != L4_OK || m.mr[0] != 3 * i)
			wrong++;
	}
	ok(!wrong, "%s answers %d calls, %u wrong", text, 2 * TIMES, wrong);
	helper_end(0);
}

static void test_ipc(void)
{
	for (l4_word c = 0; c < cores(); c++) {
		test_call(c, HIGH, "a server above main");
		test_call(c, LOW, "a server below main");
	}
}

static void echoes_bits(void *arg)
{
	struct l4_message m = msg(0, 0, 0);

	for (;;)
		if (l4_recv(&m, L4_NEVER) == L4_NOTIFIED)
			must(l4_notify((l4_slot)(l4_word)arg, m.mr[0]));
}

static void test_notify(void)
{
	l4_slot t = on(OTHER, 0, echoes_bits, (void *)L4_SLOT_THREAD, LOW);
	unsigned int lost = 0;

	for (l4_word i = 0; i < 2 * TIMES; i++) {
		struct l4_message m = msg(0, 0, 0);

		must(l4_notify(t, 1u << i % 32));
		if (l4_recv(&m, PATIENCE) != L4_NOTIFIED || m.mr[0] != 1u << i % 32)
			lost++;
	}
	ok(!lost, "no notification of %d there and back is lost, %u are", 2 * TIMES, lost);
	helper_end(0);
}

static volatile l4_word bad_registers;

/* VFP, TLS and flags have to come along from core to core. */
static void keeps_registers(void *arg)
{
	l4_word tls, n = 0;

	(void)arg;
	__asm__ volatile("mrc p15, 0, %0, c13, c0, 2" : "=r"(tls));
	while (!stop_now) {
		l4_word d, t;

		__asm__ volatile(".fpu neon\n\tvmov s31, %0" : : "r"(n));
		for (volatile int i = 0; i < 50; i++)
			;
		__asm__ volatile(".fpu neon\n\tvmov %0, s31" : "=r"(d));
		__asm__ volatile("mrc p15, 0, %0, c13, c0, 2" : "=r"(t));
		bad_registers += d != n || t != tls;
		n += 0x10001;
		count++;
	}
	where = 1;
}

static void test_move(void)
{
	l4_slot a, b;

	count = stop_now = where = bad_registers = 0;
	a = on(OTHER, 0, keeps_registers, NULL, LOW);
	b = on(OTHER, 1, keeps_registers, NULL, LOW);
	for (l4_word i = 0; i < 3 * TIMES; i++) {
		must(l4_thread_core(a, i % cores()));
		must(l4_thread_core(b, (i / 2 + 1) % cores()));
		spin_us(i % 16 * 10);
		if (i % 20 == 0)
			nap(200);
	}
	must(l4_thread_core(a, OTHER));
	ok(until(&count, TIMES), "threads go on when they are moved as they run");
	ok(!bad_registers, "their VFP and thread ID registers come along");
	stop_now = 1;
	must(l4_thread_core(b, OTHER));
	ok(until(&where, 1), "and they see the end");
	helper_end(0);
	helper_end(1);
	for (l4_word i = 0; i < TIMES; i++)
		must(l4_thread_core(L4_SLOT_THREAD, i % cores()));
	must(l4_thread_core(L4_SLOT_THREAD, 0));
	ok(true, "main moves itself and comes back");
}

static void test_control(void)
{
	struct l4_regs *regs = (struct l4_regs *)(void *)l4x_buf();
	unsigned int moved = 0, outside = 0;
	l4_slot t;

	count = stop_now = 0;
	t = on(OTHER, 0, counts, NULL, LOW);
	for (l4_word i = 0; i < TIMES; i++) {
		l4_word before;

		(void)until(&count, count + 1);
		must(l4_thread_stop(t));
		before = count;
		must(l4_thread_read(t, L4_REGS_CPU));
		outside += regs->pc - (l4_word)counts >= 0x100;
		spin_us(20);
		moved += count != before;
		must(l4_thread_prio(t, LOW + i % 2));
		must(l4_thread_resume(t));
	}
	ok(!moved, "a thread that was stopped on another core runs no more");
	ok(!outside, "and its registers are those of the moment");
	is(thread_stop, l4_thread_stop(t), L4_OK, "it can be stopped");
	helper_end(0);
}

static void test_destroy(void)
{
	for (l4_word i = 0; i < TIMES; i++) {
		int n = (int)(i % 3);

		stop_now = 0;
		(void)on(i % cores(), n, n ? keeps_registers : counts, NULL, LOW);
		spin_us(i % 8 * 20);
		helper_end(n);
	}
	ok(true, "running threads can be destroyed from another core");
	for (l4_word i = 0; i < TIMES / 4; i++) {
		child_cell(T(0), 0x40000);
		must(l4_thread_core(T(2), i % cores()));
		must(l4_thread_start(T(2), BLOB_AT(BLOB_VA, blob_spin), 0, 0));
		spin_us(i % 8 * 50);
		if (i % 2)
			must(l4_cap_delete(T(2)));
		must(l4_cap_delete(T(0)));
		clean_slots();
	}
	ok(true, "and cells with all that is in them");
	ram_map();
}

static volatile l4_word reads;

static void reads_page(void *arg)
{
	(void)arg;
	for (;;) {
		(void)*(volatile l4_word *)PAGE_VA;
		reads++;
	}
}

static void take_away(l4_word i)
{
	switch (i % 3) {
	case 0:
		must(l4_unmap(L4_SLOT_SPACE, PAGE_VA, L4_PAGE_SIZE));
		break;
	case 1:
		must(l4_cap_delete(T(1)));
		break;
	default:
		must(l4_cap_revoke(T(0)));
	}
}

static void map_page(void)
{
	(void)!l4_section_derive(0, T(1), T(0), 0, L4_PAGE_SIZE, L4_MEM);
	must(l4_map(L4_SLOT_SPACE, T(1), PAGE_VA | RAM_ATTR, 0, L4_PAGE_SIZE));
}

/* Its fault is the only message; r2 and up are registers that it keeps. */
static void test_unmap(void)
{
	unsigned int late = 0, lost = 0;
	l4_slot t;

	must(l4_section_derive(0, T(0), RAM_SLOT, 0, L4_PAGE_SIZE, L4_MEM));
	map_page();
	t = on(OTHER, 0, reads_page, NULL, LOW);
	route_faults(t);
	for (l4_word i = 0; i < TIMES; i++) {
		struct l4_message m = msg(0, 0, 0);
		l4_word before;

		(void)until(&reads, reads + 10);
		take_away(i);
		before = reads;
		spin_us(10);
		late += reads > before + 1;
		if (l4_recv(&m, PATIENCE) != L4_OK || !(m.tag & L4_TAG_KERNEL) ||
		    m.mr[L4_EM_ADDR] != PAGE_VA)
			lost++;
		map_page();
		m.tag = l4_tag(L4_REPLY_RESUME, 0);
		(void)!l4_reply_recv(&m, L4_NOWAIT);
	}
	ok(!late, "no reader on another core reads after its page was taken, %u did", late);
	ok(!lost, "its faults come to main");
	helper_end(0);
	must(l4_cap_delete(T(0)));
	must(l4_unmap(L4_SLOT_SPACE, PAGE_VA, MB));	/* and its table */
	ram_map();
}

/* It reads what stays mapped, while a page beside it comes and goes. */
static void test_split(void)
{
	unsigned int faults = 0;
	l4_slot t;

	must(l4_section_derive(0, T(0), RAM_SLOT, 0, MB, L4_MEM));
	must(l4_map(L4_SLOT_SPACE, T(0), PAGE_VA | RAM_ATTR, 0, MB));
	t = on(OTHER, 0, reads_page, NULL, LOW);
	route_faults(t);
	for (l4_word i = 0; i < 20 * TIMES; i++) {
		struct l4_message m = msg(0, 0, 0);

		(void)until(&reads, reads + 10);
		must(l4_unmap(L4_SLOT_SPACE, PAGE_VA + MB / 2, L4_PAGE_SIZE));
		must(l4_map(L4_SLOT_SPACE, T(0), PAGE_VA | RAM_ATTR, 0, MB));
		if (l4_recv(&m, L4_NOWAIT) != L4_OK)
			continue;
		faults++;
		m.tag = l4_tag(L4_REPLY_RESUME, 0);
		(void)!l4_reply_recv(&m, L4_NOWAIT);
	}
	ok(!faults, "what stays mapped in a megabyte that is split never faults, %u did", faults);
	helper_end(0);
	must(l4_cap_delete(T(0)));
	must(l4_unmap(L4_SLOT_SPACE, PAGE_VA, MB));
	ram_map();
}

/*
 * Threads without time left, which a core puts aside one after the other, while this
 * one asks for the kernel all the time: it pauses, and has to go on.
 */
static void test_starving(void)
{
	static volatile l4_word *const counts_of = (volatile l4_word *)RAM_VA;
	unsigned int ran = 0;

	child_cell(T(0), 0x30000);
	must(l4_section_derive(T(0), T(4), RAM_SLOT, 0, L4_PAGE_SIZE, L4_R_READ | L4_R_WRITE));
	must(l4_map(T(1), T(4), STARVING_VA | L4_MAP_W | RAM_ATTR, 0, L4_PAGE_SIZE));
	must(l4_cell_budget(T(0), 200, 2000));
	for (l4_word i = 0; i < STARVING; i++) {
		counts_of[i] = 0;
		must(l4_thread_create(T(0), T(5 + i), T(1), HIGH, 0x76726174, 0x30 + i));
		must(l4_thread_core(T(5 + i), OTHER));
		must(l4_thread_start(T(5 + i), BLOB_AT(BLOB_VA, blob_loops), 0, STARVING_VA + 4 * i));
	}
	for (l4_word i = 0; i < 100 * TIMES; i++)
		must(l4_null());
	for (l4_word i = 0; i < STARVING; i++)
		ran += until(&counts_of[i], 1);
	ok(ran == STARVING, "each of %u threads with one budget gets its turn, %u did", STARVING, ran);
	must(l4_cap_delete(T(0)));
	clean_slots();
	ram_map();
}

static void sleeps(void *arg)
{
	(void)arg;
	for (;;) {
		nap(100);
		count++;
	}
}

static void test_time(void)
{
	count = 0;
	(void)on(OTHER, 0, sleeps, NULL, HIGH);
	(void)on(OTHER, 1, sleeps, NULL, LOW);
	ok(until(&count, TIMES), "time limits end on a core that sleeps");
	must(l4_alarm(HELPER, 1, 1, 0));
	helper_end(0);
	helper_end(1);
}

int main(void)
{
	static const struct test tests[] = {
		{ "running", test_run },    { "arguments", test_arguments }, { "messages", test_ipc },
		{ "bits", test_notify },    { "moving", test_move },	     { "control", test_control },
		{ "ending", test_destroy }, { "unmapping", test_unmap },     { "time", test_time },
		{ "a megabyte that is split", test_split },		     { "starving", test_starving },
	};

	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	covered(L4_NR_thread_core);
	return tests_done();
}
