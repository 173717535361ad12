/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Address spaces against the model of a TLB: what each call promises, one at a
 * time.  After every call nothing stale may be in the TLB (check_tlb).  All of
 * it together, in random order: space_random.c.
 */
#include "space_world.h"
#include "mm/table.h"

#define GENERATION(i) space_generation(space_at(i))

static void a_map_of_what_was_free_needs_no_tlb_maintenance(void **state)
{
	(void)state;
	assert_int_equal(CREATE(0, 0), L4_OK);
	load(0);
	assert_int_equal(MAP(0, BIG, 0x8000 | RW, PAGES(3), PAGES(300)), L4_OK);
	assert_int_equal(MAP(0, BIG, 0x80000000 | RX, 0, 2 * MB), L4_OK);
	assert_int_equal(model_tlbi, 0);
	maps_to(0, 0x8000, 0x70003000, RW);
	maps_to(0, 0x8000 + PAGES(299), 0x70003000 + PAGES(299), RW);
	assert_false(is_mapped(0, 0x8000 + PAGES(300)));
	assert_false(is_mapped(0, 0x7000));
	maps_to(0, 0x801ff000, 0x701ff000, RX);
}

static void both_ends_of_the_address_space_can_be_mapped(void **state)
{
	(void)state;
	assert_int_equal(CREATE(0, 0), L4_OK);
	load(0);
	assert_int_equal(MAP(0, LOW, RW, 0, PAGES(1)), L4_OK);
	assert_int_equal(MAP(0, BIG, 0xfffff000 | RO, 0, PAGES(1)), L4_OK);
	assert_int_equal(MAP(0, BIG, 0xfff00000 | RO, 0, PAGES(240)), L4_OK);
	assert_int_equal(MAP(0, BIG, 0xfe000000 | RW, 0, PAGES(1)), L4_OK);
	assert_int_equal(MAP(0, BIG, 0xfbfff000 | RW, 0, PAGES(1)), L4_OK);
	maps_to(0, 0xfffff000, 0x70000000, RO);
	assert_int_equal(PROTECT(0, 0xfffff000, PAGES(1)), L4_OK);
	assert_int_equal(UNMAP(0, 0xfffff000, PAGES(1)), L4_OK);
	assert_int_equal(UNMAP(0, 0xfe000000, 0x02000000), L4_OK);
	assert_int_equal(UNMAP(0, 0, KERNEL), L4_OK);
	assert_false(is_mapped(0, 0xfff00000));
	assert_false(is_mapped(0, 0));
	assert_true(is_mapped(0, 0xfbfff000));
}

static void malformed_ranges_change_nothing(void **state)
{
	static const struct {
		uint32_t va, offset, size;
	} bad[] = {
		{0xfc000000 | RW, 0, PAGES(1)},	   {0xfdfff000 | RW, 0, PAGES(1)},
		{0xfbfff000 | RW, 0, PAGES(2)},	   {0xfffff000 | RW, 0, PAGES(2)},
		{0x1000 | RW | 8, 0, PAGES(1)},	   {0x1000 | RW | 0x80, 0, PAGES(1)},
		{0x1000 | RW, 1, PAGES(1)},	   {0x1000 | RW, 0, PAGES(1) + 4},
		{0x1000 | RW, 0, 0},		   {0x1000 | RW, 6 * MB, PAGES(1)},
		{0x1000 | RW, PAGES(1), 6 * MB},   {0x1000 | RW, 0, 7 * MB},
		{0x1000 | RW, 0xfffff000, PAGES(2)}, {0x1000 | RW, 0, 0xfffff000},
		{0x1000 | 0x50, 0, PAGES(1)},	   {0x1000 | 0x40, 0, PAGES(1)},
		{0x1000 | L4_MAP_X, 0, PAGES(1)},
	};
	(void)state;
	assert_int_equal(CREATE(0, 0), L4_OK);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(MAP(0, BIG, bad[i].va, bad[i].offset, bad[i].size), L4_EINVAL);
	assert_int_equal(UNMAP(0, 0xfbfff000, PAGES(2)), L4_EINVAL);
	assert_int_equal(UNMAP(0, 0xfdfff000, PAGES(1)), L4_EINVAL);
	assert_int_equal(UNMAP(0, 0x1004, PAGES(1)), L4_EINVAL);
	assert_int_equal(UNMAP(0, 0x1000, 4), L4_EINVAL);
	assert_int_equal(UNMAP(0, 0x1000, 0), L4_EINVAL);
	assert_int_equal(UNMAP(0, 0xfffff000, PAGES(2)), L4_EINVAL);
	assert_int_equal(PROTECT(0, 0x1000 | L4_MAP_KERNEL, PAGES(1)), L4_EINVAL);
	assert_int_equal(MAP(0, DEVICE, 0x1000 | RW, 0, PAGES(1)), L4_EINVAL);
	for (uint32_t va = 0; va < 0x10000; va += PAGES(1))
		assert_false(is_mapped(0, va));
}

static void rights_and_capabilities_are_needed(void **state)
{
	(void)state;
	assert_int_equal(CREATE(0, 0), L4_OK);
	cell->table[SECTION(BIG)].rights = L4_R_READ;
	assert_int_equal(MAP(0, BIG, 0x1000 | RW, 0, PAGES(1)), L4_ERIGHT);
	assert_int_equal(MAP(0, BIG, 0x1000 | RX, 0, PAGES(1)), L4_ERIGHT);
	assert_int_equal(MAP(0, BIG, 0x1000 | RO, 0, PAGES(1)), L4_OK);
	cell->table[SECTION(BIG)].rights = L4_R_WRITE;
	assert_int_equal(MAP(0, BIG, 0x1000 | RO, 0, PAGES(1)), L4_ERIGHT);
	assert_int_equal(MAP(1, BIG, 0x1000 | RO, 0, PAGES(1)), L4_ECAP);
	assert_int_equal(MAP(0, 5, 0x1000 | RO, 0, PAGES(1)), L4_ECAP);
	cell->table[SPACE(0)].rights = 0;
	assert_int_equal(MAP(0, BIG, 0x1000 | RO, 0, PAGES(1)), L4_ERIGHT);
	assert_int_equal(UNMAP(0, 0x1000, PAGES(1)), L4_ERIGHT);
	/* A cell's memory in another cell's space: nobody would find it again. */
	cell->table[SPACE(0)].rights = L4_R_ALL;
	cell->table[SECTION(BIG)].rights = L4_R_ALL;
	callers[0].obj.cell = other_cell;
	assert_int_equal(MAP(0, BIG, 0x1000 | RO, 0, PAGES(1)), L4_OK);
	sections[BIG].obj.cell = other_cell;
	assert_int_equal(MAP(0, BIG, 0x1000 | RO, 0, PAGES(1)), L4_EINVAL);
	callers[0].obj.cell = cell;
}

static void a_megabyte_has_one_domain(void **state)
{
	(void)state;
	assert_int_equal(CREATE(0, 0), L4_OK);
	load(0);
	assert_int_equal(MAP(0, BIG, 0x1000 | RW, 0, PAGES(1)), L4_OK);
	assert_int_equal(MAP(0, BIG, 0x2000 | RW | L4_MAP_KERNEL, 0, PAGES(1)), L4_EINVAL);
	assert_int_equal(UNMAP(0, 0x1000, PAGES(1)), L4_OK);
	assert_int_equal(MAP(0, BIG, 0x2000 | RW | L4_MAP_KERNEL, 0, PAGES(1)), L4_OK);
	maps_to(0, 0x2000, 0x70000000, RW | L4_MAP_KERNEL);
	assert_int_equal(MAP(0, BIG, 0x1000 | RW, 0, PAGES(1)), L4_EINVAL);
	assert_int_equal(MAP(0, BIG, 0 | RW, 0, MB), L4_OK);
	assert_int_equal(MAP(0, BIG, 0x1000 | RW | L4_MAP_KERNEL, 0, PAGES(1)), L4_EINVAL);
	maps_to(0, 0x1000, 0x70001000, RW);
}

static void part_of_a_section_mapping_can_go_or_lose_rights(void **state)
{
	uint32_t used;

	(void)state;
	assert_int_equal(CREATE(0, 0), L4_OK);
	load(0);
	assert_int_equal(MAP(0, BIG, MB | RWX, MB, MB), L4_OK);
	used = cell->used;
	quota_left = 0;
	assert_int_equal(UNMAP(0, MB + 0x5000, PAGES(1)), L4_EQUOTA);
	assert_int_equal(PROTECT(0, MB + 0x5000, PAGES(1)), L4_EQUOTA);
	assert_int_equal(MAP(0, LOW, (MB + 0x5000) | RW, 0, PAGES(1)), L4_EQUOTA);
	maps_to(0, MB + 0x5000, 0x70105000, RWX);
	quota_left = 100;
	assert_int_equal(PROTECT(0, (MB + 0x7000) | L4_MAP_W, PAGES(1)), L4_OK);
	assert_int_equal(UNMAP(0, MB + 0x5000, PAGES(1)), L4_OK);
	assert_int_equal(MAP(0, LOW, (MB + 0x8000) | RW, 0, PAGES(1)), L4_OK);
	assert_int_equal(cell->used, used + L2_SIZE);
	maps_to(0, MB + 0x4000, 0x70104000, RWX);
	assert_false(is_mapped(0, MB + 0x5000));
	maps_to(0, MB + 0x7000, 0x70107000, RW);
	maps_to(0, MB + 0x8000, 0, RW);
	maps_to(0, MB + 0xff000, 0x701ff000, RWX);
	/* Whole again, which gives the table back; then all gone. */
	assert_int_equal(MAP(0, BIG, MB | RO, 2 * MB, MB), L4_OK);
	assert_int_equal(cell->used, used);
	maps_to(0, MB + 0x5000, 0x70205000, RO);
	assert_int_equal(PROTECT(0, MB, MB), L4_OK);
	assert_int_equal(UNMAP(0, MB, MB), L4_OK);
	assert_false(is_mapped(0, MB + 0x5000));
}

static void unmapping_a_whole_megabyte_gives_its_table_back(void **state)
{
	uint32_t used;

	(void)state;
	assert_int_equal(CREATE(0, 0), L4_OK);
	load(0);
	used = cell->used;
	assert_int_equal(MAP(0, BIG, 0xff000 | RW, 0, PAGES(2)), L4_OK);
	assert_int_equal(cell->used, used + 2 * L2_SIZE);
	assert_int_equal(UNMAP(0, 0, 2 * MB), L4_OK);
	assert_int_equal(cell->used, used);
}

static void no_quota_no_table(void **state)
{
	(void)state;
	quota_left = 1;
	assert_int_equal(CREATE(0, 0), L4_EQUOTA);
	assert_int_equal(cell->used, 0);
	quota_left = 3;
	assert_int_equal(CREATE(0, 0), L4_OK);
	assert_int_equal(MAP(0, BIG, 0xff000 | RW, 0, PAGES(2)), L4_EQUOTA);
	/* What comes before stays, and the arguments tell how far it got. */
	assert_true(is_mapped(0, 0xff000));
	assert_int_equal(callers[0].regs.r[2], MB | RW);
	assert_int_equal(callers[0].regs.r[4], PAGES(1));
}

static void rights_are_lowered_and_never_raised_by_protect(void **state)
{
	(void)state;
	assert_int_equal(CREATE(0, 0), L4_OK);
	load(0);
	assert_int_equal(MAP(0, BIG, 0x1000 | RW, 0, PAGES(1)), L4_OK);
	assert_int_equal(PROTECT(0, 0x1000 | L4_MAP_X | L4_MAP_W, PAGES(1)), L4_OK);
	maps_to(0, 0x1000, 0x70000000, RW);
	assert_int_equal(PROTECT(0, 0x1000 | L4_MAP_X, PAGES(1)), L4_OK);
	maps_to(0, 0x1000, 0x70000000, RO);
	assert_int_equal(PROTECT(0, 0x1000 | L4_MAP_W, PAGES(1)), L4_OK);
	maps_to(0, 0x1000, 0x70000000, RO);
}

static void generations_count_removals_and_downgrades_only(void **state)
{
	uint32_t g;

	(void)state;
	assert_int_equal(CREATE(0, 0), L4_OK);
	g = GENERATION(0);
	assert_int_equal(MAP(0, BIG, 0x1000 | RO, 0, PAGES(4)), L4_OK);
	assert_int_equal(MAP(0, BIG, 0x1000 | RW, 0, PAGES(4)), L4_OK);
	assert_int_equal(MAP(0, BIG, 0x1000 | RW, 0, PAGES(4)), L4_OK);
	assert_int_equal(GENERATION(0), g);
	assert_int_equal(MAP(0, BIG, 0x2000 | RO, PAGES(1), PAGES(1)), L4_OK);
	assert_int_not_equal(GENERATION(0), g);
	g = GENERATION(0);
	assert_int_equal(MAP(0, BIG, 0x2000 | RO, PAGES(2), PAGES(1)), L4_OK);
	assert_int_not_equal(GENERATION(0), g);
	g = GENERATION(0);
	/* Also where nothing is mapped: an addition may be on its way. */
	assert_int_equal(UNMAP(0, 0x40000000, PAGES(1)), L4_OK);
	assert_int_not_equal(GENERATION(0), g);
	g = GENERATION(0);
	assert_int_equal(PROTECT(0, 0x40000000, PAGES(1)), L4_OK);
	assert_int_not_equal(GENERATION(0), g);
}

static void a_shared_range_is_the_same_in_all_that_share_it(void **state)
{
	uint32_t g1, g2;

	(void)state;
	share_kernel();
	assert_int_equal(CREATE(1, SPACE(0)), L4_OK);
	assert_int_equal(CREATE(2, SPACE(1)), L4_OK);
	load(1);
	maps_to(1, KERNEL + 0x3000, 0x70003000, RWX | L4_MAP_KERNEL);
	maps_to(2, 0xffff0000, 0x70000000, RX);
	assert_int_equal(MAP(1, BIG, 0xd0000000 | RW | L4_MAP_KERNEL, 0, PAGES(2)), L4_OK);
	assert_int_equal(model_tlbi, 0);
	maps_to(0, 0xd0001000, 0x70001000, RW | L4_MAP_KERNEL);
	maps_to(2, 0xd0001000, 0x70001000, RW | L4_MAP_KERNEL);
	load(2);
	load(0);
	g1 = GENERATION(1);
	g2 = GENERATION(2);
	assert_int_equal(UNMAP(1, 0xd0001000, PAGES(1)), L4_OK);
	assert_false(is_mapped(2, 0xd0001000));
	assert_int_not_equal(GENERATION(1), g1);
	assert_int_not_equal(GENERATION(2), g2);
	assert_int_not_equal(GENERATION(0), g1);
	/* Outside it, each has its own. */
	g2 = GENERATION(2);
	assert_int_equal(MAP(1, BIG, 0x1000 | RW, 0, PAGES(1)), L4_OK);
	assert_int_equal(UNMAP(1, 0x1000, PAGES(1)), L4_OK);
	assert_int_equal(GENERATION(2), g2);
}

static void first_level_descriptors_of_a_shared_range_are_final(void **state)
{
	(void)state;
	share_kernel();
	assert_int_equal(CREATE(1, SPACE(0)), L4_OK);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(UNMAP(i, KERNEL, MB), L4_EINVAL);
		assert_int_equal(UNMAP(i, KERNEL + 0x1000, PAGES(1)), L4_EINVAL);
		assert_int_equal(PROTECT(i, KERNEL, PAGES(1)), L4_EINVAL);
		assert_int_equal(MAP(i, LOW, KERNEL | RW | L4_MAP_KERNEL, 0, PAGES(1)), L4_EINVAL);
		assert_int_equal(MAP(i, BIG, 0xd0000000 | RW, 0, PAGES(1)), L4_EINVAL);
	}
	/* A megabyte is mapped by its table, since a section cannot be put there. */
	assert_int_equal(MAP(1, BIG, 0xd0000000 | RW | L4_MAP_KERNEL, 0, MB), L4_OK);
	maps_to(0, 0xd0080000, 0x70080000, RW | L4_MAP_KERNEL);
	assert_int_equal(UNMAP(0, 0xd0000000, MB), L4_OK);
	assert_false(is_mapped(1, 0xd0080000));
}

static void shares_are_declared_once_and_well_formed(void **state)
{
	(void)state;
	assert_int_equal(CREATE(0, 0), L4_OK);
	assert_int_equal(CREATE(1, SPACE(0)), L4_EINVAL);
	assert_int_equal(CREATE(0, 0), L4_EBUSY);
	assert_int_equal(CREATE(1, 55), L4_ECAP);
	assert_int_equal(SHARE(0, KERNEL + 0x1000, MB), L4_EINVAL);
	assert_int_equal(SHARE(0, KERNEL, 0x1000), L4_EINVAL);
	assert_int_equal(SHARE(0, KERNEL, 0), L4_EINVAL);
	assert_int_equal(SHARE(0, KERNEL, 0x40100000), L4_EINVAL);
	quota_left = 2;
	assert_int_equal(SHARE(0, KERNEL, 3 * MB), L4_EQUOTA);
	assert_int_equal(CREATE(1, SPACE(0)), L4_EINVAL);
	quota_left = 100;
	assert_int_equal(SHARE(0, KERNEL, 3 * MB), L4_OK);
	assert_int_equal(SHARE(0, KERNEL, 3 * MB), L4_EBUSY);
	assert_int_equal(CREATE(1, SPACE(0)), L4_OK);
	assert_int_equal(SHARE(1, 0, MB), L4_EBUSY);
	assert_int_equal(destroy(0), L4_EBUSY);
	assert_int_equal(destroy(1), L4_OK);
	assert_int_equal(destroy(0), L4_OK);
}

static void a_switch_writes_contextidr_once(void **state)
{
	(void)state;
	assert_int_equal(CREATE(0, 0), L4_OK);
	assert_int_equal(CREATE(1, 0), L4_OK);
	load(0);
	model_switches = 0;
	load(1);
	assert_int_equal(model_switches, 1);
	load(1);
	assert_int_equal(model_switches, 1);
	assert_int_equal(model_tlbi, 0);
}

static void asids_last_for_ever(void **state)
{
	(void)state;
	assert_int_equal(CREATE(0, 0), L4_OK);
	assert_int_equal(CREATE(1, 0), L4_OK);
	assert_int_equal(MAP(0, BIG, 0x1000 | RW, 0, PAGES(8)), L4_OK);
	assert_int_equal(MAP(1, LOW, 0x1000 | RO, 0, PAGES(8)), L4_OK);
	for (unsigned i = 0; i < 700; i++) {
		load(i & 1);
		assert_int_equal(CREATE(2, 0), L4_OK);
		assert_int_equal(MAP(2, BIG, 0x1000 | RO, PAGES(20), PAGES(8)), L4_OK);
		load(2);
		assert_int_equal(destroy(2), L4_OK);
	}
}

static void replacing_breaks_before_it_makes(void **state)
{
	(void)state;
	assert_int_equal(CREATE(0, 0), L4_OK);
	load(0);
	for (unsigned i = 0; i < 200; i++) {
		uint32_t kernel = i & 1 ? L4_MAP_KERNEL : 0;

		assert_int_equal(MAP(0, BIG, MB | kernel | RW, i % 5 * MB, MB), L4_OK);
		assert_int_equal(MAP(0, BIG, 2 * MB | RW, i % 7 * PAGES(9), PAGES(40)), L4_OK);
		if (i % 3)
			assert_int_equal(MAP(0, LOW, (MB + 0x3000) | kernel | RX, i % 2 * PAGES(1),
					     PAGES(5)), L4_OK);
	}
}

static void a_batch_stops_at_the_first_that_fails(void **state)
{
	static struct l4_msgbuf buf;
	struct l4_map_item *item = (struct l4_map_item *)(void *)&buf;

	(void)state;
	assert_int_equal(CREATE(0, 0), L4_OK);
	assert_int_equal(call(sys_map_batch, SPACE(0), 1, 0, 0, 0), L4_EINVAL);
	callers[0].buf = &buf;
	for (unsigned i = 0; i < 16; i++)
		item[i] = (struct l4_map_item){
		    SECTION(BIG), PAGES(i), (0xf0000 + PAGES(i * 16)) | RW, i + 1};
	preempt_rate = 1;
	assert_int_equal(call(sys_map_batch, SPACE(0), 16, 0, 0, 0), L4_OK);
	maps_to(0, 0xf0000 + PAGES(15 * 16 + 15), 0x70000000 + PAGES(30), RW);
	assert_false(is_mapped(0, 0xf0000 + PAGES(1)));
	assert_int_equal(call(sys_map_batch, SPACE(0), 17, 0, 0, 0), L4_EINVAL);
	assert_int_equal(call(sys_map_batch, SPACE(0), 0, 0, 0, 0), L4_EINVAL);
	item[1].gen = 17;
	assert_int_equal(call(sys_map_batch, SPACE(0), 2, 0, 0, 0), L4_EINVAL);
	assert_int_equal(callers[0].regs.r[1], 1u << 16 | 2);
	item[1].section = 1;
	assert_int_equal(call(sys_map_batch, SPACE(0), 2, 0, 0, 0), L4_ECAP);
	item[0].gen = 0;
	assert_int_equal(call(sys_map_batch, SPACE(0), 2, 0, 0, 0), L4_EINVAL);
}

#define CACHE(op, va, size) call(sys_cache, 0, op, va, size, 0)

static void cache_maintenance_never_faults(void **state)
{
	(void)state;
	assert_int_equal(CREATE(0, 0), L4_OK);
	assert_int_equal(CREATE(1, 0), L4_OK);
	load(0);
	assert_int_equal(MAP(0, BIG, 0x1000 | RW, 0, PAGES(2)), L4_OK);
	assert_int_equal(MAP(0, BIG, MB | RW | L4_MAP_KERNEL, 0, MB), L4_OK);
	assert_int_equal(CACHE(L4_CACHE_CLEAN, 0x1ff0, 0x20), L4_OK);
	assert_int_equal(cache_bytes[CLEAN_POC], 0x20);
	assert_int_equal(CACHE(L4_CACHE_FLUSH, 0x1000, PAGES(2)), L4_OK);
	assert_int_equal(cache_bytes[FLUSH_POC], PAGES(2));
	assert_int_equal(CACHE(L4_CACHE_CODE, 0x2000, PAGES(2)), L4_EFAULT);
	assert_int_equal(cache_bytes[CLEAN_POU], PAGES(1));
	assert_int_equal(cache_bytes[DROP_CODE], 1);
	/* The guest kernel's domain is closed for this thread, then open. */
	assert_int_equal(CACHE(L4_CACHE_INV, MB, PAGES(1)), L4_EFAULT);
	callers[0].dacr = 0x15;
	preempt_rate = 1;
	assert_int_equal(CACHE(L4_CACHE_INV, MB, MB), L4_OK);
	assert_int_equal(CACHE(0, 0x1000, 4), L4_EINVAL);
	assert_int_equal(CACHE(5, 0x1000, 4), L4_EINVAL);
	assert_int_equal(CACHE(L4_CACHE_INV, 0xfc000000, 4), L4_EINVAL);
	assert_int_equal(CACHE(L4_CACHE_INV, 0xfffff000, 0x1001), L4_EINVAL);
	assert_int_equal(call(sys_cache, SPACE(1), 1, 0x1000, 4, 0), L4_EINVAL);
	assert_int_equal(call(sys_cache, SPACE(0), 1, 0x1000, 4, 0), L4_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_map_of_what_was_free_needs_no_tlb_maintenance),
	    TEST(both_ends_of_the_address_space_can_be_mapped),
	    TEST(malformed_ranges_change_nothing),
	    TEST(rights_and_capabilities_are_needed),
	    TEST(a_megabyte_has_one_domain),
	    TEST(part_of_a_section_mapping_can_go_or_lose_rights),
	    TEST(unmapping_a_whole_megabyte_gives_its_table_back),
	    TEST(no_quota_no_table),
	    TEST(rights_are_lowered_and_never_raised_by_protect),
	    TEST(generations_count_removals_and_downgrades_only),
	    TEST(a_shared_range_is_the_same_in_all_that_share_it),
	    TEST(first_level_descriptors_of_a_shared_range_are_final),
	    TEST(shares_are_declared_once_and_well_formed),
	    TEST(a_switch_writes_contextidr_once),
	    TEST(asids_last_for_ever),
	    TEST(revocation_reaches_every_space_of_the_cell),
	    TEST(revoking_a_frame_leaves_the_kernel_its_own_mapping),
	    TEST(replacing_breaks_before_it_makes),
	    TEST(scans_that_meet_both_remove_everything),
	    TEST(a_scan_survives_the_end_of_the_space_it_is_in),
	    TEST(a_scan_survives_the_end_of_the_table_it_is_in),
	    TEST(a_batch_stops_at_the_first_that_fails),
	    TEST(cache_maintenance_never_faults),
	    TEST(random_use_leaves_nothing_stale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
