/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Timers: a heap of deadlines in ticks, one hardware comparator.  There is no
 * tick: the comparator is programmed for the first deadline only.
 */
#ifndef CORE_TIMER_H
#define CORE_TIMER_H

#include "core/kernel.h"

struct timer {
	uint64_t when;
	void (*fire)(struct timer *t);
	uint32_t pos;		/* 1 + index in the heap; 0: not armed */
};

/* Each thread reserves its two timers when it is made; false: no room left. */
bool timer_reserve(uint32_t n) must_check;
void timer_unreserve(uint32_t n);
void timer_set(struct timer *t, uint64_t when);	/* moves it if it is armed */
void timer_cancel(struct timer *t);		/* harmless if it is not armed */
/* From the timer interrupt: fires what is due, programs the next. */
void timer_interrupt(void);

#endif
