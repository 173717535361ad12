/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Makes a guest's tree.  The board's is copied and changed from its last node
 * to its first, so that the offsets of nodes that are still to be done hold.
 * What is new comes at the end.
 */
#include <libfdt.h>
#include <l4/guest.h>
#include <stdlib.h>
#include <string.h>
#include "guest-tree.h"
#include "report.h"

#define ROOM	0x10000		/* for what is new */

static bool in_list(const char *name, const char *const *list)
{
	while (*list && strcmp(*list, name))
		list++;
	return *list != NULL;
}

/* Properties of a node of the copy: all but those in the list, or those whose partner is gone. */
static void strip(struct tree_make *m, int at, const char *const *stay)
{
	int p = fdt_first_property_offset(m->fdt, at);

	while (p >= 0) {
		const char *name = "";
		int size;
		const void *data = fdt_getprop_by_offset(m->fdt, p, &name, &size);
		bool goes = data && (stay ? !in_list(name, stay)
					  : refs_lost(&m->g, name, data, size));

		if (goes && fdt_delprop(m->fdt, at, name) == 0)
			p = fdt_first_property_offset(m->fdt, at);
		else
			p = fdt_next_property_offset(m->fdt, p);
	}
}

/* A controller before the real one, like a wakeup generator, is none for Linux. */
static void interrupt_parent(struct tree_make *m, int i)
{
	const struct gnodes *g = &m->g;
	int to = gnode_by_phandle(g, gnode_number(g, i, "interrupt-parent", 0));
	const struct gnode *real = &g->node[g->controller];

	if (to >= 0 && g->node[to].fate == DROP)
		tree_try(m, fdt_setprop_u32(m->fdt, g->node[i].at, "interrupt-parent",
					    real->phandle));
}

static void make_controller(struct tree_make *m, int at)
{
	static const char *const stay[] = { "phandle", "linux,phandle", "#interrupt-cells",
					    "#address-cells", "interrupt-controller", NULL };

	strip(m, at, stay);
	tree_try(m, fdt_setprop_string(m->fdt, at, "compatible", L4_GUEST_COMPATIBLE "intc"));
	tree_try(m, fdt_set_name(m->fdt, at, "interrupt-controller"));
}

static void make_bus(struct tree_make *m, int at)
{
	static const char *const stay[] = {
		"phandle", "linux,phandle", "#address-cells", "#size-cells", "ranges",
		"#interrupt-cells", "interrupt-map", "interrupt-map-mask", "interrupt-parent",
		NULL
	};

	strip(m, at, stay);
	tree_try(m, fdt_setprop_string(m->fdt, at, "compatible", "simple-bus"));
}

static void make_clock(struct tree_make *m, int i)
{
	static const char *const stay[] = { "phandle", "linux,phandle", "#clock-cells",
					    "clock-output-names", NULL };
	int at = m->g.node[i].at;

	strip(m, at, stay);
	tree_try(m, fdt_setprop_string(m->fdt, at, "compatible", "fixed-clock"));
	tree_try(m, fdt_setprop_u32(m->fdt, at, "clock-frequency",
				    gnode_number(&m->g, i, "freq-range", 0)));
}

static void change(struct tree_make *m, int i)
{
	static const char *const cpu[] = { "phandle", "linux,phandle", "device_type", "compatible",
					   "reg", "clock-frequency", NULL };
	int at = m->g.node[i].at;

	switch (m->g.node[i].fate) {
	case DROP:
		tree_try(m, fdt_del_node(m->fdt, at));
		break;
	case CONTROLLER:
		make_controller(m, at);
		break;
	case BUS:
		make_bus(m, at);
		interrupt_parent(m, i);
		break;
	case CLOCK:
		make_clock(m, i);
		break;
	case CPU:
		strip(m, at, cpu);
		break;
	case KEEP:
		strip(m, at, NULL);
		interrupt_parent(m, i);
	}
}

/* Names for nodes that are gone. */
static void make_aliases(struct tree_make *m)
{
	int at = fdt_subnode_offset(m->fdt, 0, "aliases"), p;

	p = at < 0 ? at : fdt_first_property_offset(m->fdt, at);
	while (p >= 0) {
		const char *name = "";
		int size;
		const char *path = fdt_getprop_by_offset(m->fdt, p, &name, &size);
		bool gone = path && (size < 1 || path[size - 1] || *path != '/' ||
				     fdt_path_offset(m->fdt, path) < 0);

		if (gone && fdt_delprop(m->fdt, at, name) == 0)
			p = fdt_first_property_offset(m->fdt, at);
		else
			p = fdt_next_property_offset(m->fdt, p);
	}
}

static void make_tree(struct tree_make *m, int size)
{
	m->err = fdt_open_into(m->g.fdt, m->fdt, size);
	for (int i = m->g.count - 1; i >= 0 && !m->err; i--)
		change(m, i);
	while (!m->err && fdt_num_mem_rsv(m->fdt) > 0)	/* of the board's memory */
		tree_try(m, fdt_del_mem_rsv(m->fdt, 0));
	if (!m->err)
		make_aliases(m);
	if (!m->err)
		tree_add(m);
	if (!m->err)
		tree_try(m, fdt_pack(m->fdt));
}

static bool controller_found(const struct gnodes *g)
{
	const struct guest *guest = &g->cell->linux_guest;

	if (g->controller >= 0 && g->node[g->controller].phandle &&
	    gnode_number(g, g->controller, "#interrupt-cells", 0) == 3)
		return true;
	report(guest->place.path, "dtb",
	       "%s has no interrupt controller that is known (a GIC, with 3 cells an interrupt)",
	       guest->dtb_path);
	return false;
}

void guest_tree(const struct desc *d, const struct cell *c, const void *board, struct file *out)
{
	const struct guest *guest = &c->linux_guest;
	struct tree_make m = { .desc = d, .cell = c };
	size_t size = fdt_totalsize(board) + (size_t)guest->bootarg_list.size + ROOM;

	gnodes_read(&m.g, board, c);
	fates_decide(&m.g);
	while (fates_spread(&m.g) || refs_drop(&m.g))
		;
	if (!controller_found(&m.g)) {
		gnodes_free(&m.g);
		return;
	}
	m.fdt = malloc(size);
	if (!m.fdt)
		die("no memory");
	make_tree(&m, (int)size);
	if (!m.err && fdt_totalsize(m.fdt) <= GUEST_TREE_MAX) {
		*out = (struct file){ m.fdt, fdt_totalsize(m.fdt) };
	} else {
		report(guest->place.path, "dtb", "%s cannot be made a guest's: %s",
		       guest->dtb_path, m.err ? fdt_strerror(m.err) : "it is too large");
		free(m.fdt);
	}
	gnodes_free(&m.g);
}
