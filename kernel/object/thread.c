/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Making, starting, stopping and ending threads.  Their registers and routes
 * are in control.c.
 */
#include "arch/arm/arch.h"
#include "core/sched.h"
#include "core/syscall.h"
#include "core/trace.h"
#include "ipc/ipc.h"
#include "mm/space.h"
#include "object/vcpu.h"

struct thread *thread_lookup(struct thread *cur, l4_slot n, int *err)
{
	return (struct thread *)cap_lookup(cur->obj.cell, n, OBJ_THREAD, L4_R_CONTROL, err);
}

static void thread_init(struct thread *t, struct space *space, uint8_t prio)
{
	list_init(&t->ready);
	list_init(&t->senders);
	list_init(&t->ipc_link);
	list_init(&t->refs);
	t->space = space;
	t->spacep = &t->space;
	space->users++;
	t->prio = t->own_prio = prio;
	if (CORES > 1)
		t->core = (uint8_t)core_number();
	t->tls = &t->own_tls;
	t->fpu = thread_vfp(t);
	t->timeout.fire = ipc_timeout;
	t->alarm.fire = alarm_fire;
	arch_thread_init(t);
	for (uint32_t i = 1; i < L4_EXC_COUNT; i++)
		t->route[i].kind = L4_ROUTE_SUPER;
}

void object_name(char *to, uint32_t name0, uint32_t name1)
{
	uint32_t word[2] = { name0, name1 };

	for (uint32_t i = 0; i < 8; i++) {
		char c = (char)(word[i / 4] >> (8 * (i % 4)));

		to[i] = c >= ' ' && c <= '~' ? c : '\0';
	}
}

int sys_thread_create(struct thread *cur)
{
	const uint32_t *r = cur->regs.r;
	struct cell *cell;
	struct slot *slot;
	struct space *space;
	struct thread *t;
	int err;

	cell = cell_arg(cur->obj.cell, r[0], &err);
	if (!cell)
		return err;
	slot = cap_empty(cur->obj.cell, r[1], &err);
	if (!slot)
		return err;
	space = (struct space *)cap_lookup(cur->obj.cell, r[2], OBJ_SPACE, L4_R_CONTROL, &err);
	if (!space)
		return err;
	if (space->obj.cell != cell || r[3] > cell->max_prio)
		return L4_EINVAL;
	t = (struct thread *)object_alloc(cell, OBJ_THREAD, sizeof(*t));
	if (!t)
		return L4_EQUOTA;
	thread_init(t, space, (uint8_t)r[3]);
	object_name(t->name, r[4], r[5]);
	object_init(&t->obj, slot, NULL);
	trace_made(t);
	return L4_OK;
}

struct thread *thread_boot(struct cell *cell, struct slot *slot, struct space *space, uint8_t prio)
{
	struct thread *t = (struct thread *)object_alloc(cell, OBJ_THREAD, sizeof(*t));

	if (!t)
		panic("no memory for the root thread");
	thread_init(t, space, prio);
	memcpy(t->name, "main", 5);
	object_init(&t->obj, slot, NULL);
	trace_made(t);
	return t;
}

int sys_thread_buffer(struct thread *cur)
{
	const uint32_t *r = cur->regs.r;
	struct thread *t;
	struct frame *f;
	int err;

	t = thread_lookup(cur, r[0], &err);
	if (!t)
		return err;
	f = (struct frame *)cap_lookup(cur->obj.cell, r[1], OBJ_FRAME, L4_R_CONTROL, &err);
	if (!f)
		return err;
	if (f->sec.obj.cell != t->obj.cell || r[2] >= L4_PAGE_SIZE || r[2] % L4_MSGBUF_SIZE)
		return L4_EINVAL;
	if (t->buf_frame)
		t->buf_frame->users--;
	f->users++;
	t->buf_frame = f;
	t->buf = (struct l4_msgbuf *)(void *)((char *)f->page + r[2]);
	return L4_OK;
}

/* Who of a virtual CPU's S and U is to be taken off the core, or put on it. */
static struct thread *runner(struct thread *t)
{
	return t->vcpu && t->role == L4_ROLE_S ? vcpu_active(t->vcpu) : t;
}

/* Off the core, out of every queue, in no IPC. */
static void halt(struct thread *t, int error)
{
	struct thread *run;

	smp_hold(t);
	run = runner(t);
	sched_remove(run);
	ipc_cancel(run, error);
	run->state = TS_READY;
	t->state = TS_STOPPED;
}

int sys_thread_start(struct thread *cur)
{
	const uint32_t *r = cur->regs.r;
	struct thread *t;
	uint32_t pc = r[1], sp = r[2], arg = r[3];
	int err;

	t = thread_lookup(cur, r[0], &err);
	if (!t)
		return err;
	if (t == cur || (t->vcpu && t->role == L4_ROLE_U))
		return L4_EINVAL;
	halt(t, L4_ECANCEL);
	if (t->reply_to)
		ipc_fail(t->reply_to, L4_ECANCEL);
	t->prio = t->own_prio;
	t->boosted = false;
	memset(&t->regs, 0, sizeof(t->regs));
	t->regs.pc = pc & ~1u;
	t->regs.psr = 0x10 | (pc & 1 ? 0x20 : 0);
	t->regs.r[13] = sp;
	t->regs.r[0] = arg;
	t->notified = 0;
	if (t->vcpu && t->role == L4_ROLE_S) {
		t->vcpu->gate.active = t->vcpu->gate.s_frame;
		t->vcpu->gate.page->vif = L4_VIF_MASKED;
	}
	sched_wake(t);
	return L4_OK;
}

int sys_thread_stop(struct thread *cur)
{
	int err;
	struct thread *t = thread_lookup(cur, cur->regs.r[0], &err);

	if (!t)
		return err;
	if (t->vcpu && t->role == L4_ROLE_U)
		return L4_EINVAL;
	if (t->state != TS_STOPPED)
		halt(t, L4_ECANCEL);
	return L4_OK;
}

int sys_thread_resume(struct thread *cur)
{
	int err;
	struct thread *t = thread_lookup(cur, cur->regs.r[0], &err);

	if (!t)
		return err;
	if (t->state != TS_STOPPED || (t->vcpu && t->role == L4_ROLE_U))
		return L4_EINVAL;
	t->state = TS_READY;
	sched_wake(runner(t));
	if (t->vcpu && t->role == L4_ROLE_S)
		vcpu_continue(t->vcpu);
	return L4_OK;
}

/* Everyone who waits for t, or is to be told by it; one step, false when none is left. */
static bool let_go(struct thread *t)
{
	/* First, so that an exception cannot come back to it. */
	if (!list_empty(&t->refs)) {
		ref_set(container_of(t->refs.next, struct ref, link), NULL);
		return true;
	}
	if (!list_empty(&t->senders)) {
		ipc_fail(container_of(t->senders.next, struct thread, ipc_link), L4_EDEAD);
		return true;
	}
	if (t->reply_to) {
		ipc_fail(t->reply_to, L4_EDEAD);
		return true;
	}
	return false;
}

int thread_destroy(struct object *obj)
{
	struct thread *t = (struct thread *)obj;

	while (let_go(t))
		if (preempt_pending())
			return L4_RESTART;
	smp_hold(t);
	if (t->vcpu)
		vcpu_unbind(t);
	else
		t->space->users--;
	sched_remove(t);
	ipc_cancel(t, L4_EDEAD);
	timer_cancel(&t->timeout);
	timer_cancel(&t->alarm);
	for (uint32_t i = 0; i < L4_EXC_COUNT; i++)
		ref_set(&t->route[i].handler, NULL);
	if (t->buf_frame)
		t->buf_frame->users--;
	arch_thread_forget(t);
	trace_gone(t);
	object_free(obj);
	return L4_OK;
}
