/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The world's begin and end, calls, the board, and a pool on top of malloc, so
 * that the address sanitizer sees every use after free.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/boot.h"
#include "ipc/ipc.h"
#include "objects.h"
#include "platform/plat.h"

#define POOL_BYTES  (8u << 20)
#define POOL_BLOCKS 4096

struct cell *root;
struct thread *driver;
unsigned preempt_rate, preempt_restarts;
int pool_allocations_left = -1;
uint64_t test_random_state = 1;

struct plat_board plat_board = {
    .name = "host", .irq_lines = IRQ_LINES_MADE, .timer_irq = TIMER_LINE};

static struct block {
	void *p;
	unsigned order;
} blocks[POOL_BLOCKS];
static unsigned block_count;
static uint32_t pool_used;

static bool open_lines[1024];

uint32_t test_random(uint32_t below)
{
	test_random_state ^= test_random_state << 13;
	test_random_state ^= test_random_state >> 7;
	test_random_state ^= test_random_state << 17;
	return (uint32_t)(test_random_state >> 24) % below;
}

bool preempt_pending(void)
{
	return preempt_rate && test_random(preempt_rate) == 0;
}

void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}

/* --- pool --- */

unsigned pool_order(size_t size)
{
	unsigned order = POOL_MIN_ORDER;

	while (((size_t)1 << order) < size)
		order++;
	return order;
}

void *pool_alloc(unsigned order)
{
	void *p;

	if (block_count == POOL_BLOCKS || pool_used + (1u << order) > POOL_BYTES)
		return NULL;
	if (!pool_allocations_left)
		return NULL;
	if (pool_allocations_left > 0)
		pool_allocations_left--;
	p = aligned_alloc((size_t)1 << order, (size_t)1 << order);
	memset(p, 0, (size_t)1 << order);
	blocks[block_count++] = (struct block){p, order};
	pool_used += 1u << order;
	return p;
}

void pool_free(void *p, unsigned order)
{
	for (unsigned i = 0; i < block_count; i++) {
		if (blocks[i].p != p)
			continue;
		assert_int_equal(blocks[i].order, order);
		for (size_t n = 0; n < (size_t)1 << order; n++)
			assert_int_equal(((unsigned char *)p)[n], 0);
		blocks[i] = blocks[--block_count];
		pool_used -= 1u << order;
		free(p);
		return;
	}
	fail_msg("pool_free of what was not allocated");
}

uint32_t pool_phys(const void *p)
{
	return (uint32_t)(uintptr_t)p; /* any number that is the object's own will do */
}

uint32_t pool_free_bytes(void)
{
	return POOL_BYTES - pool_used;
}

bool object_alive(const void *obj)
{
	for (unsigned i = 0; i < block_count; i++)
		if (blocks[i].p == obj)
			return true;
	return false;
}

/* --- board --- */

void plat_irq_mask(uint32_t line)
{
	open_lines[line] = false;
}

void plat_irq_unmask(uint32_t line)
{
	open_lines[line] = true;
}

bool line_open(uint32_t line)
{
	return open_lines[line];
}

/* --- calls --- */

int call_once(call_fn *fn, struct thread *t, const uint32_t *args)
{
	/* As the kernel's exit code does: a thread that is gone gets no result. */
	memcpy(t->regs.r, args, 8 * sizeof(*args));
	return fn(t);
}

int call_until_done(call_fn *fn, struct thread *t, const uint32_t *args)
{
	int result;

	preempt_restarts = 0;
	while ((result = call_once(fn, t, args)) == L4_RESTART)
		preempt_restarts++;
	return result;
}

struct slot *slot_of(struct cell *cell, l4_slot n)
{
	struct slot *s = cell_slot(cell, n);

	assert_non_null(s);
	s->cell = cell;
	return s;
}

/* --- the world --- */

int world_begin(void **state)
{
	(void)state;
	fakes_begin();
	preempt_rate = 0;
	memset(open_lines, 0, sizeof(open_lines));
	root = cell_boot();
	driver = calloc(1, sizeof(*driver));
	driver->obj.cell = root;
	list_init(&driver->refs);
	irqs_boot(slot_of(root, L4_SLOT_IRQ));
	section_boot(slot_of(root, RAM_SLOT), RAM_BASE, RAM_SIZE, L4_MTMASK_RAM, L4_R_ALL);
	check_world();
	return 0;
}

/* Deletes all of root's capabilities but those of its own cell; what is busy last. */
static void empty_root(void)
{
	bool again = true;

	preempt_rate = 0;
	for (int round = 0; again; round++) {
		again = false;
		assert_true(round < 100);
		for (l4_slot n = 0; n < root->slots; n++) {
			int err;

			if (root->table[n].obj == &root->obj)
				continue;
			err = CALL(sys_cap_delete, driver, n);
			assert_true(err == L4_OK || err == L4_EBUSY);
			again |= err == L4_EBUSY;
		}
	}
}

int world_end(void **state)
{
	(void)state;
	check_world();
	thread_gone = NULL;
	empty_root();
	check_world();
	assert_int_equal(root->used, 0);
	assert_int_equal(mappings(root), 0);
	assert_int_equal(pool_free_bytes(), root->quota);
	assert_ptr_equal(root->all.next, &cell_all);
	list_del(&root->all);
	for (unsigned i = 0; i < block_count; i++)
		free(blocks[i].p);
	block_count = pool_used = 0;
	free(driver);
	return 0;
}
