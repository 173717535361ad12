/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Finds what the names in a description mean: devices of the board, shared
 * memory, the cells at the other ends of channels; and gives badges.
 */
#include <string.h>
#include "node.h"
#include "report.h"

static struct device *device_by_name(struct desc *d, const char *name)
{
	for (unsigned int i = 0; i < d->board.devices; i++)
		if (!strcmp(d->board.device[i].name, name))
			return &d->board.device[i];
	return NULL;
}

static struct device *device_by_phandle(struct desc *d, uint32_t phandle)
{
	for (unsigned int i = 0; phandle && i < d->board.devices; i++)
		if (d->board.device[i].phandle == phandle)
			return &d->board.device[i];
	return NULL;
}

static void device_give(struct cell *c, struct device *dev)
{
	const char *path = c->place.path;

	if (dev->owner == c) {
		report(path, "devices", "\"%s\" is there twice", dev->name);
		return;
	}
	if (dev->owner) {
		report(path, "devices", "\"%s\" was given to %s already", dev->name,
		       dev->owner->place.path);
		return;
	}
	if (c->devices == L4_CELL_DEVICES) {
		report(path, "devices", "are more than %d", L4_CELL_DEVICES);
		return;
	}
	if (dev->dma_master && !c->trusted_dma)
		report(path, "devices",
		       "\"%s\" masters the bus and so reaches all memory: mark the cell "
		       "trusted-dma to allow that",
		       dev->name);
	dev->owner = c;
	c->device[c->devices++].device = dev;
}

static void devices_connect(struct desc *d, struct cell *c)
{
	const struct list *l = &c->device_list;
	const char *name;

	if (!list_is_strings(l)) {
		for (int i = 0; i < l->size / 4; i++) {
			struct device *dev = device_by_phandle(d, list_number(l, i));

			if (dev)
				device_give(c, dev);
			else
				report(c->place.path, "devices",
				       "reference %d is not to a device of board %s", i + 1,
				       d->board.model);
		}
		return;
	}
	for (int at = 0; (name = list_string(l, &at));) {
		struct device *dev = device_by_name(d, name);

		if (dev)
			device_give(c, dev);
		else
			report(c->place.path, "devices", "no device \"%s\" on board %s", name,
			       d->board.model);
	}
}

static void share(struct desc *d, struct memory *m)
{
	for (unsigned int i = 0; i < d->shareds; i++)
		if (!strcmp(d->shared[i].name, m->shared_name))
			m->shared = &d->shared[i];
	if (!m->shared) {
		report(m->place.path, "shared", "there is no shared memory \"%s\"", m->shared_name);
		return;
	}
	if (m->size.set || m->base.set)
		report(m->place.path, m->size.set ? "size" : "base", "is said in %s already",
		       m->shared->place.path);
	m->size = m->shared->size;
	m->base = m->shared->base;
	m->shared->used = true;
}

static void memory_connect(struct desc *d, const struct cell *c, struct memory *m)
{
	uint32_t allowed = L4_R_READ | L4_R_WRITE | L4_R_EXEC | L4_R_GRANT;
	const char *what = "memory";

	m->rights = L4_R_READ | L4_R_WRITE;
	if (m->shared_name)
		share(d, m);
	if (m->shared) {
		m->rights = allowed = m->shared->rights;
		what = m->shared->place.path;
	}
	if (m->right_list.size)
		m->rights = rights_read(&m->place, &m->right_list, allowed, what);
	if (!m->va.set && c->guest)
		m->unmapped = true;
}

/* The capability has no badge twice for one receiver, so that it can tell who calls. */
static const struct channel *same_badge(const struct desc *d, const struct channel *ch)
{
	for (unsigned int i = 0; i < d->cells; i++)
		for (unsigned int j = 0; j < d->cell[i].channels; j++) {
			const struct channel *other = &d->cell[i].channel[j];

			if (other != ch && other->badge.set && other->to == ch->to &&
			    other->badge.value == ch->badge.value)
				return other;
		}
	return NULL;
}

static void channel_connect(struct desc *d, const struct cell *c, struct channel *ch)
{
	const char *path = ch->place.path;

	while (ch->to < d->cells && strcmp(d->cell[ch->to].name, ch->to_name))
		ch->to++;
	if (ch->to == d->cells)
		report(path, "to", "there is no cell \"%s\"", ch->to_name);
	else if (&d->cell[ch->to] == c)
		report(path, "to", "leads to the cell itself");
	if (!(ch->rights & (L4_R_SEND | L4_R_NOTIFY)) && ch->right_list.size)
		report(path, "rights", "without send and notify nothing can be done with it");
	if (ch->badge.set && !ch->badge.value)
		report(path, "badge", "0 is no badge");
	if (!ch->badge.set && (ch->rights & L4_R_NOTIFY))
		report(path, "badge",
		       "is missing: with the right \"notify\" it says which bits can be set");
}

/* Given ones first; then the client's place in the description, from 1, or the next free. */
static void badges_give(struct desc *d)
{
	for (unsigned int i = 0; i < d->cells; i++)
		for (unsigned int j = 0; j < d->cell[i].channels; j++) {
			struct channel *ch = &d->cell[i].channel[j];
			const struct channel *other = ch->badge.set ? same_badge(d, ch) : NULL;

			/* Reported once, at the later of the two. */
			if (other && other < ch)
				report(ch->place.path, "badge", "0x%x is that of %s already",
				       ch->badge.value, other->place.path);
		}
	for (unsigned int i = 0; i < d->cells; i++)
		for (unsigned int j = 0; j < d->cell[i].channels; j++) {
			struct channel *ch = &d->cell[i].channel[j];

			if (ch->badge.set)
				continue;
			ch->badge.value = i + 1;
			while (same_badge(d, ch))
				ch->badge.value++;
			ch->badge.set = true;
		}
}

void describe_connect(struct desc *d)
{
	for (unsigned int i = 0; i < d->cells; i++) {
		struct cell *c = &d->cell[i];

		devices_connect(d, c);
		for (unsigned int j = 0; j < c->memories; j++)
			memory_connect(d, c, &c->memory[j]);
		for (unsigned int j = 0; j < c->channels; j++)
			channel_connect(d, c, &c->channel[j]);
	}
	if (!report_errors())
		badges_give(d);
}
