/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The board's part of a description: RAM, interrupt lines, devices by name.
 * It comes from configs/<board>/board.dtsi, and is checked all the same.
 */
#include <libfdt.h>
#include <string.h>
#include "node.h"
#include "report.h"

#define PAGE_MASK (L4_PAGE_SIZE - 1)

static const struct prop board_props[] = {
	{ "model", PROP_STRING, offsetof(struct board, model) },
	{ "ram", PROP_NUMBERS, offsetof(struct board, ram_list) },
	{ "reserved", PROP_NUMBERS, offsetof(struct board, reserved_list) },
	{ "reserved-irqs", PROP_NUMBERS, offsetof(struct board, reserved_irq_list) },
	{ "irq-lines", PROP_NUMBER, offsetof(struct board, irq_lines) },
	{ 0 }
};

static const struct prop device_props[] = {
	{ "registers", PROP_NUMBERS, offsetof(struct device, registers) },
	{ "irqs", PROP_NUMBERS, offsetof(struct device, irq_list) },
	{ "dma-master", PROP_FLAG, offsetof(struct device, dma_master) },
	{ 0 }
};

static const struct prop no_props[] = { { 0 } };

/* Base and size pairs; gives how many. */
static unsigned int ranges_read(const struct place *p, const char *property, const struct list *l,
				struct range *to, unsigned int max)
{
	unsigned int n = (unsigned int)l->size / 8;

	if (l->size % 8 || n > max) {
		report(p->path, property, "must be at most %u pairs of address and size", max);
		return 0;
	}
	for (unsigned int i = 0; i < n; i++) {
		to[i].base = list_number(l, (int)(2 * i));
		to[i].size = list_number(l, (int)(2 * i + 1));
		if ((to[i].base | to[i].size) & PAGE_MASK || !to[i].size ||
		    to[i].size - 1 > UINT32_MAX - to[i].base) {
			report(p->path, property, "0x%x and 0x%x are not whole pages of 0x%x",
			       to[i].base, to[i].size, L4_PAGE_SIZE);
			return 0;
		}
	}
	return n;
}

static unsigned int numbers_read(const struct place *p, const char *property, const struct list *l,
				 uint32_t *to, unsigned int max)
{
	unsigned int n = (unsigned int)l->size / 4;

	if (n > max) {
		report(p->path, property, "has more than %u numbers", max);
		return 0;
	}
	for (unsigned int i = 0; i < n; i++)
		to[i] = list_number(l, (int)i);
	return n;
}

static void device_read(struct desc *d, int node, const struct place *parent)
{
	struct board *b = &d->board;
	const char *name = node_name(d->fdt, node, parent, "device");
	struct device *dev = &b->device[b->devices];

	if (!name)
		return;
	if (b->devices == DESC_DEVICES) {
		report(parent->path, NULL, "has more than %d devices", DESC_DEVICES);
		return;
	}
	*dev = (struct device){ .name = name, .phandle = fdt_get_phandle(d->fdt, node),
				.linux_node = fdt_subnode_offset(d->fdt, node, "linux") };
	place_set(&dev->place, parent->path, name);
	for (unsigned int i = 0; i < b->devices; i++)
		if (!strcmp(b->device[i].name, name))
			report(dev->place.path, NULL, "there are two of this name");
	node_read(d->fdt, node, &dev->place, device_props, dev);
	node_children(d->fdt, node, &dev->place, (const char *const[]){ "linux", NULL });
	ranges_read(&dev->place, "registers", &dev->registers, &dev->reg, 1);
	dev->irqs = numbers_read(&dev->place, "irqs", &dev->irq_list, dev->irq, L4_DEVICE_IRQS);
	for (unsigned int i = 0; i < dev->irqs; i++)
		if (dev->irq[i] >= b->irq_lines.value)
			report(dev->place.path, "irqs",
			       "there is no interrupt %u: the board has %u lines", dev->irq[i],
			       b->irq_lines.value);
	if (!dev->reg.size && !dev->irqs && !dev->registers.size && !dev->irq_list.size)
		report(dev->place.path, NULL, "has neither registers nor irqs");
	b->devices++;
}

static void devices_read(struct desc *d, int node, const struct place *parent)
{
	struct place p;

	place_set(&p, parent->path, "devices");
	node_read(d->fdt, node, &p, no_props, NULL);
	node_for_each(child, d->fdt, node)
		device_read(d, child, &p);
}

void board_read(struct desc *d, int node)
{
	static const char *const children[] = { "devices", NULL };
	struct board *b = &d->board;
	struct place p = { "board" };
	int devices = fdt_subnode_offset(d->fdt, node, "devices");

	node_read(d->fdt, node, &p, board_props, b);
	node_children(d->fdt, node, &p, children);
	if (!b->model)
		report(p.path, "model", "is missing: the board's name");
	if (!b->ram_list.size)
		report(p.path, "ram", "is missing: address and size");
	if (!b->irq_lines.set)
		report(p.path, "irq-lines", "is missing: how many interrupt lines there are");
	b->rams = ranges_read(&p, "ram", &b->ram_list, b->ram, DESC_RAMS);
	b->reserveds = ranges_read(&p, "reserved", &b->reserved_list, b->reserved, DESC_LIST);
	b->reserved_irqs = numbers_read(&p, "reserved-irqs", &b->reserved_irq_list,
					b->reserved_irq, DESC_LIST);
	if (devices >= 0)
		devices_read(d, devices, &p);
}
