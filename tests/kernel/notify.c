/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Notifications, badges on them, alarms, the clock.
 */
#include "lib/ktest.h"

static volatile l4_word bits_seen, receives;

static void receive(void *arg)
{
	struct l4_message m = msg(0, 0, 0);

	(void)arg;
	for (;;) {
		if (l4_recv(&m, L4_NEVER) != L4_NOTIFIED)
			continue;
		bits_seen |= m.mr[0];
		receives++;
	}
}

static l4_word bits_now(void)
{
	struct l4_message m = msg(0, 0, 0);

	return l4_recv(&m, L4_NOWAIT) == L4_NOTIFIED ? m.mr[0] : 0;
}

static void test_bits(void)
{
	l4_slot t = helper(0, receive, NULL, HIGH);

	bits_seen = receives = 0;
	is(notify, l4_notify(t, 0x11), L4_OK, "somebody receives");
	ok(bits_seen == 0x11 && receives == 1, "the bits arrive at once in a higher thread");
	must(l4_notify(t, 0));
	ok(receives == 1, "no bits wake nobody");
	must(l4_thread_prio(t, LOW));
	must(l4_notify(t, 0x2));
	must(l4_notify(t, 0x4));
	ok(receives == 1, "a lower thread does not run");
	nap(1000);
	ok(bits_seen == 0x17, "a lower thread gets the bits when it runs");
	must(l4_notify(L4_SLOT_THREAD, 0xf0));
	must(l4_notify(L4_SLOT_THREAD, 0x0f));
	ok(bits_now() == 0xff, "a thread can notify itself, bits gather");
	ok(bits_now() == 0, "and are cleared when they are received");
}

static void test_badge(void)
{
	must(l4_cap_copy(L4_SLOT_THREAD, 0, T(0), L4_R_NOTIFY, 0x30));
	is(notify, l4_notify(T(0), 0x30), L4_OK, "bits of the badge");
	is(notify, l4_notify(T(0), 0x40), L4_ERIGHT, "a bit that is not in the badge");
	is(notify, l4_notify(T(0), 0x71), L4_ERIGHT, "some bits that are not in the badge");
	ok(bits_now() == 0x30, "nothing but the badge's bits was set");
	must(l4_thread_create(0, T(1), L4_SLOT_SPACE, LOW, 0, 0));
	CAP_ARG(notify, 0, K_THREAD, L4_R_NOTIFY, false, T(1), 1);
}

static void alarm_in(l4_word us, l4_word bits, l4_slot thread)
{
	uint64_t when = now() + (uint64_t)us * ticks_per_us();

	is(alarm, l4_alarm(thread, bits, (l4_word)when, (l4_word)(when >> 32)), L4_OK,
	   "%lu us from now", us);
}

static void test_alarm(void)
{
	struct l4_message m = msg(0, 0, 0);
	uint64_t t = now();

	alarm_in(5000, 4, 0);
	ok(l4_recv(&m, 1000000) == L4_NOTIFIED && m.mr[0] == 4, "the alarm's bits arrive");
	t = now() - t;
	ok(t >= 5000 * ticks_per_us() && t < 50000 * ticks_per_us(), "in time");
	alarm_in(20000, 1, 0);
	alarm_in(2000, 2, 0);
	ok(l4_recv(&m, 100000) == L4_NOTIFIED && m.mr[0] == 2, "a second alarm takes its place");
	ok(l4_recv(&m, 30000) == L4_ETIME, "the first does not come");
	alarm_in(2000, 1, 0);
	is(alarm, l4_alarm(0, 0, 0, 0), L4_OK, "no bits");
	ok(l4_recv(&m, 5000) == L4_ETIME, "an alarm can be taken back");
	is(alarm, l4_alarm(0, 8, 0, 0), L4_OK, "a time that is over");
	ok(l4_recv(&m, 5000) == L4_NOTIFIED && m.mr[0] == 8, "it comes at once");
	alarm_in(1000, 16, 0);
	spin_us(3000);
	ok(bits_now() == 16, "an alarm comes while the thread runs");
}

static void test_alarm_others(void)
{
	l4_slot t = helper(0, receive, NULL, HIGH);

	bits_seen = 0;
	alarm_in(2000, 0x100, t);
	spin_us(4000);
	ok(bits_seen == 0x100, "an alarm for another thread");
	CAP_ARG(alarm, 0, K_THREAD, L4_R_CONTROL, true, t, 0);
	alarm_in(3000, 0x200, t);
	helper_end(0);
	spin_us(5000);
	ok(bits_seen == 0x100, "a destroyed thread's alarm does not come");
}

static void test_clock(void)
{
	uint64_t last = now(), t;
	bool good = true;
	l4_word hz;

	for (int i = 0; i < 1000; i++) {
		t = now();
		good = good && t >= last;
		last = t;
	}
	ok(good, "the clock never goes back");
	must(l4_system(L4_SLOT_SYSTEM, L4_SYS_INFO, 0, 0, 0, 0, &hz, NULL, NULL, NULL));
	ok(hz == l4x_start()->hz && hz % 1000000 == 0, "its rate is that of the start page");
	t = l4x_microseconds();
	nap(10000);
	t = l4x_microseconds() - t;
	ok(t >= 10000 && t < 60000, "10 ms are 10 ms");
}

int main(void)
{
	static const struct test tests[] = {
		{ "bits", test_bits },	 { "badges", test_badge },
		{ "alarm", test_alarm }, { "alarm of others", test_alarm_others },
		{ "clock", test_clock },
	};

	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	covered(L4_NR_notify);
	covered(L4_NR_alarm);
	return tests_done();
}
