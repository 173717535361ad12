/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Who runs.  256 priorities, 255 the highest; round robin inside one.  The
 * running thread is in no queue.  What changes it sets cpu->current; the exit
 * path loads its state if it is not the one that is loaded.
 *
 * A thread belongs to one core (thread->core), whose queues it is in.  Any core
 * may change these queues, under the lock; who runs is changed by the core
 * itself, or by another that has held it (core/smp.h).
 */
#ifndef CORE_SCHED_H
#define CORE_SCHED_H

#include "core/smp.h"
#include "object/thread.h"

struct cpu {
	struct thread *current;		/* who runs after this exit; never NULL */
	struct thread *loaded;		/* whose space, TLS, DACR, VFP enable are in the core */
	struct space *space;		/* in TTBR0 */
	struct fpu *fpu;		/* whose registers VFP holds */
	uint32_t budgets;		/* how many there are */
	uint32_t ready_map[8];		/* priorities with a queue that is not empty */
	uint32_t ready_top;		/* words of ready_map that are not 0 */
	struct list ready[256];
	struct thread idle;		/* waits in WFI; its registers are never loaded */
	struct timer slice;
	struct thread nobody;		/* loaded when no thread is */

	/* budgets: core/budget.h */
	struct budget *payer;		/* whose time it is; NULL: no limit */
	uint64_t since;			/* from then on */
	uint32_t taken;			/* so many ticks of it */
	struct timer spent;		/* armed while there is a payer: their end */
#ifdef CONFIG_SMP
	char *stack;			/* its top; the stack for a panic begins there */
	uint32_t entry;			/* why it is in the kernel: ENTRY_; 0: not any more */
	volatile uint32_t waiting;	/* at the lock: it is held while another has that */
	volatile uint32_t order;	/* for a held core: ORDER_, 0 when it is done */
	volatile bool kicked;		/* an interrupt is on its way */
	volatile bool online;
#endif
};

#ifdef CONFIG_SMP
extern struct cpu cpu_all[CORES];
static inline struct cpu *this_cpu(void)
{
	return percpu();
}
#else
extern struct cpu cpu0;
#define cpu_all (&cpu0)
static inline struct cpu *this_cpu(void)
{
	return &cpu0;
}
#endif

/* The core that t belongs to, and whether it is this one. */
static inline struct cpu *cpu_of(const struct thread *t)
{
	return CORES == 1 ? this_cpu() : &cpu_all[t->core];
}

static inline bool sched_local(const struct thread *t)
{
	return CORES == 1 || cpu_of(t) == this_cpu();
}

/* All cores' queues, empty. */
void sched_init(void);
/* Makes a thread ready; it runs at once if it is above the current one. */
void sched_wake(struct thread *t);
/* A thread that is not to run any more: off the core, or out of its queue. */
void sched_remove(struct thread *t);
/* to takes the place of from, on the core or in the queue; the priority is the same. */
void sched_replace(struct thread *from, struct thread *to);
/* Round robin: the current thread goes to the tail of its queue. */
void sched_yield(void);
void sched_prio(struct thread *t, uint8_t prio);
/* A new priority of its own; one that it has inherited stays, if it is higher. */
void sched_own_prio(struct thread *t, uint8_t prio);
/*
 * Somebody of this priority waits for t: t has at least this, and so has whom t
 * waits for.  Until t has answered (sched_disinherit).
 */
void sched_inherit(struct thread *t, uint8_t prio);
/*
 * t, which is boosted, has answered, or somebody waits for it no more: it has what
 * those who wait now give it, and so has whom t waits for.  Others may be above it.
 */
void sched_disinherit(struct thread *t);
/* To another core, with its place in the queue if it has one. */
void sched_move(struct thread *t, uint32_t core);
/* What other cores have put into this one's queues. */
void sched_look(void);
#ifdef CONFIG_SMP
/* Others want the lock: who would run here does so after the interrupt that is sent now. */
void sched_pause(void);
#else
static inline void sched_pause(void)
{
}
#endif

/* When the current thread blocks, t is to run before all that is ready. */
static inline bool sched_may_switch(const struct thread *current, const struct thread *t)
{
	return sched_local(t) && (t->prio >= thread_prio_key(current) ||
				  !(this_cpu()->ready_top | current->boosted));
}

/*
 * Runs t, which has waited, instead of the current thread, which has blocked.
 * What an IPC between two threads costs.
 */
static inline void sched_switch(struct thread *t)
{
	t->state = TS_READY;
	this_cpu()->current = t;
}

#endif
