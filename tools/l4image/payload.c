/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Writes the payload as include/l4/bootinfo.h defines it: header and lists, the
 * root cell's image, then the programs' segments and the files of guests, each
 * from a page of its own.
 */
#include <stdlib.h>
#include <string.h>
#include "desc.h"
#include "report.h"

#define PAYLOAD_MAX	0x10000000	/* what fits in root's mapping of it */

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "structures are written as they are");

/* The lists are as long as a description can make them; they are small. */
struct lists {
	struct l4_boot_cell cell[L4_BOOT_CELLS];
	struct l4_boot_memory memory[L4_BOOT_CELLS * L4_CELL_MEMORIES];
	struct l4_boot_device device[L4_BOOT_CELLS * L4_CELL_DEVICES];
	struct l4_boot_channel channel[L4_BOOT_CELLS * L4_CELL_CHANNELS];
	struct l4_boot_segment segment[L4_BOOT_CELLS * L4_CELL_SEGMENTS];
	struct l4_boot_guest guest[L4_BOOT_CELLS];
	l4_word cells, memories, devices, channels, segments, guests;
};

struct out {
	uint8_t *data;		/* NULL: only count */
	uint64_t size;
};

static uint32_t put(struct out *o, const void *from, size_t size, uint32_t align)
{
	o->size = (o->size + align - 1) / align * align;
	if (o->data && size)
		memcpy(o->data + o->size, from, size);
	o->size += size;
	return (uint32_t)(o->size - size);
}

/* A segment with the bytes before it in its first page; padded in memory to `size`. */
static uint32_t put_segment(struct out *o, const struct elf *e, const struct elf_segment *s,
			    uint32_t size)
{
	uint32_t at = put(o, NULL, 0, L4_PAGE_SIZE);

	o->size += s->va - elf_page(s);
	put(o, e->data + s->offset, s->file_size, 1);
	o->size = at + (uint64_t)size;
	return at;
}

static void name_copy(char *to, const char *from)
{
	memcpy(to, from, strlen(from));	/* at most 15: node_name; the rest is zero */
}

static void add_memory(struct lists *l, const struct desc *d, const struct memory *m)
{
	struct l4_boot_memory *b = &l->memory[l->memories++];

	name_copy(b->name, m->name);
	b->base = m->base.set ? m->base.value : 0;
	b->size = m->size.value;
	b->slot = m->slot.value;
	b->va = m->va.value;
	b->rights = m->rights;
	b->shared = m->shared ? (l4_word)(m->shared - d->shared) + 1 : 0;
}

static void add_device(struct lists *l, const struct device_use *u)
{
	struct l4_boot_device *b = &l->device[l->devices++];
	const struct device *dev = u->device;

	name_copy(b->name, dev->name);
	b->base = dev->reg.base;
	b->size = dev->reg.size;
	b->slot = u->slot;
	b->va = u->va;
	b->irqs = dev->irqs;
	memcpy(b->irq, dev->irq, sizeof(b->irq));
	memcpy(b->irq_slot, u->irq_slot, sizeof(b->irq_slot));
}

static void add_channel(struct lists *l, const struct channel *ch)
{
	struct l4_boot_channel *b = &l->channel[l->channels++];

	name_copy(b->name, ch->name);
	b->to = ch->to;
	b->slot = ch->slot.value;
	b->badge = ch->badge.value;
	b->rights = ch->rights;
}

static void add_segment(struct lists *l, const struct elf_segment *s, uint32_t offset)
{
	uint32_t before = s->va - elf_page(s);

	l->segment[l->segments++] = (struct l4_boot_segment){
		.va = elf_page(s),
		.size = elf_pages_size(s),
		.file_offset = offset,
		.file_size = s->file_size ? s->file_size + before : 0,
		.rights = s->rights,
	};
}

/* After its cell, whose first memory is in *b. */
static void add_guest(struct lists *l, const struct guest *g, struct l4_boot_cell *b)
{
	l4_word initrd_size = g->initrd ? (l4_word)g->initrd->file.size : 0;

	l->guest[l->guests++] = (struct l4_boot_guest){
		.ram = b->memory_first + g->ram,
		.image_offset = g->image->offset, .image_size = (l4_word)g->image->file.size,
		.dtb_offset = g->dtb_offset, .dtb_size = (l4_word)g->dtb.size,
		.dtb_base = g->dtb_base,
		.initrd_offset = initrd_size ? g->initrd->offset : 0,
		.initrd_size = initrd_size,
		.initrd_base = initrd_size ? g->initrd_base : 0,
		.supervisor = g->supervisor, .watchdog = g->watchdog.value,
	};
	b->guest = l->guests;
}

static l4_word cell_flags(const struct cell *c)
{
	return (c->trusted_dma ? L4_CELL_TRUSTED_DMA : 0) | (c->console ? L4_CELL_CONSOLE : 0) |
	       (c->system ? L4_CELL_SYSTEM : 0) | (c->guest ? L4_CELL_GUEST : 0) |
	       (c->server ? L4_CELL_SERVER : 0);
}

static void add_cell(struct lists *l, const struct desc *d, const struct cell *c)
{
	struct l4_boot_cell *b = &l->cell[l->cells++];

	*b = (struct l4_boot_cell){
		.flags = cell_flags(c), .entry = c->program->elf.entry,
		.stack = c->stack.value, .stack_top = c->stack_top,
		.prio = c->priority.value, .max_prio = c->max_priority.value,
		.core = c->core.value,
		.quota = c->quota.value, .slots = c->slots.value,
		.heap_base = c->heap_base, .heap_size = c->heap.value,
		.restart = c->restart, .restarts = c->restarts.value, .arg = c->arg.value,
		.budget = c->budget.value, .period = c->period.value,
		.heartbeat = c->heartbeat.value,
		.segment = l->segments, .segments = c->program->elf.segments,
		.memory_first = l->memories, .memories = c->memories,
		.device = l->devices, .devices = c->devices,
		.channel = l->channels, .channels = c->channels,
	};
	name_copy(b->name, c->name);
	if (c->linux_guest.set)
		add_guest(l, &c->linux_guest, b);
	for (unsigned int i = 0; i < b->segments; i++)
		add_segment(l, &c->program->elf.segment[i], c->program->offset[i]);
	for (unsigned int i = 0; i < c->memories; i++)
		add_memory(l, d, &c->memory[i]);
	for (unsigned int i = 0; i < c->devices; i++)
		add_device(l, &c->device[i]);
	for (unsigned int i = 0; i < c->channels; i++)
		add_channel(l, &c->channel[i]);
}

static void put_lists(struct out *o, struct l4_payload *h, const struct lists *l)
{
	h->cells = l->cells;
	h->cells_offset = put(o, l->cell, l->cells * sizeof(l->cell[0]), 4);
	h->memory = l->memories;
	h->memory_offset = put(o, l->memory, l->memories * sizeof(l->memory[0]), 4);
	h->devices = l->devices;
	h->devices_offset = put(o, l->device, l->devices * sizeof(l->device[0]), 4);
	h->channels = l->channels;
	h->channels_offset = put(o, l->channel, l->channels * sizeof(l->channel[0]), 4);
	h->segments = l->segments;
	h->segments_offset = put(o, l->segment, l->segments * sizeof(l->segment[0]), 4);
	h->guests = l->guests;
	h->guests_offset = put(o, l->guest, l->guests * sizeof(l->guest[0]), 4);
}

static void put_root(struct out *o, struct l4_payload *h, const struct cell *root)
{
	const struct elf *e = &root->program->elf;
	const struct elf_segment *text = &e->segment[0], *data = &e->segment[1];

	h->root_text = elf_pages_size(text);
	h->root_data = elf_pages_size(data);
	h->root_entry = e->entry;
	h->root_prio = root->priority.value;
	h->root_offset = put_segment(o, e, text, h->root_text);
	put_segment(o, e, data, h->root_data);
}

/* A program that several cells run is stored once. */
static void put_programs(struct out *o, struct desc *d)
{
	for (unsigned int i = 0; i < d->programs; i++) {
		struct program *p = &d->program[i];
		bool used = false;

		for (unsigned int j = 0; j < d->cells; j++)
			used |= d->cell[j].program == p;
		for (unsigned int j = 0; used && j < p->elf.segments; j++) {
			const struct elf_segment *s = &p->elf.segment[j];

			p->offset[j] =
				put_segment(o, &p->elf, s, s->va - elf_page(s) + s->file_size);
		}
	}
}

/* From pages of their own: root copies by the page. */
static void put_guests(struct out *o, struct desc *d)
{
	for (unsigned int i = 0; i < d->blobs; i++) {
		struct blob *b = &d->blob[i];

		b->offset = put(o, b->file.data, b->file.size, L4_PAGE_SIZE);
	}
	for (unsigned int i = 0; i < d->cells; i++) {
		struct guest *g = &d->cell[i].linux_guest;

		if (g->set)
			g->dtb_offset = put(o, g->dtb.data, g->dtb.size, L4_PAGE_SIZE);
	}
}

/* Twice the same: to count, and with o->data to write. */
static void put_all(struct out *o, struct desc *d, struct lists *l)
{
	struct l4_payload h = { .magic = L4_PAYLOAD_MAGIC, .version = L4_PAYLOAD_VERSION };

	memset(l, 0, sizeof(*l));
	for (unsigned int i = 0; i < d->cells; i++)
		add_cell(l, d, &d->cell[i]);
	put(o, &h, sizeof(h), 4);
	put_lists(o, &h, l);
	put_root(o, &h, &d->root);
	put_programs(o, d);
	put_guests(o, d);
	put(o, NULL, 0, L4_PAGE_SIZE);
	h.size = (l4_word)o->size;
	h.flags = d->poweroff ? L4_PAYLOAD_POWEROFF : 0;
	if (o->data)
		memcpy(o->data, &h, sizeof(h));
}

/* CRC-32 as Ethernet, zip and Python's zlib have it. */
static uint32_t crc32(const uint8_t *p, size_t n)
{
	uint32_t crc = ~0u;

	while (n--) {
		crc ^= *p++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

uint8_t *payload_build(struct desc *d, uint32_t *size)
{
	struct lists *l = malloc(sizeof(*l));
	struct out o = { 0 };
	size_t after_crc = offsetof(struct l4_payload, crc) + sizeof(l4_word);

	if (!l)
		die("no memory");
	put_all(&o, d, l);
	if (o.size > PAYLOAD_MAX) {
		report("cells", "program",
		       "all programs and files of guests together take %llu KB, at most %u KB fit",
		       (unsigned long long)o.size / 1024, PAYLOAD_MAX / 1024);
		free(l);
		return NULL;
	}
	*size = (uint32_t)o.size;
	o.data = calloc(1, *size);
	if (!o.data)
		die("no memory");
	o.size = 0;
	put_all(&o, d, l);
	free(l);
	((struct l4_payload *)(void *)o.data)->crc = crc32(o.data + after_crc, *size - after_crc);
	return o.data;
}
