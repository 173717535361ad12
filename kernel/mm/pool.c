/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The buddy allocator of the object pool.
 *
 * A free block holds its list links in its first words and is zero otherwise;
 * allocation clears the links.  For each pair of buddies one bit says that
 * exactly one of the two is free *as a block of this order*, which is all that
 * merging needs.  Blocks of the largest order are not merged.  Every operation
 * is bounded by the number of orders.
 */
#include "mm/pool.h"
#include "mm/table.h"

#define ORDERS		(POOL_MAX_ORDER - POOL_MIN_ORDER + 1)
#define MAX_BLOCK	(1u << POOL_MAX_ORDER)

uintptr_t pool_offset;

static struct {
	char *base;
	uint32_t size, free;
	uint32_t orders;		/* bit i: list[i] is not empty */
	struct list list[ORDERS];
	uint32_t *pairs[ORDERS - 1];	/* a bit a pair, see above */
} pool;

unsigned pool_order(size_t size)
{
	unsigned order = POOL_MIN_ORDER;

	while (((size_t)1 << order) < size)
		order++;
	return order;
}

uint32_t pool_phys(const void *p)
{
	return table_phys(p);
}

void *pool_virt(uint32_t phys)
{
	return table_virt(phys);
}

uint32_t pool_free_bytes(void)
{
	return pool.free;
}

uint32_t pool_size(void)
{
	return pool.size;
}

/* Changes the bit of the pair that p belongs to; true if it is set now. */
static bool flip_pair(const char *p, unsigned i)
{
	uint32_t pair = (uint32_t)(p - pool.base) >> (i + POOL_MIN_ORDER + 1);
	uint32_t bit = 1u << (pair & 31);
	uint32_t *word = &pool.pairs[i][pair >> 5];

	*word ^= bit;
	return *word & bit;
}

static void push(void *p, unsigned i)
{
	list_add(&pool.list[i], p);
	pool.orders |= 1u << i;
}

/* Takes a free block off its list; it is all zero after that. */
static void take(struct list *block, unsigned i)
{
	list_del(block);
	block->next = NULL;
	block->prev = NULL;
	if (list_empty(&pool.list[i]))
		pool.orders &= ~(1u << i);
}

void *pool_alloc(unsigned order)
{
	unsigned want = order - POOL_MIN_ORDER;
	uint32_t fit = pool.orders & (~0u << want);
	unsigned i;
	char *p;

	assert(order >= POOL_MIN_ORDER && order <= POOL_MAX_ORDER);
	if (!fit)
		return NULL;
	i = (unsigned)__builtin_ctz(fit);
	p = (char *)pool.list[i].next;
	take((struct list *)(void *)p, i);
	if (i < ORDERS - 1)
		(void)flip_pair(p, i);
	while (i > want) {
		i--;
		push(p + (MAX_BLOCK >> (ORDERS - 1 - i)), i);
		(void)flip_pair(p, i);
	}
	pool.free -= 1u << order;
	return p;
}

void pool_free(void *block, unsigned order)
{
	unsigned i = order - POOL_MIN_ORDER;
	uint32_t offset = (uint32_t)((char *)block - pool.base);

	assert(order >= POOL_MIN_ORDER && order <= POOL_MAX_ORDER);
	assert(offset < pool.size && !(offset & ((1u << order) - 1)));
	pool.free += 1u << order;
	while (i < ORDERS - 1 && !flip_pair(pool.base + offset, i)) {
		uint32_t half = 1u << (i + POOL_MIN_ORDER);

		/* The bit was set by the buddy: it is free, the two are one. */
		take((struct list *)(void *)(pool.base + (offset ^ half)), i);
		offset &= ~half;
		i++;
	}
	push(pool.base + offset, i);
}

void pool_init(void *base, uint32_t phys, uint32_t size)
{
	uint32_t done = 0;

	assert(!((uintptr_t)base & (MAX_BLOCK - 1)) && !(phys & (MAX_BLOCK - 1)));
	assert(size && !(size & (L4_PAGE_SIZE - 1)));
	pool_offset = (uintptr_t)base - phys;
	pool.base = base;
	pool.size = size;
	pool.free = 0;
	pool.orders = 0;
	for (unsigned i = 0; i < ORDERS; i++)
		list_init(&pool.list[i]);
	for (unsigned i = 0; i < ORDERS - 1; i++) {
		uint32_t pairs = (size >> (i + POOL_MIN_ORDER + 1)) + 1;

		pool.pairs[i] = (uint32_t *)(void *)(pool.base + done);
		done += (pairs + 31) / 32 * (uint32_t)sizeof(uint32_t);
	}
	done = (done + L4_PAGE_SIZE - 1) & ~(L4_PAGE_SIZE - 1u);
	assert(done <= size);
	/* Page by page: pool_free merges what has a buddy inside the pool. */
	for (; done < size; done += L4_PAGE_SIZE)
		pool_free(pool.base + done, L4_PAGE_SHIFT);
}
