/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A leftist heap of deadlines, linked through the timers themselves.
 *
 * No timer is later than those below it.  The rank of a timer is 1 + that of its
 * right one (none: 0), and no right rank is above the left one.  So a timer of
 * rank n has at least 2^n - 1 in its tree, and a way that goes right n times, or
 * upwards through ranks that change, is short: every operation takes time
 * proportional to the logarithm of the number of timers.
 */
#include "core/smp.h"
#include "core/timer.h"
#include "platform/plat.h"

/* Timers that one interrupt fires; the rest follow in the next, at once. */
#define TIMER_BURST 8

static struct timer *firsts[CORES];	/* each core's earliest */
#define first (firsts[core_number()])

static uint32_t rank(const struct timer *t)
{
	return t ? t->rank : 0;
}

/* Puts t below up, where link leads. */
static void attach(struct timer **link, struct timer *up, struct timer *t)
{
	*link = t;
	if (t)
		t->up = up;
}

/* Makes t's rank right, when those of the two below it are; false: it was. */
static bool balance(struct timer *t)
{
	uint32_t before = t->rank;
	struct timer *left = t->left;

	if (rank(left) < rank(t->right)) {
		t->left = t->right;
		t->right = left;
	}
	t->rank = 1 + rank(t->right);
	return t->rank != before;
}

/* Two trees become one: down along their right edges, back up for the ranks. */
static struct timer *merge(struct timer *a, struct timer *b)
{
	struct timer *top = NULL, *up = NULL, **link = &top;

	while (a && b) {
		struct timer *t = b->when < a->when ? b : a;

		b = t == a ? b : a;
		a = t->right;
		attach(link, up, t);
		link = &t->right;
		up = t;
	}
	attach(link, up, a ? a : b);
	for (; up; up = up->up)
		(void)balance(up);
	return top;
}

static struct timer **root(const struct timer *t)
{
	return &firsts[CORES == 1 ? 0 : t->core];
}

/* Takes t out without touching the comparator. */
static void take(struct timer *t)
{
	struct timer *up = t->up;
	struct timer **link = !up ? root(t) : up->left == t ? &up->left : &up->right;

	attach(link, up, merge(t->left, t->right));
	while (up && balance(up))
		up = up->up;
	t->rank = 0;
}

static void program(void)
{
	if (first)
		plat_timer_set(first->when);
	else
		plat_timer_off();
}

void timer_set(struct timer *t, uint64_t when)
{
	timer_cancel(t);
	t->when = when;
	t->rank = 1;
	t->left = t->right = NULL;
	if (CORES > 1)
		t->core = core_number();
	attach(&first, NULL, merge(first, t));
	if (first == t)
		program();
}

/*
 * The comparator, which may be another core's, is left alone: an early interrupt
 * is harmless and costs less.
 */
void timer_cancel(struct timer *t)
{
	if (timer_armed(t))
		take(t);
}

void timer_interrupt(void)
{
	uint64_t now = plat_clock();

	for (int n = 0; n < TIMER_BURST && first && first->when <= now; n++) {
		struct timer *t = first;

		take(t);
		t->fire(t);
	}
	program();
}
