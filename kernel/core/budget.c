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
 *
 * Several cores: a budget is one for all of them.  A core takes time out of it
 * before it runs somebody on it, half of what is left, and brings back what was
 * not used.  So all together never use more than there is, and when it ends, each
 * core's own timer says so.
 */
#include "core/budget.h"
#include "arch/arm/arch.h"
#include "core/syscall.h"
#include "mm/pool.h"
#include "platform/plat.h"

#define CALLS_DEEP	8	/* calls through which a budget is donated */
#define WAKE_BURST	8	/* threads that one refill makes ready at a time */
#define WAKE_PAUSE	100u	/* us until the next ones */
#define PERIOD_MIN	1000u	/* us */
#define PERIOD_MAX	8000000u	/* 32 bits of ticks, of up to 536 MHz */
#define BUDGET_MIN	100u
#define TAKE_MIN	100u	/* us; less than twice this is taken whole */

/* The highest that there is: one below it may have been there before. */
static struct budget *budget_of(const struct cell *cell)
{
	struct budget *b = NULL;

	for (; cell; cell = cell->obj.cell)
		if (cell->budget)
			b = cell->budget;
	return b;
}

/* Who pays for t on that core: whom it serves, as long as that one can. */
static struct budget *payer(const struct cpu *cpu, const struct thread *t)
{
	const struct thread *client = t;
	struct budget *b;

	for (int n = 0; client->reply_to && n < CALLS_DEEP; n++)
		client = client->reply_to;
	b = budget_of(client->obj.cell);
	if (client != t && b && !b->left && b != cpu->payer)
		return budget_of(t->obj.cell);
	return b;
}

static uint32_t ticks_per_us(void)
{
	return plat_board.timer_hz / 1000000;
}

/* So much of it that the core can begin, or go on. */
static void take(struct cpu *cpu, struct budget *b)
{
	uint32_t half = b->left / 2;
	uint32_t ticks = CORES == 1 || half < TAKE_MIN * ticks_per_us() ? b->left : half;

	cpu->taken += ticks;
	b->left -= ticks;
	timer_set(&cpu->spent, cpu->since + cpu->taken);
}

/* So much is used, and comes back at when. */
static void use(struct budget *b, uint32_t ticks, uint64_t when)
{
	struct piece new = { .when = when, .ticks = ticks };

	if (!ticks)
		return;
	if (b->pieces) {
		const struct piece *last = &b->piece[b->pieces - 1];
		uint64_t span;

		if (when < last->when)	/* another core has begun later, and ended earlier */
			new.when = last->when;
		span = last->span + (new.when - last->when);
		if (span <= b->period / (PIECES - 1) || b->pieces == PIECES) {
			new.ticks += last->ticks;
			new.span = (uint32_t)span;
			b->pieces--;
		}
	}
	b->piece[b->pieces++] = new;
}

/* For those that starve.  Where there is no piece, a core has taken all, and will do it. */
static void await_piece(struct budget *b)
{
	if (b->pieces && !timer_armed(&b->refill))
		timer_set(&b->refill, b->piece[0].when);
}

/* More than all: the budget was changed meanwhile. */
static void give_back(struct budget *b, uint32_t ticks)
{
	b->left += ticks;
	if (b->left > b->ticks)
		b->left = b->ticks;
}

/* Ends what take began.  What comes back is for those of other cores that had none. */
static void charge(struct cpu *cpu, uint64_t now)
{
	struct budget *b = cpu->payer;
	uint64_t used = now - cpu->since;

	timer_cancel(&cpu->spent);
	cpu->payer = NULL;
	if (!b)
		return;
	if (used > cpu->taken)
		used = cpu->taken;
	give_back(b, cpu->taken - (uint32_t)used);
	use(b, (uint32_t)used, cpu->since + b->period);
	if (CORES == 1 || list_empty(&b->starved))
		return;
	if (b->left >= TAKE_MIN * ticks_per_us())
		timer_set(&b->refill, now);
	else
		await_piece(b);
}

/* What is due comes back. */
static void refill(struct budget *b, uint64_t now)
{
	uint32_t n = 0;

	while (n < b->pieces && b->piece[n].when <= now)
		give_back(b, b->piece[n++].ticks);
	if (!n)
		return;
	b->pieces -= n;
	memmove(b->piece, b->piece + n, b->pieces * sizeof(b->piece[0]));
}

static void starve(struct budget *b, struct thread *t)
{
	sched_remove(t);
	list_add_tail(&b->starved, &t->ready);
	await_piece(b);
}

void budget_switch(struct cpu *cpu)
{
	for (;;) {
		struct budget *b = payer(cpu, cpu->current);
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
			cpu->taken = 0;
			take(cpu, b);
			return;
		}
		starve(b, cpu->current);
		if (preempt_pending())
			trap_irq();
		if (smp_contended())
			sched_pause();
	}
}

/*
 * What was taken is used up, or somebody is served no more.  Who goes on does so with
 * one piece, which comes back a period after it has begun.  The end of a budget is the
 * end of a turn: it may be shorter than a slice, and others of the cell wait too.
 */
static void spent(struct timer *timer)
{
	struct cpu *cpu = container_of(timer, struct cpu, spent);
	struct budget *b = cpu->payer;

	if (CORES > 1 && b && b->left && payer(cpu, cpu->current) == b) {
		take(cpu, b);
		return;
	}
	charge(cpu, plat_clock());
	if (b && !b->left && payer(cpu, cpu->current) == b)	/* else it has time of its own */
		sched_yield();
}

/* This core may have taken what is left, for one that runs now and may not use all. */
static bool has_time(const struct budget *b)
{
	return b->left || this_cpu()->payer == b;
}

/* A few at a time: whoever is above them has to get on, too. */
static void wake_starved(struct timer *timer)
{
	struct budget *b = container_of(timer, struct budget, refill);
	uint64_t now = plat_clock();

	refill(b, now);
	for (int n = 0; n < WAKE_BURST && has_time(b) && !list_empty(&b->starved); n++) {
		struct thread *t = container_of(b->starved.next, struct thread, ready);

		list_del(&t->ready);
		sched_wake(t);
	}
	if (list_empty(&b->starved))
		return;
	if (has_time(b))
		timer_set(timer, now + WAKE_PAUSE * ticks_per_us());
	else
		await_piece(b);
}

/*
 * This core, and another that runs somebody who is paid by another than before, looks
 * whose time it is, once this stay is over.
 */
static void look_again(void)
{
	for (struct cpu *cpu = cpu_all; cpu < cpu_all + CORES; cpu++)
		if (cpu == this_cpu())
			timer_set(&cpu->spent, plat_clock());
		else if (payer(cpu, cpu->current) != cpu->payer)
			smp_kick(cpu);
}

void budget_unserved(void)
{
	if (this_cpu()->budgets)
		look_again();
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
	for (struct cpu *cpu = cpu_all; cpu < cpu_all + CORES; cpu++) {
		cpu->spent.fire = spent;
		cpu->budgets++;
	}
	return b;
}

void budget_free(struct cell *cell)
{
	struct budget *b = cell->budget;
	unsigned order = pool_order(sizeof(*b));

	if (!b)
		return;
	assert(list_empty(&b->starved));
	timer_cancel(&b->refill);
	for (struct cpu *cpu = cpu_all; cpu < cpu_all + CORES; cpu++) {
		if (cpu->payer == b)	/* `spent` stays armed: who runs there has an own one to begin */
			cpu->payer = NULL;
		cpu->budgets--;
	}
	cell->budget = NULL;
	memset(b, 0, sizeof(*b));
	pool_free(b, order);
	cell_uncharge(cell, 1u << order);
}

/* What a budget that is changed has used counts as used when its last piece was. */
static void budget_set(struct budget *b, uint32_t ticks, uint32_t period)
{
	uint32_t used = b->ticks - b->left;
	uint64_t began = b->pieces ? b->piece[b->pieces - 1].when - b->period : plat_clock();

	if (used > ticks)
		used = ticks;
	b->ticks = ticks;
	b->period = period;
	b->left = ticks - used;
	b->pieces = 0;
	use(b, used, began + period);
}

int sys_cell_budget(struct thread *cur)
{
	struct cell *own = cur->obj.cell, *cell;
	uint32_t us = cur->regs.r[1], period = cur->regs.r[2];
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
	budget_set(b, us * ticks_per_us(), period * ticks_per_us());
	look_again();
	return L4_OK;
}
