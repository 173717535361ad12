/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Synchronous messages.
 *
 * A sender finds its receiver waiting (TS_RECV) and the message is copied from
 * frame to frame, or it queues at the receiver (TS_SEND).  A caller then waits
 * for its answer (TS_REPLY): it is the server's reply_to, or the server has
 * saved it in a slot.  One waiter has one place: peer or reply_slot.
 *
 * The common case is in fastpath.c, long messages and capabilities are in
 * transfer.c.
 */
#include "ipc/ipc.h"
#include "core/budget.h"
#include "core/syscall.h"
#include "core/trace.h"
#include "object/vcpu.h"
#include "platform/plat.h"

#define TAG_LONG(tag)	(((tag) & L4_TAG_WORDS) > L4_MSG_REGS || ((tag) & L4_TAG_CAPS))

enum { R_DEST, R_TAG, R_MR, R_TIME = 10, R_CAPS = 11 };

struct mrs {
	uint32_t w[L4_MSG_REGS];
};

static inline void copy_mrs(struct thread *to, const struct thread *from)
{
	*(struct mrs *)(void *)&to->regs.r[R_MR] = *(const struct mrs *)(const void *)&from->regs.r[R_MR];
}

/* The tag as the receiver may see it; false: malformed. */
static bool tag_valid(const struct thread *t, uint32_t tag)
{
	if ((tag & L4_TAG_WORDS) > L4_MSG_WORDS)
		return false;
	return !TAG_LONG(tag) || t->buf;
}

#define TAG_USER(tag)	((tag) & ~(uint32_t)L4_TAG_KERNEL)

static void timeout_start(struct thread *t, uint32_t us)
{
	uint64_t ticks;

	if (us == L4_NEVER)
		return;
	ticks = (uint64_t)us * (plat_board.timer_hz / 1000000);
	timer_set(&t->timeout, plat_clock() + ticks);
}

static inline void timeout_stop(struct thread *t)
{
	if (unlikely(timer_armed(&t->timeout)))
		timer_cancel(&t->timeout);
}

/* from's message (or exception) arrives in to, which is not in a queue any more. */
static void deliver(struct thread *from, struct thread *to)
{
	uint32_t tag;

	if (unlikely(from->exception)) {
		exception_message(from, to);
		return;
	}
	trace_ipc(L4_TRACE_MSG_SEND, from, to);
	tag = TAG_USER(from->regs.r[R_TAG]);
	copy_mrs(to, from);
	if (unlikely(TAG_LONG(tag)))
		tag = ipc_transfer_long(from, to, tag);
	to->regs.r[R_TAG] = tag;
	to->regs.r[R_TIME] = from->send_badge;
	to->regs.r[0] = L4_OK;
}

/* The caller's message was received: it waits for the answer of this thread. */
static inline void await_reply(struct thread *caller, struct thread *server)
{
	caller->state = TS_REPLY;
	caller->peer = server;
	server->reply_to = caller;
	if (unlikely(server->prio < caller->prio))
		sched_inherit(server, caller->prio);
}

/* Whoever waits for this thread's answer and cannot get it any more. */
static inline void drop_caller(struct thread *t, int error)
{
	struct thread *caller = t->reply_to;

	if (unlikely(caller != NULL))
		ipc_fail(caller, error);
}

/* The answer of `from` (in its registers) to a thread in TS_REPLY. */
static void answer(struct thread *from, struct thread *caller, uint32_t tag)
{
	trace_ipc(L4_TRACE_MSG_REPLY, from, caller);
	timeout_stop(caller);
	caller->peer = NULL;
	if (unlikely(caller->exception)) {
		exception_reply(caller, tag, &from->regs.r[R_MR], from->buf);
		return;
	}
	copy_mrs(caller, from);
	tag = TAG_USER(tag);
	if (unlikely(TAG_LONG(tag)))
		tag = ipc_transfer_long(from, caller, tag);
	caller->regs.r[R_TAG] = tag;
	caller->regs.r[R_TIME] = 0;
	caller->regs.r[0] = L4_OK;
	caller->state = TS_READY;
}

/* A guest that was in an exception takes the interrupt that came meanwhile. */
static void continue_guest(struct thread *t)
{
	if (unlikely(t->vcpu && t->role != L4_ROLE_X))
		vcpu_continue(t->vcpu);
}

static void wake_answered(struct thread *caller)
{
	if (caller->state != TS_READY)
		return;
	sched_wake(caller);
	continue_guest(caller);
}

/* Queues cur at a receiver that is busy. */
static int send_wait(struct thread *cur, struct thread *dest, uint8_t in_call)
{
	uint32_t us = cur->regs.r[R_TIME];

	if (us == L4_NOWAIT)
		return L4_EAGAIN;
	cur->in_call = in_call;
	cur->state = TS_SEND;
	cur->peer = dest;
	list_add_tail(&dest->senders, &cur->ipc_link);
	timeout_start(cur, us);
	sched_remove(cur);
	sched_inherit(dest, cur->prio);
	return L4_OK;
}

static struct thread *find_dest(struct thread *cur, int *err)
{
	struct cell *cell = cur->obj.cell;
	struct slot *s = cell_slot(cell, cur->regs.r[R_DEST]);
	struct thread *dest;

	if (unlikely(!s || !s->obj || s->obj->type != OBJ_THREAD || s->obj->dying ||
		     (s->flags & (SLOT_DYING | SLOT_REPLY)))) {
		*err = L4_ECAP;
		return NULL;
	}
	if (unlikely(!(s->rights & L4_R_SEND))) {
		*err = L4_ERIGHT;
		return NULL;
	}
	dest = (struct thread *)s->obj;
	if (unlikely(dest == cur || (dest->vcpu && dest->role == L4_ROLE_U) ||
		     !tag_valid(cur, cur->regs.r[R_TAG]))) {
		*err = L4_EINVAL;
		return NULL;
	}
	cur->send_badge = s->badge;
	return dest;
}

int ipc_call(struct thread *cur)
{
	int err;
	struct thread *dest = find_dest(cur, &err);

	if (unlikely(!dest))
		return err;
	if (unlikely(dest->state != TS_RECV))
		return send_wait(cur, dest, true);
	timeout_stop(dest);
	await_reply(cur, dest);
	timeout_start(cur, cur->regs.r[R_TIME]);
	deliver(cur, dest);
	if (likely(dest->prio >= cur->prio && sched_local(dest))) {
		sched_switch(dest);
	} else {
		sched_remove(cur);
		sched_wake(dest);
	}
	return L4_OK;
}

/* Answers a saved caller; never blocks. */
static int send_reply(struct thread *cur, struct slot *s)
{
	struct thread *caller = (struct thread *)s->obj;
	uint32_t tag = cur->regs.r[R_TAG];

	if (!tag_valid(cur, tag))
		return L4_EINVAL;
	caller->reply_slot = NULL;
	s->obj = NULL;
	s->flags = 0;
	answer(cur, caller, tag);
	wake_answered(caller);
	return L4_OK;
}

int sys_send(struct thread *cur)
{
	struct slot *s = cell_slot(cur->obj.cell, cur->regs.r[R_DEST]);
	struct thread *dest;
	int err;

	if (s && s->obj && (s->flags & SLOT_REPLY))
		return send_reply(cur, s);
	dest = find_dest(cur, &err);
	if (!dest)
		return err;
	if (dest->state != TS_RECV)
		return send_wait(cur, dest, false);
	timeout_stop(dest);
	deliver(cur, dest);
	sched_wake(dest);
	return L4_OK;
}

/* Bits or a message that is there already: true, and the call's result in *result. */
static bool take_now(struct thread *cur, int *result)
{
	struct thread *from;

	if (unlikely(cur->notified)) {
		cur->regs.r[R_TAG] = 0;
		cur->regs.r[R_MR] = cur->notified;
		cur->notified = 0;
		*result = L4_NOTIFIED;
		return true;
	}
	if (likely(list_empty(&cur->senders)))
		return false;
	from = container_of(cur->senders.next, struct thread, ipc_link);
	list_del(&from->ipc_link);
	deliver(from, cur);
	if (from->in_call) {
		await_reply(from, cur);
	} else {
		timeout_stop(from);
		from->peer = NULL;
		from->regs.r[0] = L4_OK;
		if (unlikely(cur->boosted))
			sched_disinherit(cur);
		sched_wake(from);
	}
	*result = L4_OK;
	return true;
}

int sys_recv(struct thread *cur)
{
	int result;

	drop_caller(cur, L4_ECANCEL);
	if (unlikely(cur->boosted))
		sched_disinherit(cur);
	result = L4_EAGAIN;
	if (take_now(cur, &result) || cur->regs.r[R_TIME] == L4_NOWAIT) {
		budget_changed();	/* last, see sys_reply_save */
		return result;
	}
	cur->state = TS_RECV;
	timeout_start(cur, cur->regs.r[R_TIME]);
	sched_remove(cur);
	return L4_OK;
}

int ipc_reply_recv(struct thread *cur)
{
	struct thread *caller = cur->reply_to;
	uint32_t tag = cur->regs.r[R_TAG];
	int result;

	if (unlikely(!caller))
		return sys_recv(cur);
	if (unlikely(!tag_valid(cur, tag)))
		return L4_EINVAL;
	cur->reply_to = NULL;
	answer(cur, caller, tag);
	if (unlikely(cur->boosted)) {
		wake_answered(caller);
		return sys_recv(cur);
	}
	result = L4_EAGAIN;
	if (unlikely(take_now(cur, &result)) || unlikely(cur->regs.r[R_TIME] == L4_NOWAIT)) {
		wake_answered(caller);
		budget_changed();
		return result;
	}
	cur->state = TS_RECV;
	timeout_start(cur, cur->regs.r[R_TIME]);
	if (likely(caller->state == TS_READY && caller->prio >= cur->prio &&
		   sched_local(caller))) {
		sched_switch(caller);
		continue_guest(caller);
		return L4_OK;
	}
	sched_remove(cur);
	wake_answered(caller);
	return L4_OK;
}

int sys_reply_save(struct thread *cur)
{
	struct thread *caller = cur->reply_to;
	struct slot *s;
	int err;

	s = cap_empty(cur->obj.cell, cur->regs.r[0], &err);
	if (!s)
		return err;
	if (!caller)
		return L4_EAGAIN;
	cur->reply_to = NULL;
	if (cur->boosted)
		sched_disinherit(cur);
	caller->peer = NULL;
	caller->reply_slot = s;
	s->obj = &caller->obj;
	s->flags = SLOT_REPLY;
	s->rights = L4_R_SEND;
	s->badge = 0;
	/* Last: it may take interrupts, and one of them end the caller's waiting. */
	budget_changed();
	return L4_OK;
}

void ipc_reply_drop(struct slot *s)
{
	ipc_fail((struct thread *)s->obj, L4_ECANCEL);
}

/* Forgets whatever t waits for, on both sides. */
static void detach(struct thread *t)
{
	struct thread *peer = t->state == TS_REPLY || t->state == TS_SEND ? t->peer : NULL;

	timeout_stop(t);
	list_del(&t->ipc_link);
	if (t->state == TS_REPLY && peer) {
		peer->reply_to = NULL;
		budget_unserved();
	}
	if (peer && peer->boosted)
		sched_disinherit(peer);
	if (t->reply_slot) {
		t->reply_slot->obj = NULL;
		t->reply_slot->flags = 0;
		t->reply_slot = NULL;
	}
	t->peer = NULL;
}

void ipc_cancel(struct thread *t, int error)
{
	if (t->state != TS_SEND && t->state != TS_RECV && t->state != TS_REPLY)
		return;
	detach(t);
	t->state = TS_STOPPED;
	if (!t->exception)
		t->regs.r[0] = (uint32_t)error;
	t->exception = 0;
}

/* An exception whose handler is gone goes to the supervisor. */
void ipc_fail(struct thread *t, int error)
{
	uint32_t class = t->exception;

	ipc_cancel(t, error);
	if (class)
		exception_supervisor(t, class - 1);
	else
		sched_wake(t);
}

/* A thread's time is over; the timer of a thread that runs is never armed. */
void ipc_timeout(struct timer *timer)
{
	ipc_fail(container_of(timer, struct thread, timeout), L4_ETIME);
}
