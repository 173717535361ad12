/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A thread seen from outside: its registers while it is stopped, its priority,
 * its routes.
 */
#include "arch/arm/arch.h"
#include "core/sched.h"
#include "core/syscall.h"
#include "object/irq.h"
#include "object/vcpu.h"

/* A stopped thread, or the U of a stopped S or of none; NULL and *err else. */
static struct thread *stopped_thread(struct thread *cur, int *err)
{
	struct thread *t = thread_lookup(cur, cur->regs.r[0], err);
	const struct thread *main;

	if (!t)
		return NULL;
	main = t->vcpu && t->role == L4_ROLE_U ? t->vcpu->s : t;
	if (main && main->state != TS_STOPPED) {
		*err = L4_EAGAIN;
		return NULL;
	}
	return t;
}

int sys_thread_read(struct thread *cur)
{
	uint32_t set = cur->regs.r[1];
	struct thread *t;
	int err;

	t = stopped_thread(cur, &err);
	if (!t)
		return err;
	if (!cur->buf)
		return L4_EINVAL;
	if (set == L4_REGS_CPU) {
		struct l4_regs *out = (struct l4_regs *)(void *)cur->buf;

		memcpy(out->r, t->regs.r, sizeof(out->r));
		out->pc = t->regs.pc;
		out->psr = t->regs.psr;
		out->tpidrurw = t->tls->rw;
		out->tpidruro = t->tls->ro;
		return L4_OK;
	}
	if (ARCH_VFP && set == L4_REGS_VFP) {
		struct l4_vfp *out = (struct l4_vfp *)(void *)cur->buf;

		arch_fpu_flush(t->fpu);
		memcpy(out->d, t->fpu->d, sizeof(out->d));
		out->fpscr = t->fpu->fpscr;
		return L4_OK;
	}
	return L4_EINVAL;
}

int sys_thread_write(struct thread *cur)
{
	uint32_t set = cur->regs.r[1];
	struct thread *t;
	int err;

	t = stopped_thread(cur, &err);
	if (!t)
		return err;
	if (!cur->buf)
		return L4_EINVAL;
	if (set == L4_REGS_CPU) {
		const struct l4_regs *in = (const struct l4_regs *)(const void *)cur->buf;

		memcpy(t->regs.r, in->r, sizeof(in->r));
		t->regs.pc = in->pc;
		t->regs.psr = (in->psr & L4_PSR_USER) | 0x10;
		t->tls->rw = in->tpidrurw;
		t->tls->ro = in->tpidruro;
		return L4_OK;
	}
	if (ARCH_VFP && set == L4_REGS_VFP) {
		const struct l4_vfp *in = (const struct l4_vfp *)(const void *)cur->buf;

		arch_fpu_flush(t->fpu);
		memcpy(t->fpu->d, in->d, sizeof(in->d));
		t->fpu->fpscr = in->fpscr & ARCH_FPSCR_USER;
		return L4_OK;
	}
	return L4_EINVAL;
}

int sys_thread_prio(struct thread *cur)
{
	uint32_t prio = cur->regs.r[1];
	struct thread *t;
	int err;

	t = thread_lookup(cur, cur->regs.r[0], &err);
	if (!t)
		return err;
	if (prio > t->obj.cell->max_prio || (t->vcpu && t->role == L4_ROLE_U))
		return L4_EINVAL;
	sched_own_prio(t, (uint8_t)prio);
	if (t->vcpu && t->role == L4_ROLE_S && t->vcpu->u)
		sched_own_prio(t->vcpu->u, (uint8_t)prio);
	return L4_OK;
}

#ifdef CONFIG_SMP
/* What else depends on the core. */
static void move(struct thread *t, uint32_t core)
{
	sched_move(t, core);
	arch_fpu_flush(t->fpu);
}

static void move_all(struct thread *t, uint32_t core)
{
	const struct vcpu *v = t->vcpu;

	move(t, core);
	if (v && v->u)
		move(v->u, core);
	for (uint32_t i = 0; v && i < VCPU_HELPERS; i++)
		if (v->helper[i])
			move(v->helper[i], core);
	irq_follow(t);
}
#else
static inline void move_all(struct thread *t, uint32_t core)
{
	(void)t;
	(void)core;
}
#endif

int sys_thread_core(struct thread *cur)
{
	uint32_t core = cur->regs.r[1];
	struct thread *t;
	int err;

	t = thread_lookup(cur, cur->regs.r[0], &err);
	if (!t)
		return err;
	if (core >= smp_cores() || (t->vcpu && t->role != L4_ROLE_S))
		return L4_EINVAL;
	if (core != t->core)
		move_all(t, core);
	return L4_OK;
}

/* The kinds that a class and a thread can have. */
static bool route_valid(const struct thread *t, uint32_t class, uint32_t kind)
{
	if (class >= L4_EXC_STOP || kind > L4_ROUTE_SELF)
		return false;
	if (kind == L4_ROUTE_KERNEL)
		return class == L4_EXC_SYSCALL;
	if (kind == L4_ROUTE_SELF)
		return class != L4_EXC_SYSCALL && t->vcpu && t->role == L4_ROLE_S;
	return true;
}

int sys_thread_route(struct thread *cur)
{
	const uint32_t *r = cur->regs.r;
	uint32_t class = r[1], kind = r[2];
	struct thread *t, *handler = NULL;
	struct slot *s = NULL;
	int err;

	t = thread_lookup(cur, r[0], &err);
	if (!t)
		return err;
	if (!route_valid(t, class, kind) || (t->vcpu && t->role == L4_ROLE_U))
		return L4_EINVAL;
	if (kind == L4_ROUTE_THREAD) {
		s = cell_slot(cur->obj.cell, r[3]);
		handler = (struct thread *)cap_lookup(cur->obj.cell, r[3], OBJ_THREAD, L4_R_SEND,
						      &err);
		if (!handler)
			return err;
		if (handler == t)
			return L4_EINVAL;
	}
	ref_set(&t->route[class].handler, handler);
	t->route[class].badge = s ? s->badge : 0;
	t->route[class].kind = (uint8_t)kind;
	if (class == L4_EXC_SYSCALL)
		arch_thread_calls(t, kind == L4_ROUTE_KERNEL);
	return L4_OK;
}
