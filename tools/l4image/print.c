/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * -v.  One line a thing: address, slot, size.
 */
#include <l4/guest.h>
#include <stdio.h>
#include "guest-tree.h"
#include "print.h"

static void print_va(uint32_t va, uint32_t size)
{
	if (va == L4_BOOT_NOWHERE)
		printf("    %-21s", "unmapped");
	else
		printf("    %08x-%08x    ", va, va + (size - 1));
}

static void print_memory(const struct cell *c)
{
	for (unsigned int i = 0; i < c->memories; i++) {
		const struct memory *m = &c->memory[i];

		print_va(m->va.value, m->size.value);
		printf("slot %-4u memory %s", m->slot.value, m->name);
		if (m->shared)
			printf(" (%s)", m->shared->place.path);
		if (m->base.set)
			printf(" at 0x%x", m->base.value);
		printf("\n");
	}
}

static void print_devices(const struct cell *c)
{
	for (unsigned int i = 0; i < c->devices; i++) {
		const struct device_use *u = &c->device[i];
		const struct device *dev = u->device;

		if (dev->reg.size) {
			print_va(u->va, dev->reg.size);
			printf("slot %-4u device %s at 0x%x\n", u->slot, dev->name, dev->reg.base);
		}
		for (unsigned int j = 0; j < dev->irqs; j++)
			printf("    %-21sslot %-4u interrupt %u of %s\n", "", u->irq_slot[j],
			       dev->irq[j], dev->name);
	}
}

static void print_file(const char *path, uint32_t at, size_t size)
{
	printf("    %08x-%08x physical  %s\n", at, at + (uint32_t)(size - 1), path);
}

/* Files with the physical addresses that they are copied to. */
static void print_linux(const struct cell *c)
{
	const struct guest *g = &c->linux_guest;

	print_file(g->image->path, c->memory[g->ram].base.value + L4_GUEST_TEXT,
		   g->image->file.size);
	print_file(g->dtb_path, g->dtb_base, g->dtb.size);
	if (g->initrd)
		print_file(g->initrd->path, g->initrd_base, g->initrd->file.size);
	for (unsigned int i = 0; i < c->devices; i++)
		if (c->device[i].device->reg.size && !guest_tree_has(g, c->device[i].device))
			printf("    %-21sno node for device %s in the device tree\n", "",
			       c->device[i].device->name);
	printf("    %-21sslot %-4u supervisor\n", "", g->supervisor);
}

static void print_cell(const struct desc *d, const struct cell *c)
{
	const struct elf *e = &c->program->elf;

	printf("%s: %s, core %u, priority %u of %u, quota 0x%x, %u slots\n", c->name,
	       c->linux_guest.set ? "Linux" : c->program->path,
	       c->core.value, c->priority.value, c->max_priority.value, c->quota.value,
	       c->slots.value);
	if (c->budget.set)
		printf("    %-21sbudget %u us of each %u us\n", "", c->budget.value,
		       c->period.value);
	if (c->heartbeat.set)
		printf("    %-21sheartbeat within %u ms\n", "", c->heartbeat.value);
	for (unsigned int i = 0; i < e->segments; i++) {
		uint32_t rights = e->segment[i].rights;

		print_va(elf_page(&e->segment[i]), elf_pages_size(&e->segment[i]));
		printf("%-9s program r%c%c\n", "", rights & L4_R_WRITE ? 'w' : '-',
		       rights & L4_R_EXEC ? 'x' : '-');
	}
	if (c->linux_guest.set)
		print_linux(c);
	if (c->stack.value) {
		print_va(c->stack_top - c->stack.value, c->stack.value);
		printf("%-9s stack\n", "");
	}
	if (c->heap.value) {
		print_va(c->heap_base, c->heap.value);
		printf("%-9s heap\n", "");
	}
	print_memory(c);
	print_devices(c);
	for (unsigned int i = 0; i < c->channels; i++)
		printf("    %-21sslot %-4u channel %s to %s, badge 0x%x\n", "",
		       c->channel[i].slot.value, c->channel[i].name, d->cell[c->channel[i].to].name,
		       c->channel[i].badge.value);
}

void print_image(const struct desc *d, const struct kernel *k, uint32_t payload_size)
{
	printf("board %s, kernel 0x%08x, entry 0x%08x, payload 0x%08x-0x%08x\n", d->board.model,
	       k->base, k->elf.entry, k->payload, k->payload + payload_size - 1);
	for (unsigned int i = 0; i < d->cells; i++)
		print_cell(d, &d->cell[i]);
}
