/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Physical memory.  Free is what the kernel leaves: all RAM but the bank that
 * the kernel is in up to the end of the payload.
 */
#include "desc.h"
#include "report.h"

static bool within(const struct range *r, uint64_t base, uint64_t end)
{
	return base >= r->base && end <= (uint64_t)r->base + r->size;
}

static void check_base(const struct desc *d, const struct memory *m, uint32_t kernel_end)
{
	uint64_t base = m->base.value, end = base + m->size.value;
	const struct range *r = NULL;

	for (unsigned int i = 0; i < d->board.rams; i++)
		if (within(&d->board.ram[i], base, end))
			r = &d->board.ram[i];
	if (!r)
		report(m->place.path, "base", "0x%x-0x%llx is outside of the RAM of board %s",
		       m->base.value, (unsigned long long)end - 1, d->board.model);
	else if (kernel_end > r->base && kernel_end <= (uint64_t)r->base + r->size &&
		 base < kernel_end)
		report(m->place.path, "base",
		       "0x%x-0x%llx is the kernel's: use memory from 0x%x on", m->base.value,
		       (unsigned long long)end - 1, kernel_end);
}

/* All memory that is not part of another's. */
static unsigned int collect(const struct desc *d, const struct memory **to)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < d->shareds; i++)
		to[n++] = &d->shared[i];
	for (unsigned int i = 0; i < d->cells; i++)
		for (unsigned int j = 0; j < d->cell[i].memories; j++)
			if (!d->cell[i].memory[j].shared)
				to[n++] = &d->cell[i].memory[j];
	return n;
}

static bool overlap(const struct memory *a, const struct memory *b)
{
	return a->base.set && b->base.set &&
	       a->base.value < (uint64_t)b->base.value + b->size.value &&
	       b->base.value < (uint64_t)a->base.value + a->size.value;
}

/* Root takes the rest from what is free: stack, heap, start page, what is written. */
static uint64_t own(const struct cell *c)
{
	uint64_t sum = (uint64_t)c->stack.value + c->heap.value;

	if (!c->linux_guest.set)
		sum += L4_PAGE_SIZE;
	for (unsigned int i = 0; i < c->program->elf.segments; i++)
		if (c->program->elf.segment[i].rights & L4_R_WRITE)
			sum += elf_pages_size(&c->program->elf.segment[i]);
	return sum;
}

static void check_sum(const struct desc *d, const struct memory *const *m, unsigned int n,
		      uint32_t kernel_end)
{
	uint64_t need = 0, have = 0;

	for (unsigned int i = 0; i < n; i++)
		need += m[i]->size.value;
	for (unsigned int i = 0; i < d->cells; i++)
		need += own(&d->cell[i]);
	for (unsigned int i = 0; i < d->board.rams; i++) {
		const struct range *r = &d->board.ram[i];
		uint64_t end = (uint64_t)r->base + r->size;

		have += kernel_end > r->base && kernel_end <= end ? end - kernel_end : r->size;
	}
	if (need > have)
		report("cells", "memory",
		       "all cells together take %llu KB of memory, and %llu KB are free",
		       (unsigned long long)need / 1024, (unsigned long long)have / 1024);
}

void check_ram(const struct desc *d, const struct kernel *k, uint32_t payload_size)
{
	const struct memory *m[DESC_SHARED + L4_BOOT_CELLS * L4_CELL_MEMORIES];
	unsigned int n = collect(d, m), before = report_errors();
	uint32_t end = k->payload + payload_size;
	bool found = false;

	for (unsigned int i = 0; i < d->board.rams; i++)
		found |= within(&d->board.ram[i], k->base, (uint64_t)k->payload + payload_size);
	if (!found) {
		report("board", "ram",
		       "kernel and payload take 0x%x-0x%x, which is not in it: is the "
		       "kernel built for board %s?",
		       k->base, end - 1, d->board.model);
		return;
	}
	for (unsigned int i = 0; i < n; i++) {
		if (!m[i]->base.set)
			continue;
		check_base(d, m[i], end);
		for (unsigned int j = 0; j < i; j++)
			if (overlap(m[i], m[j]))
				report(m[i]->place.path, "base", "0x%x-0x%llx overlaps that of %s",
				       m[i]->base.value,
				       (unsigned long long)m[i]->base.value + m[i]->size.value - 1,
				       m[j]->place.path);
	}
	if (report_errors() == before)
		check_sum(d, m, n, end);
}
