/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A thread: the only thing that runs, and an end point of IPC.
 *
 * The kernel keeps no stack for it: what it was doing is in `state`, and every
 * path through the kernel runs to its end on the core's one stack.  While a
 * thread runs, the supervisor-mode stack pointer holds &frame.r, so that an
 * exception saves its registers with one instruction.
 */
#ifndef OBJECT_THREAD_H
#define OBJECT_THREAD_H

#include "core/timer.h"
#include "object/cell.h"
#include "object/section.h"

struct frame_regs {
	uint32_t pc, psr;	/* as SRS and RFE have them */
	uint32_t r[15];
};

struct fpu {
	uint64_t d[32];
	uint32_t fpscr;
};

/* What USR mode keeps in the thread ID registers; rw is current only when not loaded. */
struct tls {
	uint32_t rw, ro;
};

enum thread_state {
	TS_STOPPED = 0,	/* made, stopped, or killed by its supervisor */
	TS_READY,	/* runs or is in a ready queue */
	TS_SEND,	/* in peer's queue of senders */
	TS_RECV,	/* waits for a message or bits */
	TS_REPLY,	/* its message was received, waits for the answer */
	TS_WAIT,	/* a virtual CPU's S in wait() */
};

struct route {
	uint8_t kind;		/* L4_ROUTE_ */
	struct ref handler;
	uint32_t badge;
};

struct vcpu;
struct space;

struct thread {
	struct object obj;

	/*
	 * The gate, read by the entry code together with pc and psr at each svc: a
	 * pc at most gate_limit below gate_base branches to gate_path.  S of a virtual
	 * CPU: its three resume instructions.  U: every pc.  Others: none.
	 */
	uint32_t gate_limit, gate_base;
	void (*gate_path)(void);
	uint32_t *gate;		/* in a struct vcpu_gate, see there */
	struct frame_regs regs;

	uint32_t calls;		/* calls below are the kernel's own; 0: system calls have a route */

	/* scheduling */
	uint8_t prio;		/* what it runs with: its own, or that of one who waits for it */
	uint8_t boosted;	/* not its own: thread_prio_key reads both at once */
	uint8_t state;		/* enum thread_state */
	uint8_t in_call;	/* TS_SEND: a call, the reply phase follows */
	struct list ready;	/* in its priority's queue */

	/* what it runs in */
	struct space **spacep;	/* &space, or its virtual CPU's */
	struct space *space;
	uint32_t dacr;
	struct tls *tls;	/* &own_tls, or for U that of S */
	struct tls own_tls;
	struct fpu *fpu;	/* thread_vfp(), or for U that of S */
	struct vcpu *vcpu;
	uint8_t role;		/* L4_ROLE_, when vcpu is not NULL */
	uint8_t own_prio;
	uint16_t trace;		/* its number in the trace, if there is one */

	/* IPC */
	struct list senders;	/* threads whose peer this is, in TS_SEND, by ipc_link */
	struct list ipc_link;
	struct thread *peer;	/* TS_SEND: whom to; TS_REPLY: who answers, unless reply_slot */
	struct thread *reply_to;	/* the last caller, while it waits for this thread's answer */
	struct slot *reply_slot;	/* where the right to answer this thread was saved */
	uint32_t send_badge;	/* badge of the capability it sends through */
	uint32_t exception;	/* TS_SEND/TS_REPLY for an exception: class + 1, else 0 */
	uint32_t notified;
	struct l4_msgbuf *buf;	/* the kernel's mapping; NULL: none */
	struct frame *buf_frame;
	struct timer timeout;
	struct timer alarm;
	uint32_t alarm_bits;

	struct route route[L4_EXC_COUNT];
	struct list refs;	/* struct ref: link */
	uint32_t fault_addr, fault_status;	/* of the exception being told */
	char name[9];
	uint8_t core;		/* that it belongs to */
#ifdef CONFIG_VFP
	struct fpu vfp;
#define thread_vfp(t)	(&(t)->vfp)
#else
#define thread_vfp(t)	((struct fpu *)NULL)	/* the kernel keeps none */
#endif
};

_Static_assert(sizeof(void *) != 4 ||
	       offsetof(struct thread, regs) - offsetof(struct thread, gate_limit) == 16,
	       "vector_svc loads gate, pc and psr with one instruction");
_Static_assert(sizeof(void *) != 4 || sizeof(struct thread) <= 1024, "a thread takes 1 KB of its cell's quota");

/* The priority of one that has its own; else more than any priority. */
static inline uint32_t thread_prio_key(const struct thread *t)
{
	_Static_assert(offsetof(struct thread, boosted) == offsetof(struct thread, prio) + 1 &&
		       offsetof(struct thread, prio) % 2 == 0, "a pair");
	return *(const uint16_t *)(const void *)&t->prio;
}

/* The thread in a slot of cur's cell, to be controlled; else NULL, *err says why. */
struct thread *thread_lookup(struct thread *cur, l4_slot n, int *err) must_check;
/* Eight printable characters out of two words. */
void object_name(char *to, uint32_t name0, uint32_t name1);
/* Timers of a thread. */
void ipc_timeout(struct timer *timer);
void alarm_fire(struct timer *timer);
/* At boot: root's first thread, not started. */
struct thread *thread_boot(struct cell *cell, struct slot *slot, struct space *space, uint8_t prio);

#endif
