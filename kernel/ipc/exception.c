/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Exceptions are IPC: the kernel makes the call that the faulting thread did
 * not make, and the answer lets it go on, changed or not.  A route that leads
 * nowhere falls back to the cell's supervisor, and where there is none the
 * thread is stopped, with a report on the console if it is root's.
 */
#include "ipc/ipc.h"
#include "core/sched.h"
#include "core/trace.h"
#include "object/vcpu.h"

static const char *const class_name[L4_EXC_COUNT] = {
	[L4_EXC_SYSCALL] = "system call", [L4_EXC_PFAULT] = "prefetch abort",
	[L4_EXC_DFAULT] = "data abort",	  [L4_EXC_UNDEF] = "undefined instruction",
	[L4_EXC_ALIGN] = "alignment fault", [L4_EXC_FP] = "floating point off",
	[L4_EXC_STOP] = "double fault",
};

static void report(const struct thread *t, uint32_t class)
{
	kprintf("kernel| %s/%s stopped: %s at pc %08x, address %08x, status %03x\n",
		t->obj.cell->name, t->name, class_name[class], t->regs.pc, t->fault_addr,
		t->fault_status);
}

static void exception_send(struct thread *t, struct thread *to, uint32_t badge, uint32_t class)
{
	t->exception = class + 1;
	t->send_badge = badge;
	t->peer = to;
	if (unlikely(to->state != TS_RECV)) {
		sched_remove(t);
		t->state = TS_SEND;
		t->in_call = true;
		list_add_tail(&to->senders, &t->ipc_link);
		sched_inherit(to, t->prio);
		return;
	}
	if (unlikely(timer_armed(&to->timeout)))
		timer_cancel(&to->timeout);
	t->state = TS_REPLY;
	to->reply_to = t;
	exception_message(t, to);
	if (unlikely(to->prio < t->prio))
		sched_inherit(to, t->prio);
	if (likely(t == this_cpu()->current && to->prio >= t->prio && sched_local(to))) {
		sched_switch(to);
		return;
	}
	sched_remove(t);
	sched_wake(to);
}

void exception_supervisor(struct thread *t, uint32_t class)
{
	struct cell *cell = t->obj.cell;
	struct thread *to = cell->supervisor.to;

	if (to && to != t) {
		exception_send(t, to, cell->supervisor_badge, class);
		return;
	}
	/*
	 * The console is polled with interrupts off: no cell but root, which has
	 * nobody above, can make the kernel print.  Another maker's unwatched cell
	 * is found stopped.
	 */
	if (!cell->obj.cell)
		report(t, class);
	sched_remove(t);
	t->state = TS_STOPPED;
}

void exception_raise(struct thread *t, uint32_t class)
{
	struct route *r = &t->route[class];

	trace_exception(t, class);
	if (r->kind == L4_ROUTE_SELF) {
		if (likely(vcpu_exception(t, class)))
			return;
		/* S has an entry for it: the frame was still in use. */
		if (t->role == L4_ROLE_S && t->vcpu->gate.entry[L4_ENTRY_K + class])
			class = L4_EXC_STOP;
	} else if (r->kind == L4_ROUTE_THREAD && r->handler.to && r->handler.to != t) {
		exception_send(t, r->handler.to, r->badge, class);
		return;
	}
	exception_supervisor(t, class);
}

void exception_message(const struct thread *t, struct thread *to)
{
	/* Structures are copied by load and store multiple. */
	struct low { uint32_t pc, psr, r[L4_MSG_REGS - L4_EM_R0]; };
	struct high { uint32_t r[L4_EM_WORDS - L4_MSG_REGS]; };
	const uint32_t *r = t->regs.r;
	uint32_t *mr = &to->regs.r[2];

	mr[L4_EM_ADDR] = t->fault_addr;
	mr[L4_EM_STATUS] = t->fault_status;
	*(struct low *)(void *)&mr[L4_EM_PC] = *(const struct low *)(const void *)&t->regs;
	to->regs.r[0] = L4_OK;
	to->regs.r[1] = (t->exception - 1) << L4_TAG_LABEL_SHIFT | L4_TAG_KERNEL |
			(to->buf ? L4_EM_WORDS : L4_MSG_REGS);
	to->regs.r[10] = t->send_badge;
	if (to->buf)
		*(struct high *)(void *)&to->buf->mr[L4_MSG_REGS] =
			*(const struct high *)(const void *)&r[L4_MSG_REGS - L4_EM_R0];
}

void exception_reply(struct thread *t, uint32_t tag, const uint32_t *mr,
		     const struct l4_msgbuf *buf)
{
	uint32_t words = tag & L4_TAG_WORDS;
	uint32_t label = tag >> L4_TAG_LABEL_SHIFT;

	t->exception = 0;
	t->state = label == L4_REPLY_STOP ? TS_STOPPED : TS_READY;
	if (label != L4_REPLY_REGS)
		return;
	if (words > L4_EM_WORDS)
		words = L4_EM_WORDS;
	if (!buf && words > L4_MSG_REGS)
		words = L4_MSG_REGS;
	for (uint32_t i = L4_EM_PC; i < words; i++) {
		uint32_t w = i < L4_MSG_REGS ? mr[i] : buf->mr[i];

		if (i == L4_EM_PC)
			t->regs.pc = w;
		else if (i == L4_EM_PSR)
			t->regs.psr = (w & L4_PSR_USER) | 0x10;
		else
			t->regs.r[i - L4_EM_R0] = w;
	}
}
