/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * See space_world.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include "space_world.h"
#include "arch/arm/cache.h"
#include "arch/arm/mmu.h"
#include "core/sched.h"
#include "mm/table.h"
#include "platform/plat.h"
#include "object/vcpu.h"

#define POOL_PHYS  0x60100000u
#define POOL_BYTES (8u << 20)
#define BOOT_TTBR  0x60000048u
#define SLOTS	   64

struct cpu cpu0;
uint32_t kernel_l1[4096];
struct cell *cell, *other_cell;
struct section sections[SECTIONS];
struct thread callers[CALLERS];
unsigned preempt_rate, quota_left;
uint32_t cache_bytes[4];

static struct cell cell_memory[2];
static struct slot slots[SLOTS];
static char *pool;
static uint32_t pool_before;
static bool asids_known;

void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}

bool preempt_pending(void)
{
	model_tick();
	return preempt_rate && model_random(preempt_rate) == 0;
}

/* --- kernel/object --- */

bool cell_charge(struct cell *c, uint32_t bytes)
{
	model_tick();
	if (!quota_left || bytes > c->quota - c->used)
		return false;
	quota_left--;
	c->used += bytes;
	return true;
}

void cell_uncharge(struct cell *c, uint32_t bytes)
{
	assert_true(c->used >= bytes);
	c->used -= bytes;
}

struct object *object_alloc(struct cell *c, enum object_type type, size_t size)
{
	unsigned order = pool_order(size);
	struct object *obj;

	if (!cell_charge(c, 1u << order))
		return NULL;
	obj = pool_alloc(order);
	if (!obj) {
		cell_uncharge(c, 1u << order);
		return NULL;
	}
	obj->type = (uint8_t)type;
	obj->order = (uint8_t)order;
	obj->cell = c;
	list_init(&obj->link);
	return obj;
}

void object_init(struct object *obj, struct slot *slot, struct slot *from)
{
	(void)from;
	obj->original = slot;
	slot->obj = obj;
	slot->rights = L4_R_ALL;
}

void object_free(struct object *obj)
{
	unsigned order = obj->order;
	struct cell *c = obj->cell;

	if (obj->original)
		obj->original->obj = NULL;
	memset(obj, 0, (size_t)1 << order);
	pool_free(obj, order);
	cell_uncharge(c, 1u << order);
}

struct cell *cell_arg(struct cell *own, l4_slot n, int *err)
{
	*err = L4_ECAP;
	return n ? NULL : own;
}

struct slot *cap_empty(struct cell *c, l4_slot n, int *err)
{
	struct slot *s = cell_slot(c, n);

	*err = s && s->obj ? L4_EBUSY : L4_EINVAL;
	return s && !s->obj ? s : NULL;
}

void vcpu_sync_generation(struct vcpu *v)
{
	(void)v;
}

/* --- caches: a page that would fault is a failure --- */

static void cache_op(unsigned op, uint32_t va, uint32_t size)
{
	struct tlb_entry e;

	assert_true(model_walk(cpu0.space->l1, va, &e));
	assert_true((va & 0xfff) + size <= L4_PAGE_SIZE);
	cache_bytes[op] += size;
}

void cache_clean_poc(uint32_t va, uint32_t size)
{
	cache_op(CLEAN_POC, va, size);
}

void cache_flush_poc(uint32_t va, uint32_t size)
{
	cache_op(FLUSH_POC, va, size);
}

void cache_clean_pou(uint32_t va, uint32_t size)
{
	cache_op(CLEAN_POU, va, size);
}

void cache_sync(void)
{
}

void icache_drop(void)
{
	cache_bytes[DROP_CODE]++;
}

void plat_outer_clean(uint32_t phys, uint32_t size)
{
	(void)phys;
	(void)size;
}

void plat_outer_flush(uint32_t phys, uint32_t size)
{
	(void)phys;
	(void)size;
}

/* --- set-up --- */

static void make_section(unsigned i, uint32_t base, uint32_t size, uint8_t types)
{
	memset(&sections[i], 0, sizeof(sections[i]));
	sections[i].obj.type = OBJ_SECTION;
	sections[i].obj.cell = cell;
	sections[i].base = base;
	sections[i].size = size;
	sections[i].types = types;
	slots[SECTION(i)].obj = &sections[i].obj;
	slots[SECTION(i)].rights = L4_R_ALL;
}

static void make_cell(struct cell *c)
{
	memset(c, 0, sizeof(*c));
	c->obj.type = OBJ_CELL;
	c->table = slots;
	c->slots = SLOTS;
	c->quota = POOL_BYTES;
	list_init(&c->spaces);
}

/* Privileged, global sections where the kernel is; the pool among them. */
static void make_window(void)
{
	for (uint32_t mb = L4_KERNEL_BASE >> 20; mb < L4_KERNEL_END >> 20; mb++)
		kernel_l1[mb] = (POOL_PHYS + ((mb - (L4_KERNEL_BASE >> 20)) << 20)) | 0x141e;
}

/* Where the tests map, mostly. */
static uint32_t likely_address(void)
{
	static const uint32_t base[] = {
	    0,		0x100000,   0x200000,	0x80000000, 0xc0000000,
	    0xc0100000, 0xd0000000, 0xfffe8000, 0xfbff8000, 0xfdff8000,
	};
	uint32_t page = model_random(4) ? model_random(24) : model_random(512);

	return base[model_random(sizeof(base) / sizeof(base[0]))] + (page << L4_PAGE_SHIFT);
}

int world_begin(void **state)
{
	(void)state;
	cell = &cell_memory[0];
	other_cell = &cell_memory[1];
	make_cell(cell);
	make_cell(other_cell);
	memset(slots, 0, sizeof(slots));
	make_section(BIG, 0x70000000, 6u << 20, L4_MTMASK_RAM);
	make_section(SMALL, 0x71080000, 3u << 19, L4_MTMASK_RAM);
	make_section(DEVICE, 0x10000000, 0x10000, L4_MTMASK_DEV);
	make_section(LOW, 0, 2u << 20, L4_MTMASK_RAM);
	make_section(PART, 0x70105000, 0x3000, L4_MTMASK_RAM);
	memset(callers, 0, sizeof(callers));
	for (unsigned i = 0; i < CALLERS; i++) {
		callers[i].obj.cell = cell;
		callers[i].spacep = &callers[i].space;
		callers[i].dacr = 0x05;
	}
	memset(&cpu0, 0, sizeof(cpu0));
	memset(cache_bytes, 0, sizeof(cache_bytes));
	preempt_rate = 0;
	quota_left = 1u << 30;
	pool = aligned_alloc(1 << POOL_MAX_ORDER, POOL_BYTES);
	memset(pool, 0, POOL_BYTES);
	pool_init(pool, POOL_PHYS, POOL_BYTES);
	pool_before = pool_free_bytes();
	make_window();
	if (!asids_known) {
		model_reset(BOOT_TTBR, kernel_l1);
		asid_boot();
		asids_known = true;
	}
	model_reset(BOOT_TTBR, kernel_l1);
	model_address = likely_address;
	model_speculates = true;
	return 0;
}

int world_end(void **state)
{
	(void)state;
	preempt_rate = 0;
	for (unsigned pass = 0; pass < 2; pass++)
		for (unsigned i = 0; i < SPACES; i++)
			if (space_at(i) && !space_at(i)->sharers)
				assert_int_equal(destroy(i), L4_OK);
	assert_true(list_empty(&cell->spaces));
	assert_int_equal(cell->used, 0);
	assert_int_equal(pool_free_bytes(), pool_before);
	free(pool);
	return 0;
}

struct space *space_at(unsigned i)
{
	return (struct space *)slots[SPACE(i)].obj;
}

/* --- calls --- */

static const struct space *owner_of(const struct tlb_entry *e)
{
	for (unsigned i = 0; i < SPACES; i++) {
		const struct space *s = space_at(i);

		if (s && s->asid == e->asid && asid_live(s))
			return s;
	}
	return NULL;
}

/* The kernel's window is in every table, whatever happens. */
static void check_window(void)
{
	for (unsigned i = 0; i < SPACES; i++) {
		const struct space *s = space_at(i);

		if (s && !s->obj.dying)
			assert_memory_equal(&s->l1[L4_KERNEL_BASE >> 20],
					    &kernel_l1[L4_KERNEL_BASE >> 20],
					    (L4_KERNEL_SIZE >> 20) * sizeof(uint32_t));
	}
}

void check_tlb(void)
{
	model_return();
	check_window();
	assert_true(model_settled());
	for (unsigned i = 0; i < MODEL_ENTRIES; i++) {
		const struct tlb_entry *e = &model_tlb[i];
		const struct space *s;
		struct tlb_entry now;

		if (!e->size)
			continue;
		if (e->global) {
			assert_true(e->va - L4_KERNEL_BASE < L4_KERNEL_SIZE);
			continue;
		}
		assert_int_not_equal(e->asid, 0);
		s = owner_of(e);
		if (!s)
			continue;
		if (!model_walk(s->l1, e->va, &now) || now.section != e->section ||
		    now.attr != e->attr || e->va - now.va != e->pa - now.pa)
			fail_msg("stale: %08x of ASID %u still goes to %08x, attributes %08x",
				 e->va, e->asid, e->pa, e->attr);
	}
}

int call_once(call_fn *fn, struct thread *t)
{
	int result;

	if (cpu0.space)
		t->space = cpu0.space;
	result = fn(t);
	check_tlb();
	return result;
}

int call(call_fn *fn, uint32_t r0, uint32_t r1, uint32_t r2, uint32_t r3, uint32_t r4)
{
	struct thread *t = &callers[0];
	const uint32_t r[5] = {r0, r1, r2, r3, r4};
	int result;

	memcpy(t->regs.r, r, sizeof(r));
	do {
		result = call_once(fn, t);
	} while (result == L4_RESTART);
	return result;
}

int destroy_once(unsigned i)
{
	struct space *s = space_at(i);
	int result;

	uint32_t ttbr = s->ttbr;

	s->obj.dying = !s->users && !s->sharers;
	result = space_destroy(&s->obj);
	/* Its tables are another's memory soon. */
	if (result == L4_OK)
		assert_false(model_walking(ttbr));
	check_tlb();
	return result;
}

int destroy(unsigned i)
{
	int result;

	do {
		result = destroy_once(i);
	} while (result == L4_RESTART);
	return result;
}

int revoke_once(unsigned sec, uint16_t *ticket)
{
	int result = space_unmap_phys(cell, sections[sec].base, sections[sec].size, ticket);

	check_tlb();
	return result;
}

void load(unsigned i)
{
	if (cpu0.space != space_at(i))
		space_enter(space_at(i));
	check_tlb();
	assert_int_equal(model_ttbr0(), space_at(i)->ttbr);
	assert_int_equal(model_asid(), space_at(i)->asid);
}

bool mapped(unsigned i, uint32_t va, uint32_t *pa, uint32_t *attr)
{
	struct tlb_entry e;

	if (!model_walk(space_at(i)->l1, va, &e))
		return false;
	*pa = e.pa + (va - e.va);
	*attr = e.attr;
	return true;
}

bool is_mapped(unsigned i, uint32_t va)
{
	uint32_t pa, attr;
	bool is = mapped(i, va, &pa, &attr);

	assert_int_equal(space_maps(space_at(i), va), is);
	return is;
}

uint32_t attr_of(uint32_t map_attr)
{
	return PTE_PAGE(map_attr) | PTE_DOMAIN(map_attr) << 11;
}

void maps_to(unsigned s, uint32_t va, uint32_t pa, uint32_t map_attr)
{
	uint32_t got_pa = 0, got_attr = 0;

	assert_true(mapped(s, va, &got_pa, &got_attr));
	assert_int_equal(got_pa, pa);
	assert_int_equal(got_attr, attr_of(map_attr));
}

void share_kernel(void)
{
	assert_int_equal(CREATE(0, 0), L4_OK);
	assert_int_equal(MAP(0, BIG, KERNEL | RWX | L4_MAP_KERNEL, 0, 2 * MB), L4_OK);
	assert_int_equal(MAP(0, BIG, 0xffff0000 | RX, 0, PAGES(1)), L4_OK);
	assert_int_equal(SHARE(0, KERNEL, 0x40000000), L4_OK);
}
