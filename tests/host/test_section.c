/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Sections, frames and interrupt lines: section_derive, frame_create, irq_*.
 */
#include "objects.h"

enum { A = 30, B, C, D, CELL = 40, SIBLING, SPACE, THREAD, FRAME, IRQ };

#define DERIVE(t, ...) CALL(sys_section_derive, t, __VA_ARGS__)
#define DELETE(t, n)   CALL(sys_cap_delete, t, n)
#define PAGE	       L4_PAGE_SIZE

static struct slot *at(l4_slot n)
{
	return slot_of(root, n);
}

static const struct section *section(l4_slot n)
{
	return (const struct section *)(const void *)at(n)->obj;
}

static void make_cell(l4_slot n, uint32_t quota)
{
	assert_int_equal(CALL(sys_cell_create, driver, n, quota, 16, 100), L4_OK);
}

static void derived_section_is_a_part_with_fewer_rights(void **state)
{
	(void)state;
	assert_int_equal(DERIVE(driver, 0, A, RAM_SLOT, 0x10000, 0x20000, L4_R_READ | L4_R_EXEC),
			 L4_OK);
	assert_int_equal(section(A)->base, RAM_BASE + 0x10000);
	assert_int_equal(section(A)->size, 0x20000);
	assert_int_equal(section(A)->types, L4_MTMASK_RAM);
	assert_int_equal(at(A)->rights, L4_R_READ | L4_R_EXEC);
	assert_int_equal(at(A)->flags, SLOT_ORIGINAL);
	assert_ptr_equal(at(A)->parent, at(RAM_SLOT));
	assert_int_equal(DERIVE(driver, 0, B, A, 0x1f000, 0x1000, L4_R_READ), L4_OK);
	assert_int_equal(section(B)->base, RAM_BASE + 0x2f000);
	assert_int_equal(DERIVE(driver, 0, C, RAM_SLOT, 0, RAM_SIZE, 0), L4_OK);
	check_world();
	assert_int_equal(CALL(sys_cap_revoke, driver, RAM_SLOT), L4_OK);
	assert_true(!at(A)->obj && !at(B)->obj && !at(C)->obj);
}

static void derive_refuses_ranges_that_are_not_inside(void **state)
{
	static const uint32_t bad[][2] = {
	    {0, 0},
	    {0, RAM_SIZE + PAGE},
	    {RAM_SIZE, PAGE},
	    {RAM_SIZE - PAGE, 2 * PAGE},
	    {PAGE, RAM_SIZE},
	    {1, PAGE},
	    {0, PAGE - 1},
	    {0x800, 0x1000},
	    {0xfffff000, 0x2000},
	    {0x1000, 0xfffff000},
	    {0, 0xfffff000},
	    {0xfffff000, 0xfffff000},
	};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(DERIVE(driver, 0, A, RAM_SLOT, bad[i][0], bad[i][1], L4_R_READ),
				 L4_EINVAL);
	assert_null(at(A)->obj);
}

static void derive_errors(void **state)
{
	(void)state;
	make_cell(CELL, 64);
	assert_int_equal(DERIVE(driver, A, A, RAM_SLOT, 0, PAGE, 0), L4_ECAP);
	assert_int_equal(DERIVE(driver, RAM_SLOT, A, RAM_SLOT, 0, PAGE, 0), L4_ECAP);
	assert_int_equal(DERIVE(driver, 0, A, B, 0, PAGE, 0), L4_ECAP);
	assert_int_equal(DERIVE(driver, 0, A, CELL, 0, PAGE, 0), L4_ECAP);
	assert_int_equal(DERIVE(driver, 0, A, ~0u, 0, PAGE, 0), L4_ECAP);
	assert_int_equal(DERIVE(driver, 0, 0, RAM_SLOT, 0, PAGE, 0), L4_EINVAL);
	assert_int_equal(DERIVE(driver, 0, CELL_MAX_SLOTS, RAM_SLOT, 0, PAGE, 0), L4_EINVAL);
	assert_int_equal(DERIVE(driver, 0, A, RAM_SLOT, 0, PAGE, L4_R_ALL + 1), L4_EINVAL);
	assert_int_equal(DERIVE(driver, 0, CELL, RAM_SLOT, 0, PAGE, 0), L4_EBUSY);
	assert_int_equal(DERIVE(driver, CELL, A, RAM_SLOT, 0, PAGE, 0), L4_OK);
	assert_int_equal(DERIVE(driver, CELL, B, RAM_SLOT, 0, PAGE, 0), L4_EQUOTA);
	assert_int_equal(DERIVE(driver, 0, B, A, 0, PAGE, L4_R_READ), L4_ERIGHT);
	/* For another cell the source needs L4_R_GRANT; the cell needs L4_R_CONTROL. */
	assert_int_equal(DERIVE(driver, CELL, B, A, 0, PAGE, 0), L4_ERIGHT);
	assert_int_equal(CALL(sys_cap_copy, driver, CELL, 0, C, L4_R_GRANT, 0), L4_OK);
	assert_int_equal(DERIVE(driver, C, B, RAM_SLOT, 0, PAGE, 0), L4_ERIGHT);
	/* A frame is the kernel's memory: nothing is derived from it. */
	assert_int_equal(CALL(sys_frame_create, driver, 0, FRAME), L4_OK);
	assert_int_equal(DERIVE(driver, 0, B, FRAME, 0, PAGE, 0), L4_ECAP);
	check_world();
}

/* Objects are made in one's own cell or below: see object.h. */
static void derive_for_a_cell_beside_is_refused(void **state)
{
	struct thread *t;

	(void)state;
	make_cell(CELL, 65536);
	make_cell(SIBLING, 65536);
	assert_int_equal(CALL(fake_space_create, driver, CELL, SPACE), L4_OK);
	assert_int_equal(CALL(fake_thread_create, driver, CELL, THREAD, SPACE), L4_OK);
	t = (struct thread *)at(THREAD)->obj;
	assert_int_equal(CALL(sys_cap_copy, driver, RAM_SLOT, CELL, 8, L4_R_ALL, 0), L4_OK);
	assert_int_equal(CALL(sys_cap_copy, driver, SIBLING, CELL, 9, L4_R_ALL, 0), L4_OK);
	assert_int_equal(CALL(sys_cap_copy, driver, L4_SLOT_CELL, CELL, 10, L4_R_ALL, 0), L4_OK);
	assert_int_equal(DERIVE(t, 9, 11, 8, 0, PAGE, 0), L4_EINVAL);
	assert_int_equal(DERIVE(t, 10, 11, 8, 0, PAGE, 0), L4_EINVAL);
	assert_int_equal(CALL(sys_frame_create, t, 9, 11), L4_EINVAL);
	assert_int_equal(DERIVE(t, 0, 11, 8, 0, PAGE, 0), L4_OK);
}

static void destroyed_section_takes_what_was_mapped_for_its_cell(void **state)
{
	struct cell *cell;

	(void)state;
	make_cell(CELL, 65536);
	cell = (struct cell *)at(CELL)->obj;
	assert_int_equal(CALL(fake_space_create, driver, CELL, SPACE), L4_OK);
	assert_int_equal(DERIVE(driver, CELL, A, RAM_SLOT, 0, PAGE, L4_R_READ), L4_OK);
	assert_int_equal(CALL(sys_frame_create, driver, CELL, FRAME), L4_OK);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(CALL(fake_map, driver, SPACE, A), L4_OK);
		assert_int_equal(CALL(fake_map, driver, SPACE, FRAME), L4_OK);
	}
	assert_int_equal(mappings(cell), 8);
	preempt_rate = 1;
	assert_int_equal(DELETE(driver, A), L4_OK);
	assert_int_equal(preempt_restarts, 4);
	assert_int_equal(mappings(cell), 4);
	assert_int_equal(DELETE(driver, FRAME), L4_OK);
	assert_int_equal(mappings(cell), 0);
}

/* The two parts of taking its mappings are done once each, however often it is preempted. */
static void destroyed_section_goes_on_where_it_was(void **state)
{
	(void)state;
	make_cell(CELL, 65536);
	assert_int_equal(CALL(fake_space_create, driver, CELL, SPACE), L4_OK);
	assert_int_equal(CALL(fake_space_create, driver, 0, B), L4_OK);
	assert_int_equal(DERIVE(driver, CELL, A, RAM_SLOT, 0, PAGE, L4_R_READ), L4_OK);
	for (int i = 0; i < 2; i++)
		assert_int_equal(CALL(fake_map, driver, B, A), L4_OK);
	for (int i = 0; i < 4; i++)
		assert_int_equal(CALL(fake_map, driver, SPACE, A), L4_OK);
	preempt_rate = 1;
	unmap_calls = 0;
	assert_int_equal(DELETE(driver, A), L4_OK);
	assert_int_equal(preempt_restarts, 6);
	assert_int_equal(unmap_calls, 2 + 1 + 4 + 1);
}

static void frame_is_zeroed_paid_and_given_back(void **state)
{
	struct cell *cell;
	const struct frame *f;
	uint32_t free_before;

	(void)state;
	make_cell(CELL, 2 * PAGE);
	cell = (struct cell *)at(CELL)->obj;
	free_before = pool_free_bytes();
	assert_int_equal(CALL(sys_frame_create, driver, CELL, FRAME), L4_OK);
	f = (const struct frame *)(const void *)at(FRAME)->obj;
	assert_int_equal(f->sec.size, PAGE);
	assert_int_equal(f->sec.base, pool_phys(f->page));
	assert_int_equal(cell->used, PAGE + (1u << f->sec.obj.order));
	memset(f->page, 0xa5, PAGE);
	assert_int_equal(DELETE(driver, FRAME), L4_OK); /* pool_free checks that it is zero */
	assert_int_equal(cell->used, 0);
	assert_int_equal(pool_free_bytes(), free_before);
}

static void frame_errors(void **state)
{
	uint32_t object = 1u << pool_order(sizeof(struct frame));

	(void)state;
	make_cell(CELL, PAGE + object - 1); /* the page or the object, not both */
	make_cell(SIBLING, 0);
	assert_int_equal(CALL(sys_frame_create, driver, A, FRAME), L4_ECAP);
	assert_int_equal(CALL(sys_frame_create, driver, 0, 0), L4_EINVAL);
	assert_int_equal(CALL(sys_frame_create, driver, 0, CELL), L4_EBUSY);
	assert_int_equal(CALL(sys_frame_create, driver, SIBLING, FRAME), L4_EQUOTA);
	assert_int_equal(CALL(sys_cap_copy, driver, CELL, 0, B, L4_R_GRANT, 0), L4_OK);
	assert_int_equal(CALL(sys_frame_create, driver, B, FRAME), L4_ERIGHT);
	assert_int_equal(CALL(sys_frame_create, driver, CELL, FRAME), L4_EQUOTA);
	check_world();
}

/* Quotas are kept whole when the pool has no block that is large enough. */
static void exhausted_pool_is_no_quota(void **state)
{
	(void)state;
	for (int left = 0; left < 2; left++) {
		pool_allocations_left = left;
		assert_int_equal(CALL(sys_frame_create, driver, 0, FRAME), L4_EQUOTA);
		check_world();
		pool_allocations_left = left;
		assert_int_equal(CALL(sys_cell_create, driver, CELL, 64, 16, 0), L4_EQUOTA);
		check_world();
	}
	pool_allocations_left = 0;
	assert_int_equal(DERIVE(driver, 0, A, RAM_SLOT, 0, PAGE, 0), L4_EQUOTA);
	assert_int_equal(CALL(sys_irq_create, driver, L4_SLOT_IRQ, IRQ, 40), L4_EQUOTA);
	pool_allocations_left = -1;
	assert_int_equal(CALL(sys_irq_create, driver, L4_SLOT_IRQ, IRQ, 40), L4_OK);
}

static void section_lookup_finds_sections_and_frames(void **state)
{
	int err = 0;

	(void)state;
	assert_int_equal(CALL(sys_frame_create, driver, 0, FRAME), L4_OK);
	assert_ptr_equal(section_lookup(root, RAM_SLOT, L4_R_WRITE, &err), section(RAM_SLOT));
	assert_ptr_equal(section_lookup(root, FRAME, L4_R_WRITE, &err), section(FRAME));
	assert_null(section_lookup(root, L4_SLOT_CELL, 0, &err));
	assert_int_equal(err, L4_ECAP);
	assert_null(section_lookup(root, ~0u, 0, &err));
	assert_int_equal(CALL(sys_cap_copy, driver, FRAME, 0, A, L4_R_READ, 0), L4_OK);
	assert_null(section_lookup(root, A, L4_R_WRITE, &err));
	assert_int_equal(err, L4_ERIGHT);
}

static struct thread *make_thread(void)
{
	assert_int_equal(CALL(fake_space_create, driver, 0, SPACE), L4_OK);
	assert_int_equal(CALL(fake_thread_create, driver, 0, THREAD, SPACE), L4_OK);
	return (struct thread *)at(THREAD)->obj;
}

static void irq_create_errors(void **state)
{
	static const uint32_t bad[] = {0, 31, TIMER_LINE, IRQ_LINES_MADE, 255, 256, 1023, ~0u};

	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(CALL(sys_irq_create, driver, L4_SLOT_IRQ, IRQ, bad[i]), L4_EINVAL);
	assert_int_equal(CALL(sys_irq_create, driver, A, IRQ, 40), L4_ECAP);
	assert_int_equal(CALL(sys_irq_create, driver, RAM_SLOT, IRQ, 40), L4_ECAP);
	assert_int_equal(CALL(sys_irq_create, driver, L4_SLOT_IRQ, 0, 40), L4_EINVAL);
	assert_int_equal(CALL(sys_irq_create, driver, L4_SLOT_IRQ, RAM_SLOT, 40), L4_EBUSY);
	assert_int_equal(CALL(sys_irq_create, driver, L4_SLOT_IRQ, IRQ, 40), L4_OK);
	assert_int_equal(CALL(sys_irq_create, driver, L4_SLOT_IRQ, A, 40), L4_EBUSY);
	assert_int_equal(CALL(sys_cap_copy, driver, L4_SLOT_IRQ, 0, B, L4_R_GRANT, 0), L4_OK);
	assert_int_equal(CALL(sys_irq_create, driver, B, A, 41), L4_ERIGHT);
	/* The line is free again when its capability is gone. */
	assert_int_equal(DELETE(driver, IRQ), L4_OK);
	assert_int_equal(CALL(sys_irq_create, driver, L4_SLOT_IRQ, A, 40), L4_OK);
	assert_int_equal(CALL(sys_cap_revoke, driver, L4_SLOT_IRQ), L4_OK);
	assert_null(at(A)->obj);
}

static void irq_is_paid_by_its_cell(void **state)
{
	struct thread *t;
	uint32_t fill;

	(void)state;
	make_cell(CELL, 16384);
	assert_int_equal(CALL(fake_space_create, driver, CELL, SPACE), L4_OK);
	assert_int_equal(CALL(fake_thread_create, driver, CELL, THREAD, SPACE), L4_OK);
	t = (struct thread *)at(THREAD)->obj;
	assert_int_equal(CALL(sys_cap_copy, driver, L4_SLOT_IRQ, CELL, 8, L4_R_ALL, 0), L4_OK);
	fill = (t->obj.cell->quota - t->obj.cell->used) & ~63u;
	assert_true(cell_charge(t->obj.cell, fill));
	assert_int_equal(CALL(sys_irq_create, t, 8, 9, 40), L4_EQUOTA);
	cell_uncharge(t->obj.cell, 128);
	assert_int_equal(CALL(sys_irq_create, t, 8, 9, 40), L4_OK);
	assert_ptr_equal(t->obj.cell->table[9].obj->cell, t->obj.cell);
	cell_uncharge(t->obj.cell, fill - 128);
}

static void interrupt_masks_its_line_and_notifies(void **state)
{
	struct thread *t = make_thread();

	(void)state;
	assert_int_equal(CALL(sys_irq_create, driver, L4_SLOT_IRQ, IRQ, 40), L4_OK);
	assert_false(line_open(40));
	assert_int_equal(CALL(sys_irq_ack, driver, IRQ), L4_EAGAIN);
	assert_int_equal(CALL(sys_irq_bind, driver, IRQ, THREAD, 6), L4_OK);
	assert_true(line_open(40));
	notified_thread = NULL;
	irq_handle(40);
	assert_ptr_equal(notified_thread, t);
	assert_int_equal(notified_bits, 6);
	assert_false(line_open(40));
	assert_int_equal(CALL(sys_irq_ack, driver, IRQ), L4_OK);
	assert_true(line_open(40));
	assert_int_equal(CALL(sys_irq_mask, driver, IRQ), L4_OK);
	assert_false(line_open(40));
	assert_int_equal(CALL(sys_irq_ack, driver, IRQ), L4_OK);
	/* A line whose thread or object is gone closes at its next interrupt. */
	assert_int_equal(DELETE(driver, THREAD), L4_OK);
	notified_thread = NULL;
	irq_handle(40);
	assert_null(notified_thread);
	assert_false(line_open(40));
	assert_int_equal(CALL(sys_irq_ack, driver, IRQ), L4_EAGAIN);
	irq_handle(41);
	irq_handle(1000);
	assert_null(notified_thread);
}

static void destroyed_or_unbound_line_is_masked(void **state)
{
	(void)state;
	make_thread();
	assert_int_equal(CALL(sys_irq_create, driver, L4_SLOT_IRQ, IRQ, 40), L4_OK);
	assert_int_equal(CALL(sys_irq_bind, driver, IRQ, THREAD, 1), L4_OK);
	assert_int_equal(CALL(sys_irq_bind, driver, IRQ, 0, 0), L4_OK);
	assert_false(line_open(40));
	assert_int_equal(CALL(sys_irq_ack, driver, IRQ), L4_EAGAIN);
	assert_int_equal(CALL(sys_irq_bind, driver, IRQ, THREAD, 1), L4_OK);
	assert_int_equal(DELETE(driver, IRQ), L4_OK);
	assert_false(line_open(40));
	notified_thread = NULL;
	irq_handle(40);
	assert_null(notified_thread);
}

static void irq_bind_errors(void **state)
{
	(void)state;
	make_thread();
	assert_int_equal(CALL(sys_irq_create, driver, L4_SLOT_IRQ, IRQ, 40), L4_OK);
	assert_int_equal(CALL(sys_irq_bind, driver, A, THREAD, 1), L4_ECAP);
	assert_int_equal(CALL(sys_irq_ack, driver, A), L4_ECAP);
	assert_int_equal(CALL(sys_irq_mask, driver, A), L4_ECAP);
	assert_int_equal(CALL(sys_irq_bind, driver, IRQ, A, 1), L4_ECAP);
	assert_int_equal(CALL(sys_irq_bind, driver, IRQ, THREAD, 0), L4_EINVAL);
	assert_int_equal(CALL(sys_cap_copy, driver, IRQ, 0, B, L4_R_GRANT, 0), L4_OK);
	assert_int_equal(CALL(sys_irq_bind, driver, B, THREAD, 1), L4_ERIGHT);
	assert_int_equal(CALL(sys_irq_ack, driver, B), L4_ERIGHT);
	assert_int_equal(CALL(sys_irq_mask, driver, B), L4_ERIGHT);
	assert_int_equal(CALL(sys_cap_copy, driver, THREAD, 0, C, L4_R_SEND, 0), L4_OK);
	assert_int_equal(CALL(sys_irq_bind, driver, IRQ, C, 1), L4_ERIGHT);
	assert_int_equal(CALL(sys_cap_copy, driver, THREAD, 0, D, L4_R_NOTIFY, 6), L4_OK);
	assert_int_equal(CALL(sys_irq_bind, driver, IRQ, D, 8), L4_ERIGHT);
	assert_int_equal(CALL(sys_irq_bind, driver, IRQ, D, 4), L4_OK);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_begin, world_end)
	const struct CMUnitTest tests[] = {
	    T(derived_section_is_a_part_with_fewer_rights),
	    T(derive_refuses_ranges_that_are_not_inside),
	    T(derive_errors),
	    T(derive_for_a_cell_beside_is_refused),
	    T(destroyed_section_takes_what_was_mapped_for_its_cell),
	    T(destroyed_section_goes_on_where_it_was),
	    T(frame_is_zeroed_paid_and_given_back),
	    T(exhausted_pool_is_no_quota),
	    T(frame_errors),
	    T(section_lookup_finds_sections_and_frames),
	    T(irq_create_errors),
	    T(irq_is_paid_by_its_cell),
	    T(interrupt_masks_its_line_and_notifies),
	    T(destroyed_or_unbound_line_is_masked),
	    T(irq_bind_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
