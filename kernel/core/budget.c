/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Whose time it is that passes.  Accounts change where the core loads another
 * thread, where one that goes on takes a call or gives it away (budget_changed),
 * and where a budget ends.
 *
 * A thread without time left stays ready, but stands on its budget's list and not
 * in a queue of the scheduler.  It is put there when it would run, so the end of
 * a budget takes no walk through the queues.
 */
#include "core/budget.h"
#include "arch/arm/arch.h"
#include "core/syscall.h"
#include "mm/pool.h"
#include "platform/plat.h"

#define CALLS_DEEP	8	/* calls through which a budget is donated */
#define WAKE_BURST	8	/* threads that one refill makes ready at a time */
#define PERIOD_MIN	1000u	/* us */
#define PERIOD_MAX	10000000u
#define BUDGET_MIN	100u

static struct budget *budget_of(const struct cell *cell)
{
	while (cell && !cell->budget)
		cell = cell->obj.cell;
	return cell ? cell->budget : NULL;
}

/* Who pays for t: whom it serves, as long as that one can. */
static struct budget *payer(const struct thread *t)
{
	const struct thread *client = t;
	struct budget *b;

	for (int n = 0; client->reply_to && n < CALLS_DEEP; n++)
		client = client->reply_to;
	b = budget_of(client->obj.cell);
	return client != t && b && !b->left ? budget_of(t->obj.cell) : b;
}

static void charge(struct cpu *cpu, uint64_t now)
{
	struct budget *b = cpu->payer;
	uint64_t used = now - cpu->since;

	if (b)
		b->left = used < b->left ? b->left - (uint32_t)used : 0;
	cpu->payer = NULL;
	timer_cancel(&cpu->spent);
}

/* A new period, if one is due; one that was slept through begins now. */
static void refill(struct budget *b, uint64_t now)
{
	if (now < b->end)
		return;
	b->left = b->ticks;
	b->end = now - b->end < b->period ? b->end + b->period : now + b->period;
}

static void starve(struct budget *b, struct thread *t)
{
	sched_remove(t);
	list_add_tail(&b->starved, &t->ready);
	if (!timer_armed(&b->refill))
		timer_set(&b->refill, b->end);
}

void budget_switch(struct cpu *cpu)
{
	for (;;) {
		struct budget *b = payer(cpu->current);
		uint64_t now;

		if (b == cpu->payer)
			return;
		now = plat_clock();
		charge(cpu, now);
		if (!b)
			return;
		refill(b, now);
		if (b->left) {
			cpu->payer = b;
			cpu->since = now;
			timer_set(&cpu->spent, now + b->left);
			return;
		}
		starve(b, cpu->current);
		if (preempt_pending())
			trap_irq();
	}
}

/* The budget that is charged is used up. */
static void spent(struct timer *timer)
{
	struct cpu *cpu = container_of(timer, struct cpu, spent);

	charge(cpu, plat_clock());
	budget_switch(cpu);
}

/* A few at a time: the timer comes again at once for the rest. */
static void wake_starved(struct timer *timer)
{
	struct budget *b = container_of(timer, struct budget, refill);
	uint64_t now = plat_clock();

	refill(b, now);
	for (int n = 0; n < WAKE_BURST && !list_empty(&b->starved); n++) {
		struct thread *t = container_of(b->starved.next, struct thread, ready);

		list_del(&t->ready);
		sched_wake(t);
	}
	if (!list_empty(&b->starved))
		timer_set(timer, now);
}

static struct budget *budget_make(struct cell *cell)
{
	unsigned order = pool_order(sizeof(struct budget));
	struct budget *b;

	if (!cell_charge(cell, 1u << order))
		return NULL;
	b = pool_alloc(order);
	if (!b) {
		cell_uncharge(cell, 1u << order);
		return NULL;
	}
	list_init(&b->starved);
	b->refill.fire = wake_starved;
	cell->budget = b;
	this_cpu()->spent.fire = spent;
	this_cpu()->budgets++;
	return b;
}

void budget_free(struct cell *cell)
{
	struct budget *b = cell->budget;
	unsigned order = pool_order(sizeof(*b));
	struct cpu *cpu = this_cpu();

	if (!b)
		return;
	assert(list_empty(&b->starved));
	timer_cancel(&b->refill);
	if (cpu->payer == b)
		charge(cpu, cpu->since);
	cpu->budgets--;
	cell->budget = NULL;
	memset(b, 0, sizeof(*b));
	pool_free(b, order);
	cell_uncharge(cell, 1u << order);
}

int sys_cell_budget(struct thread *cur)
{
	struct cell *own = cur->obj.cell, *cell;
	uint32_t us = cur->regs.r[1], period = cur->regs.r[2], hz = plat_board.timer_hz / 1000000;
	struct budget *b;
	int err;

	cell = cell_find(own, cur->regs.r[0], &err);
	if (!cell)
		return err;
	/* Nobody widens what holds for himself; what a cell has, those below it share. */
	if (cell == own || budget_of(cell->obj.cell) || us < BUDGET_MIN || us > period ||
	    period < PERIOD_MIN || period > PERIOD_MAX)
		return L4_EINVAL;
	b = cell->budget ? cell->budget : budget_make(cell);
	if (!b)
		return L4_EQUOTA;
	b->ticks = us * hz;
	b->period = period * hz;
	if (b->left > b->ticks)
		b->left = b->ticks;
	return L4_OK;
}
