/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A list of all nodes of a tree, and the way of an address from a node's
 * registers up to the root (Devicetree specification, 2.3.6 and 2.3.8).
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include "guest-tree.h"
#include "report.h"

#define DEPTH_MAX	64	/* tree_check allows less */

static int count_nodes(const void *fdt)
{
	int n = 0, depth = 0;

	for (int at = 0; at >= 0 && depth >= 0; at = fdt_next_node(fdt, at, &depth))
		n++;
	return n;
}

void gnodes_read(struct gnodes *g, const void *fdt, const struct cell *c)
{
	int above[DEPTH_MAX], depth = 0, at = 0;

	*g = (struct gnodes){ .fdt = fdt, .cell = c, .controller = -1 };
	g->node = calloc((size_t)count_nodes(fdt), sizeof(*g->node));
	if (!g->node)
		die("no memory");
	for (; at >= 0 && depth >= 0 && depth < DEPTH_MAX; at = fdt_next_node(fdt, at, &depth)) {
		struct gnode *n = &g->node[g->count];

		n->at = at;
		n->parent = depth ? above[depth - 1] : -1;
		n->phandle = fdt_get_phandle(fdt, at);
		if (n->phandle == UINT32_MAX)
			n->phandle = 0;
		above[depth] = g->count++;
	}
}

void gnodes_free(struct gnodes *g)
{
	free(g->node);
	g->node = NULL;
}

const char *gnode_name(const struct gnodes *g, int i)
{
	const char *name = fdt_get_name(g->fdt, g->node[i].at, NULL);

	return name ? name : "";
}

bool gnode_has(const struct gnodes *g, int i, const char *property)
{
	return fdt_getprop(g->fdt, g->node[i].at, property, NULL) != NULL;
}

uint32_t gnode_number(const struct gnodes *g, int i, const char *property, uint32_t otherwise)
{
	int size;
	const void *data = fdt_getprop(g->fdt, g->node[i].at, property, &size);
	fdt32_t v;

	if (!data || size < 4)
		return otherwise;
	memcpy(&v, data, sizeof(v));
	return fdt32_to_cpu(v);
}

bool gnode_compatible(const struct gnodes *g, int i, const char *compatible)
{
	return !fdt_node_check_compatible(g->fdt, g->node[i].at, compatible);
}

int gnode_by_phandle(const struct gnodes *g, uint32_t phandle)
{
	for (int i = 0; phandle && i < g->count; i++)
		if (g->node[i].phandle == phandle)
			return i;
	return -1;
}

bool span_within(const struct span *s, uint64_t base, uint64_t size)
{
	return s->size && s->size <= size && s->base >= base && s->base - base <= size - s->size;
}

struct cells {
	const fdt32_t *data;
	int count;
};

static struct cells cells_of(const struct gnodes *g, int i, const char *property)
{
	struct cells c;

	c.data = fdt_getprop(g->fdt, g->node[i].at, property, &c.count);
	c.count = c.data ? c.count / 4 : 0;
	return c;
}

/* The number in n cells; of more than two the lowest: those before say which space. */
static uint64_t number(const struct cells *c, int at, uint32_t n)
{
	uint64_t v = 0;

	for (uint32_t i = 0; i < n; i++)
		v = v << 32 | fdt32_ld(c->data + at + (int)i);
	return v;
}

#define CELLS_MAX	3

/* Addresses and sizes below a node. */
static bool address_cells(const struct gnodes *g, int i, uint32_t *address, uint32_t *size)
{
	*address = gnode_number(g, i, "#address-cells", 2);
	*size = gnode_number(g, i, "#size-cells", 1);
	return *address >= 1 && *address <= CELLS_MAX && *size <= 2;
}

/*
 * From the addresses below node i to those it is in itself; what its ranges do
 * not have becomes empty.  False: it has none, like a bus that is no memory's.
 */
static bool translate(const struct gnodes *g, int i, struct span *s)
{
	struct cells r = cells_of(g, i, "ranges");
	uint32_t child, size, parent, unused;

	if (!gnode_has(g, i, "ranges") || !address_cells(g, i, &child, &size) ||
	    !address_cells(g, g->node[i].parent, &parent, &unused))
		return false;
	if (!r.count)
		return true;
	for (int at = 0; at + (int)(child + parent + size) <= r.count;
	     at += (int)(child + parent + size)) {
		uint64_t from = number(&r, at, child);
		uint64_t to = number(&r, at + (int)child, parent);

		if (span_within(s, from, number(&r, at + (int)(child + parent), size))) {
			s->base = to + (s->base - from);
			return true;
		}
	}
	*s = (struct span){ 0, 0 };
	return true;
}

int gnode_registers(const struct gnodes *g, int i, struct span to[SPANS_MAX])
{
	struct cells reg = cells_of(g, i, "reg");
	int n = 0, parent = g->node[i].parent;
	uint32_t address, size;

	if (parent < 0 || !gnode_has(g, i, "reg"))
		return 0;
	if (!address_cells(g, parent, &address, &size) || !size)
		return -1;
	for (int at = 0; at + (int)(address + size) <= reg.count && n < SPANS_MAX; n++) {
		to[n].base = number(&reg, at, address);
		to[n].size = number(&reg, at + (int)address, size);
		for (int bus = parent; g->node[bus].parent >= 0; bus = g->node[bus].parent)
			if (to[n].size && !translate(g, bus, &to[n]))
				return -1;
		at += (int)(address + size);
	}
	return n;
}
