/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * From a device tree to a description: the root node and what is below it.
 */
#include <libfdt.h>
#include <string.h>
#include "node.h"
#include "report.h"
#include "tree.h"

#define ROOT_PRIORITY	255

static const struct prop top_props[] = {
	{ "poweroff-when-done", PROP_FLAG, offsetof(struct desc, poweroff) },
	{ 0 }
};

static const struct prop root_props[] = {
	{ "program", PROP_STRING, offsetof(struct cell, program_name) },
	{ "priority", PROP_NUMBER, offsetof(struct cell, priority) },
	{ 0 }
};

static const struct prop shared_props[] = {
	{ "base", PROP_NUMBER, offsetof(struct memory, base) },
	{ "size", PROP_NUMBER, offsetof(struct memory, size) },
	{ "rights", PROP_STRINGS, offsetof(struct memory, right_list) },
	{ 0 }
};

static const struct prop no_props[] = { { 0 } };
static const char *const no_children[] = { NULL };

static void shared_read(struct desc *d, int node, const struct place *parent)
{
	const char *name = node_name(d->fdt, node, parent, "memory");
	struct memory *m = &d->shared[d->shareds];

	if (!name)
		return;
	if (d->shareds == DESC_SHARED) {
		report(parent->path, NULL, "has more than %d memories", DESC_SHARED);
		return;
	}
	*m = (struct memory){ .name = name, .rights = L4_R_READ | L4_R_WRITE };
	place_set(&m->place, parent->path, name);
	for (unsigned int i = 0; i < d->shareds; i++)
		if (!strcmp(d->shared[i].name, name))
			report(m->place.path, NULL, "there are two of this name");
	node_read(d->fdt, node, &m->place, shared_props, m);
	node_children(d->fdt, node, &m->place, no_children);
	if (m->right_list.size)
		m->rights = rights_read(&m->place, &m->right_list,
					L4_R_READ | L4_R_WRITE | L4_R_EXEC | L4_R_GRANT, "memory");
	d->shareds++;
}

static void root_cell_read(struct desc *d, int node)
{
	struct cell *r = &d->root;

	place_set(&r->place, "", "root");
	if (node >= 0) {
		node_read(d->fdt, node, &r->place, root_props, r);
		node_children(d->fdt, node, &r->place, no_children);
	}
	r->name = "root";
	if (!r->program_name)
		r->program_name = "root";
	if (!r->priority.set)
		r->priority.value = ROOT_PRIORITY;
	if (r->priority.value > 255)
		report(r->place.path, "priority", "%u is above 255", r->priority.value);
}

static void cells_read(struct desc *d, int node)
{
	struct place p = { "cells" };

	node_read(d->fdt, node, &p, no_props, NULL);
	node_for_each(child, d->fdt, node) {
		const char *name = node_name(d->fdt, child, &p, "cell");

		if (!name)
			continue;
		if (d->cells == L4_BOOT_CELLS) {
			report(p.path, NULL, "has more than %d cells", L4_BOOT_CELLS);
			return;
		}
		cell_read(d, child, name);
	}
	if (!d->cells && !report_errors())
		report(p.path, NULL, "there is no cell in it");
}

void describe(struct desc *d, const void *fdt, size_t size)
{
	static const char *const children[] = { "board", "root", "cells", "shared", NULL };
	struct place top = { "" }, shared = { "shared" };
	int node;

	d->fdt = fdt;
	if (!tree_check(fdt, size)) {
		report("", NULL, "is not a device tree");
		return;
	}
	node_read(fdt, 0, &top, top_props, d);
	node_children(fdt, 0, &top, children);
	node = fdt_subnode_offset(fdt, 0, "board");
	if (node < 0)
		report("board", NULL, "is missing: begin with #include <board.dtsi>");
	else
		board_read(d, node);
	root_cell_read(d, fdt_subnode_offset(fdt, 0, "root"));
	node = fdt_subnode_offset(fdt, 0, "shared");
	if (node >= 0) {
		node_read(fdt, node, &shared, no_props, NULL);
		node_for_each(child, fdt, node)
			shared_read(d, child, &shared);
	}
	node = fdt_subnode_offset(fdt, 0, "cells");
	if (node < 0)
		report("cells", NULL, "is missing");
	else
		cells_read(d, node);
}
