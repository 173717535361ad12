/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Budgets: in no time of a period's length a cell, with the cells below it, runs
 * for longer than so long.  What it uses comes back a period after it began to use
 * it, piece by piece (a sporadic server).  A cell without one is not limited, and a
 * kernel in which no cell has one spends a load and a test a thread switch on the
 * question.
 *
 * A thread that serves a call runs on its client's budget: then nothing changes
 * between the two, and the call does not touch the timer.  When a client's budget
 * ends within a call, the server goes on with its own, so that no client can hold
 * it; the client waits until some of its time has come back when it runs again.
 *
 * Threads of a cell that run on several cores at once use its one budget together.
 */
#ifndef CORE_BUDGET_H
#define CORE_BUDGET_H

#include "core/sched.h"

/*
 * What is used within a seventh of a period is one piece, which comes back when its
 * last part may: so there are never more than eight.
 */
#define PIECES	8

struct piece {
	uint64_t when;		/* it comes back */
	uint32_t ticks;
	uint32_t span;		/* from the time of its first part to when */
};

struct budget {
	struct piece piece[PIECES];	/* used, and not yet back; in this order */
	uint32_t pieces;
	uint32_t ticks, period;
	uint32_t left;		/* ticks less the pieces and what cores have taken (cpu->taken) */
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
