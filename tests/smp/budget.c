/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A cell's budget is one for all cores.  What its threads ran is counted by
 * themselves, in loops; under icount a loop always takes the same time, however
 * QEMU divides it among the cores.
 */
#include "../kernel/lib/ktest.h"

#define BUDGET	2000	/* us */
#define PERIOD	10000
#define SLICE	20	/* us that a core may go on for: entry, timer, two switches */
#define PERIODS	10
#define TIME	(PERIODS * PERIOD)
#define COUNT_VA	0x00200000	/* in the cell */
#define SPINNERS	3

static volatile l4_word *const count = (volatile l4_word *)RAM_VA;
static l4_word loops_per_ms, cores;

/* A cell with a thread a core, each of which counts in a word of its own. */
static void spinners(l4_word us)
{
	child_cell(T(0), 0x20000);
	must(l4_section_derive(T(0), T(5), RAM_SLOT, 0, L4_PAGE_SIZE, L4_R_READ | L4_R_WRITE));
	must(l4_map(T(1), T(5), COUNT_VA | L4_MAP_W | RAM_ATTR, 0, L4_PAGE_SIZE));
	if (us)
		must(l4_cell_budget(T(0), us, PERIOD));
	for (l4_word i = 0; i < SPINNERS; i++) {
		count[i] = 0;
		must(l4_thread_create(T(0), T(6 + i), T(1), HIGH, 0x6e697073, 0x30 + i));
	}
}

static void go(l4_word i, l4_word core)
{
	must(l4_thread_core(T(6 + i), core % cores));
	must(l4_thread_start(T(6 + i), BLOB_AT(BLOB_VA, blob_loops), 0, COUNT_VA + 4 * i));
}

/* So many us they have run together. */
static l4_word used(void)
{
	l4_word sum = 0;

	for (l4_word i = 0; i < SPINNERS; i++)
		sum += count[i];
	return (l4_word)((uint64_t)sum * 1000 / loops_per_ms);
}

static void test_measure(void)
{
	must(l4_system(L4_SLOT_SYSTEM, L4_SYS_INFO, 0, 0, 0, 0, NULL, NULL, &cores, NULL));
	spinners(0);
	go(0, 1);
	nap(10000);
	must(l4_thread_stop(T(6)));
	loops_per_ms = count[0] / 10;
	ok(loops_per_ms > 10000, "a thread without a budget runs on: %lu loops a ms", loops_per_ms);
}

/* Since then, and at least so many percent; a period may have been under way. */
static void held(uint64_t begin, l4_word before, l4_word least, const char *text)
{
	l4_word us = used() - before, passed = (l4_word)((now() - begin) / ticks_per_us());

	note("%s: %lu of %lu us", text, us, passed);
	ok(us <= (passed / PERIOD + 1) * (BUDGET + 3 * SLICE), "%s run no longer than one may",
	   text);
	ok(us >= passed / PERIOD * BUDGET * least / 100, "and get what the cell has");
}

static void test_one(void)
{
	uint64_t begin = now();

	spinners(BUDGET);
	go(0, 1);
	nap(TIME);
	must(l4_thread_stop(T(6)));
	held(begin, 0, 75, "one thread's turns");
}

/* Each core for a while: the time is the cell's, not the core's. */
static void test_turns(void)
{
	uint64_t begin = now();

	spinners(BUDGET);
	go(0, 0);
	for (l4_word i = 1; i <= TIME / 500; i++) {
		nap(500);
		must(l4_thread_core(T(6), i % cores));
	}
	must(l4_thread_stop(T(6)));
	held(begin, 0, 75, "turns on all cores");
}

static void test_together(void)
{
	uint64_t begin = now();
	l4_word before;

	spinners(BUDGET);
	for (l4_word i = 0; i < SPINNERS; i++)
		go(i, i + 1);
	nap(TIME);
	/* QEMU runs one core at a time, up to a timer: where two run at once, one's time is lost */
	held(begin, 0, 50, "three on three cores");
	for (l4_word i = 0; i < SPINNERS; i++)
		ok(count[i], "each of them runs");
	must(l4_thread_stop(T(6)));
	must(l4_thread_stop(T(7)));
	nap(PERIOD);
	begin = now();
	before = used();
	nap(TIME);
	held(begin, before, 75, "what is left of them");
}

/* The caller is on another core, and has no limit: as long as it waits. */
static void test_unserved(void)
{
	struct l4_message m = { .tag = 0 };
	l4_word before;

	spinners(BUDGET);
	must(l4_thread_core(T(6), 1));
	must(l4_thread_start(T(6), BLOB_AT(BLOB_VA, blob_take), 0, COUNT_VA));
	nap(1000);
	ok(l4_call(T(6), &m, 20000) == L4_ETIME, "main gives up");
	before = used();
	ok(before >= 15000, "so long its server ran on its time: %lu us", before);
	nap(TIME);
	ok(used() - before <= (PERIODS + 1) * (BUDGET + SLICE), "and then on its own, %lu us",
	   used() - before);
}

static void test_end(void)
{
	for (l4_word i = 0; i < 20; i++) {
		spinners(BUDGET);
		for (l4_word n = 0; n < SPINNERS; n++)
			go(n, n + 1);
		nap(100 + i * 300);
		must(l4_cap_delete(T(0)));
		clean_slots();
		ram_map();
	}
	ok(true, "a cell that runs on three cores, or waits on them, can be destroyed");
}

int main(void)
{
	static const struct test tests[] = {
		{ "measure", test_measure },   { "one", test_one },
		{ "in turn", test_turns },     { "together", test_together },
		{ "a server", test_unserved }, { "the end", test_end },
	};

	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	return tests_done();
}
