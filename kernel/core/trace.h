/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The kernel's trace points.  Each is one line where something happens; it costs
 * a load and a test of trace_mask, or nothing at all without CONFIG_TRACE, where
 * the mask is the constant 0.  What is recorded: l4/trace.h.
 */
#ifndef CORE_TRACE_H
#define CORE_TRACE_H

#include <l4/trace.h>
#include "object/thread.h"

#ifdef CONFIG_TRACE
#define TRACE_BUILT 1
extern uint32_t trace_mask;	/* kinds that are recorded */
#else
#define TRACE_BUILT 0
enum { trace_mask = 0 };
#endif

#define TRACES(kind)		unlikely(trace_mask & 1u << L4_TRACE_##kind)
#define TRACE_WHAT(kind, info)	(L4_TRACE_##kind | (uint32_t)(info) << 8)

/* Once, at boot, before there is a thread. */
void trace_boot(void);
/* Makes the section of all of it, in a slot of root's. */
void trace_boot_section(struct slot *slot);
/* L4_SYS_TRACE: what is recorded from now on, and a capability of the section. */
int trace_control(struct thread *cur) must_check;
/* A thread's number in the trace: given, and taken back. */
void trace_name(struct thread *t);
void trace_forget(const struct thread *t);

/* One event.  what: a TRACE_WHAT; thread and other: NULL is nobody. */
void trace_add(uint32_t what, const struct thread *thread, const struct thread *other,
	       uint32_t a, uint32_t b, uint32_t c);
/* The same, by the thread that is current. */
void trace_current(uint32_t what, const struct thread *other, uint32_t a, uint32_t b);
void trace_message(uint32_t what, const struct thread *from, const struct thread *to);
void trace_raised(uint32_t what, const struct thread *t);
/* From assembly, with a frame: a call of the kernel, and what guest.S does. */
void trace_call(const struct thread *t, uint32_t number);
void trace_gate(uint32_t kind, const uint32_t *regs);

static inline void trace_made(struct thread *t)
{
	if (TRACE_BUILT)
		trace_name(t);
}

static inline void trace_gone(const struct thread *t)
{
	if (TRACE_BUILT)
		trace_forget(t);
}

static inline void trace_switch(const struct thread *to)
{
	if (TRACES(SWITCH))
		trace_add(TRACE_WHAT(SWITCH, 0), NULL, to, to->prio, 0, to->regs.pc);
}

/* The message is in the sender's registers; SEND: from's state tells if it is a call. */
static inline void trace_ipc(uint32_t msg, const struct thread *from, const struct thread *to)
{
	if (TRACES(IPC))
		trace_message(TRACE_WHAT(IPC, msg), from, to);
}

static inline void trace_notify(const struct thread *to, uint32_t bits)
{
	if (TRACES(NOTIFY))
		trace_current(TRACE_WHAT(NOTIFY, 0), to, bits, to->notified);
}

static inline void trace_exception(const struct thread *t, uint32_t class)
{
	if (TRACES(EXCEPTION))
		trace_raised(TRACE_WHAT(EXCEPTION, class), t);
}

static inline void trace_irq(uint32_t line)
{
	if (TRACES(IRQ))
		trace_current(TRACE_WHAT(IRQ, 0), NULL, line, 0);
}

static inline void trace_enter(uint32_t entry, const struct thread *s)
{
	if (TRACES(ENTER))
		trace_add(TRACE_WHAT(ENTER, entry), s, NULL, 0, 0, s->regs.pc);
}

static inline void trace_resume(uint32_t which, const struct thread *s, const struct thread *to)
{
	if (TRACES(RESUME))
		trace_add(TRACE_WHAT(RESUME, which), s, to, 0, 0, to->regs.pc);
}

static inline void trace_pending(const struct thread *s)
{
	if (TRACES(PENDING))
		trace_current(TRACE_WHAT(PENDING, 0), s, 0, 0);
}
#endif
