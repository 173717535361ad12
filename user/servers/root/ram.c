/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * First fit over the RAM that the kernel left, in an array ordered by address.
 * Memory is zeroed when it is given, whatever it was before: nothing of a dead
 * cell, or of what ran before the boot, is seen again.  Root maps it only for
 * that, in a window of one megabyte.
 */
#include <string.h>
#include "root.h"

#define EXTENTS	256
#define WINDOW	0xe0000000

struct extent {
	l4_word base, size;
	l4_word resource;	/* which section it is part of */
	l4_word owner;
	bool fixed;		/* the description gives this range to somebody */
};

static struct extent extent[EXTENTS];
static l4_word extents;

/* Extent i becomes two, the first of that size. */
static void split(l4_word i, l4_word size)
{
	memmove(&extent[i + 1], &extent[i], (extents - i) * sizeof(extent[0]));
	extents++;
	extent[i].size = size;
	extent[i + 1].base += size;
	extent[i + 1].size -= size;
}

/* The free extent that holds a range. */
static l4_word find_range(l4_word base, l4_word size, bool fixed)
{
	l4_word i;

	for (i = 0; i < extents; i++) {
		const struct extent *e = &extent[i];

		if (e->owner == RAM_FREE && e->fixed == fixed && base - e->base < e->size &&
		    size <= e->size - (base - e->base))
			break;
	}
	return i;
}

/* Makes [base, base + size), which is in extent i, an extent of its own. */
static l4_word cut(l4_word i, l4_word base, l4_word size)
{
	if (base > extent[i].base) {
		split(i, base - extent[i].base);
		i++;
	}
	if (size < extent[i].size)
		split(i, size);
	return i;
}

/* Keeps what the description places itself away from everybody else. */
static void keep(const struct l4_boot_memory *m)
{
	l4_word i = find_range(m->base, m->size, false);

	if (m->base && i < extents && extents + 2 <= EXTENTS)
		extent[cut(i, m->base, m->size)].fixed = true;
}

void ram_init(void)
{
	const struct l4_kernel_info *k = kernel_info();
	const struct l4_boot_memory *m = payload_at(payload()->memory_offset);

	for (l4_word i = 0; i < k->resources; i++)
		if (k->resource[i].kind == L4_RES_RAM)
			extent[extents++] = (struct extent){ .base = k->resource[i].base,
							     .size = k->resource[i].size,
							     .resource = i };
	for (l4_word i = 0; i < payload()->memory; i++)
		keep(&m[i]);
}

static void window_close(l4_word size)
{
	(void)!l4_unmap(L4_SLOT_SPACE, WINDOW, size);
}

static void *window_open(const struct ram *r, l4_word offset, l4_word size)
{
	l4_word va = WINDOW | L4_MAP_W | MAP_RAM;

	if (l4_map(L4_SLOT_SPACE, r->section, va, r->offset + offset, size))
		return NULL;
	return (void *)WINDOW;
}

/* The cell may map it uncached: no line of it may stay in a cache. */
static bool clear(const struct ram *r, l4_word size)
{
	for (l4_word done = 0, n; done < size; done += n) {
		void *p;

		/* up to the next whole megabyte, so that the rest takes no table */
		n = L4_SECT_SIZE - (r->base + done) % L4_SECT_SIZE;
		if (n > size - done)
			n = size - done;
		p = window_open(r, done, n);
		if (!p)
			return false;
		memset(p, 0, n);
		(void)!l4_cache(0, L4_CACHE_FLUSH, WINDOW, n);
		window_close(n);
	}
	return true;
}

/* The lowest place in an extent that suits: large memory begins on a megabyte. */
static l4_word place(const struct extent *e, l4_word size)
{
	l4_word up = size >= L4_SECT_SIZE ? -e->base % L4_SECT_SIZE : 0;

	return e->base + (up < e->size ? up : 0);
}

/* First fit. */
static l4_word find(l4_word size, l4_word *base)
{
	l4_word i;

	for (i = 0; i < extents; i++) {
		const struct extent *e = &extent[i];

		*base = place(e, size);
		if (e->owner == RAM_FREE && !e->fixed && size <= e->size - (*base - e->base))
			break;
	}
	return i;
}

bool ram_alloc(l4_word owner, l4_word size, l4_word base, struct ram *r)
{
	l4_word i = base ? find_range(base, size, true) : find(size, &base);

	if (!size || i == extents || extents + 2 > EXTENTS)
		return false;
	i = cut(i, base, size);
	r->section = L4_SLOT_FREE + extent[i].resource;
	r->base = base;
	r->offset = base - kernel_info()->resource[extent[i].resource].base;
	extent[i].owner = owner;
	return clear(r, size);
}

static bool merges(const struct extent *a, const struct extent *b)
{
	return a->owner == RAM_FREE && b->owner == RAM_FREE && a->resource == b->resource &&
	       a->fixed == b->fixed;
}

void ram_free(l4_word owner)
{
	l4_word out = 0;

	for (l4_word i = 0; i < extents; i++) {
		struct extent e = extent[i];

		if (e.owner == owner)
			e.owner = RAM_FREE;
		if (out && merges(&extent[out - 1], &e))
			extent[out - 1].size += e.size;
		else
			extent[out++] = e;
	}
	extents = out;
}

l4_word ram_largest(void)
{
	l4_word most = 0;

	for (l4_word i = 0; i < extents; i++)
		if (extent[i].owner == RAM_FREE && !extent[i].fixed && extent[i].size > most)
			most = extent[i].size;
	return most;
}

l4_word ram_left(void)
{
	l4_word sum = 0;

	for (l4_word i = 0; i < extents; i++)
		if (extent[i].owner == RAM_FREE)
			sum += extent[i].size;
	return sum;
}

bool ram_write(const struct ram *r, l4_word offset, const void *from, l4_word n, bool code)
{
	for (l4_word done = 0, part; done < n; done += part) {
		l4_word at = offset + done, first = at % L4_PAGE_SIZE, size;
		char *p;

		/* up to the next whole megabyte, as in clear */
		part = L4_SECT_SIZE - (r->base + at) % L4_SECT_SIZE;
		if (part > n - done)
			part = n - done;
		size = (first + part + L4_PAGE_SIZE - 1) & ~(L4_PAGE_SIZE - 1);
		p = window_open(r, at - first, size);
		if (!p)
			return false;
		memcpy(p + first, (const char *)from + done, part);
		(void)!l4_cache(0, code ? L4_CACHE_CODE : L4_CACHE_FLUSH, WINDOW, size);
		window_close(size);
	}
	return true;
}
