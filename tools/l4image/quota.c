/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Kernel memory.  What a cell's objects take before its first instruction is
 * the lowest quota that root can start it with; what a program makes itself
 * (threads, capabilities of its own) comes on top.  The sizes are the kernel's:
 * an object takes a power of two of at least 64 bytes.
 */
#include <string.h>
#include "desc.h"
#include "report.h"

#define THREAD		1024
#define SPACE		(16384 + 256)	/* first-level table, object */
#define TABLE		1024		/* second-level, maps a megabyte */
#define FRAME		(L4_PAGE_SIZE + 64)
#define SECTION		64
#define VCPU		256
#define BUDGET		256
#define CELL		128		/* these two are paid by root */
#define SLOT		32

#define SPARE		0x8000		/* of a quota that the description leaves open */
#define ROOT		0x40000		/* for root: table, space, interrupts */

static uint32_t tables(const struct cell *c)
{
	/* message buffers and start page: the first megabyte; a Linux has another instead */
	uint8_t used[4096 / 8] = { !c->linux_guest.set };
	uint32_t n = 0;

	for (unsigned int i = 0; i < c->takens; i++) {
		const struct taken *t = &c->taken[i];

		for (uint64_t mb = t->base / L4_SECT_SIZE; mb <= (t->end - 1) / L4_SECT_SIZE;
		     mb++) {
			bool whole =
				t->base <= mb * L4_SECT_SIZE && (mb + 1) * L4_SECT_SIZE <= t->end;

			if (!whole || !t->aligned)
				used[mb / 8] |= (uint8_t)(1u << mb % 8);
		}
	}
	for (uint32_t i = 0; i < 4096; i++)
		n += used[i / 8] >> i % 8 & 1;
	return n;
}

static uint32_t minimum(const struct cell *c)
{
	uint32_t sections = c->program->elf.segments + c->memories;
	uint32_t own = THREAD + SPACE + FRAME;

	if (c->linux_guest.set)
		own += VCPU + FRAME;
	if (c->budget.set)
		own += BUDGET;
	if (!c->linux_guest.set)	/* start page, stack, and heap if there is one */
		sections += 2 + (c->heap.value != 0);
	for (unsigned int i = 0; i < c->devices; i++)
		sections += c->device[i].device->reg.size != 0;
	return own + TABLE * tables(c) + SECTION * sections;
}

static uint32_t power_of_two(uint32_t n)
{
	uint32_t p = 64;

	while (p < n)
		p *= 2;
	return p;
}

void quota_check(struct desc *d, const struct kernel *k)
{
	uint64_t sum = ROOT;

	for (unsigned int i = 0; i < d->cells; i++) {
		struct cell *c = &d->cell[i];
		uint32_t least = minimum(c);

		if (!c->quota.set)
			c->quota.value = (least + SPARE + L4_PAGE_SIZE - 1) & ~(L4_PAGE_SIZE - 1u);
		if (c->quota.value < least)
			report(c->place.path, "quota",
			       "0x%x is too small: this cell needs at least 0x%x", c->quota.value,
			       least);
		sum += c->quota.value + CELL + power_of_two(c->slots.value * SLOT);
	}
	if (sum > k->pool)
		report("cells", "quota",
		       "all cells together take %llu KB of the kernel's memory, which "
		       "has %u KB",
		       (unsigned long long)(sum + 1023) / 1024, k->pool / 1024);
}
