/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * One cell of a description: its properties, memory and channels.  Names of
 * other things are kept as names; connect.c finds what they mean.
 */
#include <libfdt.h>
#include <string.h>
#include "node.h"
#include "report.h"

#define DEFAULT_HEAP		0x10000
#define DEFAULT_STACK		0x4000
#define DEFAULT_SLOTS		64
#define DEFAULT_PRIORITY	100
#define DEFAULT_RESTARTS	3

static const struct prop cell_props[] = {
	{ "program", PROP_STRING, offsetof(struct cell, program_name) },
	{ "heap", PROP_NUMBER, offsetof(struct cell, heap) },
	{ "stack", PROP_NUMBER, offsetof(struct cell, stack) },
	{ "quota", PROP_NUMBER, offsetof(struct cell, quota) },
	{ "slots", PROP_NUMBER, offsetof(struct cell, slots) },
	{ "priority", PROP_NUMBER, offsetof(struct cell, priority) },
	{ "max-priority", PROP_NUMBER, offsetof(struct cell, max_priority) },
	{ "core", PROP_NUMBER, offsetof(struct cell, core) },
	{ "devices", PROP_LIST, offsetof(struct cell, device_list) },
	{ "restart", PROP_STRING, offsetof(struct cell, restart_name) },
	{ "restarts", PROP_NUMBER, offsetof(struct cell, restarts) },
	{ "heartbeat", PROP_NUMBER, offsetof(struct cell, heartbeat) },
	{ "budget", PROP_NUMBER, offsetof(struct cell, budget) },
	{ "period", PROP_NUMBER, offsetof(struct cell, period) },
	{ "arg", PROP_NUMBER, offsetof(struct cell, arg) },
	{ "trusted-dma", PROP_FLAG, offsetof(struct cell, trusted_dma) },
	{ "console", PROP_FLAG, offsetof(struct cell, console) },
	{ "system", PROP_FLAG, offsetof(struct cell, system) },
	{ "server", PROP_FLAG, offsetof(struct cell, server) },
	{ "guest", PROP_FLAG, offsetof(struct cell, guest) },
	{ 0 }
};

static const struct prop memory_props[] = {
	{ "base", PROP_NUMBER, offsetof(struct memory, base) },
	{ "size", PROP_NUMBER, offsetof(struct memory, size) },
	{ "slot", PROP_NUMBER, offsetof(struct memory, slot) },
	{ "va", PROP_NUMBER, offsetof(struct memory, va) },
	{ "unmapped", PROP_FLAG, offsetof(struct memory, unmapped) },
	{ "rights", PROP_STRINGS, offsetof(struct memory, right_list) },
	{ "shared", PROP_STRING, offsetof(struct memory, shared_name) },
	{ 0 }
};

static const struct prop channel_props[] = {
	{ "to", PROP_STRING, offsetof(struct channel, to_name) },
	{ "slot", PROP_NUMBER, offsetof(struct channel, slot) },
	{ "badge", PROP_NUMBER, offsetof(struct channel, badge) },
	{ "rights", PROP_STRINGS, offsetof(struct channel, right_list) },
	{ 0 }
};

static const struct prop no_props[] = { { 0 } };
static const char *const no_children[] = { NULL };

static void memory_read(struct desc *d, struct cell *c, int node, const struct place *parent)
{
	const char *name = node_name(d->fdt, node, parent, "memory");
	struct memory *m = &c->memory[c->memories];

	if (!name)
		return;
	if (c->memories == L4_CELL_MEMORIES) {
		report(parent->path, NULL, "has more than %d memories", L4_CELL_MEMORIES);
		return;
	}
	*m = (struct memory){ .name = name };
	place_set(&m->place, parent->path, name);
	for (unsigned int i = 0; i < c->memories; i++)
		if (!strcmp(c->memory[i].name, name))
			report(m->place.path, NULL, "there are two of this name");
	node_read(d->fdt, node, &m->place, memory_props, m);
	node_children(d->fdt, node, &m->place, no_children);
	if (m->va.set && m->unmapped)
		report(m->place.path, "unmapped", "but it has a va");
	c->memories++;
}

static void channel_read(struct desc *d, struct cell *c, int node, const struct place *parent)
{
	const char *name = node_name(d->fdt, node, parent, "channel");
	struct channel *ch = &c->channel[c->channels];

	if (!name)
		return;
	if (c->channels == L4_CELL_CHANNELS) {
		report(parent->path, NULL, "has more than %d channels", L4_CELL_CHANNELS);
		return;
	}
	*ch = (struct channel){ .name = name, .to_name = name, .rights = L4_R_SEND };
	place_set(&ch->place, parent->path, name);
	for (unsigned int i = 0; i < c->channels; i++)
		if (!strcmp(c->channel[i].name, name))
			report(ch->place.path, NULL, "there are two of this name");
	node_read(d->fdt, node, &ch->place, channel_props, ch);
	node_children(d->fdt, node, &ch->place, no_children);
	if (ch->right_list.size)
		ch->rights = rights_read(&ch->place, &ch->right_list,
					 L4_R_SEND | L4_R_NOTIFY | L4_R_GRANT, "a channel");
	c->channels++;
}

static void defaults(struct number *n, uint32_t value)
{
	if (!n->set)
		n->value = value;
}

static void cell_defaults(struct cell *c)
{
	defaults(&c->heap, DEFAULT_HEAP);
	defaults(&c->stack, DEFAULT_STACK);
	defaults(&c->slots, DEFAULT_SLOTS);
	defaults(&c->priority, DEFAULT_PRIORITY);
	defaults(&c->max_priority, c->priority.value);
	defaults(&c->arg, 0);
	if (!c->program_name)
		c->program_name = c->name;
	if (c->console)
		c->server = true;
}

static void restart_read(struct cell *c)
{
	c->restart = L4_RESTART_NEVER;
	if (!c->restart_name) {
		if (c->restarts.set)
			report(c->place.path, "restarts",
			       "means something with restart = \"always\" only");
		return;
	}
	if (!strcmp(c->restart_name, "always"))
		c->restart = L4_RESTART_ALWAYS;
	else if (strcmp(c->restart_name, "never"))
		report(c->place.path, "restart",
		       "unknown policy \"%s\": choose \"never\" or \"always\"", c->restart_name);
	if (c->restart == L4_RESTART_ALWAYS)
		defaults(&c->restarts, DEFAULT_RESTARTS);
	else if (c->restarts.set)
		report(c->place.path, "restarts", "means something with restart = \"always\" only");
}

void cell_read(struct desc *d, int node, const char *name)
{
	static const char *const children[] = { "memory", "channels", "linux", NULL };
	struct cell *c = &d->cell[d->cells];
	struct place p;
	int memory = fdt_subnode_offset(d->fdt, node, "memory");
	int channels = fdt_subnode_offset(d->fdt, node, "channels");
	int linux_node = fdt_subnode_offset(d->fdt, node, "linux");

	c->name = name;
	place_set(&c->place, "cells", name);
	for (unsigned int i = 0; i < d->cells; i++)
		if (!strcmp(d->cell[i].name, name))
			report(c->place.path, NULL, "there are two of this name");
	node_read(d->fdt, node, &c->place, cell_props, c);
	node_children(d->fdt, node, &c->place, children);
	if (linux_node >= 0)
		linux_read(d, c, linux_node);
	cell_defaults(c);
	restart_read(c);
	if (memory >= 0) {
		place_set(&p, c->place.path, "memory");
		node_read(d->fdt, memory, &p, no_props, NULL);
		node_for_each(child, d->fdt, memory)
			memory_read(d, c, child, &p);
	}
	if (channels >= 0) {
		place_set(&p, c->place.path, "channels");
		node_read(d->fdt, channels, &p, no_props, NULL);
		node_for_each(child, d->fdt, channels)
			channel_read(d, c, child, &p);
	}
	d->cells++;
}
