/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What a cell finds in its space: program, stack, heap, memory, devices, and
 * the start page that names them.
 *
 * All of it is derived for the cell, so it goes with the cell.  Root keeps the
 * originals; what the description gives a slot to is copied into the cell's table.
 */
#include <string.h>
#include "root.h"

static struct l4x_start start;	/* the page of the cell that is being loaded */

static l4_word owner(const struct cell *c)
{
	return (l4_word)(c - cells) + 1;
}

/* Part of a section: derived for the cell and mapped at va, unless that is nowhere. */
static int give(struct cell *c, const char *what, l4_slot source, l4_word offset, l4_word size,
		l4_word rights, l4_word va, l4_word type, l4_slot to)
{
	l4_slot slot = slot_new(c);
	l4_word attr = type | (rights & L4_R_WRITE ? L4_MAP_W : 0) |
		       (rights & L4_R_EXEC ? L4_MAP_X : 0);
	int err;

	err = slot ? l4_section_derive(c->cell, slot, source, offset, size,
				       rights | L4_R_CONTROL | L4_R_GRANT)
		   : L4_EBUSY;
	if (err == L4_OK && va != L4X_NOWHERE)
		err = l4_map(c->space, slot, va | attr, 0, size);
	if (err == L4_OK && to)
		err = l4_cap_copy(slot, c->cell, to, rights | L4_R_CONTROL, 0);
	return check(c, what, err);
}

static int say_no_ram(const struct cell *c, const char *what, l4_word size, l4_word base)
{
	if (base)
		say("cell %.16s cannot start: %s: the %lu KB at 0x%08lx are not free\n",
		    c->boot->name, what, size / 1024, base);
	else
		say("cell %.16s cannot start: %s: needs %lu KB of memory, the largest free part "
		    "has %lu KB\n", c->boot->name, what, size / 1024, ram_largest() / 1024);
	return L4_EBUSY;
}

static int take(const struct cell *c, const char *what, l4_word size, l4_word base, struct ram *r)
{
	return ram_alloc(owner(c), size, base, r) ? L4_OK : say_no_ram(c, what, size, base);
}

/* Fresh memory at va, which only the program names. */
static int give_ram(struct cell *c, const char *what, l4_word va, l4_word size, l4_word rights,
		    struct ram *r)
{
	int err;

	size = (size + L4_PAGE_SIZE - 1) & ~(L4_PAGE_SIZE - 1);
	err = take(c, what, size, 0, r);
	return err ? err : give(c, what, r->section, r->offset, size, rights, va, MAP_RAM, 0);
}

/* Read-only segments stay where they are in the payload. */
static int load_segment(struct cell *c, const struct l4_boot_segment *s)
{
	bool whole = s->size <= ((s->file_size + L4_PAGE_SIZE - 1) & ~(L4_PAGE_SIZE - 1));
	struct ram r;
	int err;

	if (whole && !(s->rights & L4_R_WRITE))
		return give(c, "its program", L4_SLOT_INFO, s->file_offset, s->size, s->rights,
			    s->va, MAP_RAM, 0);
	err = give_ram(c, "its program", s->va, s->size, s->rights, &r);
	if (!err && !ram_write(&r, 0, payload_at(s->file_offset), s->file_size,
			       s->rights & L4_R_EXEC))
		err = check(c, "its program cannot be copied", L4_EQUOTA);
	return err;
}

static int load_program(struct cell *c)
{
	const struct l4_boot_cell *b = c->boot;
	const struct l4_boot_segment *s = payload_at(payload()->segments_offset);
	l4_word rw = L4_R_READ | L4_R_WRITE;
	l4_word stack = (b->stack + L4_PAGE_SIZE - 1) & ~(L4_PAGE_SIZE - 1);
	struct ram r;
	int err = L4_OK;

	for (l4_word i = 0; i < b->segments && !err; i++)
		err = load_segment(c, &s[b->segment + i]);
	if (!err && stack)
		err = give_ram(c, "its stack", b->stack_top - stack, stack, rw, &r);
	if (!err && b->heap_size)
		err = give_ram(c, "its heap", b->heap_base, b->heap_size, rw, &r);
	return err;
}

/* Shared memory is made when the first of its cells is loaded, and stays. */
static int shared_ram(struct cell *c, const struct l4_boot_memory *m, struct ram *r)
{
	static struct {
		l4_word id;
		struct ram ram;
	} shared[L4_BOOT_CELLS];
	l4_word i = 0;

	while (i < L4_BOOT_CELLS && shared[i].id && shared[i].id != m->shared)
		i++;
	if (i == L4_BOOT_CELLS)
		return check(c, "its shared memory (there is too much)", L4_ELIMIT);
	if (!shared[i].id) {
		if (!ram_alloc(RAM_KEPT, m->size, m->base, &shared[i].ram))
			return say_no_ram(c, "its shared memory", m->size, m->base);
		shared[i].id = m->shared;
	}
	*r = shared[i].ram;
	return L4_OK;
}

static int load_memory(struct cell *c, const struct l4_boot_memory *m)
{
	struct ram r;
	int err;

	err = m->shared ? shared_ram(c, m, &r) : take(c, "its memory", m->size, m->base, &r);
	if (err)
		return err;
	if (guest_ram(c, m)) {
		err = guest_fill(c, m, &r);
		return err ? err
			   : give(c, "its RAM", r.section, r.offset, m->size, m->rights, m->va,
				  MAP_RAM | L4_MAP_KERNEL, m->slot);
	}
	if (start.memories < L4_CELL_MEMORIES) {
		struct l4x_memory *s = &start.memory[start.memories++];

		*s = (struct l4x_memory){ "", r.base, m->size, m->va, m->slot };
		memcpy(s->name, m->name, sizeof(s->name));
	}
	return give(c, "its memory", r.section, r.offset, m->size, m->rights, m->va, MAP_RAM,
		    m->slot);
}

/* The section that covers a range of registers. */
static l4_slot device_section(l4_word base, l4_word size, l4_word *offset)
{
	const struct l4_kernel_info *k = kernel_info();

	for (l4_word i = 0; i < k->resources; i++) {
		const struct l4_boot_resource *r = &k->resource[i];

		*offset = base - r->base;
		if (r->kind == L4_RES_DEVICE && *offset < r->size && size <= r->size - *offset)
			return L4_SLOT_FREE + i;
	}
	return L4_SLOT_NULL;
}

/* A line is root's object: cell_remove deletes it, and so the cell's copy. */
static int load_irqs(struct cell *c, const struct l4_boot_device *d)
{
	int err = L4_OK;

	for (l4_word i = 0; i < d->irqs && !err; i++) {
		l4_slot slot = slot_new(c);

		err = slot ? l4_irq_create(L4_SLOT_IRQ, slot, d->irq[i]) : L4_EBUSY;
		if (!err)
			err = l4_cap_copy(slot, c->cell, d->irq_slot[i], L4_R_CONTROL, 0);
		if (err)
			say("cell %.16s cannot start: interrupt %lu of %.16s: %s\n", c->boot->name,
			    d->irq[i], d->name, l4_strerror(err));
	}
	return err;
}

static int load_device(struct cell *c, const struct l4_boot_device *d)
{
	l4_word offset = 0;
	l4_slot section = d->size ? device_section(d->base, d->size, &offset) : L4_SLOT_NULL;
	int err = L4_OK;

	if (d->size && !section) {
		say("cell %.16s cannot start: device %.16s: this board has no registers at 0x%08lx "
		    "that cells may have\n", c->boot->name, d->name, d->base);
		return L4_EINVAL;
	}
	if (start.devices < L4_CELL_DEVICES) {
		struct l4x_device *s = &start.device[start.devices++];

		memcpy(s->name, d->name, sizeof(s->name));
		s->base = d->base;
		s->size = d->size;
		s->va = d->size ? d->va : L4X_NOWHERE;
		s->slot = d->slot;
		s->irqs = d->irqs;
		memcpy(s->irq, d->irq_slot, sizeof(s->irq));
	}
	if (d->size)
		err = give(c, d->name, section, offset, d->size, L4_R_READ | L4_R_WRITE, d->va,
			   MAP_DEVICE, d->slot);
	return err ? err : load_irqs(c, d);
}

static int load_start(struct cell *c)
{
	const struct l4_boot_cell *b = c->boot;
	const struct l4_boot_channel *ch = payload_at(payload()->channels_offset);
	struct ram r;
	int err;

	start.magic = L4X_START_MAGIC;
	memcpy(start.name, b->name, sizeof(start.name));
	start.hz = kernel_info()->hz;
	start.heap_base = b->heap_base;
	start.heap_size = b->heap_size;
	for (l4_word i = 0; i < b->channels && i < L4_CELL_CHANNELS; i++) {
		const struct l4_boot_channel *from = &ch[b->channel + i];
		struct l4x_channel *to = &start.channel[start.channels++];

		memcpy(to->name, from->name, sizeof(to->name));
		to->slot = from->slot;
		to->badge = from->badge;
	}
	err = give_ram(c, "its start page", L4X_START_BASE, L4_PAGE_SIZE, L4_R_READ, &r);
	if (!err && !ram_write(&r, 0, &start, sizeof(start), false))
		err = check(c, "its start page cannot be written", L4_EQUOTA);
	return err;
}

int cell_load(struct cell *c)
{
	const struct l4_boot_cell *b = c->boot;
	const struct l4_boot_memory *memory = payload_at(payload()->memory_offset);
	const struct l4_boot_device *device = payload_at(payload()->devices_offset);
	int err = L4_OK;

	memset(&start, 0, sizeof(start));
	for (l4_word i = 0; i < b->memories && !err; i++)
		err = load_memory(c, &memory[b->memory_first + i]);
	for (l4_word i = 0; i < b->devices && !err; i++)
		err = load_device(c, &device[b->device + i]);
	if (err || b->guest)
		return err;
	err = load_program(c);
	return err ? err : load_start(c);
}
