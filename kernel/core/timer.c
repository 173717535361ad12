/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A binary heap of deadlines.  Room for every timer is reserved when its owner
 * is made, so that arming one cannot fail.
 */
#include "core/timer.h"
#include "platform/plat.h"

#define TIMER_MAX 2048
/* Timers that one interrupt fires; the rest follow in the next, at once. */
#define TIMER_BURST 8

static struct timer *heap[TIMER_MAX];
static uint32_t armed, reserved;

static void put(uint32_t i, struct timer *t)
{
	heap[i] = t;
	t->pos = i + 1;
}

static void sift_up(uint32_t i, struct timer *t)
{
	while (i > 0 && t->when < heap[(i - 1) / 2]->when) {
		put(i, heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	put(i, t);
}

static void sift_down(uint32_t i, struct timer *t)
{
	for (uint32_t child = 2 * i + 1; child < armed; child = 2 * i + 1) {
		if (child + 1 < armed && heap[child + 1]->when < heap[child]->when)
			child++;
		if (t->when <= heap[child]->when)
			break;
		put(i, heap[child]);
		i = child;
	}
	put(i, t);
}

/* Takes the heap's element i out without touching the comparator. */
static void take(uint32_t i)
{
	struct timer *last = heap[--armed];

	heap[i]->pos = 0;
	if (i == armed)
		return;
	if (i > 0 && last->when < heap[(i - 1) / 2]->when)
		sift_up(i, last);
	else
		sift_down(i, last);
}

static void program(void)
{
	if (armed)
		plat_timer_set(heap[0]->when);
	else
		plat_timer_off();
}

bool timer_reserve(uint32_t n)
{
	if (reserved + n > TIMER_MAX)
		return false;
	reserved += n;
	return true;
}

void timer_unreserve(uint32_t n)
{
	reserved -= n;
}

void timer_set(struct timer *t, uint64_t when)
{
	if (t->pos)
		take(t->pos - 1);
	t->when = when;
	sift_up(armed++, t);
	if (heap[0] == t)
		program();
}

/* The comparator is left alone: an early interrupt is harmless and costs less. */
void timer_cancel(struct timer *t)
{
	if (t->pos)
		take(t->pos - 1);
}

void timer_interrupt(void)
{
	uint64_t now = plat_clock();

	for (int n = 0; n < TIMER_BURST && armed && heap[0]->when <= now; n++) {
		struct timer *t = heap[0];

		take(0);
		t->fire(t);
	}
	program();
}
