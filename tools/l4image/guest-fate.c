/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What becomes of each node of the board's tree.  A node stays when all its
 * registers are in devices of the cell, or when it has none and stands for
 * nothing that is the processor's or the kernel's.
 */
#include <libfdt.h>
#include <string.h>
#include "guest-tree.h"

/* The kernel's; Linux gets a controller of Armature's in its place, with its phandle. */
static const char *const controllers[] = {
	"arm,cortex-a9-gic", "arm,cortex-a15-gic", "arm,cortex-a7-gic", "arm,cortex-a5-gic",
	"arm,gic-400", "arm,pl390",
};

static bool is_controller(const struct gnodes *g, int i)
{
	for (size_t k = 0; k < sizeof(controllers) / sizeof(controllers[0]); k++)
		if (gnode_compatible(g, i, controllers[k]))
			return true;
	return false;
}

static bool text_is(const struct gnodes *g, int i, const char *property, const char *text)
{
	int size;
	const char *s = fdt_getprop(g->fdt, g->node[i].at, property, &size);

	return s && size == (int)strlen(text) + 1 && !memcmp(s, text, (size_t)size);
}

static bool is_given(const struct gnodes *g, const struct span *s)
{
	const struct cell *c = g->cell;

	for (unsigned int i = 0; i < c->devices; i++) {
		const struct range *r = &c->device[i].device->reg;

		if (span_within(s, r->base, r->size))
			return true;
	}
	return false;
}

static bool in_ram(const struct gnodes *g, const struct span *s)
{
	const struct memory *m = &g->cell->memory[g->cell->linux_guest.ram];

	return span_within(s, m->base.value, m->size.value);
}

static enum fate by_registers(const struct gnodes *g, int i, const struct span *s, int n)
{
	bool reserved = !strcmp(gnode_name(g, g->node[i].parent), "reserved-memory");
	bool given = true;

	for (int k = 0; k < n; k++)
		given = given && (is_given(g, &s[k]) || (reserved && in_ram(g, &s[k])));
	if (given)
		return KEEP;
	return gnode_has(g, i, "ranges") ? BUS : DROP;
}

static bool begins(const struct gnodes *g, int i, const char *with)
{
	int size;
	const char *s = fdt_getprop(g->fdt, g->node[i].at, "compatible", &size);

	return s && size > (int)strlen(with) && !memcmp(s, with, strlen(with));
}

/*
 * Without registers of its own.  Versatile Express: what is behind the system
 * registers, which are the kernel's; its oscillators run at some frequency all
 * the same.
 */
static enum fate without_registers(const struct gnodes *g, int i)
{
	if (gnode_compatible(g, i, "arm,vexpress,config-bus"))
		return BUS;
	if (gnode_compatible(g, i, "arm,vexpress-osc") && gnode_has(g, i, "freq-range"))
		return CLOCK;
	if (begins(g, i, "arm,vexpress-"))
		return DROP;
	/* firmware that is called by smc or hvc: psci and its like */
	if (gnode_has(g, i, "method"))
		return DROP;
	/* private timers, performance counters: the processor itself, and its interrupts */
	if (begins(g, i, "arm,cortex-a") || gnode_has(g, i, "interrupts") ||
	    gnode_has(g, i, "interrupts-extended"))
		return DROP;
	return KEEP;
}

/* Nodes directly below the root that have a meaning by their names; false: it has none. */
static bool by_name(const struct gnodes *g, int i, enum fate *fate)
{
	const char *name = gnode_name(g, i);

	if (g->node[i].parent)
		return false;
	*fate = KEEP;
	if (!strcmp(name, "cpus") || !strcmp(name, "aliases"))
		return true;
	*fate = DROP;
	return !strcmp(name, "chosen") || !strncmp(name, "__", 2) ||
	       !strcmp(name, "armature") || text_is(g, i, "device_type", "memory");
}

static bool is_processor(const struct gnodes *g, int i)
{
	for (int k = 0; k < i; k++)
		if (g->node[k].fate == CPU)
			return false;
	return text_is(g, i, "device_type", "cpu");
}

/* On a bus of another kind: as the node above it whose registers drive that bus. */
static enum fate behind_another(const struct gnodes *g, int i)
{
	struct span s[SPANS_MAX];
	int above = g->node[i].parent;

	while (g->node[above].parent >= 0 && gnode_registers(g, above, s) <= 0)
		above = g->node[above].parent;
	return g->node[above].fate == BUS ? DROP : KEEP;
}

static enum fate decide(struct gnodes *g, int i)
{
	int parent = g->node[i].parent, n;
	struct span s[SPANS_MAX];
	enum fate fate;

	if (parent < 0 || by_name(g, i, &fate))
		return parent < 0 ? KEEP : fate;
	if (g->node[parent].fate == CPU || g->node[parent].fate == CONTROLLER)
		return DROP;
	if (!strcmp(gnode_name(g, parent), "cpus") && !g->node[parent].parent)
		return is_processor(g, i) ? CPU : DROP;
	if (g->controller < 0 && is_controller(g, i)) {
		g->controller = i;
		return CONTROLLER;
	}
	n = gnode_registers(g, i, s);
	if (n > 0)
		return by_registers(g, i, s, n);
	return n < 0 ? behind_another(g, i) : without_registers(g, i);
}

/* A bus, or a holder of nodes, is nothing without them. */
static bool is_empty(const struct gnodes *g, int i)
{
	bool had = false;
	struct span s[SPANS_MAX];

	for (int k = i + 1; k < g->count; k++) {
		if (g->node[k].parent != i)
			continue;
		if (g->node[k].fate != DROP)
			return false;
		had = true;
	}
	if (g->node[i].fate == BUS)
		return true;
	return g->node[i].fate == KEEP && g->node[i].parent >= 0 &&
	       gnode_registers(g, i, s) <= 0 && (had || gnode_has(g, i, "ranges"));
}

bool fates_spread(struct gnodes *g)
{
	bool changed = false;

	for (int i = 1; i < g->count; i++)
		if (g->node[i].fate != DROP && g->node[g->node[i].parent].fate == DROP) {
			g->node[i].fate = DROP;
			changed = true;
		}
	for (int i = g->count - 1; i > 0; i--)
		if (g->node[i].fate != DROP && is_empty(g, i)) {
			g->node[i].fate = DROP;
			changed = true;
		}
	return changed;
}

void fates_decide(struct gnodes *g)
{
	for (int i = 0; i < g->count; i++)
		g->node[i].fate = i && g->node[g->node[i].parent].fate == DROP ? DROP
									       : decide(g, i);
}
