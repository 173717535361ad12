/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Where things are in a cell's space.  What has an address in the description
 * or in the program is placed first, then, from the lowest address that is
 * free, with an unmapped page on both sides:
 *
 *   behind the program    stack, then heap
 *   from MEMORY_BASE      memory, in the order of the description
 *   from DEVICE_BASE      registers of devices, likewise
 *
 * Memory and devices of a megabyte and more begin where their physical address
 * does in a megabyte, so that whole megabytes take no page table.
 */
#include <stdio.h>
#include <string.h>
#include <l4/guest.h>
#include "desc.h"
#include "report.h"

#define LOWEST		L4_ROOT_BASE	/* below: message buffers, start page, null pointers */
#define MEMORY_BASE	0x40000000
#define DEVICE_BASE	0x80000000
#define GUARD		L4_PAGE_SIZE

static const struct taken window = { L4_KERNEL_BASE, L4_KERNEL_END, false, "the kernel's window" };

static const struct taken *overlap(const struct cell *c, uint64_t base, uint64_t end)
{
	for (unsigned int i = 0; i < c->takens; i++)
		if (base < c->taken[i].end && c->taken[i].base < end)
			return &c->taken[i];
	return base < window.end && window.base < end ? &window : NULL;
}

static void take(struct cell *c, const struct place *p, const char *property, uint32_t base,
		 uint32_t size, bool aligned, const char *what)
{
	uint64_t end = (uint64_t)base + size;
	const struct taken *other = overlap(c, base, end);
	struct taken *t = &c->taken[c->takens];

	if (base % L4_PAGE_SIZE)
		report(p->path, property, "0x%x is not a multiple of 0x%x", base, L4_PAGE_SIZE);
	else if (base < LOWEST)
		report(p->path, property,
		       "%s is at 0x%x, below 0x%x: there the message buffers and the "
		       "start page are",
		       what, base, LOWEST);
	else if (end > 1ull << 32)
		report(p->path, property, "%s at 0x%x goes beyond the end of addresses", what,
		       base);
	else if (other)
		report(p->path, property, "%s at 0x%x-0x%llx overlaps %s", what, base,
		       (unsigned long long)end - 1, other->what);
	if (!size || c->takens == DESC_RANGES)
		return;
	*t = (struct taken){ base, end, aligned, "" };
	snprintf(t->what, sizeof(t->what), "%s", what);
	c->takens++;
}

/* The lowest free place from `from` that leaves the guards, or 0; phase: modulo a megabyte. */
static uint32_t find(struct cell *c, const struct place *p, const char *property, uint32_t from,
		     uint32_t limit, uint32_t size, uint32_t phase, const char *what)
{
	/* Stack and heap come from any pages: aligning them would gain nothing. */
	uint64_t align = from >= MEMORY_BASE && size >= L4_SECT_SIZE ? L4_SECT_SIZE : L4_PAGE_SIZE;
	uint64_t at = from;
	const struct taken *other;

	phase %= (uint32_t)align;
	do {
		at = (at - phase + align - 1) / align * align + phase;
		other = overlap(c, at - GUARD, at + size + GUARD);
		if (other)
			at = other->end + GUARD;
	} while (other && at < limit);
	if (other || at + size > limit) {
		report(p->path, property, "no place for the 0x%x bytes of %s between 0x%x and 0x%x",
		       size, what, from, limit);
		return 0;
	}
	return (uint32_t)at;
}

static void name_what(char *to, size_t size, const char *kind, const char *name)
{
	snprintf(to, size, "%s \"%s\"", kind, name);
}

/* Gives the end of the program. */
static uint32_t place_program(struct cell *c)
{
	const struct elf *e = &c->program->elf;
	uint32_t end = LOWEST;

	for (unsigned int i = 0; i < e->segments; i++) {
		char what[64];

		snprintf(what, sizeof(what), "the program's segment 0x%08x", e->segment[i].va);
		take(c, &c->place, "program", elf_page(&e->segment[i]),
		     elf_pages_size(&e->segment[i]), false, what);
		/* A segment far up does not draw stack and heap there. */
		if (e->segment[i].va < MEMORY_BASE)
			end = elf_page(&e->segment[i]) + elf_pages_size(&e->segment[i]);
	}
	return end;
}

/* Both physical and virtual address of memory decide whether it needs tables. */
static bool same_phase(const struct memory *m, uint32_t va)
{
	uint32_t phase = m->base.set ? m->base.value % L4_SECT_SIZE : 0;

	return m->size.value >= L4_SECT_SIZE && va % L4_SECT_SIZE == phase;
}

static void place_fixed(struct cell *c)
{
	char what[64];

	if (c->linux_guest.set)
		take(c, &c->place, "linux", L4_GUEST_PAGE, L4_PAGE_SIZE, false,
		     "the register page");
	for (unsigned int i = 0; i < c->memories; i++) {
		struct memory *m = &c->memory[i];

		name_what(what, sizeof(what), "memory", m->name);
		if (m->va.set)
			take(c, &m->place, "va", m->va.value, m->size.value,
			     same_phase(m, m->va.value), what);
		else
			m->va.value = L4_BOOT_NOWHERE;
	}
}

static void place_stack_and_heap(struct cell *c, uint32_t end)
{
	uint32_t stack =
		find(c, &c->place, "stack", end, MEMORY_BASE, c->stack.value, 0, "the stack");

	if (!stack)
		return;
	take(c, &c->place, "stack", stack, c->stack.value, false, "the stack");
	c->stack_top = stack + c->stack.value;
	if (!c->heap.value)
		return;
	c->heap_base = find(c, &c->place, "heap", c->stack_top, MEMORY_BASE, c->heap.value, 0,
			    "the heap");
	if (c->heap_base)
		take(c, &c->place, "heap", c->heap_base, c->heap.value, false, "the heap");
}

static void place_memory(struct cell *c)
{
	char what[64];

	for (unsigned int i = 0; i < c->memories; i++) {
		struct memory *m = &c->memory[i];

		if (m->va.set || m->unmapped)
			continue;
		name_what(what, sizeof(what), "memory", m->name);
		m->va.value = find(c, &m->place, NULL, MEMORY_BASE, DEVICE_BASE, m->size.value,
				   m->base.set ? m->base.value : 0, what);
		if (m->va.value)
			take(c, &m->place, NULL, m->va.value, m->size.value,
			     same_phase(m, m->va.value), what);
	}
}

static void place_devices(struct cell *c)
{
	char what[64];

	for (unsigned int i = 0; i < c->devices; i++) {
		struct device_use *u = &c->device[i];
		const struct range *reg = &u->device->reg;

		u->va = L4_BOOT_NOWHERE;
		if (!reg->size)
			continue;
		name_what(what, sizeof(what), "device", u->device->name);
		u->va = find(c, &c->place, "devices", DEVICE_BASE, L4_KERNEL_BASE, reg->size,
			     reg->base, what);
		if (u->va)
			take(c, &c->place, "devices", u->va, reg->size, reg->size >= L4_SECT_SIZE,
			     what);
	}
}

void layout(struct desc *d)
{
	for (unsigned int i = 0; i < d->cells; i++) {
		struct cell *c = &d->cell[i];
		unsigned int before = report_errors();
		uint32_t end = place_program(c);

		place_fixed(c);
		if (report_errors() != before)
			continue;
		if (!c->linux_guest.set)
			place_stack_and_heap(c, end);
		if (report_errors() != before)
			continue;
		place_memory(c);
		if (!c->guest)
			place_devices(c);
		else
			for (unsigned int j = 0; j < c->devices; j++)
				c->device[j].va = L4_BOOT_NOWHERE;
	}
}
