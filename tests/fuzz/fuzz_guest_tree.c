/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Any bytes as a board's device tree for Linux, through all that the image
 * builder does with it for a guest with two devices, one of which brings nodes
 * of the description.  What comes out must be a tree that can be taken again.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include "guest-tree.h"
#include "report.h"
#include "tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The part of a description that is looked at: /linux/extra. */
static int make_description(void *fdt, int size)
{
	if (fdt_create_empty_tree(fdt, size) || fdt_add_subnode(fdt, 0, "linux") < 0 ||
	    fdt_add_subnode(fdt, fdt_path_offset(fdt, "/linux"), "extra") < 0)
		abort();
	return fdt_path_offset(fdt, "/linux");
}

static void make_cell(struct desc *d, struct cell *c, int linux_node)
{
	static struct blob initrd = { .file = { .size = 100 } };

	d->board.device[0] = (struct device){ .reg = { 0x10009000, 0x1000 }, .linux_node = -1 };
	d->board.device[1] = (struct device){ .reg = { 0x10014000, 0x1000 },
					      .linux_node = linux_node };
	c->devices = 2;
	c->device[0].device = &d->board.device[0];
	c->device[1].device = &d->board.device[1];
	c->memories = 1;
	c->memory[0].base.value = 0x61000000;
	c->memory[0].size.value = 0x01000000;
	c->linux_guest.initrd = &initrd;
	c->linux_guest.bootarg_list = (struct list){ "one\0two", 8 };
}

static void convert(const void *tree)
{
	static uint64_t description[512];
	struct desc *d = calloc(1, sizeof(*d));
	struct cell *c = d ? &d->cell[0] : NULL;
	struct file out = { 0 }, again = { 0 };

	if (!d)
		abort();
	make_cell(d, c, make_description(description, sizeof(description)));
	d->fdt = description;
	guest_tree(d, c, tree, &out);
	if (out.data) {
		if (!tree_check(out.data, out.size) ||
		    fdt_path_offset(out.data, "/armature/timer") < 0)
			abort();
		guest_tree(d, c, out.data, &again);
	}
	file_free(&out);
	file_free(&again);
	free(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t *copy = malloc(size + 8);	/* libfdt wants it aligned */

	if (!copy)
		abort();
	memcpy(copy, data, size);
	report_quiet();
	report_begin("fuzz");
	if (tree_check(copy, size))
		convert(copy);
	free(copy);
	return 0;
}
