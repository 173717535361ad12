/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What a cell knows about itself, and small helpers: names, slots, time,
 * interrupts, printing.  Threads are in thread.h, servers in server.h.
 */
#ifndef L4X_CELL_H
#define L4X_CELL_H

#include <stddef.h>
#include <l4x/ipc.h>
#include <l4x/start.h>

/* The start page.  Not in the root cell. */
static inline const struct l4x_start *l4x_start(void)
{
	return (const struct l4x_start *)L4X_START_BASE;
}

/* The argument of the system description. */
l4_word l4x_arg(void);

/* By the names of the description; NULL or 0: this cell has no such thing. */
const struct l4x_device *l4x_device(const char *name);
const struct l4x_memory *l4x_memory(const char *name);
l4_slot l4x_channel(const char *name);

/* An empty slot of the cell's own table, until l4x_slot_free; 0: all in use. */
l4_slot l4x_slot_alloc(void);
void l4x_slot_free(l4_slot slot);

/* An error in words. */
const char *l4_strerror(int error);

/*
 * Shows that the cell lives: at least once within the `heartbeat` of its description,
 * or root ends it as after a fault.  A store; for any of its threads.
 */
static inline void l4x_heartbeat(void)
{
	volatile l4_word *beat = (volatile l4_word *)L4_MSGBUF_BASE + L4_MSGBUF_BEAT;

	*beat = *beat + 1;
}

/* Since boot; good for 584,000 years. */
uint64_t l4x_microseconds(void);
/* Sleeps without receiving messages. */
void l4x_sleep(l4_word us);

/*
 * Interrupts: the line sets bits in the thread's notification word.  wait
 * receives until one of them is there and gives those that came; messages that
 * arrive meanwhile are refused.  Then handle the device, then l4_irq_ack().
 */
int l4x_irq_bind(l4_slot irq, l4_word bits) must_check;
l4_word l4x_irq_wait(l4_word bits);

/* To the console cell; without one, to the kernel's console if that is allowed. */
void l4x_write(const char *text, size_t size);
/* Like printf, without its lock, heap or buffer: for any thread.  No %f. */
void l4x_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Ends the cell: its supervisor is told. */
__attribute__((noreturn)) void l4x_exit(int code);

#endif
