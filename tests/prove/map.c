/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Mapping, unmapping, protecting (kernel/mm: map.c, unmap.c, table.c, kind.c): in
 * two megabytes of a space, each of which is empty, a section or a table, with
 * anything mapped in it.  The pool is at absolute addresses, as descriptors need.
 * WHAT: 0 map, 1 unmap, 2 protect.
 */
#include "any.h"
#include "mm/kind.c"
#include "mm/table.c"
#include "mm/map.c"
#include "mm/unmap.c"

#define ATTR 0x70		/* of what is mapped: write-back memory, read only */
#define MB 0x100000u
#define FIRST 0x123u		/* the megabytes that are used */
#define L1 0x10000u		/* from here to POOL_END: prove.py */
#define TABLES 0x14000u		/* two that are there, two to be had */
#define TABLE(n) (TABLES + (n) * L2_SIZE)

uintptr_t pool_offset;
static struct cell cell;
static struct slot slots[2];
static struct space space;
static struct section section;
static struct thread caller;
static struct l4_msgbuf buffer;
static uint32_t tables_left;

/* --- assumed --- */

bool preempt_pending(void)
{
	return any_bool();
}

bool cell_charge(struct cell *c, uint32_t bytes)
{
	return any_bool();
}

void cell_uncharge(struct cell *c, uint32_t bytes)
{
}

void *pool_alloc(unsigned order)
{
	uint32_t *p;

	//@ check orders: order == L2_ORDER;
	if (!tables_left || any_bool())
		return NULL;
	tables_left--;
	p = (uint32_t *)TABLE(2 + tables_left);
	memset(p, 0, L2_SIZE);
	return p;
}

void pool_free(void *p, unsigned order)
{
	uint32_t any = any_below(L2_ENTRIES);

	//@ check freed_is_table: 0x14000 <= (unsigned)p < 0x15000 && ((unsigned)p & 0x3ff) == 0;
	//@ check freed_is_zero: ((uint32_t *)p)[any] == 0;
}

bool asid_live(const struct space *s)
{
	return any_bool();
}

void vcpu_sync_generation(struct vcpu *v)
{
}

void pte_set(uint32_t *p, uint32_t v)
{
	/* What is written, is written into this space's tables. */
	//@ check in_l1_or_l2: 0x10000 <= (unsigned)p < 0x15000;
	*p = v;
}

/* --- proved --- */

enum { EMPTY, SECTION, TABLE_USER, TABLE_GUEST, KINDS_OF_L1 };

static uint32_t descriptor(unsigned kind, unsigned n)
{
	static const uint32_t section_desc[2] = { 0x70000c1e | L2_NG << 6, 0x71010c5e };

	switch (kind) {
	case EMPTY:
		return 0;
	case SECTION:
		return (section_desc[n] & ~(L1_DOMAIN | L1_TYPE)) | L1_SECTION |
		       DOMAIN_USER << L1_DOMAIN_SHIFT;
	case TABLE_USER:
		return TABLE(n) | DOMAIN_USER << L1_DOMAIN_SHIFT | L1_TABLE;
	default:
		return TABLE(n) | DOMAIN_GUEST << L1_DOMAIN_SHIFT | L1_TABLE;
	}
}

static void any_space(unsigned first, unsigned second, bool share)
{
	space.l1 = (uint32_t *)L1;
	memset(space.l1, 0, L1_ENTRIES * sizeof(uint32_t));
	space.l1[FIRST] = descriptor(first, 0);
	space.l1[FIRST + 1] = descriptor(second, 1);
	Frama_C_make_unknown((char *)TABLES, 2 * L2_SIZE);
	tables_left = 2;
	space.obj.type = OBJ_SPACE;
	space.obj.cell = &cell;
	space.asid = any_u32();
	space.share_first = FIRST;
	space.share_count = share;
	for (int i = 0; i < 4; i++)
		space.used[i] = ~0u;
	cell.table = slots;
	cell.slots = 2;
	slots[0] = (struct slot){ .obj = &space.obj, .rights = any_u8() };
	slots[1] = (struct slot){ .obj = &section.obj, .rights = any_u8() };
	section.obj.type = OBJ_SECTION;
	section.obj.cell = &cell;
	section.types = any_u8();
	section.base = 0x70000000;
	section.size = 0x400000;
	caller.obj.cell = &cell;
	caller.buf = &buffer;
}

/* Whatever was done, no descriptor points anywhere but to a table of the pool. */
static void check_space(void)
{
	//@ loop unroll 5;
	for (uint32_t mb = FIRST - 1; mb <= FIRST + 2; mb++) {
		uint32_t desc = space.l1[mb];

		if ((desc & L1_TYPE) == L1_TABLE) {
			//@ check table_in_pool: TABLES <= (desc & L1_TABLE_BASE) < TABLES + 4 * L2_SIZE;
		}
		//@ check no_other_kind: (desc & L1_TYPE) != 3;
	}
	//@ check below_untouched: space.l1[FIRST - 1] == 0;
}

static void prove_at(uint32_t page, uint32_t pages, unsigned first, unsigned second, bool share)
{
	uint32_t va = FIRST * MB + page * L4_PAGE_SIZE;
	int err;

	caller.regs.r[0] = 0;
#if WHAT == 0
	any_space(first, second, share);
	caller.regs.r[1] = 1;
	caller.regs.r[2] = va | ATTR;
	caller.regs.r[3] = page * L4_PAGE_SIZE;
	caller.regs.r[4] = pages * L4_PAGE_SIZE;
	err = sys_map(&caller);
	check_space();
#elif WHAT == 1
	any_space(first, second, share);
	caller.regs.r[1] = va;
	caller.regs.r[2] = pages * L4_PAGE_SIZE;
	err = sys_unmap(&caller);
	check_space();
#else
	any_space(first, second, share);
	caller.regs.r[1] = va | 1;
	caller.regs.r[2] = pages * L4_PAGE_SIZE;
	err = sys_protect(&caller);
	check_space();
#endif
}

/* At both ends of a megabyte. */
void main(void)
{
	//@ loop unroll 4;
	for (unsigned first = EMPTY; first < KINDS_OF_L1; first++) {
		//@ loop unroll 2;
		for (unsigned share = 0; share < 2; share++) {
			prove_at(0, 1, first, EMPTY, share);
			prove_at(254, 2, first, EMPTY, share);
		}
	}
}
