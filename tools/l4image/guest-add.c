/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What a guest's tree has that the board's has not: the guest's memory and boot
 * arguments, Armature's devices, and nodes that the description brings for
 * devices of the guest.
 */
#include <libfdt.h>
#include <l4/guest.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "guest-tree.h"
#include "node.h"
#include "report.h"

/* A new node; gives its offset. */
static int add(struct tree_make *m, int parent, const char *name)
{
	int at = parent < 0 ? parent : fdt_add_subnode(m->fdt, parent, name);

	tree_try(m, at);
	return at;
}

static void add_memory(struct tree_make *m)
{
	const struct memory *ram = &m->cell->memory[m->cell->linux_guest.ram];
	char name[32];
	int at;

	snprintf(name, sizeof(name), "memory@%x", ram->base.value);
	at = add(m, 0, name);
	tree_try(m, fdt_setprop_string(m->fdt, at, "device_type", "memory"));
	tree_try(m, fdt_appendprop_addrrange(m->fdt, 0, at, "reg", ram->base.value,
					     ram->size.value));
}

/* The strings of the property, with a blank between. */
static void add_bootargs(struct tree_make *m, int at)
{
	const struct list *l = &m->cell->linux_guest.bootarg_list;
	char *text = l->size ? calloc(1, (size_t)l->size + 1) : NULL;

	if (!l->size)
		return;
	if (!text)
		die("no memory");
	for (int i = 0; i + 1 < l->size; i++)
		text[i] = l->data[i] ? l->data[i] : ' ';
	tree_try(m, fdt_setprop_string(m->fdt, at, "bootargs", text));
	free(text);
}

static void add_chosen(struct tree_make *m)
{
	const struct guest *g = &m->cell->linux_guest;
	int at = add(m, 0, "chosen");

	add_bootargs(m, at);
	if (!g->initrd)
		return;
	tree_try(m, fdt_setprop_u32(m->fdt, at, "linux,initrd-start", g->initrd_base));
	tree_try(m, fdt_setprop_u32(m->fdt, at, "linux,initrd-end",
				    g->initrd_base + (uint32_t)g->initrd->file.size));
}

static void add_armature(struct tree_make *m)
{
	int at = add(m, 0, "armature");

	tree_try(m, fdt_setprop_string(m->fdt, at, "compatible", L4_GUEST_COMPATIBLE "guest"));
	at = add(m, fdt_path_offset(m->fdt, "/armature"), "timer");
	tree_try(m, fdt_setprop_string(m->fdt, at, "compatible", L4_GUEST_COMPATIBLE "timer"));
	at = add(m, fdt_path_offset(m->fdt, "/armature"), "console");
	tree_try(m, fdt_setprop_string(m->fdt, at, "compatible", L4_GUEST_COMPATIBLE "console"));
}

static void copy_node(struct tree_make *m, int parent, int from);

/* From the last to the first: libfdt puts each new node in front. */
static void copy_nodes(struct tree_make *m, int parent, int from)
{
	int n = 0;

	node_for_each(child, m->desc->fdt, from)
		n++;
	while (n-- > 0) {
		int k = n, node = fdt_first_subnode(m->desc->fdt, from);

		while (k-- > 0)
			node = fdt_next_subnode(m->desc->fdt, node);
		copy_node(m, parent, node);
	}
}

/* A subtree of the description. */
static void copy_node(struct tree_make *m, int parent, int from)
{
	const void *fdt = m->desc->fdt;
	const char *name = fdt_get_name(fdt, from, NULL);
	int at = add(m, parent, name ? name : ""), p;

	if (at < 0)
		return;
	fdt_for_each_property_offset(p, fdt, from) {
		int size;
		const void *data = fdt_getprop_by_offset(fdt, p, &name, &size);

		if (data && strcmp(name, "phandle") && strcmp(name, "linux,phandle"))
			tree_try(m, fdt_setprop(m->fdt, at, name, data, size));
	}
	copy_nodes(m, at, from);
}

/* Whether the board's tree has a node for a device that stays. */
static bool is_there(const struct gnodes *g, const struct device *dev)
{
	struct span s[SPANS_MAX];

	for (int i = 0; i < g->count; i++) {
		int n = g->node[i].fate == KEEP ? gnode_registers(g, i, s) : 0;

		for (int k = 0; k < n; k++)
			if (span_within(&s[k], dev->reg.base, dev->reg.size))
				return true;
	}
	return false;
}

bool guest_tree_has(const struct guest *guest, const struct device *dev)
{
	struct gnodes g;
	bool has;

	gnodes_read(&g, guest->dtb.data, NULL);
	has = is_there(&g, dev);
	gnodes_free(&g);
	return has;
}

/* Devices that the description has nodes for, and the board's tree has not. */
static void add_devices(struct tree_make *m)
{
	const struct gnode *controller = &m->g.node[m->g.controller];
	int bus = -1;

	for (unsigned int i = m->cell->devices; i-- > 0 && !m->err;) {
		const struct device *dev = m->cell->device[i].device;

		if (dev->linux_node < 0 || is_there(&m->g, dev))
			continue;
		if (bus < 0) {
			bus = add(m, 0, "armature-devices");
			tree_try(m, fdt_setprop_string(m->fdt, bus, "compatible", "simple-bus"));
			tree_try(m, fdt_setprop_u32(m->fdt, bus, "#address-cells", 1));
			tree_try(m, fdt_setprop_u32(m->fdt, bus, "#size-cells", 1));
			tree_try(m, fdt_setprop_empty(m->fdt, bus, "ranges"));
			tree_try(m, fdt_setprop_u32(m->fdt, bus, "interrupt-parent",
						    controller->phandle));
		}
		copy_nodes(m, bus, dev->linux_node);
	}
}

void tree_add(struct tree_make *m)
{
	add_devices(m);
	if (!m->err)
		add_armature(m);
	if (!m->err)
		add_memory(m);
	if (!m->err)
		add_chosen(m);
}
