/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * References between nodes.  A property says by its name that it holds them,
 * and how many numbers follow each stands in the node that is named.  What
 * Linux would wait for without end is taken out: the property, or, where its
 * driver can do nothing without it, the node.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include "guest-tree.h"

struct kind {
	const char *name;		/* with '*' at the start: what it ends with */
	const char *cells;		/* property of the node that is named; NULL: none */
	bool needed;
};

static const struct kind kinds[] = {
	{ "clocks", "#clock-cells", true },
	{ "gpios", "#gpio-cells", true },
	{ "interrupts-extended", "#interrupt-cells", true },
	{ "io-channels", "#io-channel-cells", true },
	{ "mboxes", "#mbox-cells", true },
	{ "pwms", "#pwm-cells", true },
	{ "remote-endpoint", NULL, true },
	{ "thermal-sensors", "#thermal-sensor-cells", true },
	{ "assigned-clock-parents", "#clock-cells", false },
	{ "assigned-clocks", "#clock-cells", false },
	{ "dmas", "#dma-cells", false },
	{ "extcon", NULL, false },
	{ "gpio", "#gpio-cells", false },
	{ "interconnects", "#interconnect-cells", false },
	{ "iommus", "#iommu-cells", false },
	{ "memory-region", NULL, false },
	{ "nvmem-cells", NULL, false },
	{ "phys", "#phy-cells", false },
	{ "pinctrl-0", NULL, false },
	{ "pinctrl-1", NULL, false },
	{ "pinctrl-2", NULL, false },
	{ "power-domains", "#power-domain-cells", false },
	{ "resets", "#reset-cells", false },
	{ "syscon", NULL, false },
	{ "*-gpio", "#gpio-cells", false },
	{ "*-gpios", "#gpio-cells", false },
	{ "*-supply", NULL, false },
};

static const struct kind *find_kind(const char *property)
{
	size_t n = strlen(property);

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		const char *name = kinds[k].name;
		size_t end = strlen(name + 1);

		if (!strcmp(name, property) ||
		    (*name == '*' && n >= end && !strcmp(property + n - end, name + 1)))
			return &kinds[k];
	}
	return NULL;
}

static bool lost(const struct gnodes *g, const struct kind *k, const void *data, int size)
{
	const fdt32_t *cell = data;

	for (int at = 0; at < size / 4;) {
		uint32_t phandle = fdt32_ld(cell + at++);
		int to = gnode_by_phandle(g, phandle);
		uint32_t more;

		if (!phandle)	/* none at this place of the list */
			continue;
		if (to < 0 || g->node[to].fate == DROP)
			return true;
		more = k->cells ? gnode_number(g, to, k->cells, 0) : 0;
		if (more > (uint32_t)(size / 4 - at))
			return false;
		at += (int)more;
	}
	return false;
}

bool refs_lost(const struct gnodes *g, const char *property, const void *data, int size)
{
	const struct kind *k = find_kind(property);

	return k && lost(g, k, data, size);
}

static bool loses_what_it_needs(const struct gnodes *g, int i)
{
	int at;

	fdt_for_each_property_offset(at, g->fdt, g->node[i].at) {
		const char *name;
		int size;
		const void *data = fdt_getprop_by_offset(g->fdt, at, &name, &size);
		const struct kind *k = data ? find_kind(name) : NULL;

		if (k && k->needed && lost(g, k, data, size))
			return true;
	}
	return false;
}

bool refs_drop(struct gnodes *g)
{
	bool changed = false;

	for (int i = 1; i < g->count; i++)
		if (g->node[i].fate == KEEP && loses_what_it_needs(g, i)) {
			/* a bus needs no clock when what is on it is the guest's */
			g->node[i].fate = gnode_has(g, i, "ranges") ? BUS : DROP;
			changed = true;
		}
	return changed;
}
