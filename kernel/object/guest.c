/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Making a virtual CPU and binding its threads; its spaces and its map queue.
 */
#include "arch/arm/arch.h"
#include "core/sched.h"
#include "core/syscall.h"
#include "ipc/ipc.h"
#include "mm/space.h"
#include "object/irq.h"
#include "object/vcpu.h"

struct vcpu *vcpu_arg(struct thread *cur, l4_slot n, int *err)
{
	if (n)
		return (struct vcpu *)cap_lookup(cur->obj.cell, n, OBJ_VCPU, L4_R_CONTROL, err);
	if (!cur->vcpu)
		*err = L4_EINVAL;
	return cur->vcpu;
}

int sys_vcpu_create(struct thread *cur)
{
	const uint32_t *r = cur->regs.r;
	struct cell *cell;
	struct slot *slot;
	struct frame *f;
	struct vcpu *v;
	int err;

	cell = cell_arg(cur->obj.cell, r[0], &err);
	if (!cell)
		return err;
	slot = cap_empty(cur->obj.cell, r[1], &err);
	if (!slot)
		return err;
	f = (struct frame *)cap_lookup(cur->obj.cell, r[2], OBJ_FRAME, L4_R_CONTROL, &err);
	if (!f)
		return err;
	if (f->sec.obj.cell != cell || r[3] % L4_PAGE_SIZE)
		return L4_EINVAL;
	v = (struct vcpu *)object_alloc(cell, OBJ_VCPU, sizeof(*v));
	if (!v)
		return L4_EQUOTA;
	f->users++;
	v->frame = f;
	v->gate.page = f->page;
	v->gate.user_pc = v->gate.resume_pc = &v->gate.page->user.pc;
	v->gate.psr_user = L4_PSR_USER;
	v->gate.vif_masked = L4_VIF_MASKED;
	v->gate.dacr_open = ARCH_DACR_OPEN;
	v->gate.dacr_closed = ARCH_DACR_CLOSED;
	v->gate.page->vif = L4_VIF_MASKED;
	v->page_va = r[3];
	v->gate.uframe = r[3] + L4_VP_UFRAME;
	object_init(&v->obj, slot, NULL);
	return L4_OK;
}

static void enter_space(struct vcpu *v, struct space *space)
{
	space->users++;
	if (v->space)
		v->space->users--;
	v->space = space;
	vcpu_sync_generation(v);
}

/* The svc instructions that mean resume; without that entry no svc does. */
static void update_gate(struct vcpu *v)
{
	uint32_t resume = v->gate.entry[L4_ENTRY_RESUME];
	struct thread *s = v->s;

	if (!s)
		return;
	s->gate = &v->gate.s_sp;
	s->gate_limit = resume ? 8 : 0;
	s->gate_base = resume ? resume + 12 : ARCH_NO_PC;
	s->gate_path = v->u && !v->pending ? guest_resume : guest_resume_slow;
}

#ifdef CONFIG_SMP
/* All threads of a virtual CPU are on one core: that of those it has. */
static void join_core(const struct vcpu *v, struct thread *t)
{
	const struct thread *other = v->s ? v->s : v->u;

	for (uint32_t i = 0; !other && i < VCPU_HELPERS; i++)
		other = v->helper[i];
	if (!other || other->core == t->core)
		return;
	arch_fpu_flush(t->fpu);
	t->core = other->core;
	irq_follow(t);
}
#else
static inline void join_core(const struct vcpu *v, const struct thread *t)
{
	(void)v;
	(void)t;
}
#endif

/* U has no calls of its own: every svc goes to S, every exception too. */
static void bind_u(struct vcpu *v, struct thread *t)
{
	v->u = t;
	v->gate.u_frame = t->regs.r;
	t->gate = &v->gate.s_sp;
	t->gate_base = 0;
	t->gate_limit = 0xffffffff;
	t->gate_path = guest_svc;
	t->tls = &v->s->own_tls;
	t->fpu = thread_vfp(v->s);
	t->prio = t->own_prio = v->s->own_prio;
	t->state = TS_READY;
	for (uint32_t i = 0; i < L4_EXC_STOP; i++) {
		ref_set(&t->route[i].handler, NULL);
		t->route[i].kind = L4_ROUTE_SELF;
	}
}

/* S and U take each other's place in a queue: from now on neither borrows a priority. */
static void bind_s(struct vcpu *v, struct thread *t)
{
	v->s = t;
	t->prio = t->own_prio;
	t->boosted = false;
	v->gate.s_frame = t->regs.r;
	v->gate.active = t->regs.r;
	for (uint32_t i = 1; i < L4_EXC_STOP; i++) {
		ref_set(&t->route[i].handler, NULL);
		t->route[i].kind = L4_ROUTE_SELF;
	}
	if (v->u)
		bind_u(v, v->u);
}

static struct thread **helper_slot(struct vcpu *v, const struct thread *t)
{
	for (uint32_t i = 0; i < VCPU_HELPERS; i++)
		if (v->helper[i] == t)
			return &v->helper[i];
	return NULL;
}

int sys_vcpu_bind(struct thread *cur)
{
	uint32_t role = cur->regs.r[2];
	struct thread *t, **helper = NULL;
	struct vcpu *v;
	int err;

	v = vcpu_arg(cur, cur->regs.r[0], &err);
	if (!v)
		return err;
	t = thread_lookup(cur, cur->regs.r[1], &err);
	if (!t)
		return err;
	if (role > L4_ROLE_X || t->obj.cell != v->obj.cell || t->state != TS_STOPPED)
		return L4_EINVAL;
	if (t->vcpu || (role == L4_ROLE_S && v->s) || (role == L4_ROLE_U && v->u))
		return L4_EBUSY;
	if (role != L4_ROLE_S && !v->s)
		return L4_EINVAL;
	/* U answers nobody. */
	if (role == L4_ROLE_U && (!list_empty(&t->senders) || t->reply_to))
		return L4_EBUSY;
	if (role == L4_ROLE_X) {
		helper = helper_slot(v, NULL);
		if (!helper)
			return L4_EBUSY;
	}

	if (v->s)
		smp_hold(v->s);
	join_core(v, t);
	if (!v->space)
		enter_space(v, t->space);
	t->space->users--;
	t->spacep = &v->space;
	t->vcpu = v;
	t->role = (uint8_t)role;
	if (role != L4_ROLE_U)
		t->dacr = ARCH_DACR_OPEN;
	if (role == L4_ROLE_S)
		bind_s(v, t);
	else if (role == L4_ROLE_U)
		bind_u(v, t);
	else
		*helper = t;
	update_gate(v);
	return L4_OK;
}

static void set_way(struct vcpu_way *way, uint32_t pc)
{
	way->pc = pc;
	way->psr = ARCH_PSR_USR;
}

int sys_vcpu_entry(struct thread *cur)
{
	uint32_t entry = cur->regs.r[1], pc = cur->regs.r[2];
	struct vcpu *v;
	int err;

	v = vcpu_arg(cur, cur->regs.r[0], &err);
	if (!v)
		return err;
	if (entry >= L4_ENTRY_COUNT || pc % 4 || pc - L4_KERNEL_BASE < L4_KERNEL_SIZE)
		return L4_EINVAL;
	if (v->s)
		smp_hold(v->s);
	v->gate.entry[entry] = pc;
	set_way(&v->gate.svc, v->gate.entry[L4_ENTRY_SVC]);
	set_way(&v->gate.pabt, v->gate.entry[L4_ENTRY_U + L4_EXC_PFAULT]);
	set_way(&v->gate.dabt, v->gate.entry[L4_ENTRY_U + L4_EXC_DFAULT]);
	update_gate(v);
	return L4_OK;
}

int sys_space_switch(struct thread *cur)
{
	const uint32_t *r = cur->regs.r;
	struct vcpu *v = cur->vcpu;
	struct space *space;
	int err;

	if (!v || cur->role != L4_ROLE_S)
		return L4_EINVAL;
	space = (struct space *)cap_lookup(cur->obj.cell, r[0], OBJ_SPACE, L4_R_CONTROL, &err);
	if (!space)
		return err;
	if (space->obj.cell != v->obj.cell)
		return L4_EINVAL;
	if (space != v->space) {
		enter_space(v, space);
		space_enter(space);
	}
	arch_tls_set(cur, r[1], r[2]);
	return L4_OK;
}

/* Preemptible: goes on where it was. */
static int queue_run(struct vcpu *v)
{
	struct l4_vcpu_page *page = v->gate.page;
	uint32_t count = *(volatile l4_word *)&page->qcount;	/* once: others may write it */
	int result;

	if (count > L4_VP_QUEUE_MAX)
		count = L4_VP_QUEUE_MAX;
	v->queue_at = space_map_queue(v->space, page->queue, v->queue_at, count, &v->queue_result);
	space_map_sync();
	if (unlikely(v->queue_at < count))
		return L4_RESTART;
	result = v->queue_result;
	v->queue_at = 0;
	v->queue_result = L4_OK;
	page->qcount = 0;
	vcpu_sync_generation(v);
	return result;
}

int sys_queue_map(struct thread *cur)
{
	if (!cur->vcpu)
		return L4_EINVAL;
	return queue_run(cur->vcpu);
}

/* What is most often in the map queue is done at once; else see queue_run. */
static bool queue_short(struct vcpu *v)
{
	struct l4_vcpu_page *page = v->gate.page;
	uint32_t count = *(volatile l4_word *)&page->qcount;

	if (unlikely(v->queue_at) || count > 1)
		return false;
	if (count && !space_map_one(v->space, page->queue))
		return false;
	page->qcount = 0;
	return true;
}

/* Resume +4: the map queue, the TLS value, the VFP enable.  False: preempted. */
bool vcpu_resume_work(struct thread *s)
{
	struct vcpu *v = s->vcpu;
	struct l4_vcpu_page *page = v->gate.page;
	uint32_t tls;

	/* A stale item faults again; another error is seen by queue_map. */
	if (!queue_short(v) && queue_run(v) == L4_RESTART)
		return false;
	tls = page->tls;
	if (s->tls->ro != tls)
		arch_tls_set_ro(s, tls);
	if (v->fp_on != !!(page->fpexc & ARCH_FPEXC_EN)) {
		v->fp_on = false;
		arch_fpu_update(s);
	}
	return true;
}

/* S and U are one place in the scheduler: without one the other cannot run. */
void vcpu_unbind(struct thread *t)
{
	struct vcpu *v = t->vcpu;
	struct thread *u = v->u;

	if (t->role == L4_ROLE_X) {
		*helper_slot(v, t) = NULL;
	} else {
		if (u && vcpu_active(v) == u) {
			sched_remove(u);
			v->gate.active = v->gate.s_frame;
			v->s->state = TS_STOPPED;
		}
		if (u) {
			u->tls = &u->own_tls;
			u->fpu = thread_vfp(u);
			ipc_cancel(u, L4_EDEAD);	/* its supervisor was told of something */
			u->state = TS_STOPPED;
		}
	}
	if (t == v->s)
		v->s = NULL;
	if (t == v->u) {
		v->u = NULL;
		v->gate.u_frame = NULL;
	}
	update_gate(v);
	t->vcpu = NULL;
}

int vcpu_destroy(struct object *obj)
{
	struct vcpu *v = (struct vcpu *)obj;

	if (v->s || v->u)
		return L4_EBUSY;
	for (uint32_t i = 0; i < VCPU_HELPERS; i++)
		if (v->helper[i])
			return L4_EBUSY;
	v->frame->users--;
	if (v->space)
		v->space->users--;
	object_free(obj);
	return L4_OK;
}
