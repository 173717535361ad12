/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The trace of a kernel that was built with CONFIG_TRACE: what the kernel
 * records, where it is, and what stands in it.
 *
 * It is a range of memory that explains itself: struct l4_trace, behind it the
 * names, behind them a ring of events for each core, the oldest overwritten
 * first.  Who has the system capability chooses what is recorded, and gets a
 * section of it, read only (L4_SYS_TRACE).  For a core of which `head` events
 * were written so far, event n is in its ring at n modulo `events`.
 */
#ifndef L4_TRACE_H
#define L4_TRACE_H

#include <l4/types.h>

#define L4_TRACE_MAGIC	0x43415254	/* "TRAC" */
#define L4_TRACE_VERSION 1
#define L4_TRACE_CORES	4
#define L4_TRACE_NAMES	1024

/*
 * Kinds; L4_SYS_TRACE takes a word with a bit for each.  `thread` is who did it
 * or whom it happened to, `other` the partner; a, b and c as said.
 */
#define L4_TRACE_SWITCH		0	/* other runs from now on; a: its priority, c: pc */
#define L4_TRACE_CALL		1	/* a call of the kernel: a: number, b, c: r0, r1 */
#define L4_TRACE_IPC		2	/* message to other: info: L4_TRACE_MSG_; a: tag, b, c: words */
#define L4_TRACE_NOTIFY		3	/* bits for other: a: bits, b: those it had */
#define L4_TRACE_EXCEPTION	4	/* info: class; other: handler; a: address, b: status, c: pc */
#define L4_TRACE_IRQ		5	/* a: line, c: pc of what was interrupted */
#define L4_TRACE_SYSCALL	6	/* of a guest's process, to S: a: r7, b: r0, c: pc */
#define L4_TRACE_ENTER		7	/* a guest's kernel, S, at an entry: info: its number; c: pc */
#define L4_TRACE_RESUME		8	/* S goes to other: info: which of its resumes; c: pc */
#define L4_TRACE_PENDING	9	/* an interrupt waits for other, which is S */
#define L4_TRACE_KINDS		10

/* Of L4_TRACE_IPC. */
#define L4_TRACE_MSG_SEND	0
#define L4_TRACE_MSG_CALL	1
#define L4_TRACE_MSG_REPLY	2

/* Numbers of threads that are no index of a name. */
#define L4_TRACE_NOBODY	0

#ifndef __ASSEMBLER__
struct l4_trace_event {
	l4_word time;			/* ticks since boot, the low word */
	unsigned short time_high;
	unsigned char kind, info;
	unsigned short thread, other;	/* index of a name */
	l4_word a, b, c;
};

/* Kept until the number is needed again, long after the thread has gone. */
struct l4_trace_name {
	char cell[8], thread[8];	/* padded with zeros */
	unsigned char prio;		/* when it was made */
	unsigned char lives;
	unsigned short spare;
	l4_word object;			/* its address in the kernel */
};

struct l4_trace_ring {
	l4_word head;			/* events so far */
	l4_word offset;			/* of the ring, from struct l4_trace */
};

struct l4_trace {
	l4_word magic, version;
	l4_word hz;
	l4_word cores;
	l4_word events;			/* room in each ring; a power of two */
	l4_word names;			/* offset of L4_TRACE_NAMES names; 0 is nobody */
	struct l4_trace_ring ring[L4_TRACE_CORES];
};

_Static_assert(sizeof(struct l4_trace_event) == 24, "tools/trace reads it");
_Static_assert(sizeof(struct l4_trace_name) == 24, "tools/trace reads it");
#endif

#endif
