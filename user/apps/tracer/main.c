/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The way of the kernel's trace to the outside: a cell with the system capability
 * that takes commands at the console and prints what was recorded in hexadecimal,
 * for tools/trace to read out of the console's log.
 *
 *   on KINDS	begins a trace of these: l4/trace.h, a word in hexadecimal
 *   show	ends it, and prints what there is of it
 *
 * Its argument in the description is what is recorded from the start.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <l4/stubs.h>
#include <l4/trace.h>
#include <l4x/cell.h>

#define AREA	0x50000000
#define LINE	4		/* events in one */
#define EVENT	sizeof(struct l4_trace_event)

static const struct l4_trace *area = (const struct l4_trace *)AREA;
static l4_word begin[L4_TRACE_CORES];	/* its first event, of each core */

static int record(l4_word kinds, l4_slot slot, l4_word *size)
{
	return l4_system(L4_SLOT_SYSTEM, L4_SYS_TRACE, kinds, slot, 0, 0, NULL, size, NULL, NULL);
}

/* key, a blank, and bytes as they are in memory. */
static void put(char key, const void *from, size_t n)
{
	static const char digit[] = "0123456789abcdef";
	char text[2 * LINE * EVENT + 3], *to = text;

	*to++ = key;
	*to++ = ' ';
	for (const unsigned char *p = from; n--; p++) {
		*to++ = digit[*p >> 4];
		*to++ = digit[*p & 15];
	}
	*to++ = '\n';
	l4x_write(text, (size_t)(to - text));
}

static void show_names(void)
{
	const struct l4_trace_name *name = (const void *)((const char *)area + area->names);

	for (l4_word i = 0; i < L4_TRACE_NAMES; i++)
		if (name[i].object) {
			l4_word entry[1 + sizeof(name[i]) / 4] = { i };

			memcpy(&entry[1], &name[i], sizeof(name[i]));
			put('n', entry, sizeof(entry));
		}
}

static void show_ring(l4_word core)
{
	const struct l4_trace_ring *r = &area->ring[core];
	const struct l4_trace_event *e = (const void *)((const char *)area + r->offset);
	l4_word all = r->head - begin[core], n = all < area->events ? all : area->events;
	l4_word first = r->head - n, head[3] = { core, all - n, n };

	put('r', head, sizeof(head));
	for (l4_word i = first; i != r->head; i += n) {
		l4_word at = i & (area->events - 1);

		n = r->head - i < LINE ? r->head - i : LINE;
		if (n > area->events - at)
			n = area->events - at;
		put('e', &e[at], n * EVENT);
	}
}

static void show(void)
{
	(void)!record(0, L4_SLOT_NULL, NULL);
	put('t', area, sizeof(*area));
	show_names();
	for (l4_word i = 0; i < area->cores; i++)
		show_ring(i);
	l4x_printf("end of the trace\n");
}

static void start(l4_word kinds)
{
	(void)!record(0, L4_SLOT_NULL, NULL);
	for (l4_word i = 0; i < area->cores; i++)
		begin[i] = area->ring[i].head;
	(void)!record(kinds, L4_SLOT_NULL, NULL);
}

int main(void)
{
	l4_slot slot = l4x_slot_alloc();
	l4_word size;
	char line[80];
	int err = record(l4x_arg(), slot, &size);

	if (!err)
		err = l4_map(L4_SLOT_SPACE, slot, AREA | L4_MT_WBWA << L4_MAP_TYPE_SHIFT, 0, size);
	if (err) {
		printf("no trace (%s): is the kernel built with TRACE=1?\n", l4_strerror(err));
		return 1;
	}
	printf("ready\n");
	while (fgets(line, sizeof(line), stdin)) {
		if (!strncmp(line, "on ", 3))
			start(strtoul(line + 3, NULL, 16));
		else if (!strcmp(line, "show\n"))
			show();
		else
			printf("on KINDS, or show\n");
	}
	return 0;
}
