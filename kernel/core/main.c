/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * From the boot code to the root cell: the kernel's own set-up, then the one
 * cell, space and thread that it makes itself, and the capabilities of
 * everything that is not the kernel's.
 */
#include <l4/bootinfo.h>
#include "arch/arm/arch.h"
#include "arch/arm/mmu.h"
#include "core/boot.h"
#include "core/sched.h"
#include "core/trace.h"
#include "mm/pool.h"
#include "mm/space.h"
#include "object/irq.h"
#include "platform/plat.h"

#define ROOT_SLOTS_BEFORE_LISTS L4_SLOT_FREE
#define ROOT_SLOT_TRACE (ROOT_SLOTS_BEFORE_LISTS + L4_KINFO_RESOURCES + 1)

static struct l4_kernel_info *info;
static struct cell *root;
static struct space *root_space;

static struct slot *root_slot(l4_slot n)
{
	int err;
	struct slot *s = cap_empty(root, n, &err);

	if (!s)
		panic("boot: root has no slot %u (%d)", n, err);
	return s;
}

/* Maps pages of a section into root, at boot only. */
static void root_map(struct section *sec, uint32_t offset, uint32_t va, uint32_t size,
		     uint32_t attr)
{
	attr |= L4_MT_WBWA << L4_MAP_TYPE_SHIFT;
	for (uint32_t done = 0; done < size; done += L4_PAGE_SIZE) {
		int err = space_map_item(root_space, sec, L4_R_ALL, offset + done,
					 (va + done) | attr, 1);

		if (err != L4_OK)
			panic("boot: cannot map %08x for root (%d)", va + done, err);
	}
}

static const struct l4_payload *payload_header(void)
{
	const struct l4_payload *p = plat_map(payload_base());

	if (p->magic != L4_PAYLOAD_MAGIC)
		panic("boot: no payload at %08x: the kernel was started without its image "
		      "(build one with l4image)", payload_base());
	if (p->version != L4_PAYLOAD_VERSION)
		panic("boot: payload version %u, this kernel knows %u", p->version,
		      L4_PAYLOAD_VERSION);
	if (p->size % L4_PAGE_SIZE || p->root_offset % L4_PAGE_SIZE ||
	    p->root_text % L4_PAGE_SIZE || p->root_data % L4_PAGE_SIZE || p->root_data == 0 ||
	    p->size > plat_board.ram[0].size || p->root_offset > p->size ||
	    p->root_text > p->size - p->root_offset ||
	    p->root_data > p->size - p->root_offset - p->root_text)
		panic("boot: the payload's header is damaged");
	return p;
}

static void add_resource(uint32_t kind, uint32_t base, uint32_t size)
{
	struct l4_boot_resource *r = &info->resource[info->resources];
	uint8_t types = kind == L4_RES_RAM ? L4_MTMASK_RAM : L4_MTMASK_DEV;

	if (info->resources == L4_KINFO_RESOURCES)
		panic("boot: more than %u resources", L4_KINFO_RESOURCES);
	*r = (struct l4_boot_resource){ kind, base, size };
	section_boot(root_slot(ROOT_SLOTS_BEFORE_LISTS + info->resources), base, size, types,
		     kind == L4_RES_COUNTER ? L4_R_READ | L4_R_GRANT : L4_R_ALL);
	info->resources++;
}

/* A device range without what the kernel drives itself. */
static void add_device(struct plat_range d)
{
	uint32_t end = d.base + d.size, last = 0;

	for (uint32_t i = 0; i < PLAT_RANGES; i++) {
		struct plat_range r = plat_board.reserved[i];

		if (!r.size)
			continue;
		if (r.base < last || r.base + r.size < r.base)
			panic("boot: the board's reserved ranges do not ascend");
		last = r.base + r.size;
		if (last <= d.base || r.base >= end)
			continue;
		if (r.base > d.base)
			add_resource(L4_RES_DEVICE, d.base, r.base - d.base);
		d.base = last;
	}
	if (d.base < end)
		add_resource(L4_RES_DEVICE, d.base, end - d.base);
}

static void add_resources(uint32_t payload_size)
{
	uint32_t used = payload_base() + payload_size;

	for (uint32_t i = 0; i < ARRAY_SIZE(plat_board.ram); i++) {
		struct plat_range r = plat_board.ram[i];
		uint32_t end = r.base + r.size;

		if (used > r.base && used <= end)
			r.base = used;
		if (r.base < end)
			add_resource(L4_RES_RAM, r.base, end - r.base);
	}
	for (uint32_t i = 0; i < PLAT_RANGES; i++)
		if (plat_board.device[i].size)
			add_device(plat_board.device[i]);
	if (plat_board.counter.hz)
		add_resource(L4_RES_COUNTER, plat_board.counter.page, L4_PAGE_SIZE);
}

static struct thread *start_root(const struct l4_payload *p)
{
	struct section *payload;
	struct thread *t;
	struct frame *kinfo, *buf;

	root = cell_boot();
	root_space = space_boot(root, root_slot(L4_SLOT_SPACE));
	t = thread_boot(root, root_slot(L4_SLOT_THREAD), root_space, (uint8_t)p->root_prio);
	system_boot(root_slot(L4_SLOT_SYSTEM));
	irqs_boot(root_slot(L4_SLOT_IRQ));
	section_boot(root_slot(L4_SLOT_INFO), payload_base(), p->size, L4_MTMASK_RAM, L4_R_ALL);
	payload = (struct section *)cell_slot(root, L4_SLOT_INFO)->obj;
	buf = frame_boot(root_slot(L4_SLOT_FRAME));

	kinfo = frame_boot(root_slot(ROOT_SLOTS_BEFORE_LISTS + L4_KINFO_RESOURCES));
	info = kinfo->page;
	info->magic = L4_PAYLOAD_MAGIC;
	info->hz = plat_board.timer_hz;
	info->counter_offset = plat_board.counter.offset;
	info->counter_hz = plat_board.counter.hz;
	info->cpus = smp_cores();
	info->payload_base = payload_base();
	info->irq_lines = plat_board.irq_lines;
	info->root_frame = L4_SLOT_FRAME;
	for (uint32_t i = 0; i < sizeof(info->platform) - 1 && plat_board.name[i]; i++)
		info->platform[i] = plat_board.name[i];
	add_resources(p->size);
	if (TRACE_BUILT)
		trace_boot_section(root_slot(ROOT_SLOT_TRACE));

	root_map(&kinfo->sec, 0, L4_KINFO_BASE, L4_PAGE_SIZE, 0);
	root_map(&buf->sec, 0, L4_MSGBUF_BASE, L4_PAGE_SIZE, L4_MAP_W);
	root_map(payload, 0, L4_PAYLOAD_BASE, p->size, 0);
	root_map(payload, p->root_offset, L4_ROOT_BASE, p->root_text, L4_MAP_X);
	root_map(payload, p->root_offset + p->root_text, L4_ROOT_BASE + p->root_text,
		 p->root_data, L4_MAP_W);
	space_map_sync();

	buf->users++;
	t->buf_frame = buf;
	t->buf = buf->page;
	t->regs.pc = p->root_entry;
	t->regs.r[13] = L4_ROOT_BASE + p->root_text + p->root_data;
	return t;
}

noreturn void kernel_main(void)
{
	const struct l4_payload *p;
	struct thread *t;

	plat_init();
	kprintf("Armature on %s, %u MB of kernel pool\n", plat_board.name,
		pool_free_bytes() >> 20);
	if (TRACE_BUILT)
		trace_boot();
	sched_init();
	smp_boot();
	p = payload_header();
	t = start_root(p);
	sched_wake(t);
	kernel_start();
}
