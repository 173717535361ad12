/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Timers: deadlines in ticks, one hardware comparator.  There is no tick: the
 * comparator is programmed for the first deadline only.  What a timer needs is
 * in it, so its owner's quota pays for it, and arming one cannot fail.  Each core
 * has its own comparator; a timer fires on the core that armed it.
 */
#ifndef CORE_TIMER_H
#define CORE_TIMER_H

#include "core/kernel.h"

struct timer {
	uint64_t when;
	void (*fire)(struct timer *t);
	uint32_t rank;				/* see timer.c; 0: not armed */
	struct timer *up, *left, *right;
	uint32_t core;				/* among whose timers it is */
};

static inline bool timer_armed(const struct timer *t)
{
	return t->rank;
}

void timer_set(struct timer *t, uint64_t when);	/* moves it if it is armed */
void timer_cancel(struct timer *t);		/* harmless if it is not armed */
/* From the timer interrupt: fires what is due, programs the next. */
void timer_interrupt(void);

#endif
