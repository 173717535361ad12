/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Who runs when: priorities, round robin, yield, the order of time limits.
 */
#include <string.h>
#include "lib/ktest.h"

static char trace[64];
static volatile l4_word steps;

static void step(char c)
{
	if (steps < sizeof(trace) - 1)
		trace[steps++] = c;
}

static void trace_clear(void)
{
	memset(trace, 0, sizeof(trace));
	steps = 0;
}

static bool traced(const char *want)
{
	if (strcmp(trace, want))
		note("order was '%s', not '%s'", trace, want);
	return !strcmp(trace, want);
}

static void once(void *arg)
{
	step((char)(l4_word)arg);
}

static void test_priorities(void)
{
	trace_clear();
	(void)helper(0, once, (void *)'a', 40);
	(void)helper(1, once, (void *)'b', 60);
	(void)helper(2, once, (void *)'c', 50);
	(void)helper(3, once, (void *)'d', 99);
	(void)helper(4, once, (void *)'e', 1);
	(void)helper(5, once, (void *)'f', 0);
	step('!');
	nap(2000);
	ok(traced("!dbcaef"), "the highest runs first, whatever the order in which they start");
	clean_slots();
	trace_clear();
	(void)helper(0, once, (void *)'a', HIGH);
	step('!');
	ok(traced("a!"), "a higher thread runs at once");
}

static void thrice(void *arg)
{
	for (int i = 0; i < 3; i++) {
		step((char)(l4_word)arg);
		l4_yield();
	}
}

static void test_yield(void)
{
	trace_clear();
	(void)helper(0, thrice, (void *)'a', LOW);
	(void)helper(1, thrice, (void *)'b', LOW);
	(void)helper(2, thrice, (void *)'c', LOW);
	nap(2000);
	ok(traced("abcabcabc"), "yield gives the core to the next of the same priority");
	is(yield, l4_yield(), L4_OK, "nobody else is ready");
	clean_slots();
	trace_clear();
	(void)helper(0, once, (void *)'l', LOW);
	l4_yield();
	step('!');
	ok(traced("!"), "yield does not give it to a lower one");
}

static volatile l4_word counter[4];

static void count(void *arg)
{
	volatile l4_word *c = &counter[(l4_word)arg];

	for (;;)
		(*c)++;
}

static void test_round_robin(void)
{
	memset((void *)counter, 0, sizeof(counter));
	for (l4_word i = 0; i < 3; i++)
		(void)helper((int)i, count, (void *)i, LOW);
	(void)helper(3, count, (void *)3, LOW - 1);
	nap(400000);
	note("loops: %lu %lu %lu, and %lu below", counter[0], counter[1], counter[2], counter[3]);
	for (int i = 0; i < 3; i++)
		ok(counter[i] > counter[(i + 1) % 3] / 4,
		   "spinning thread %d gets its share", i);
	ok(counter[3] == 0, "a lower thread gets nothing beside them");
	clean_slots();
	memset((void *)counter, 0, sizeof(counter));
	(void)helper(0, count, (void *)0, MAIN_PRIO);
	spin_us(50000);
	ok(counter[0] > 0, "main itself is preempted by an equal");
}

static void wait_bits(void *arg)
{
	struct l4_message m = msg(0, 0, 0);

	for (;;) {
		(void)!l4_recv(&m, L4_NEVER);
		step((char)(l4_word)arg);
	}
}

static void test_wake(void)
{
	l4_slot high = helper(0, wait_bits, (void *)'h', HIGH);
	l4_slot equal = helper(1, wait_bits, (void *)'e', MAIN_PRIO);
	l4_slot low = helper(2, wait_bits, (void *)'l', LOW);

	nap(2000);
	trace_clear();
	must(l4_notify(low, 1));
	step('1');
	must(l4_notify(equal, 1));
	step('2');
	must(l4_notify(high, 1));
	step('3');
	l4_yield();
	step('4');
	nap(2000);
	ok(traced("12h3e4l"), "only a higher thread runs at once when it is woken");
}

/* What a thread of that priority does to main when it becomes this one. */
static void test_change(void)
{
	l4_slot t = helper(0, once, (void *)'t', LOW);

	trace_clear();
	is(thread_prio, l4_thread_prio(t, LOW + 1), L4_OK, "still below");
	step('1');
	is(thread_prio, l4_thread_prio(t, HIGH), L4_OK, "above: it runs at once");
	step('2');
	ok(traced("1t2"), "a ready thread that is raised above the current one runs");
	helper_end(0);
	(void)helper(0, once, (void *)'t', LOW);
	trace_clear();
	must(l4_thread_prio(L4_SLOT_THREAD, LOW - 1));
	step('1');
	must(l4_thread_prio(L4_SLOT_THREAD, MAIN_PRIO));
	ok(traced("t1"), "a thread that lowers itself lets the others run");
	helper_end(0);
	t = helper(0, wait_bits, (void *)'t', LOW);
	nap(1000);
	must(l4_thread_prio(t, HIGH));
	trace_clear();
	must(l4_notify(t, 1));
	step('1');
	ok(traced("t1"), "a waiting thread keeps what it was raised to");
}

static void test_limits(void)
{
	l4_slot t = helper(0, once, (void *)'t', LOW);

	is(thread_prio, l4_thread_prio(t, MAX_PRIO), L4_OK, "the cell's highest");
	is(thread_prio, l4_thread_prio(t, MAX_PRIO + 1), L4_EINVAL, "above the cell's highest");
	is(thread_prio, l4_thread_prio(t, 256), L4_EINVAL, "256");
	is(thread_prio, l4_thread_prio(t, 0xffffffff), L4_EINVAL, "-1");
	CAP_ARG(thread_prio, 0, K_THREAD, L4_R_CONTROL, false, t, LOW);
}

static struct sleeper {
	l4_word us;
	char c;
} sleeper[HELPERS];

static void sleep_step(void *arg)
{
	const struct sleeper *s = arg;
	struct l4_message m = msg(0, 0, 0);

	if (l4_recv(&m, s->us) == L4_ETIME)
		step(s->c);
}

static void test_timers(void)
{
	static const struct sleeper times[6] = {
		{ 30000, 'e' }, { 5000, 'a' }, { 20000, 'c' }, { 40000, 'f' }, { 10000, 'b' },
		{ 25000, 'd' },
	};

	trace_clear();
	for (int i = 0; i < 6; i++) {
		sleeper[i] = times[i];
		(void)helper(i, sleep_step, &sleeper[i], HIGH);
	}
	nap(100000);
	ok(traced("abcdef"), "time limits end in the order of time");
	clean_slots();
	trace_clear();
	for (int i = 0; i < 6; i++)
		(void)helper(i, sleep_step, &sleeper[i], HIGH);
	helper_end(1);
	helper_end(5);
	must(l4_thread_stop(HELPER + 3));
	nap(100000);
	ok(traced("bce"), "those of destroyed and stopped threads do not come");
}

int main(void)
{
	static const struct test tests[] = {
		{ "priorities", test_priorities },   { "yield", test_yield },
		{ "round robin", test_round_robin }, { "waking", test_wake },
		{ "changed priority", test_change }, { "limits", test_limits },
		{ "timers", test_timers },
	};

	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	covered(L4_NR_yield);
	covered(L4_NR_thread_prio);
	return tests_done();
}
