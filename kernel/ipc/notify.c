/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Notifications: a word of bits a thread, set without blocking, taken by the
 * next receive.  Also the alarm, which sets bits at a time.
 */
#include "ipc/ipc.h"
#include "core/sched.h"
#include "core/syscall.h"
#include "core/trace.h"

void notify_thread(struct thread *t, uint32_t bits)
{
	trace_notify(t, bits);
	t->notified |= bits;
	if (t->state != TS_RECV || !t->notified)
		return;
	if (unlikely(timer_armed(&t->timeout)))
		timer_cancel(&t->timeout);
	t->regs.r[0] = L4_NOTIFIED;
	t->regs.r[1] = 0;
	t->regs.r[2] = t->notified;
	t->notified = 0;
	sched_wake(t);
}

int sys_notify(struct thread *cur)
{
	int err;
	struct slot *s = cell_slot(cur->obj.cell, cur->regs.r[0]);
	struct thread *t;
	uint32_t bits = cur->regs.r[1];

	t = (struct thread *)cap_lookup(cur->obj.cell, cur->regs.r[0], OBJ_THREAD, L4_R_NOTIFY,
					&err);
	if (unlikely(!t))
		return err;
	if (unlikely(s->badge && (bits & ~s->badge)))
		return L4_ERIGHT;
	notify_thread(t, bits);
	return L4_OK;
}

void alarm_fire(struct timer *timer)
{
	struct thread *t = container_of(timer, struct thread, alarm);

	notify_thread(t, t->alarm_bits);
}

int sys_alarm(struct thread *cur)
{
	int err;
	struct thread *t = cur;
	uint64_t when = cur->regs.r[2] | (uint64_t)cur->regs.r[3] << 32;

	if (cur->regs.r[0])
		t = (struct thread *)cap_lookup(cur->obj.cell, cur->regs.r[0], OBJ_THREAD,
						L4_R_CONTROL, &err);
	if (!t)
		return err;
	t->alarm_bits = cur->regs.r[1];
	if (t->alarm_bits)
		timer_set(&t->alarm, when);
	else
		timer_cancel(&t->alarm);
	return L4_OK;
}
