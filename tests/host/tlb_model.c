/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * See tlb_model.h.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>
#include "arch/arm/pte.h"
#include "arch/arm/tlb.h"
#include "mm/pool.h"
#include "tlb_model.h"

#define WRITES	  1024 /* table writes between two DSBs */
#define PENDING	  64   /* TLB operations between two DSBs */
#define IN_FLIGHT 3

struct tlb_entry model_tlb[MODEL_ENTRIES];
unsigned model_tlbi, model_switches, model_walks;
bool model_speculates;
uint64_t model_seed = 1;
uint32_t (*model_address)(void);

static struct {
	const uint32_t *p;
	uint32_t old;
} writes[WRITES];
static unsigned write_count;

struct tlbi {
	enum { TLBI_PAGE, TLBI_PAGE_ALL, TLBI_ASID, TLBI_ALL } kind;
	uint32_t va, asid;
};
static struct tlbi pending[PENDING];
static unsigned pending_count;

static struct tlb_entry in_flight[IN_FLIGHT];
static uint32_t in_flight_ttbr[IN_FLIGHT];

/* What is in force, and what was written since the last synchronization. */
static uint32_t ttbr, ttbr_next, asid, asid_next;
static uint32_t boot_ttbr;
static const uint32_t *boot_l1;

uint32_t model_random(uint32_t below)
{
	model_seed ^= model_seed << 13;
	model_seed ^= model_seed >> 7;
	model_seed ^= model_seed << 17;
	return (uint32_t)(model_seed >> 24) % below;
}

/* A descriptor as a walk may see it; oracle: as it will be. */
static uint32_t read_pte(const uint32_t *p, bool oracle)
{
	for (unsigned i = write_count; !oracle && i-- > 0;)
		if (writes[i].p == p && model_random(2))
			return writes[i].old;
	return *p;
}

static bool walk(const uint32_t *l1, uint32_t va, struct tlb_entry *e, bool oracle)
{
	uint32_t d = read_pte(&l1[va >> 20], oracle), page;

	memset(e, 0, sizeof(*e));
	if ((d & L1_TYPE) == L1_SECTION) {
		e->section = true;
		e->size = L4_SECT_SIZE;
		e->pa = d & L1_SECT_BASE;
		page = pte_fragment(d);
	} else if ((d & L1_TYPE) == L1_TABLE) {
		const uint32_t *l2 = pool_virt(d & L1_TABLE_BASE);

		page = read_pte(&l2[(va >> 12) & 255], oracle);
		if (!(page & L2_PAGE))
			return false;
		e->size = L4_PAGE_SIZE;
		e->pa = page & L2_BASE;
	} else {
		return false;
	}
	e->va = va & ~(e->size - 1);
	e->global = !(page & L2_NG);
	e->attr = (page & ~L2_BASE) | (d & L1_DOMAIN) << 11;
	return true;
}

bool model_walk(const uint32_t *l1, uint32_t va, struct tlb_entry *e)
{
	return walk(l1, va, e, true);
}

static const uint32_t *table(uint32_t value)
{
	return value == boot_ttbr ? boot_l1 : pool_virt(value & 0xffffc000);
}

static bool same_space(const struct tlb_entry *a, const struct tlb_entry *b)
{
	return a->global || b->global || a->asid == b->asid;
}

/* Rights may differ for a while; address, size, type and domain may not. */
static void check_conflict(const struct tlb_entry *a, const struct tlb_entry *b)
{
	uint32_t rights = L2_RO | L2_XN;

	if (!a->size || !same_space(a, b))
		return;
	if (a->va + (a->size - 1) < b->va || b->va + (b->size - 1) < a->va)
		return;
	if (a->va - b->va != a->pa - b->pa || a->section != b->section ||
	    ((a->attr ^ b->attr) & ~rights))
		fail_msg("two translations of %08x meet: %08x/%08x and %08x/%08x", b->va, a->pa,
			 a->attr, b->pa, b->attr);
}

static void enter(struct tlb_entry e)
{
	e.asid = model_random(2) ? asid : asid_next;
	if (e.global)
		e.asid = 0;
	for (unsigned i = 0; i < MODEL_ENTRIES; i++)
		check_conflict(&model_tlb[i], &e);
	model_tlb[model_random(MODEL_ENTRIES)] = e;
	model_walks++;
}

/* A section may be kept as the one page that was asked for. */
static void fragment(struct tlb_entry *e, uint32_t va)
{
	uint32_t offset = (va & ~0xfffu) - e->va;

	if (e->size == L4_PAGE_SIZE || model_random(2))
		return;
	e->va += offset;
	e->pa += offset;
	e->size = L4_PAGE_SIZE;
}

static void speculate(void)
{
	uint32_t base = model_random(2) ? ttbr : ttbr_next;
	uint32_t va = model_address();
	unsigned i = model_random(IN_FLIGHT);
	struct tlb_entry e;

	if (!walk(table(base), va, &e, false))
		return;
	fragment(&e, va);
	if (model_random(4)) {
		enter(e);
	} else {
		in_flight[i] = e;
		in_flight_ttbr[i] = base;
	}
}

static void end_walk(unsigned i)
{
	struct tlb_entry e = in_flight[i];

	in_flight[i].size = 0;
	if (e.size)
		enter(e);
}

void model_tick(void)
{
	if (!model_speculates)
		return;
	while (model_random(3))
		speculate();
	if (!model_random(3))
		end_walk(model_random(IN_FLIGHT));
}

static bool hit(const struct tlbi *op, const struct tlb_entry *e)
{
	bool inside = op->va - e->va < e->size;

	switch (op->kind) {
	case TLBI_PAGE:
		return inside && (e->global || e->asid == op->asid);
	case TLBI_PAGE_ALL:
		return inside;
	case TLBI_ASID:
		return !e->global && e->asid == op->asid;
	default:
		return true;
	}
}

static void maintain(int kind, uint32_t va, uint32_t a)
{
	model_tick();
	model_tlbi++;
	assert_true(pending_count < PENDING);
	pending[pending_count++] = (struct tlbi){ kind, va & ~0xfffu, a & 0xff };
	model_tick();
}

void tlb_page(uint32_t va, uint32_t a)
{
	maintain(TLBI_PAGE, va, a);
}

void tlb_page_all(uint32_t va)
{
	maintain(TLBI_PAGE_ALL, va, 0);
}

void tlb_asid(uint32_t a)
{
	maintain(TLBI_ASID, 0, a);
}

void tlb_all(void)
{
	maintain(TLBI_ALL, 0, 0);
}

/*
 * Walks that are under way end, operations take effect, and only then are
 * writes seen by all walks: what was written without a DSB before the operation
 * may still be walked after it.
 */
void dsb(void)
{
	model_tick();
	for (unsigned i = 0; i < IN_FLIGHT; i++)
		end_walk(i);
	for (unsigned n = 0; n < pending_count; n++)
		for (unsigned i = 0; i < MODEL_ENTRIES; i++)
			if (model_tlb[i].size && hit(&pending[n], &model_tlb[i]))
				model_tlb[i].size = 0;
	pending_count = 0;
	if (write_count)
		model_tick();
	for (unsigned i = 0; i < IN_FLIGHT; i++)
		in_flight[i].size = 0;
	write_count = 0;
	model_tick();
}

void pte_set(uint32_t *p, uint32_t v)
{
	model_tick();
	assert_true(write_count < WRITES);
	if (*p != v) {
		writes[write_count].p = p;
		writes[write_count++].old = *p;
	}
	*p = v;
	model_tick();
}

void isb(void)
{
	model_tick();
	ttbr = ttbr_next;
	asid = asid_next;
	model_tick();
}

void bpiall(void)
{
}

uint32_t ttbr0_read(void)
{
	return ttbr_next;
}

void ttbr0_write(uint32_t v)
{
	model_tick();
	ttbr_next = v;
	model_tick();
}

void contextidr_write(uint32_t v)
{
	model_tick();
	asid_next = v & 0xff;
	model_switches++;
	model_tick();
}

void model_return(void)
{
	isb();
}

bool model_walking(uint32_t value)
{
	for (unsigned i = 0; i < IN_FLIGHT; i++)
		if (in_flight[i].size && in_flight_ttbr[i] == value)
			return true;
	return false;
}

bool model_settled(void)
{
	return !write_count && !pending_count;
}

uint32_t model_ttbr0(void)
{
	return ttbr;
}

uint32_t model_asid(void)
{
	return asid;
}

void model_reset(uint32_t boot, const uint32_t *l1)
{
	memset(model_tlb, 0, sizeof(model_tlb));
	memset(in_flight, 0, sizeof(in_flight));
	write_count = pending_count = 0;
	model_tlbi = model_switches = model_walks = 0;
	boot_ttbr = ttbr = ttbr_next = boot;
	boot_l1 = l1;
	asid = asid_next = 0;
}
