/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Memory is zeroed before a cell gets it: looks through all that it has, writes
 * over it, and faults, so that root starts it again with the same memory.
 */
#include <stdio.h>
#include <string.h>
#include <l4x/cell.h>
#include "../zero.h"

#define PATTERN 0xa5

static unsigned char big[0x8000];

int main(void)
{
	const struct l4x_memory *m = l4x_memory("scratch");
	const struct l4x_start *s = l4x_start();
	void *heap = (void *)s->heap_base;
	bool good = is_zero(big, sizeof(big)) && is_zero(heap, s->heap_size) &&
		    is_zero((void *)m->va, m->size);

	l4x_printf("1..1\n%s 1 - memory is zero when a cell starts\n", good ? "ok" : "not ok");
	memset(big, PATTERN, sizeof(big));
	memset(heap, PATTERN, s->heap_size);
	memset((void *)m->va, PATTERN, m->size);
	*(volatile l4_word *)0x1234 = 1;
	return 0;
}
