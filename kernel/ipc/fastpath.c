/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The two calls that a client and its server alternate between, in the case
 * that counts: at most eight words, no capability, no time limit, the partner
 * waits and is the one to run next.  A pager that lets a faulting thread go on is one of
 * these servers.  Anything else is left, untouched, to the general
 * code in ipc.c, which would do the same in this case too.
 */
#include "core/sched.h"
#include "core/syscall.h"
#include "core/trace.h"
#include "ipc/ipc.h"

enum { R_DEST, R_TAG, R_MR, R_TIME = 10 };

#define TAG_SIZE(tag)	((tag) & (L4_TAG_WORDS | L4_TAG_CAPS))

struct mrs {
	uint32_t w[L4_MSG_REGS];
};

static inline void copy_message(struct thread *to, const struct thread *from, uint32_t tag,
				uint32_t badge)
{
	*(struct mrs *)(void *)&to->regs.r[R_MR] =
		*(const struct mrs *)(const void *)&from->regs.r[R_MR];
	to->regs.r[0] = L4_OK;
	to->regs.r[R_TAG] = tag & ~(uint32_t)L4_TAG_KERNEL;
	to->regs.r[R_TIME] = badge;
}

static inline bool may_send(const struct slot *s)
{
	return object_live_type(s->obj) == OBJ_THREAD &&
	       (slot_access(s) & (L4_R_SEND | SLOT_NO_ACCESS)) == L4_R_SEND;
}

int sys_call(struct thread *cur)
{
	const struct slot *s = cell_slot(cur->obj.cell, cur->regs.r[R_DEST]);
	uint32_t tag = cur->regs.r[R_TAG];
	struct thread *dest;

	if (unlikely(!s || !s->obj || !may_send(s)))
		return ipc_call(cur);
	dest = (struct thread *)s->obj;
	if (unlikely(dest->state != TS_RECV || dest->prio < cur->prio || !sched_local(dest) ||
		     TAG_SIZE(tag) > L4_MSG_REGS || cur->regs.r[R_TIME] != L4_NEVER ||
		     timer_armed(&dest->timeout)))
		return ipc_call(cur);
	trace_ipc(L4_TRACE_MSG_CALL, cur, dest);
	copy_message(dest, cur, tag, s->badge);
	cur->state = TS_REPLY;
	cur->peer = dest;
	dest->reply_to = cur;
	sched_switch(dest);
	return L4_OK;
}

int sys_reply_recv(struct thread *cur)
{
	uint32_t tag = cur->regs.r[R_TAG];
	struct thread *caller = cur->reply_to;

	if (unlikely(!caller || !sched_may_switch(cur, caller) ||
		     TAG_SIZE(tag) > L4_MSG_REGS || cur->regs.r[R_TIME] != L4_NEVER ||
		     cur->notified || !list_empty(&cur->senders) ||
		     timer_armed(&caller->timeout)))
		return ipc_reply_recv(cur);
	if (caller->exception) {
		/* A pager's usual answer: go on, unchanged.  A guest may have to be interrupted. */
		if (unlikely(tag >> L4_TAG_LABEL_SHIFT != L4_REPLY_RESUME || caller->vcpu))
			return ipc_reply_recv(cur);
		caller->exception = 0;
	} else {
		copy_message(caller, cur, tag, 0);
	}
	trace_ipc(L4_TRACE_MSG_REPLY, cur, caller);
	cur->reply_to = NULL;
	caller->peer = NULL;
	cur->state = TS_RECV;
	sched_switch(caller);
	return L4_OK;
}
