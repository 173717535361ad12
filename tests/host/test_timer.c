/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The heap of timers: each fires once, in time and in order; one that is moved
 * or cancelled does what it was told last; and no operation takes longer than
 * the number of timers allows.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>
#include "core/timer.h"
#include "platform/plat.h"

#define TIMERS 5000
#define ROUNDS 300000
#define OFF    UINT64_MAX

static struct timer timers[TIMERS];
static uint64_t due[TIMERS];	/* what the model says; OFF: not armed */
static uint64_t clock_now, comparator, last_fired;
static uint32_t fired, armed;
static uint64_t state;

uint64_t plat_clock(void)
{
	return clock_now;
}

void plat_timer_set(uint64_t when)
{
	comparator = when;
}

void plat_timer_off(void)
{
	comparator = OFF;
}

static uint32_t random_below(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 24) % n;
}

static void fire(struct timer *t)
{
	size_t i = (size_t)(t - timers);

	assert_false(timer_armed(t));
	assert_true(due[i] <= clock_now && due[i] >= last_fired);
	last_fired = due[i];
	due[i] = OFF;
	fired++;
	armed--;
}

static void arm(uint32_t i, uint64_t when)
{
	armed += due[i] == OFF;
	due[i] = when;
	timer_set(&timers[i], when);
	assert_true(timer_armed(&timers[i]));
}

static void cancel(uint32_t i)
{
	armed -= due[i] != OFF;
	due[i] = OFF;
	timer_cancel(&timers[i]);
	assert_false(timer_armed(&timers[i]));
}

/* As the hardware does: an interrupt whenever the comparator is reached. */
static void pass_time(uint64_t until)
{
	clock_now = until;
	last_fired = 0;
	while (comparator <= clock_now)
		timer_interrupt();
	for (uint32_t i = 0; i < TIMERS; i++)
		assert_true(due[i] > clock_now && timer_armed(&timers[i]) == (due[i] != OFF));
}

/* The ranks are what the bound rests on: see timer.c. */
static void check_ranks(void)
{
	for (uint32_t i = 0; i < TIMERS; i++) {
		const struct timer *t = &timers[i];
		uint32_t left = t->left ? t->left->rank : 0, right = t->right ? t->right->rank : 0;

		if (!timer_armed(t))
			continue;
		assert_true(t->rank == right + 1 && left >= right);
		assert_true(1u << t->rank <= armed + 1);
		assert_true(!t->left || (t->left->up == t && t->left->when >= t->when));
		assert_true(!t->right || (t->right->up == t && t->right->when >= t->when));
	}
}

static int begin(void **unused)
{
	(void)unused;
	memset(timers, 0, sizeof(timers));
	for (uint32_t i = 0; i < TIMERS; i++) {
		timers[i].fire = fire;
		due[i] = OFF;
	}
	state = 88172645463325252u;
	clock_now = 0;
	comparator = OFF;
	fired = armed = 0;
	return 0;
}

static void test_random(void **unused)
{
	(void)unused;
	for (uint32_t n = 0; n < ROUNDS; n++) {
		uint32_t i = random_below(TIMERS);

		if (random_below(4))
			arm(i, clock_now + random_below(10000));
		else
			cancel(i);
		if (!random_below(1000)) {
			check_ranks();
			pass_time(clock_now + random_below(5000));
		}
	}
	pass_time(clock_now + 10000);
	assert_int_equal(armed, 0);
	assert_true(fired > ROUNDS / 100 && comparator == OFF);
}

/* Deadlines that rise, or fall, build trees of the least favourable form. */
static void test_sorted(void **unused)
{
	(void)unused;
	for (uint32_t i = 0; i < TIMERS / 2; i++) {
		arm(i, 1000 + i);
		arm(TIMERS - 1 - i, 100000 - i);
	}
	check_ranks();
	for (uint32_t i = 0; i < TIMERS; i += 3)
		cancel(i);
	check_ranks();
	pass_time(200000);
	assert_int_equal(armed, 0);
}

static void test_comparator(void **unused)
{
	(void)unused;
	arm(0, 500);
	assert_int_equal(comparator, 500);
	arm(1, 700);
	assert_int_equal(comparator, 500);
	arm(2, 300);
	assert_int_equal(comparator, 300);
	cancel(2);
	pass_time(400);		/* an early interrupt does no harm */
	assert_int_equal(fired, 0);
	assert_int_equal(comparator, 500);
	arm(0, 900);
	pass_time(800);
	assert_int_equal(fired, 1);
	assert_int_equal(comparator, 900);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_random, begin),
		cmocka_unit_test_setup(test_sorted, begin),
		cmocka_unit_test_setup(test_comparator, begin),
	};

	return cmocka_run_group_tests_name("timer", tests, NULL, NULL);
}
