/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Revocation: space_unmap_phys takes all mappings of a section out of a cell's
 * spaces, also when several of them are under way at once.
 */
#include "space_world.h"

void revocation_reaches_every_space_of_the_cell(void **state)
{
	uint16_t ticket = 0;

	(void)state;
	share_kernel();
	assert_int_equal(CREATE(1, SPACE(0)), L4_OK);
	assert_int_equal(CREATE(2, 0), L4_OK);
	load(1);
	assert_int_equal(MAP(1, BIG, 0x100000 | RW, 0, 2 * MB), L4_OK);
	assert_int_equal(MAP(2, SMALL, 0x7000 | RW, 0, PAGES(20)), L4_OK);
	assert_int_equal(MAP(1, BIG, 0xd0000000 | RW | L4_MAP_KERNEL, PAGES(1), PAGES(20)), L4_OK);
	assert_int_equal(revoke_once(PART, &ticket), L4_OK);
	assert_false(is_mapped(1, 0x205000));
	maps_to(1, 0x204000, 0x70104000, RW);
	/* In a shared range the section goes as a whole, if it is touched at all. */
	maps_to(1, KERNEL, 0x70000000, RWX | L4_MAP_KERNEL);
	assert_false(is_mapped(0, KERNEL + MB));
	assert_false(is_mapped(1, KERNEL + MB + 0x80000));
	assert_int_equal(revoke_once(BIG, &ticket), L4_OK);
	assert_int_equal(ticket, 0);
	for (unsigned i = 0; i < 2; i++) {
		assert_false(is_mapped(i, KERNEL));
		assert_false(is_mapped(i, 0xd0003000));
		assert_false(is_mapped(i, 0xffff0000));
	}
	assert_false(is_mapped(1, 0x180000));
	/* BIG ends at 0x70600000: SMALL, from 0x71080000, is untouched. */
	maps_to(2, 0x7000, 0x71080000, RW);
}

/* A frame is memory of the kernel's pool, which the kernel has mapped in each space too. */
void revoking_a_frame_leaves_the_kernel_its_own_mapping(void **state)
{
	void *page = pool_alloc(L4_PAGE_SHIFT);
	uint16_t ticket = 0;

	(void)state;
	assert_int_equal(CREATE(0, 0), L4_OK);
	load(0);
	sections[DEVICE].base = pool_phys(page);
	sections[DEVICE].size = L4_PAGE_SIZE;
	sections[DEVICE].types = L4_MTMASK_RAM;
	assert_int_equal(MAP(0, DEVICE, 0x1000 | RW, 0, PAGES(1)), L4_OK);
	assert_int_equal(revoke_once(DEVICE, &ticket), L4_OK);
	assert_false(is_mapped(0, 0x1000));
	pool_free(page, L4_PAGE_SHIFT);
}

/* Two capabilities of the same memory go, by two threads that interrupt each other. */
void scans_that_meet_both_remove_everything(void **state)
{
	uint16_t x = 0, y = 0, z = 0;
	int result = L4_RESTART;

	(void)state;
	assert_int_equal(CREATE(0, 0), L4_OK);
	assert_int_equal(CREATE(1, 0), L4_OK);
	load(0);
	assert_int_equal(MAP(0, BIG, 0x1000 | RW, 0, PAGES(4)), L4_OK);
	assert_int_equal(MAP(1, SMALL, 0x80000000 | RW, 0, PAGES(4)), L4_OK);
	preempt_rate = 1;
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(revoke_once(BIG, &x), L4_RESTART);
	assert_false(is_mapped(0, 0x1000));
	/* Through another capability of BIG; this one is then deleted too. */
	assert_int_equal(MAP(0, BIG, 0x1000 | RW, 0, PAGES(4)), L4_OK);
	while (result == L4_RESTART)
		result = revoke_once(BIG, &y);
	assert_false(is_mapped(0, 0x1000));
	/* A third begins before the first comes back and learns that it is done. */
	assert_int_equal(revoke_once(SMALL, &z), L4_RESTART);
	assert_int_equal(revoke_once(BIG, &x), L4_OK);
	assert_int_equal(x, 0);
	for (result = L4_RESTART; result == L4_RESTART;)
		result = revoke_once(SMALL, &z);
	assert_false(is_mapped(1, 0x80000000));
}

void a_scan_survives_the_end_of_the_space_it_is_in(void **state)
{
	uint16_t x = 0;
	int result;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(CREATE(i, 0), L4_OK);
	load(2);
	assert_int_equal(MAP(2, BIG, 0x1000 | RW, 0, PAGES(4)), L4_OK);
	preempt_rate = 1;
	assert_int_equal(revoke_once(BIG, &x), L4_RESTART);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(destroy(i), L4_OK);
	for (result = L4_RESTART; result == L4_RESTART;)
		result = revoke_once(BIG, &x);
	assert_false(is_mapped(2, 0x1000));
}

void a_scan_survives_the_end_of_the_table_it_is_in(void **state)
{
	uint16_t x = 0;
	int result;

	(void)state;
	assert_int_equal(CREATE(0, 0), L4_OK);
	load(0);
	assert_int_equal(MAP(0, BIG, 0 | RW, PAGES(1), MB), L4_OK);
	assert_int_equal(MAP(0, BIG, 0x8000000 | RW, 0, PAGES(4)), L4_OK);
	preempt_rate = 1;
	while (is_mapped(0, 0))
		assert_int_equal(revoke_once(BIG, &x), L4_RESTART);
	assert_true(is_mapped(0, MB - PAGES(1)));
	assert_int_equal(UNMAP(0, 0, MB), L4_OK);
	for (result = L4_RESTART; result == L4_RESTART;)
		result = revoke_once(BIG, &x);
	assert_false(is_mapped(0, 0x8000000));
}
