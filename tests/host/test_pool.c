/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The buddy allocator of the object pool: whatever order blocks are taken and
 * given back in, they are aligned, zero, apart from each other, and all of them
 * come back together.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "mm/pool.h"

#define PHYS   0x60100000u
#define BYTES  (1024u * 1024 + 3 * 4096) /* the end is no whole largest block */
#define BLOCKS 2000
#define ROUNDS 200000

static char *memory;
static struct block {
	char *p;
	unsigned order;
} blocks[BLOCKS];
static unsigned count;
static uint64_t state;

void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	abort();
}

static uint32_t random_below(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 24) % n;
}

static int begin(void **unused)
{
	(void)unused;
	memory = aligned_alloc(1 << POOL_MAX_ORDER, 2u << 20);
	memset(memory, 0, BYTES);
	pool_init(memory, PHYS, BYTES);
	count = 0;
	state = 88172645463325252u;
	return 0;
}

static int end(void **unused)
{
	(void)unused;
	free(memory);
	return 0;
}

static void check_new(const char *p, unsigned order)
{
	size_t size = (size_t)1 << order;

	assert_true(p >= memory && p + size <= memory + BYTES);
	assert_int_equal((uintptr_t)p & (size - 1), 0);
	for (size_t i = 0; i < size; i++)
		assert_int_equal(p[i], 0);
	for (unsigned i = 0; i < count; i++)
		assert_true(p >= blocks[i].p + ((size_t)1 << blocks[i].order) ||
			    p + size <= blocks[i].p);
}

static bool take(unsigned order)
{
	char *p = pool_alloc(order);

	if (!p)
		return false;
	check_new(p, order);
	memset(p, (int)count | 1, (size_t)1 << order);
	blocks[count++] = (struct block){p, order};
	return true;
}

/* What was written is still there: nobody else has the block. */
static void give(unsigned i)
{
	size_t size = (size_t)1 << blocks[i].order;

	for (size_t k = 1; k < size; k++)
		assert_int_equal(blocks[i].p[k], blocks[i].p[0]);
	memset(blocks[i].p, 0, size);
	pool_free(blocks[i].p, blocks[i].order);
	blocks[i] = blocks[--count];
}

static void orders_are_the_smallest_that_fit(void **unused)
{
	(void)unused;
	assert_int_equal(pool_order(1), 6);
	assert_int_equal(pool_order(64), 6);
	assert_int_equal(pool_order(65), 7);
	assert_int_equal(pool_order(65536), 16);
}

static void addresses_are_linear(void **unused)
{
	char *p = pool_alloc(10);

	(void)unused;
	assert_int_equal(pool_phys(p), PHYS + (uint32_t)(p - memory));
	assert_ptr_equal(pool_virt(pool_phys(p)), p);
	assert_int_equal(pool_size(), BYTES);
	pool_free(p, 10);
}

static void exhaustion_is_null_and_everything_comes_back(void **unused)
{
	uint32_t before = pool_free_bytes();
	unsigned largest = 0;

	(void)unused;
	for (unsigned order = POOL_MIN_ORDER; order <= POOL_MAX_ORDER; order++) {
		while (count < BLOCKS && take(order))
			;
		if (order == POOL_MAX_ORDER)
			largest = count;
		if (count < BLOCKS)
			assert_true(pool_free_bytes() < 1u << order || order > 12);
		while (count)
			give(random_below(count));
		assert_int_equal(pool_free_bytes(), before);
	}
	/* Merged again: all 64 KB blocks but the one that the pair table is in. */
	assert_int_equal(largest, BYTES / 65536 - 1);
}

static void random_use_keeps_every_promise(void **unused)
{
	uint32_t before = pool_free_bytes();

	(void)unused;
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint32_t used = 0;

		if (count < BLOCKS && random_below(100) < (i / 5000 % 2 ? 60 : 40))
			(void)take(POOL_MIN_ORDER +
				   (random_below(4) ? random_below(5) : random_below(11)));
		else if (count)
			give(random_below(count));
		if (i % 1000)
			continue;
		for (unsigned k = 0; k < count; k++)
			used += 1u << blocks[k].order;
		assert_int_equal(pool_free_bytes(), before - used);
	}
	while (count)
		give(count - 1);
	assert_int_equal(pool_free_bytes(), before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(orders_are_the_smallest_that_fit),
	    TEST(addresses_are_linear),
	    TEST(exhaustion_is_null_and_everything_comes_back),
	    TEST(random_use_keeps_every_promise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
