/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Budgets of cells, and priorities that are inherited along calls.  What a cell
 * above main runs is seen in main: its clock has gaps.
 */
#include <string.h>
#include "lib/ktest.h"

#define BUDGET	2000	/* us */
#define PERIOD	10000
#define SLICE	20	/* us that a budget may be exceeded by: entry, timer, two switches */
#define NOISE	2	/* us: a shorter gap is an interrupt */
#define GAPS	64
#define COUNT_VA	0x00200000	/* in the cell */
#define MANY	400	/* threads */

static struct gap {
	uint64_t start, length;
} gap[GAPS];

/* Runs for so long, and notes when somebody else did. */
static int watch(l4_word us)
{
	uint64_t begin = now(), last = begin, t;
	int n = 0;

	while ((t = now()) - begin < (uint64_t)us * ticks_per_us() && n < GAPS) {
		if (t - last > NOISE * ticks_per_us())
			gap[n++] = (struct gap){ last, t - last };
		last = t;
	}
	return n;
}

/* The most that was used in any time of a period's length that begins with a gap. */
static uint64_t most(int n)
{
	uint64_t worst = 0;

	for (int i = 0; i < n; i++) {
		uint64_t sum = 0, end = gap[i].start + PERIOD * ticks_per_us();

		for (int j = i; j < n && gap[j].start < end; j++) {
			uint64_t to = gap[j].start + gap[j].length;

			sum += (to < end ? to : end) - gap[j].start;
		}
		worst = sum > worst ? sum : worst;
	}
	return worst;
}

static void start(l4_slot thread, const char *code, l4_word arg, l4_word prio)
{
	must(l4_thread_prio(thread, prio));
	must(l4_thread_start(thread, BLOB_AT(BLOB_VA, code), 0, arg));
}

static void test_call(void)
{
	child_cell(T(0), 65536);
	CAP_ARG(cell_budget, 0, K_CELL, L4_R_CONTROL, true, T(0), BUDGET, PERIOD);
	is(cell_budget, l4_cell_budget(0, BUDGET, PERIOD), L4_EINVAL, "its own cell");
	is(cell_budget, l4_cell_budget(L4_SLOT_CELL, BUDGET, PERIOD), L4_EINVAL, "the same by name");
	is(cell_budget, l4_cell_budget(T(0), 99, PERIOD), L4_EINVAL, "99 us");
	is(cell_budget, l4_cell_budget(T(0), PERIOD + 1, PERIOD), L4_EINVAL, "more than the period");
	is(cell_budget, l4_cell_budget(T(0), 500, 999), L4_EINVAL, "a period of 999 us");
	is(cell_budget, l4_cell_budget(T(0), 500, 8000001), L4_EINVAL, "one above 8 s");
	is(cell_budget, l4_cell_budget(T(0), BUDGET, PERIOD), L4_OK, "2 of 10 ms");
	must(l4_cell_create(T(10), 0, 16, LOW, 0x6c6c6563, 0));
	is(cell_budget, l4_cell_budget(T(10), BUDGET, PERIOD), L4_EQUOTA, "a cell without quota");
}

static void test_spinner(void)
{
	uint64_t limit = (BUDGET + SLICE) * (uint64_t)ticks_per_us(), used;
	int n;

	child_cell(T(0), 65536);
	must(l4_cell_budget(T(0), BUDGET, PERIOD));
	start(T(2), blob_spin, 0, MAX_PRIO);
	n = watch(100000);
	used = most(n);
	note("%d times in 100 ms, at most %lu us in 10 ms", n, (l4_word)used / ticks_per_us());
	ok(n >= 9 && n <= 11, "it runs once each period");
	ok(used <= limit, "never for more than its budget and %d us", SLICE);
	ok(used >= BUDGET * (uint64_t)ticks_per_us() * 9 / 10, "and for not much less");
}

/* It has run, stands still for longer than a period, then runs across the end of the next. */
static void test_saved(void)
{
	uint64_t limit = (BUDGET + SLICE) * (uint64_t)ticks_per_us(), used;

	child_cell(T(0), 65536);
	must(l4_cell_budget(T(0), BUDGET, PERIOD));
	start(T(2), blob_spin, 0, MAX_PRIO);
	must(l4_thread_stop(T(2)));	/* it has used all of it */
	nap(2 * PERIOD - 3 * BUDGET / 2);	/* 1 ms before the second period ends */
	used = now();
	must(l4_thread_resume(T(2)));
	used = now() - used;
	note("it ran for %lu us at a stretch", (l4_word)used / ticks_per_us());
	ok(used <= limit, "what was not used is not saved up");
	ok(used >= BUDGET * (uint64_t)ticks_per_us() * 9 / 10, "and the budget is there at once");
}

/* A change is no way to have more of it. */
static void test_change(void)
{
	uint64_t limit = (BUDGET + SLICE) * (uint64_t)ticks_per_us(), used;

	child_cell(T(0), 65536);
	must(l4_cell_budget(T(0), BUDGET, PERIOD));
	start(T(2), blob_spin, 0, MAX_PRIO);
	must(l4_cell_budget(T(0), BUDGET, PERIOD));
	used = most(watch(5000));
	ok(used <= limit / 100, "a budget that is used up stays so when it is set again");
	must(l4_cell_budget(T(0), BUDGET / 2, PERIOD));
	used = most(watch(30000));
	ok(used <= limit / 2 + SLICE * ticks_per_us() && used >= limit / 2 * 9 / 10,
	   "and half of it is half of it");
}

/* Two threads of one cell, at two priorities, and one of a cell below it. */
static void test_shared(void)
{
	uint64_t limit = (BUDGET + 2 * SLICE) * (uint64_t)ticks_per_us();
	int n;

	child_cell(T(0), 65536);
	must(l4_cell_budget(T(0), BUDGET, PERIOD));
	must(l4_thread_create(T(0), T(5), T(1), LOW, 0x32, 0));
	must(l4_thread_create(T(0), T(6), T(1), LOW, 0x33, 0));
	start(T(5), blob_spin, 0, HIGH);
	start(T(6), blob_spin, 0, HIGH);
	start(T(2), blob_spin, 0, MAX_PRIO);
	n = watch(50000);
	ok(n >= 4 && most(n) <= limit, "three threads have no more than one");
	must(l4_thread_stop(T(2)));
	n = watch(50000);
	ok(n >= 4 && most(n) <= limit, "nor when one of them stops");
}

/* A budget that ends before a slice does: the next period is another one's. */
static void test_turns(void)
{
	volatile l4_word *count = (volatile l4_word *)RAM_VA;

	child_cell(T(0), 65536);
	must(l4_section_derive(T(0), T(5), RAM_SLOT, 0, L4_PAGE_SIZE, L4_R_READ | L4_R_WRITE));
	must(l4_map(T(1), T(5), COUNT_VA | L4_MAP_W | RAM_ATTR, 0, L4_PAGE_SIZE));
	must(l4_cell_budget(T(0), BUDGET, PERIOD));
	for (l4_word i = 0; i < 3; i++) {
		count[i] = 0;
		must(l4_thread_create(T(0), T(6 + i), T(1), HIGH, 0x32, i));
		start(T(6 + i), blob_loops, COUNT_VA + 4 * i, HIGH);
	}
	nap(12 * PERIOD);
	note("they have counted to %lu, %lu and %lu", count[0], count[1], count[2]);
	for (l4_word i = 0; i < 3; i++)
		ok(count[i] >= (count[0] + count[1] + count[2]) / 5,
		   "thread %lu of three has its share", i + 1);
}

static volatile l4_word latest, wakes;

/* How late a thread above the cell is woken, in microseconds. */
static void wake_often(void *arg)
{
	(void)arg;
	for (wakes = 0; wakes < 1500; wakes++) {
		uint64_t begin = now();
		l4_word late;

		nap(20);
		late = (l4_word)(now() - begin) / ticks_per_us() - 20;
		if (late > latest)
			latest = late;
	}
}

/* All put aside when the budget ends, one after the other: interrupts are taken meanwhile. */
static void test_many(void)
{
	child_cell(T(0), 0x100000);
	must(l4_cell_budget(T(0), BUDGET, PERIOD));
	for (l4_word i = 0; i < MANY; i++) {
		must(l4_thread_create(T(0), T(6 + i), T(1), HIGH, 0x32, i));
		start(T(6 + i), blob_spin, 0, HIGH);
	}
	latest = 0;
	(void)helper(0, wake_often, NULL, MAX_PRIO);
	nap(4 * PERIOD);
	note("woken %lu times, at most %lu us late", wakes, latest);
	ok(wakes == 1500 && latest <= SLICE, "%d threads do not delay one above them", MANY);
}

/* More than are made ready at a time, while the first of them work for longer than that. */
static void test_woken(void)
{
	struct l4_regs r = { .pc = BLOB_AT(BLOB_VA, blob_registers), .psr = 0x10 };
	struct l4_message m = { .tag = 0 };
	int n = 0;

	child_cell(T(0), 0x20000);
	must(l4_cell_budget(T(0), BUDGET, PERIOD));
	start(T(2), blob_spin, 0, MAX_PRIO);
	must(l4_thread_stop(T(2)));	/* it has used all of it */
	r.r[1] = 100;
	for (l4_word i = 0; i < 20; i++) {
		must(l4_thread_create(T(0), T(6 + i), T(1), HIGH, 0x32, i));
		memcpy(l4x_buf(), &r, sizeof(r));
		must(l4_thread_write(T(6 + i), L4_REGS_CPU));
		must(l4_thread_prio(T(6 + i), HIGH));
		must(l4_thread_resume(T(6 + i)));
	}
	while (n < 20 && l4_recv(&m, 5 * PERIOD) == L4_OK)
		n++;
	ok(n == 20, "all of 20 threads that wait for a budget get on, %d did", n);
}

static void test_end(void)
{
	child_cell(T(0), 65536);
	must(l4_cell_budget(T(0), BUDGET, PERIOD));
	start(T(2), blob_spin, 0, MAX_PRIO);
	(void)watch(5000);
	must(l4_cap_delete(T(0)));
	ok(most(watch(30000)) < 1000 * (uint64_t)ticks_per_us(), "a cell that waits for its period can be destroyed");
	child_cell(T(0), 65536);
	start(T(2), blob_spin, 0, LOW);
	must(l4_cell_budget(T(0), BUDGET, PERIOD));
	nap(30000);
	ok(l4_cap_delete(T(0)) == L4_OK, "and one that runs, too");
}

/* Main serves a call of a cell for longer than that cell has time. */
static void test_donation(void)
{
	struct l4_regs r = { .pc = BLOB_AT(BLOB_VA, blob_svc), .psr = 0x10 };
	struct l4_message m = { .tag = 0 };
	uint64_t begin, worked, waited;

	child_cell(T(0), 65536);
	must(l4_cell_budget(T(0), BUDGET, PERIOD));
	r.r[0] = L4_SLOT_THREAD;
	r.r[10] = L4_NEVER;
	r.r[12] = L4_NR_call;
	memcpy(l4x_buf(), &r, sizeof(r));
	must(l4_thread_write(T(2), L4_REGS_CPU));
	must(l4_thread_prio(T(2), HIGH));
	must(l4_thread_resume(T(2)));
	must(l4_recv(&m, L4_NEVER));
	begin = now();
	spin_us(5000);
	worked = now() - begin;
	m.tag = 0;
	must(l4_reply_recv(&m, L4_NEVER));	/* its report: it runs again */
	waited = now() - begin;
	note("served for %lu us, back after %lu", (l4_word)worked / ticks_per_us(),
	     (l4_word)waited / ticks_per_us());
	ok(worked < 5100 * (uint64_t)ticks_per_us(), "the server goes on when its client's time ends");
	ok(waited >= (PERIOD - SLICE) * (uint64_t)ticks_per_us(),
	   "and the client waits for its next period: it has paid");
	m.tag = 0;
	must(l4_reply_recv(&m, L4_NOWAIT) == L4_EAGAIN ? L4_OK : L4_EINVAL);
}

/* A cell without a budget calls a server that has one, and then counts for ever. */
static void call_server(const char *code, l4_word us, int result, const char *what)
{
	uint64_t longest = (us == L4_NEVER ? 0 : us) + BUDGET + SLICE, begin;
	struct l4_message m = { .tag = 0 };
	int n;

	child_cell(T(0), 65536);
	must(l4_section_derive(T(0), T(5), RAM_SLOT, 0, L4_PAGE_SIZE, L4_R_READ | L4_R_WRITE));
	must(l4_map(T(1), T(5), COUNT_VA | L4_MAP_W | RAM_ATTR, 0, L4_PAGE_SIZE));
	must(l4_cell_budget(T(0), BUDGET, PERIOD));
	start(T(2), code, COUNT_VA, MAX_PRIO);
	begin = now();
	ok(l4_call(T(2), &m, us) == result, "the caller comes back");
	ok(now() - begin <= longest * ticks_per_us(), "when the server's budget has ended");
	n = watch(25000);
	ok(n >= 2 && most(n) <= (BUDGET + SLICE) * (uint64_t)ticks_per_us(),
	   "a server %s runs on its own time", what);
}

static void test_unserved(void)
{
	call_server(blob_take, 3 * BUDGET, L4_ETIME, "whose caller gave up");
}

static void test_answered(void)
{
	call_server(blob_answer, L4_NEVER, L4_OK, "that answered and did not wait");
}

/* --- inheritance --- */

static volatile l4_word served, spun;
static l4_word served_at[2];

static void serve(void *arg)
{
	struct l4_message m = { .tag = 0 };

	(void)arg;
	(void)!l4_recv(&m, L4_NEVER);
	for (;;) {
		spin_us(2000);
		served++;
		m.tag = 0;
		(void)!l4_reply_recv(&m, L4_NEVER);
	}
}

static void ask(void *arg)
{
	struct l4_message m = { .tag = 0 };

	(void)!l4_call((l4_slot)arg, &m, L4_NEVER);
	served_at[0] = spun;
}

static void spin_20ms(void *arg)
{
	(void)arg;
	for (spun = 0; spun < 20; spun++)
		spin_us(1000);
}

/* low serves high, mid would spin for 20 ms. */
static void test_inherit(void)
{
	l4_slot server = helper(0, serve, NULL, LOW);

	nap(1000);
	served = 0;
	served_at[0] = 99;
	(void)helper(1, spin_20ms, NULL, LOW + 10);
	(void)helper(2, ask, (void *)server, HIGH);
	ok(served == 1 && served_at[0] == 0, "a low server runs at once for a high client");
	nap(40000);
	ok(spun == 20, "the one in between runs afterwards");

	/* The server is busy for a low client when the high one comes. */
	served = 0;
	spun = 0;
	served_at[0] = 99;
	(void)helper(3, ask, (void *)server, LOW);
	nap(500);
	(void)helper(4, spin_20ms, NULL, LOW + 10);
	(void)helper(5, ask, (void *)server, HIGH);
	ok(served == 2 && served_at[0] == 0, "and so when it serves another one first");
	nap(40000);

	/* Its own priority is back. */
	helper_end(3);
	helper_end(4);
	(void)helper(4, spin_20ms, NULL, LOW + 10);
	(void)helper(3, ask, (void *)server, LOW);
	served = 0;
	nap(10000);
	ok(served == 0, "then it is below the one in between again");
	nap(40000);
	ok(served == 1, "and runs when that one ends");
}

static volatile l4_word worked;

static void works(void *arg)
{
	struct l4_message m = { .tag = 0 };

	(void)arg;
	(void)!l4_recv(&m, L4_NEVER);
	for (worked = 0; worked < 60; worked++)
		spin_us(1000);
	m.tag = 0;
	(void)!l4_reply_recv(&m, L4_NEVER);
}

static void relays(void *arg)
{
	struct l4_message m = { .tag = 0 };

	(void)!l4_recv(&m, L4_NEVER);
	m.tag = 0;
	(void)!l4_call((l4_slot)arg, &m, L4_NEVER);
}

static void asks_in_vain(void *arg)
{
	struct l4_message m = { .tag = 0 };

	served_at[1] = (l4_word)l4_call((l4_slot)arg, &m, 3000);
}

/* While worker, relay and client wait for each other: is it the one in between that runs? */
static void in_between(bool runs, const char *text)
{
	l4_word before = worked;

	spun = 0;
	(void)helper(3, spin_20ms, NULL, LOW + 10);
	nap(22000);
	helper_end(3);
	ok(before < 30 && (runs ? spun == 20 && worked - before < 5 :
				  !spun && worked - before > 15), "%s", text);
}

static void chain(void (*client)(void *))
{
	l4_slot worker = helper(0, works, NULL, LOW), relay;

	nap(1000);
	relay = helper(1, relays, (void *)worker, LOW);
	nap(1000);
	(void)helper(2, client, (void *)relay, LOW + 20);
}

static void chain_end(void)
{
	for (int i = 0; i < 3; i++)
		helper_end(i);
}

/* What comes along a chain of calls goes along it, too. */
static void test_chain(void)
{
	chain(ask);
	in_between(false, "a server's server runs for a high client");
	chain_end();
	chain(asks_in_vain);
	nap(5000);
	ok((int)served_at[1] == L4_ETIME, "that one gives up");
	in_between(true, "then the one in between runs");
	chain_end();
	chain(ask);
	nap(2000);
	must(l4_thread_prio(HELPER + 2, LOW));
	in_between(true, "and so when the client is not high any more");
	must(l4_thread_prio(HELPER + 2, LOW + 20));
	in_between(false, "not when it is high again");
	chain_end();
}

int main(void)
{
	static const struct test tests[] = {
		{ "cell_budget", test_call }, { "a spinner", test_spinner },
		{ "nothing is saved up", test_saved }, { "a change", test_change },
		{ "one budget for a cell", test_shared }, { "its threads in turn", test_turns },
		{ "many threads", test_many },
		{ "woken", test_woken }, { "the end of a cell", test_end },
		{ "a call is paid by the caller", test_donation },
		{ "a caller that gives up", test_unserved },
		{ "an answer without waiting", test_answered }, { "inherited priorities", test_inherit },
		{ "along a chain of calls", test_chain },
	};

	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	covered(L4_NR_cell_budget);
	return tests_done();
}
