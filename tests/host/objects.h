/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A world for tests of kernel/object: the real cells, capabilities, sections,
 * interrupts; in place of the pool, of threads, spaces, virtual CPUs and the
 * board, small fakes that keep the same promises and are watched.
 */
#ifndef TESTS_HOST_OBJECTS_H
#define TESTS_HOST_OBJECTS_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/syscall.h"
#include "mm/pool.h"
#include "mm/space.h"
#include "object/irq.h"
#include "object/vcpu.h"
#include <string.h>

#define RAM_SLOT       20 /* root: a section of RAM_SIZE bytes at RAM_BASE */
#define RAM_BASE       0x60000000u
#define RAM_SIZE       0x01000000u
#define IRQ_LINES_MADE 96u
#define TIMER_LINE     50u /* the board says that the kernel's timer is here */

extern struct cell *root;
extern struct thread *driver; /* a thread of root's that no call can destroy */

/* One in so many preemption points finds an interrupt; 0: none, 1: each. */
extern unsigned preempt_rate;
extern unsigned preempt_restarts; /* restarts of the last call */
extern uint64_t test_random_state;
uint32_t test_random(uint32_t below);

/* Allocations that still succeed; negative: all that fit. */
extern int pool_allocations_left;
/* Calls of space_unmap_phys so far. */
extern unsigned unmap_calls;

/* cmocka set-up and tear-down; the latter fails if anything was leaked. */
int world_begin(void **state);
int world_end(void **state);

/* Makes a call for a thread; until it is through, or just once. */
typedef int call_fn(struct thread *cur);
int call_once(call_fn *fn, struct thread *t, const uint32_t *args);
int call_until_done(call_fn *fn, struct thread *t, const uint32_t *args);
#define CALL(fn, t, ...) call_until_done(fn, t, (const uint32_t[8]){__VA_ARGS__})

/* As the calls of the same names would: errors and all. */
int fake_thread_create(struct thread *cur); /* cell, slot, space */
int fake_space_create(struct thread *cur);  /* cell, slot */
int fake_vcpu_create(struct thread *cur);   /* cell, slot, frame, thread (may be 0) */
int fake_reply_save(struct thread *cur);    /* slot, thread: the caller that waits */
int fake_map(struct thread *cur);	    /* space, section */
int fake_buffer(struct thread *cur);	    /* thread, frame */

void fakes_begin(void);

/* Called when a thread goes. */
extern void (*thread_gone)(struct thread *t);

struct slot *slot_of(struct cell *cell, l4_slot n);
bool object_alive(const void *obj);
bool line_open(uint32_t line);
unsigned mappings(const struct cell *cell);
/* Mapping i: its cell, and its range as base and size; false: no such. */
bool mapping_get(unsigned i, struct cell **cell, struct section *range);
extern struct thread *notified_thread;
extern uint32_t notified_bits;

/* Fails unless every table, tree, list, quota and mapping is consistent. */
void check_world(void);

#endif
