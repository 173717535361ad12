// SPDX-License-Identifier: GPL-2.0
/* Copyright the Armature authors */
/*
 * Memory that is not the guest's: mapped with calls, through the map queue, and
 * just touched.
 */
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include "hostile.h"

#define SCRATCH		1500		/* slot of a space to play with */
#define SLOTS		2048
#define FREE_VA		0x30000000	/* nothing of insmod's is there */
#define FREE_SIZE	0x1000000
#define ATTR		(L4_MAP_W | L4_MT_WBWA << L4_MAP_TYPE_SHIFT)

static bool in_window(u32 va, u32 size)
{
	return size && (va - L4_KERNEL_BASE < L4_KERNEL_SIZE || va + size - 1 < va ||
			L4_KERNEL_BASE - va < size);
}

static bool caught(int entry)
{
	return entry == K(L4_EXC_DFAULT) || entry == K(L4_EXC_PFAULT);
}

/* Of a section that is the guest's: what is behind its end is not. */
static unsigned int map_outside(l4_slot section)
{
	static const u32 offsets[] = { 0x40000000, 0x80000000, 0xfffff000, 0xfff00000, 0x98000000 };
	static const u32 sizes[] = { 0x1000, 0x2000, 0x100000, 0x200000, 0xfffff000 };
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(offsets); i++)
		for (j = 0; j < ARRAY_SIZE(sizes); j++)
			if (l4_map(SCRATCH, section, FREE_VA | ATTR, offsets[i], sizes[j]) == L4_OK)
				breach("mapped behind a section", offsets[i], sizes[j]);
	return i * j;
}

/* Anything at all into the kernel's window, in a space of each kind. */
static unsigned int map_window(l4_slot section)
{
	static const u32 places[] = {
		L4_KERNEL_BASE, L4_KERNEL_BASE + 0x8000, L4_KERNEL_BASE + 0x100000,
		L4_KERNEL_END - 0x1000, L4_KERNEL_BASE - 0x1000, L4_KERNEL_END - 0x100000,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		u32 size = places[i] == L4_KERNEL_BASE - 0x1000 ? 0x2000 : 0x1000;
		u32 attr = ATTR | (i & 1 ? L4_MAP_KERNEL | L4_MAP_X : 0);

		if (l4_map(SCRATCH, section, places[i] | attr, 0, size) == L4_OK)
			breach("mapped into the window", places[i], section);
		if (l4_map(L4_SLOT_SPACE, section, places[i] | attr, 0, size) == L4_OK)
			breach("mapped into the window of all", places[i], section);
		if (l4_unmap(SCRATCH, places[i], size) == L4_OK ||
		    l4_protect(SCRATCH, places[i], size) == L4_OK)
			breach("changed the window", places[i], size);
	}
	return i * 4;
}

unsigned int attack_maps(unsigned int rounds)
{
	unsigned int done = 0, i;
	l4_slot slot;

	hostile_begin();
	if (l4_space_create(0, SCRATCH, L4_SLOT_SPACE) != L4_OK)
		breach("no space to play with", 0, 0);
	for (slot = 0; slot < SLOTS; slot++) {
		done += map_window(slot);
		/* RAM is the only section that can be so large */
		done += map_outside(slot);
	}
	for (i = 0; i < rounds; i++, done++) {
		u32 va = weird(), size = weird() & PAGE_MASK;

		if (l4_map(SCRATCH, random_word() % SLOTS, va, weird(), size) == L4_OK &&
		    in_window(va & PAGE_MASK, size))
			breach("mapped over the window", va, size);
	}
	(void)!l4_cap_delete(SCRATCH);
	hostile_end();
	return done;
}

/* --- the map queue --- */

static void fill(unsigned int i, l4_slot section, u32 offset, u32 va, u32 gen)
{
	l4_vp->queue[i].section = section;
	l4_vp->queue[i].offset = offset;
	l4_vp->queue[i].va = va;
	l4_vp->queue[i].gen = gen;
}

/* One item that must not be mapped; each way of having the queue done. */
static void refuse(const char *what, l4_slot section, u32 offset, u32 va, u32 gen)
{
	fill(0, section, offset, va, gen);
	l4_vp->qcount = 1;
	if (random_word() & 1) {
		(void)!l4_queue_map();
	} else {
		l4_vp->user.pc = 1;
		(void)attempt(hostile_resume, 4);
	}
	if (attempt(try_read, va & PAGE_MASK) == CAME_BACK)
		breach(what, offset, va);
}

static void refusals(l4_slot ram, u32 offset)
{
	u32 gen = l4_vp->gen;

	refuse("an old generation", ram, offset, FREE_VA | ATTR, gen - 1 - random_word() % 100);
	refuse("a generation to come", ram, offset, FREE_VA | ATTR, gen + 1 + random_word() % 100);
	refuse("behind the section", ram, 0x40000000 | random_word() << 12, FREE_VA | ATTR, gen);
	refuse("an odd offset", ram, offset | (1 + random_word() % 0xfff), FREE_VA | ATTR, gen);
	refuse("no section", weird() & ~0x3f, offset, FREE_VA | ATTR, gen);
	refuse("a slot of another kind", 1 + random_word() % 6, offset, FREE_VA | ATTR, gen);
	refuse("odd attributes", ram, offset, FREE_VA | ATTR | 0x800, gen);
	refuse("the window", ram, offset, (L4_KERNEL_BASE + random_word() % L4_KERNEL_SIZE) &
	       PAGE_MASK, gen);
}

/* Nonsense, but at places where Linux has nothing. */
static void nonsense(l4_slot ram)
{
	unsigned int i;

	for (i = 0; i < L4_VP_QUEUE_MAX; i++) {
		u32 va = random_word() & 1 ? FREE_VA + random_word() % FREE_SIZE :
			 L4_KERNEL_BASE + random_word() % L4_KERNEL_SIZE;

		fill(i, random_word() & 1 ? ram : weird(), weird(), va,
		     random_word() & 1 ? l4_vp->gen : weird());
	}
	l4_vp->qcount = random_word() & 1 ? weird() : random_word() % 40;
	(void)!l4_queue_map();
}

unsigned int attack_queue(unsigned int rounds)
{
	l4_slot space = (l4_slot)current->mm->context.id.counter;
	void *page = (void *)__get_free_page(GFP_KERNEL);
	l4_word offset;
	l4_slot ram;
	unsigned int i;

	if (!page || !own_ram(virt_to_phys(page), &ram, &offset))
		return 0;
	hostile_begin();
	for (i = 0; i < rounds; i++) {
		refusals(ram, offset);
		if (i % 16 == 15) {
			nonsense(ram);
			/* what was allowed of it goes */
			(void)!l4_unmap(space, FREE_VA, FREE_SIZE);
		}
		if (i % 64 == 0) {
			hostile_end();
			hostile_begin();
		}
	}
	hostile_end();
	return i * 8;
}

/* --- addresses that nobody mapped for the guest --- */

static void must_fault(unsigned long addr)
{
	if (!caught(attempt(try_read, addr)))
		breach("read", addr, 0);
	if (!caught(attempt(try_write, addr)))
		breach("written", addr, 0);
	if (!caught(attempt(try_jump, addr)))
		breach("executed", addr, 0);
}

/* Physical: Armature's RAM, root's, the interrupt controller, the board's registers. */
static const phys_addr_t foreign[] = {
	0x60000000, 0x60100000, 0x61000000, 0x67fff000, 0x7ff00000, 0x10000000, 0x10001000,
	0x10011000, 0x1000f000, 0x1e000000, 0x1e001000, 0x1e00a000, 0x4c000000,
};

unsigned int attack_memory(unsigned int rounds)
{
	unsigned int i, done = 0;
	unsigned long at;

	hostile_begin();
	for (at = L4_KERNEL_BASE; at < L4_KERNEL_END; at += PAGE_SIZE, done += 3)
		must_fault(at + (random_word() & 0xffc));
	hostile_end();
	for (i = 0; i < ARRAY_SIZE(foreign); i++, done += 3) {
		void __iomem *p = ioremap(foreign[i], PAGE_SIZE);

		if (!p)
			continue;
		hostile_begin();
		must_fault((unsigned long)p);
		hostile_end();
		iounmap(p);
	}
	return done;
}
