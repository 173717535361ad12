/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Checks of what a description says that need neither programs nor the kernel:
 * numbers in their limits, nothing given twice, nothing that is the kernel's.
 */
#include <string.h>
#include "desc.h"
#include "report.h"

#define PERIOD_MIN	1000u		/* us */
#define PERIOD_MAX	8000000u
#define BUDGET_MIN	100u
#define BEAT_MIN	10u		/* ms */
#define BEAT_MAX	3600000u

#define FIRST_SHARED_LINE 32	/* below are each processor's own: timers, the kernel's */

static void check_priority(const struct cell *c)
{
	if (c->max_priority.value > 255)
		report(c->place.path, c->max_priority.set ? "max-priority" : "priority",
		       "%u is above 255", c->max_priority.value);
	else if (c->priority.value > c->max_priority.value)
		report(c->place.path, "priority", "%u is above max-priority, which is %u",
		       c->priority.value, c->max_priority.value);
}

static void check_core(const struct cell *c)
{
	if (c->core.value >= L4_BOOT_CORES)
		report(c->place.path, "core", "%u: no board has more than %u", c->core.value,
		       L4_BOOT_CORES);
}

static bool pages(const struct place *p, const char *property, uint32_t n)
{
	if (n % L4_PAGE_SIZE)
		report(p->path, property, "0x%x is not a multiple of 0x%x", n, L4_PAGE_SIZE);
	return n % L4_PAGE_SIZE == 0;
}

static void check_size(const struct memory *m)
{
	if (!m->size.set)
		report(m->place.path, "size", "is missing");
	else if (!m->size.value)
		report(m->place.path, "size", "is 0");
	else
		pages(&m->place, "size", m->size.value);
	if (m->base.set && pages(&m->place, "base", m->base.value) &&
	    (uint64_t)m->base.value + m->size.value > 1ull << 32)
		report(m->place.path, "size", "goes beyond the end of addresses");
}

static void check_memory(const struct memory *m)
{
	if (!m->shared_name)
		check_size(m);
	if (!(m->rights & L4_R_READ))
		report(m->place.path, "rights", "must contain \"read\"");
}

static void check_sizes(const struct cell *c)
{
	if (pages(&c->place, "stack", c->stack.value) && !c->stack.value && !c->linux_guest.set)
		report(c->place.path, "stack", "is 0: the first thread needs at least 0x%x",
		       L4_PAGE_SIZE);
	pages(&c->place, "heap", c->heap.value);
}

/* The limits of the call cell_budget. */
static void check_budget(const struct cell *c)
{
	if (!c->budget.set && !c->period.set)
		return;
	if (!c->budget.set || !c->period.set) {
		report(c->place.path, c->budget.set ? "period" : "budget",
		       "is missing: budget is how long it runs in each period");
		return;
	}
	if (c->period.value < PERIOD_MIN || c->period.value > PERIOD_MAX)
		report(c->place.path, "period", "%u: microseconds, %u to %u", c->period.value,
		       PERIOD_MIN, PERIOD_MAX);
	else if (c->budget.value < BUDGET_MIN || c->budget.value > c->period.value)
		report(c->place.path, "budget", "%u: microseconds, %u to the period, which is %u",
		       c->budget.value, BUDGET_MIN, c->period.value);
}

static void check_heartbeat(const struct cell *c)
{
	if (!c->heartbeat.set)
		return;
	if (c->linux_guest.set)
		report(c->place.path, "heartbeat", "is for programs: a Linux has watchdog");
	else if (c->heartbeat.value < BEAT_MIN || c->heartbeat.value > BEAT_MAX)
		report(c->place.path, "heartbeat", "%u: milliseconds, %u to %u",
		       c->heartbeat.value, BEAT_MIN, BEAT_MAX);
}

/* In the time that root waits for a sign of life, the cell must have run. */
static void check_patience(const struct cell *c)
{
	const struct guest *g = &c->linux_guest;
	uint64_t us = g->set ? g->watchdog.value * UINT64_C(1000000) :
			       c->heartbeat.value * UINT64_C(1000);

	if (c->period.value > PERIOD_MAX || us < BEAT_MIN * UINT64_C(1000))
		return;		/* not watched, or told already */
	if (us < 2 * (uint64_t)c->period.value)
		report(g->set ? g->place.path : c->place.path, g->set ? "watchdog" : "heartbeat",
		       "is shorter than two periods of the budget, which are %u us",
		       2 * c->period.value);
}

static void check_consoles(const struct desc *d)
{
	const struct cell *first = NULL;

	for (unsigned int i = 0; i < d->cells; i++) {
		const struct cell *c = &d->cell[i];

		if (c->console && first)
			report(c->place.path, "console", "%s is the console already",
			       first->place.path);
		if (c->console && !first)
			first = c;
	}
}

static bool ranges_overlap(const struct range *a, const struct range *b)
{
	return a->size && b->size && a->base < (uint64_t)b->base + b->size &&
	       b->base < (uint64_t)a->base + a->size;
}

/* Against what is the kernel's. */
static void check_reserved(const struct board *b, const struct cell *c, const struct device *dev)
{
	for (unsigned int i = 0; i < b->reserveds; i++)
		if (ranges_overlap(&dev->reg, &b->reserved[i]))
			report(c->place.path, "devices", "the registers of \"%s\" are the kernel's",
			       dev->name);
	for (unsigned int i = 0; i < b->rams; i++)
		if (ranges_overlap(&dev->reg, &b->ram[i]))
			report(c->place.path, "devices", "the registers of \"%s\" are in RAM",
			       dev->name);
	for (unsigned int i = 0; i < dev->irqs; i++) {
		bool reserved = dev->irq[i] < FIRST_SHARED_LINE;

		for (unsigned int j = 0; j < b->reserved_irqs; j++)
			reserved |= dev->irq[i] == b->reserved_irq[j];
		if (reserved)
			report(c->place.path, "devices", "interrupt %u of \"%s\" is the kernel's",
			       dev->irq[i], dev->name);
	}
}

/* Devices that are given; b to a cell that is not before a's. */
static void check_pair(const struct device *a, const struct device *b)
{
	if (ranges_overlap(&a->reg, &b->reg))
		report(b->owner->place.path, "devices",
		       "registers of \"%s\" overlap those of \"%s\", given to %s",
		       b->name, a->name, a->owner->place.path);
	for (unsigned int i = 0; i < a->irqs; i++)
		for (unsigned int j = 0; j < b->irqs; j++)
			if (a->irq[i] == b->irq[j])
				report(b->owner->place.path, "devices",
				       "interrupt %u of \"%s\" is that of \"%s\", given to %s",
				       b->irq[j], b->name, a->name, a->owner->place.path);
}

static void check_devices(const struct desc *d)
{
	const struct device *given[DESC_DEVICES];
	unsigned int n = 0;

	for (unsigned int i = 0; i < d->cells; i++) {
		const struct cell *c = &d->cell[i];

		for (unsigned int j = 0; j < c->devices; j++) {
			check_reserved(&d->board, c, c->device[j].device);
			given[n++] = c->device[j].device;
			for (unsigned int k = 0; k + 1 < n; k++)
				check_pair(given[k], given[n - 1]);
		}
	}
}

void check(const struct desc *d)
{
	for (unsigned int i = 0; i < d->shareds; i++) {
		check_size(&d->shared[i]);
		if (!d->shared[i].used)
			report(d->shared[i].place.path, NULL, "no cell has it");
	}
	for (unsigned int i = 0; i < d->cells; i++) {
		const struct cell *c = &d->cell[i];

		check_priority(c);
		check_core(c);
		check_sizes(c);
		check_budget(c);
		check_heartbeat(c);
		check_patience(c);
		for (unsigned int j = 0; j < c->memories; j++)
			check_memory(&c->memory[j]);
	}
	check_consoles(d);
	check_devices(d);
}
