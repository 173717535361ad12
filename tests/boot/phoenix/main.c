/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Dies as often as its argument says, each time in another way and with other
 * things of its own, and looks after each restart whether anything was lost or
 * left: kernel memory, RAM, what is in its memory, capabilities.  What it knows
 * of its former lives is in memory that it shares with nobody else alive.
 */
#include <stdio.h>
#include <string.h>
#include <l4/stubs.h>
#include <l4x/cell.h>
#include "../zero.h"

#define PATTERN	0xa5

static struct life {
	l4_word lives;
	l4_word pool;		/* free bytes, when it was started the second time */
	l4_word base;		/* physical, of its scratch memory */
	l4_word used;		/* of its quota, and how many slots it could fill */
	l4_word slots;
	l4_word dirty, lost, moved, more;	/* lives in which something was wrong */
} *life;

static unsigned char data[0x2000];

static void look(const struct l4x_memory *m)
{
	void *heap = (void *)l4x_start()->heap_base;
	size_t heap_size = l4x_start()->heap_size;

	life->dirty += !is_zero(data, sizeof(data)) || !is_zero(heap, heap_size) ||
		       !is_zero((void *)m->va, m->size);
	memset(data, PATTERN, sizeof(data));
	memset(heap, PATTERN, heap_size);
	memset((void *)m->va, PATTERN, m->size);
}

static void compare(const struct l4x_memory *m)
{
	l4_word pool = 0, used = 0, slots = 0;

	(void)!l4_system(L4_SLOT_SYSTEM, L4_SYS_INFO, 0, 0, 0, 0, NULL, &pool, NULL, NULL);
	(void)!l4_cell_info(0, &used, NULL, NULL);
	while (l4x_slot_alloc())
		slots++;
	if (life->lives == 2) {
		life->pool = pool;
		life->base = m->base;
		life->used = used;
		life->slots = slots;
	}
	if (life->lives < 2)
		return;
	life->lost += pool != life->pool;
	life->moved += m->base != life->base;
	life->more += used != life->used || slots != life->slots;
}

/* Leaves a cell of its own, a space and frames behind; its slots are all given. */
static void furnish(void)
{
	const l4_slot first = 40;

	if (life->lives % 2)
		(void)!l4_cell_create(first, 8192, 16, 0, 0, 0);
	(void)!l4_space_create(0, first + 1, 0);
	for (l4_slot s = first + 2; s < first + 5; s++)
		if (l4_frame_create(0, s) == L4_OK)
			(void)!l4_map(first + 1, s, s * L4_SECT_SIZE | L4_MAP_W, 0, L4_PAGE_SIZE);
}

static void die(void)
{
	switch (life->lives % 4) {
	case 0:
		*(volatile l4_word *)0x1234 = 1;
		break;
	case 1:
		__asm__ volatile("udf #7");
		break;
	case 2:
		l4x_exit(3);
	default:
		((void (*)(void))0x3000)();
	}
}

static void check(int number, bool good, const char *what, l4_word count)
{
	l4x_printf("%s %d - %s (%lu lives are otherwise)\n", good ? "ok" : "not ok", number, what,
		   count);
}

int main(void)
{
	const struct l4x_memory *m = l4x_memory("scratch"), *past = l4x_memory("past");

	life = (struct life *)past->va;
	life->lives++;
	look(m);
	compare(m);
	if (life->lives <= l4x_arg()) {
		furnish();
		die();
	}
	l4x_printf("1..4\n");
	check(1, !life->dirty, "memory is zero at each start", life->dirty);
	check(2, !life->lost, "no kernel memory is lost", life->lost);
	check(3, !life->moved, "no page of RAM is lost", life->moved);
	check(4, !life->more, "what it begins with is the same", life->more);
	l4x_printf("# it was started %lu times\n", life->lives);
	return 0;
}
