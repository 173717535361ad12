/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The Linux of a guest cell: its node in the description, its files, and where
 * they go in its RAM.  What root does with that: include/l4/guest.h.
 *
 *   RAM   struct l4_guest_info | kernel at 0x8000 | free ... | device tree | initrd
 *
 * Device tree and initrd end where RAM does, or earlier: Linux reaches them only in
 * what it maps from the start, and how much that is its arguments can say.
 *
 * The tree is the cell's own (guest-tree.c); kernel and initrd are stored once
 * for all guests that have the same.
 */
#include <libfdt.h>
#include <l4/guest.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "guest-tree.h"
#include "node.h"
#include "report.h"
#include "tree.h"

#define MB	0x100000u
/* Behind the file come .bss and what Linux takes before it can free the initrd. */
#define KERNEL_SPARE	(8 * MB)
#define LOW		(128 * MB)	/* not high memory for any Linux */
#define RIGHTS_ALL	(L4_R_READ | L4_R_WRITE | L4_R_EXEC | L4_R_GRANT)

#define DEFAULT_QUOTA		0x800000
#define DEFAULT_SLOTS		2048
#define DEFAULT_PRIORITY	60
#define DEFAULT_WATCHDOG	30	/* s */
#define MOST_WATCHDOG		3600
#define PRIORITY_ROOM		30	/* for its interrupt and fault threads */

static const struct prop linux_props[] = {
	{ "image", PROP_STRING, offsetof(struct guest, image_name) },
	{ "dtb", PROP_STRING, offsetof(struct guest, dtb_name) },
	{ "initrd", PROP_STRING, offsetof(struct guest, initrd_name) },
	{ "bootargs", PROP_STRINGS, offsetof(struct guest, bootarg_list) },
	{ "watchdog", PROP_NUMBER, offsetof(struct guest, watchdog) },
	{ 0 }
};

static struct program no_program;	/* what such a cell has instead of one */

static void refuse(const struct cell *c, const char *property, bool is_there)
{
	if (is_there)
		report(c->place.path, property, "a cell that runs Linux has none of its own");
}

static void defaults(struct number *n, uint32_t value)
{
	if (!n->set)
		*n = (struct number){ value, true };
}

void linux_read(struct desc *d, struct cell *c, int node)
{
	struct guest *g = &c->linux_guest;

	g->set = true;
	place_set(&g->place, c->place.path, "linux");
	node_read(d->fdt, node, &g->place, linux_props, g);
	node_children(d->fdt, node, &g->place, (const char *const[]){ NULL });
	if (!g->image_name)
		report(g->place.path, "image", "is missing: the file arch/arm/boot/Image");
	if (!g->dtb_name)
		report(g->place.path, "dtb", "is missing: the board's device tree for Linux");
	if (!c->guest)
		report(c->place.path, "guest", "is missing: Linux makes its own mappings");
	refuse(c, "program", c->program_name);
	refuse(c, "stack", c->stack.set);
	refuse(c, "heap", c->heap.set);
	refuse(c, "arg", c->arg.set);
	c->program = &no_program;
	c->stack = c->heap = (struct number){ 0, true };
	defaults(&c->quota, DEFAULT_QUOTA);
	defaults(&c->slots, DEFAULT_SLOTS);
	defaults(&c->priority, DEFAULT_PRIORITY);
	defaults(&g->watchdog, DEFAULT_WATCHDOG);
	if (g->watchdog.value > MOST_WATCHDOG)
		report(g->place.path, "watchdog", "%u: seconds, at most %u; 0 is never",
		       g->watchdog.value, MOST_WATCHDOG);
	if (!c->max_priority.set && c->priority.value <= 255 - PRIORITY_ROOM)
		defaults(&c->max_priority, c->priority.value + PRIORITY_ROOM);
}

/* A name with a slash is a path; another is looked for in the folders. */
static bool find(const char *name, char *const dirs[], unsigned int n, char *path, size_t size)
{
	if (strchr(name, '/')) {
		int length = snprintf(path, size, "%s", name);

		return length > 0 && (size_t)length < size && !access(path, F_OK);
	}
	for (unsigned int i = 0; i < n; i++) {
		file_join(path, size, dirs[i], name);
		if (!access(path, F_OK))
			return true;
	}
	return false;
}

static bool read_file(const struct guest *g, const char *property, const char *name,
		      char *const dirs[], unsigned int n, char *path, struct file *f)
{
	const char *wrong;

	if (!find(name, dirs, n, path, sizeof(g->dtb_path))) {
		if (strchr(name, '/'))
			report(g->place.path, property, "there is no file %s", name);
		else
			report(g->place.path, property, "there is no \"%s\" in %s%s", name,
			       n ? dirs[0] : "any folder",
			       n > 1 ? " and the other folders of -p" : "");
		return false;
	}
	wrong = file_read(path, f);
	if (!wrong && !f->size) {
		file_free(f);
		wrong = "is empty";
	}
	if (wrong)
		report(g->place.path, property, "%s %s", path, wrong);
	return !wrong;
}

static struct blob *blob_load(struct desc *d, const struct guest *g, const char *property,
			      const char *name, char *const dirs[], unsigned int n)
{
	struct blob *b = &d->blob[d->blobs];

	for (unsigned int i = 0; i < d->blobs; i++)
		if (!strcmp(d->blob[i].name, name))
			return &d->blob[i];
	if (!read_file(g, property, name, dirs, n, b->path, &b->file))
		return NULL;
	b->name = name;
	d->blobs++;
	return b;
}

/* What it is, if something can be said that is not Linux's flat image. */
static const char *not_an_image(const struct file *f)
{
	static const struct {
		size_t at;
		const char *bytes;
		size_t n;
		const char *text;
	} kinds[] = {
		{ 0, "\177ELF", 4, "is an ELF file (vmlinux?)" },
		{ 0x24, "\x18\x28\x6f\x01", 4, "is a zImage" },
		{ 0, "\x27\x05\x19\x56", 4, "is a uImage" },
		{ 0, "\xd0\x0d\xfe\xed", 4, "is a device tree or FIT image" },
		{ 0, "\x1f\x8b", 2, "is compressed with gzip" },
		{ 0, "\xfd" "7zXZ", 5, "is compressed with xz" },
		{ 0, "\x28\xb5\x2f\xfd", 4, "is compressed with zstd" },
		{ 0x38, "ARM\x64", 4, "is a 64-bit kernel" },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (f->size >= kinds[i].at + kinds[i].n &&
		    !memcmp(f->data + kinds[i].at, kinds[i].bytes, kinds[i].n))
			return kinds[i].text;
	return NULL;
}

/* The shim's drivers are found by this, so a kernel that has them has it. */
static bool is_shimmed(const struct file *f)
{
	static const char word[] = L4_GUEST_COMPATIBLE;
	size_t n = sizeof(word) - 1;

	for (size_t i = 0; i + n <= f->size; i++)
		if (f->data[i] == word[0] && !memcmp(f->data + i, word, n))
			return true;
	return false;
}

static void image_check(const struct guest *g)
{
	const char *what = not_an_image(&g->image->file);

	if (what)
		report(g->place.path, "image", "%s %s: give the file arch/arm/boot/Image",
		       g->image->path, what);
	else if (!is_shimmed(&g->image->file))
		report(g->place.path, "image",
		       "%s is no Linux with Armature's shim: give the Image of a guest build",
		       g->image->path);
}

static void find_ram(struct cell *c)
{
	struct guest *g = &c->linux_guest;
	struct memory *m;

	while (g->ram < c->memories && strcmp(c->memory[g->ram].name, "ram"))
		g->ram++;
	if (g->ram == c->memories) {
		report(c->place.path, "memory", "Linux needs a memory \"ram\"");
		return;
	}
	m = &c->memory[g->ram];
	if (m->shared)
		report(m->place.path, "shared", "the RAM of a Linux is its own");
	if (m->va.set)
		report(m->place.path, "va", "root maps the RAM of a Linux at 0x%x", L4_GUEST_BASE);
	if (!m->base.set || m->base.value % L4_GUEST_RAM_ALIGN)
		report(m->place.path, "base", "must be given, and a multiple of 0x%x (16 MB)",
		       L4_GUEST_RAM_ALIGN);
	if (m->size.value % MB || m->size.value > L4_GUEST_RAM_MAX || !m->size.value)
		report(m->place.path, "size",
		       "0x%x: the RAM of a Linux is whole megabytes, at most %u",
		       m->size.value, L4_GUEST_RAM_MAX / MB);
	if (!m->right_list.size)
		m->rights = RIGHTS_ALL;
	if (m->rights != RIGHTS_ALL)
		report(m->place.path, "rights",
		       "Linux needs \"read\", \"write\", \"exec\", \"grant\"");
	m->unmapped = false;
	m->va = (struct number){ L4_GUEST_BASE, true };
}

static uint64_t pages(uint64_t size)
{
	return (size + L4_PAGE_SIZE - 1) & ~(uint64_t)(L4_PAGE_SIZE - 1);
}

static unsigned int megabytes(uint64_t size)
{
	return (unsigned int)((size + MB - 1) / MB);
}

/* Room for everything; false: the size was too small. */
static bool place_files(const struct cell *c, struct guest *g)
{
	const struct memory *m = &c->memory[g->ram];
	uint64_t end, initrd = g->initrd ? pages(g->initrd->file.size) : 0;
	uint64_t kernel = L4_GUEST_TEXT + pages(g->image->file.size) + KERNEL_SPARE;
	uint64_t need = kernel + initrd + GUEST_TREE_MAX;

	if (need > m->size.value) {
		report(m->place.path, "size",
		       "%u MB is too small: at least %u MB are needed (kernel with %u MB to begin "
		       "with %u, initrd %u, device tree 1)",
		       megabytes(m->size.value), megabytes(need), KERNEL_SPARE / MB,
		       megabytes(kernel), megabytes(initrd));
		return false;
	}
	end = m->size.value > LOW && need <= LOW ? LOW : m->size.value;
	g->initrd_base = (uint32_t)(m->base.value + end - initrd);
	return true;
}

static void tree_load(struct desc *d, struct cell *c, char *const dirs[], unsigned int n)
{
	struct guest *g = &c->linux_guest;
	struct file board;

	if (!read_file(g, "dtb", g->dtb_name, dirs, n, g->dtb_path, &board))
		return;
	if (tree_check(board.data, board.size)) {
		guest_tree(d, c, board.data, &g->dtb);
		g->dtb_base = (g->initrd_base - (uint32_t)g->dtb.size) & ~(L4_PAGE_SIZE - 1u);
	} else {
		report(g->place.path, "dtb", "%s is not a device tree in binary (.dtb)",
		       g->dtb_path);
	}
	file_free(&board);
}

static void guest_load(struct desc *d, struct cell *c, char *const dirs[], unsigned int n)
{
	struct guest *g = &c->linux_guest;
	unsigned int before = report_errors(), irqs = 0;

	g->image = blob_load(d, g, "image", g->image_name, dirs, n);
	if (g->image)
		image_check(g);
	if (g->initrd_name)
		g->initrd = blob_load(d, g, "initrd", g->initrd_name, dirs, n);
	find_ram(c);
	for (unsigned int i = 0; i < c->devices; i++)
		irqs += c->device[i].device->irqs;
	if (irqs > L4_GUEST_IRQS)
		report(c->place.path, "devices", "have %u interrupts, a Linux can have %u", irqs,
		       L4_GUEST_IRQS);
	if (report_errors() == before && place_files(c, g))
		tree_load(d, c, dirs, n);
}

void linux_load(struct desc *d, char *const dirs[], unsigned int n)
{
	for (unsigned int i = 0; i < d->cells; i++)
		if (d->cell[i].linux_guest.set)
			guest_load(d, &d->cell[i], dirs, n);
}

void linux_free(struct desc *d)
{
	for (unsigned int i = 0; i < d->blobs; i++)
		file_free(&d->blob[i].file);
	for (unsigned int i = 0; i < d->cells; i++)
		file_free(&d->cell[i].linux_guest.dtb);
	d->blobs = 0;
}
