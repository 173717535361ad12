/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The root cell: starts what the payload describes, is every cell's supervisor,
 * and has no policy of its own.
 *
 *   main.c    the loop: exceptions and ends of cells, restart, power off
 *   build.c   makes a cell, and takes it apart
 *   load.c    its memory, devices and start page
 *   guest.c   a Linux in it: what it starts with, and how it ends
 *   ram.c     who has which memory
 *   watch.c   a Linux that hangs, a program without heartbeat
 *   report.c  exceptions in words
 *
 * A cell's objects belong to the cell, so deleting the cell deletes them; the
 * slots that name them here are noted as the cell's (slot_new).
 */
#ifndef ROOT_H
#define ROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <l4/bootinfo.h>
#include <l4/guest.h>
#include <l4/stubs.h>
#include <l4x/cell.h>

#define MAP_RAM		(L4_MT_WBWA << L4_MAP_TYPE_SHIFT)
#define MAP_DEVICE	(L4_MT_DEVICE << L4_MAP_TYPE_SHIFT)

enum cell_state {
	CELL_ABSENT = 0,	/* nothing of it exists */
	CELL_BUILT,
	CELL_RUNS,
	CELL_WAITS,		/* will be started anew */
	CELL_ENDED,		/* for good */
};

struct cell {
	const struct l4_boot_cell *boot;
	enum cell_state state;
	l4_slot cell, space, thread;
	l4_word restarts;	/* so far */
	uint64_t started;	/* the last time, in ticks */
};

extern struct cell cells[L4_BOOT_CELLS];
extern l4_word cell_count;

static inline const struct l4_kernel_info *kernel_info(void)
{
	return (const struct l4_kernel_info *)L4_KINFO_BASE;
}

static inline const struct l4_payload *payload(void)
{
	return (const struct l4_payload *)L4_PAYLOAD_BASE;
}

static inline const void *payload_at(l4_word offset)
{
	return (const char *)payload() + offset;
}

static inline uint64_t ticks(void)
{
	l4_word lo, hi;

	(void)!l4_clock(&lo, &hi);
	return (uint64_t)hi << 32 | lo;
}

/* Lines on the console: through the console cell once that runs. */
#define say l4x_printf

/* Gives err on; says what failed if it is one. */
int check(const struct cell *c, const char *what, int err) must_check;

/* build.c */
l4_slot slot_new(const struct cell *c);		/* 0: the table is full */
int cell_build(struct cell *c) must_check;	/* all but its channels; undone if it fails */
void cell_connect(struct cell *c);		/* channels from it and to it */
int cell_start(struct cell *c) must_check;
void cell_remove(struct cell *c);
l4_word slots_empty(void);			/* of root's own table */

/* load.c */
int cell_load(struct cell *c) must_check;

/* ram.c: memory by page, zeroed when it is given. */
#define RAM_FREE	0
#define RAM_KEPT	0xff	/* shared by cells, never given back */
struct ram {
	l4_slot section;
	l4_word base;		/* physical; what it is aligned to is what section begins with */
	l4_word offset;		/* in the section */
};
void ram_init(void);
bool ram_alloc(l4_word owner, l4_word size, l4_word base, struct ram *r) must_check;
void ram_free(l4_word owner);
l4_word ram_largest(void);
l4_word ram_left(void);
/* Writes n bytes to r + offset, and makes them executable if code. */
bool ram_write(const struct ram *r, l4_word offset, const void *from, l4_word n, bool code)
	must_check;

/* guest.c */
enum guest_end {
	GUEST_LIVES = 0,	/* the message says nothing of an end */
	GUEST_GONE,
	GUEST_AGAIN,		/* it is to be started anew */
	GUEST_FAILED,		/* as a fault: its restart policy decides */
};
bool guest_ram(const struct cell *c, const struct l4_boot_memory *m);	/* is it that? */
int guest_fill(const struct cell *c, const struct l4_boot_memory *m, const struct ram *r)
	must_check;
int guest_vcpu(const struct cell *c) must_check;
int guest_supervise(const struct cell *c) must_check;
/* What its message of `words` words means, which is said on the console. */
enum guest_end guest_ended(const struct cell *c, l4_word label, const l4_word *mr, l4_word words);

l4_word guest_watchdog(const struct cell *c);	/* seconds; 0: it is not watched */

/* watch.c: frame is what root looks at, a register page or message buffers. */
int watch_start(const struct cell *c, l4_slot vcpu, l4_slot frame) must_check;
struct cell *watch_find(void);		/* looks at those that are due; one that hangs, or NULL */
l4_word watch_next(void);		/* microseconds until a look is due */
void watch_report(const struct cell *c);	/* stops it, too */

/* report.c: mr are the words of an exception message. */
void report_exception(const char *name, l4_word class, const l4_word *mr);
void report_hang(const struct cell *c, const l4_word *mr);

#endif
