/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Slots of a cell's table.  Slots that the description gives are kept free for
 * that; the others are counted up from L4_SLOT_FREE in this order: memory, then
 * each device (its registers, then its interrupts), then channels, and for a
 * Linux its way to tell root that it has ended.
 */
#include <l4/guest.h>
#include <string.h>
#include "desc.h"
#include "report.h"

#define SLOTS_MIN	16	/* what the kernel accepts */
#define SLOTS_MAX	2048
#define SLOTS_ALL	(SLOTS_MAX + 256)	/* room to count on beyond the table */

struct table {
	const char *user[SLOTS_ALL];	/* path of who has it; NULL: free */
	uint32_t next;
};

static void fix(const struct cell *c, struct table *t, const struct place *p,
		const struct number *slot)
{
	if (!slot->set)
		return;
	if (slot->value < L4_SLOT_FREE)
		report(p->path, "slot", "slots below %u have fixed meanings", L4_SLOT_FREE);
	else if (slot->value >= c->slots.value)
		report(p->path, "slot", "%u is not in the table, which has %u slots", slot->value,
		       c->slots.value);
	else if (c->linux_guest.set && slot->value >= L4_GUEST_SLOT_FREE)
		report(p->path, "slot", "slots from %u on are filled by Linux", L4_GUEST_SLOT_FREE);
	else if (t->user[slot->value])
		report(p->path, "slot", "%u is that of %s already", slot->value,
		       t->user[slot->value]);
	else
		t->user[slot->value] = p->path;
}

static uint32_t next(struct table *t, const struct place *p)
{
	while (t->next < SLOTS_ALL - 1 && t->user[t->next])
		t->next++;
	t->user[t->next] = p->path;
	return t->next;
}

static void fix_given(struct cell *c, struct table *t)
{
	for (unsigned int i = 0; i < c->memories; i++)
		fix(c, t, &c->memory[i].place, &c->memory[i].slot);
	for (unsigned int i = 0; i < c->channels; i++)
		fix(c, t, &c->channel[i].place, &c->channel[i].slot);
}

static void count_others(struct cell *c, struct table *t)
{
	for (unsigned int i = 0; i < c->memories; i++)
		if (!c->memory[i].slot.set)
			c->memory[i].slot.value = next(t, &c->memory[i].place);
	for (unsigned int i = 0; i < c->devices; i++) {
		struct device_use *u = &c->device[i];

		if (u->device->reg.size)
			u->slot = next(t, &c->place);
		for (unsigned int j = 0; j < u->device->irqs; j++)
			u->irq_slot[j] = next(t, &c->place);
	}
	for (unsigned int i = 0; i < c->channels; i++)
		if (!c->channel[i].slot.set)
			c->channel[i].slot.value = next(t, &c->channel[i].place);
	if (c->linux_guest.set)
		c->linux_guest.supervisor = next(t, &c->linux_guest.place);
}

void slots_assign(struct desc *d)
{
	for (unsigned int i = 0; i < d->cells; i++) {
		struct cell *c = &d->cell[i];
		struct table t = { .next = L4_SLOT_FREE };

		if (c->slots.value < SLOTS_MIN || c->slots.value > SLOTS_MAX) {
			report(c->place.path, "slots", "%u: a table has %u to %u slots",
			       c->slots.value, SLOTS_MIN, SLOTS_MAX);
			continue;
		}
		fix_given(c, &t);
		count_others(c, &t);
		for (uint32_t n = SLOTS_ALL; n > c->slots.value; n--)
			if (t.user[n - 1]) {
				report(c->place.path, "slots", "%u are too few: this cell needs %u",
				       c->slots.value, n);
				break;
			}
	}
}
