/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A guest's objects: what the loader of a real one would make.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <l4/stubs.h>
#include <l4x/cell.h>
#include "loader.h"

extern const char guest_image[], guest_image_end[];

#define RAM_RIGHTS	(L4_R_READ | L4_R_WRITE | L4_R_EXEC | L4_R_GRANT)
#define MEMORY		(L4_MT_WBWA << L4_MAP_TYPE_SHIFT)

void need(int err, const char *what)
{
	if (err == L4_OK)
		return;
	l4x_printf("Bail out! %s: %s\n", what, l4_strerror(err));
	l4x_exit(1);
}

/* What was made in the loader's table, the guest has under the same number. */
static void give(const struct guest *g, l4_slot slot, l4_slot from, l4_word rights)
{
	need(l4_cap_copy(from, g->cell, slot, rights, 0), "cap_copy");
}

void guest_memory(struct guest *g)
{
	const struct l4x_memory *m = &l4x_start()->memory[0];
	size_t size = (size_t)(guest_image_end - guest_image);
	struct mini_boot *boot;

	/* The end of the guest before took every mapping of this memory with it. */
	if (g->cell)
		need(l4_map(L4_SLOT_SPACE, m->slot, m->va | L4_MAP_W | MEMORY, 0, RAM_SIZE),
		     "map the guest's memory");
	g->ram = (char *)m->va;
	boot = (struct mini_boot *)(g->ram + BOOT_OFFSET);
	memcpy(g->ram, guest_image, size);
	memset(g->ram + size, 0, RAM_SIZE - size);
	*boot = (struct mini_boot){ .mode = g->mode, .hz = l4x_start()->hz, .seed = g->seed };
	need(l4_cache(0, L4_CACHE_CODE, m->va, RAM_SIZE), "cache");
	if (g->cell)
		need(l4_section_derive(g->cell, SLOT_RAM, m->slot, 0, RAM_SIZE,
				       RAM_RIGHTS), "section_derive");
	else
		give(g, SLOT_RAM, m->slot, RAM_RIGHTS);
}

/* The kernel's range: sections for its memory, tables for the rest; the page. */
static void make_space(const struct guest *g)
{
	need(l4_frame_create(g->cell, SLOT_FRAME), "frame_create");
	need(l4_space_create(g->cell, SLOT_BASE, 0), "space_create");
	need(l4_map(SLOT_BASE, SLOT_RAM, KERNEL_BASE | L4_MAP_W | L4_MAP_X | L4_MAP_KERNEL | MEMORY,
		    0, RAM_SIZE), "map the guest kernel");
	need(l4_map(SLOT_BASE, SLOT_FRAME, VCPU_PAGE | L4_MAP_W | L4_MAP_KERNEL | MEMORY, 0,
		    L4_PAGE_SIZE), "map the register page");
	need(l4_space_share(SLOT_BASE, KERNEL_BASE, SHARED_SIZE), "space_share");
}

/* The roles S, U and helper; I above F above S. */
static void make_threads(const struct guest *g)
{
	static const struct {
		l4_slot slot;
		l4_word above, role;
		char name[4];
	} threads[] = {
		{ SLOT_S, 0, L4_ROLE_S, "S" },
		{ SLOT_U, 0, L4_ROLE_U, "U" },
		{ SLOT_F, 1, L4_ROLE_X, "F" },
		{ SLOT_I, 2, L4_ROLE_X, "I" },
	};

	for (unsigned i = 0; i < sizeof(threads) / sizeof(threads[0]); i++) {
		l4_word name;

		memcpy(&name, threads[i].name, sizeof(name));
		need(l4_thread_create(g->cell, threads[i].slot, SLOT_BASE,
				      GUEST_PRIO + threads[i].above, name, 0), "thread_create");
		need(l4_vcpu_bind(SLOT_VCPU, threads[i].slot, threads[i].role), "vcpu_bind");
	}
}

/* Devices of the cell, in pages that all spaces of the guest share, and their lines. */
static void give_devices(const struct guest *g)
{
	const struct l4x_start *start = l4x_start();
	struct mini_boot *boot = (struct mini_boot *)(g->ram + BOOT_OFFSET);

	boot->lines = start->devices < LINES ? start->devices : LINES;
	for (l4_word i = 0; i < boot->lines; i++) {
		const struct l4x_device *d = &start->device[i];

		give(g, SLOT_IRQ + i, d->irq[0], L4_R_CONTROL);
		need(l4_map(SLOT_BASE, d->slot, (DEVICE_BASE + i * L4_PAGE_SIZE) | L4_MAP_W |
			    L4_MAP_KERNEL | L4_MT_DEVICE << L4_MAP_TYPE_SHIFT, 0, L4_PAGE_SIZE),
		     "map a device");
	}
}

void guest_make(struct guest *g)
{
	static const l4_slot own[] = { SLOT_RAM, SLOT_FRAME, SLOT_BASE, SLOT_VCPU, SLOT_S, SLOT_I,
				       SLOT_F, SLOT_U };

	make_space(g);
	need(l4_vcpu_create(g->cell, SLOT_VCPU, SLOT_FRAME, VCPU_PAGE), "vcpu_create");
	make_threads(g);
	for (unsigned i = 0; g->cell && i < sizeof(own) / sizeof(own[0]); i++)
		give(g, own[i], own[i], own[i] == SLOT_RAM ? RAM_RIGHTS : L4_R_ALL);
	give(g, SLOT_LOADER, L4_SLOT_THREAD, L4_R_SEND);
	if (!g->cell)
		give_devices(g);
}

void guest_start(const struct guest *g)
{
	const struct mini_header *h = (const struct mini_header *)g->ram;

	need(l4_thread_start(SLOT_F, h->f_pc, h->f_sp, 0), "start F");
	need(l4_thread_start(SLOT_S, h->s_pc, 0, 0), "start S");
	need(l4_thread_start(SLOT_I, h->i_pc, h->i_sp, 0), "start I");
}

bool guest_request(const struct guest *g, struct l4_message *m)
{
	l4_word label = l4_label(m->tag), offset = m->mr[0], size = m->mr[1];

	if (label == LOADER_EXIT)
		return true;
	if (label == LOADER_PRINT && offset < RAM_SIZE && size <= RAM_SIZE - offset)
		l4x_write(g->ram + offset, size);
	m->tag = 0;
	return false;
}
