/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Budgets: of each period a cell, with the cells below it, runs for so long and
 * no longer.  A cell without one is not limited, and a kernel in which no cell
 * has one spends a load and a test a thread switch on the question.
 *
 * A thread that serves a call runs on its client's budget: then nothing changes
 * between the two, and the call does not touch the timer.  When a client's budget
 * ends within a call, the server goes on with its own, so that no client can hold
 * it; the client waits for its next period when it runs again.
 *
 * Threads of a cell that run on several cores at once use its one budget together.
 */
#ifndef CORE_BUDGET_H
#define CORE_BUDGET_H

#include "core/sched.h"

struct budget {
	uint64_t end;		/* of the period */
	uint32_t ticks, period;
	uint32_t left;		/* of ticks, without what cores have taken (cpu->taken) */
	struct list starved;	/* ready threads that have no time left, by thread.ready */
	struct timer refill;	/* armed while there are any */
};

/* current is about to be loaded: whom to charge, and may it run at all?  Changes current. */
void budget_switch(struct cpu *cpu);
/* The same where current goes on, but now serves somebody, or nobody any more. */
static inline void budget_changed(void)
{
	if (unlikely(this_cpu()->budgets))
		budget_switch(this_cpu());
}

/* A thread that served is not served for any more, by what another did. */
void budget_unserved(void);
/* A cell is destroyed, its threads are gone. */
void budget_free(struct cell *cell);

#endif
