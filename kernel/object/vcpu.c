/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A virtual CPU at work: entries into the guest kernel, resume, interrupts.
 * The system call of a process and the plain resume are in arch/arm/guest.S.
 *
 * The register page is the guest's to scribble on.  Nothing read from it
 * decides more than what the guest itself sees next.
 */
#include "object/vcpu.h"
#include "arch/arm/arch.h"
#include "core/sched.h"
#include "core/syscall.h"
#include "core/trace.h"
#include "ipc/ipc.h"
#include "mm/space.h"

enum { R_SP = 13, R_LR = 14 };

static void set_pending(struct vcpu *v, bool on)
{
	v->pending = on;
	v->gate.page->pending = on;
	v->s->gate_path = on || !v->u ? guest_resume_slow : guest_resume;
}

void vcpu_sync_generation(struct vcpu *v)
{
	v->gate.page->gen = space_generation(v->space);
}

/* A native vector stub shows the pc behind an undefined instruction. */
static uint32_t frame_pc(const struct thread *t, uint32_t class)
{
	if (class != L4_EXC_UNDEF && class != L4_EXC_FP)
		return t->regs.pc;
	return t->regs.pc + (t->regs.psr & ARCH_PSR_THUMB ? 2 : 4);
}

/* S leaves what it did (nothing, or waiting for this) and begins at an entry. */
static void enter(struct vcpu *v, uint32_t pc, uint32_t frame_offset)
{
	struct frame_regs *regs = &v->s->regs;

	regs->r[0] = v->page_va + frame_offset;
	regs->pc = pc & ~3u;
	regs->psr = ARCH_PSR_USR;
	v->gate.page->vif = L4_VIF_MASKED;
}

/* r0 to r14.  A structure is copied by load and store multiple. */
static void copy_regs(struct frame_regs *to, const struct frame_regs *from)
{
	struct all { uint32_t r[15]; };

	*(struct all *)(void *)to->r = *(const struct all *)(const void *)from->r;
}

/* From the process, which is active: U's registers become S's. */
static bool enter_from_user(struct vcpu *v, uint32_t entry, uint32_t class)
{
	struct l4_vcpu_page *page = v->gate.page;
	struct thread *u = v->u, *s = v->s;
	uint32_t pc = v->gate.entry[entry];

	if (!pc)
		return false;
	page->user.psr = u->regs.psr;
	page->user.pc = frame_pc(u, class);
	page->user.sp = u->regs.r[R_SP];
	page->user.lr = u->regs.r[R_LR];
	page->uframe.r0 = u->regs.r[0];
	page->uframe.pc = page->user.pc;
	page->uframe.psr = u->regs.psr;
	copy_regs(&s->regs, &u->regs);
	s->regs.r[R_SP] = v->gate.s_sp;
	enter(v, pc, L4_VP_UFRAME);
	v->gate.active = v->gate.s_frame;
	trace_enter(entry, s);
	sched_replace(u, s);
	s->state = TS_READY;
	return true;
}

/* From the guest kernel itself; its frame for this class must be free. */
static bool enter_from_kernel(struct vcpu *v, uint32_t class)
{
	struct l4_vcpu_page *page = v->gate.page;
	struct l4_vcpu_frame *f = &page->kframe[class];
	const struct frame_regs *regs = &v->s->regs;
	uint32_t pc = v->gate.entry[L4_ENTRY_K + class];

	if (!pc || *(volatile l4_word *)&f->busy)
		return false;
	f->r0 = regs->r[0];
	f->pc = frame_pc(v->s, class);
	f->psr = (regs->psr & L4_PSR_USER) | ARCH_PSR_SVC | (page->vif & L4_VIF_MASKED);
	f->busy = 1;
	enter(v, pc, L4_VP_KFRAME + class * (uint32_t)sizeof(*f));
	trace_enter(L4_ENTRY_K + class, v->s);
	return true;
}

bool vcpu_exception(struct thread *t, uint32_t class)
{
	struct vcpu *v = t->vcpu;

	if (!v || !v->s)
		return false;
	v->gate.page->fsr = t->fault_status;
	v->gate.page->far = t->fault_addr;
	vcpu_sync_generation(v);
	if (t->role == L4_ROLE_U)
		return enter_from_user(v, L4_ENTRY_U + class, class);
	return enter_from_kernel(v, class);
}

/* Delivers a pending interrupt if S and its flag allow; else leaves it. */
static void try_interrupt(struct vcpu *v)
{
	struct thread *t = vcpu_active(v);
	bool done;

	if (t->state != TS_READY || v->s->state == TS_STOPPED)
		return;
	if (t != v->u && (v->gate.page->vif & L4_VIF_MASKED))
		return;
	smp_seize(t);
	if (t == v->u)
		done = enter_from_user(v, L4_ENTRY_UIRQ, L4_CLASS_IRQ);
	else
		done = enter_from_kernel(v, L4_CLASS_IRQ);
	if (done)
		set_pending(v, false);
}

void vcpu_continue(struct vcpu *v)
{
	if (v->s && v->pending)
		try_interrupt(v);
}

void vcpu_interrupt(struct vcpu *v)
{
	if (!v->s)
		return;
	smp_hold(v->s);
	set_pending(v, true);
	trace_pending(v->s);
	if (v->s->state == TS_WAIT)
		sched_wake(v->s);
	else
		try_interrupt(v);
}

/* To the process: its registers are S's own but for the four in the page. */
static void resume_user(struct vcpu *v)
{
	const struct l4_vcpu_page *page = v->gate.page;
	struct thread *u = v->u, *s = v->s;

	copy_regs(&u->regs, &s->regs);
	u->regs.psr = (page->user.psr & L4_PSR_USER) | ARCH_PSR_USR;
	u->regs.pc = page->user.pc;
	u->regs.r[R_SP] = page->user.sp;
	u->regs.r[R_LR] = page->user.lr;
	v->gate.s_sp = s->regs.r[R_SP];
	v->gate.active = v->gate.u_frame;
	trace_resume(4, s, u);
	sched_replace(s, u);
}

/* To the guest kernel: what an exception return in SVC mode would do. */
static void resume_kernel(struct vcpu *v)
{
	struct l4_vcpu_page *page = v->gate.page;
	struct thread *s = v->s;
	uint32_t psr = page->kret.psr;

	s->regs.psr = (psr & L4_PSR_USER) | ARCH_PSR_USR;
	s->regs.pc = page->kret.pc;
	s->regs.r[R_SP] = page->kret.sp;
	s->regs.r[R_LR] = page->kret.lr;
	page->vif = psr & L4_VIF_MASKED;
	trace_resume(8, s, s);
}

/* A resume that guest.S leaves to C: which is 8, 4 or 0, by their order in l4/vcpu.h. */
void vcpu_resume(struct thread *t, uint32_t which)
{
	struct vcpu *v = t->vcpu;

	if (which == 0) {
		resume_kernel(v);
	} else if (!v->u) {
		t->fault_addr = t->regs.pc;
		exception_supervisor(t, L4_EXC_STOP);
		return;
	} else {
		if (which == 4 && !vcpu_resume_work(t)) {
			t->regs.pc -= 4;	/* the same svc again, after the interrupt */
			return;
		}
		resume_user(v);
	}
	if (v->pending)
		try_interrupt(v);
}

int sys_wait(struct thread *cur)
{
	struct vcpu *v = cur->vcpu;

	if (!v || cur->role != L4_ROLE_S)
		return L4_EINVAL;
	if (v->pending)
		return L4_OK;
	cur->state = TS_WAIT;
	sched_remove(cur);
	return L4_OK;
}

/*
 * S asks for its own when it has unmasked and seen `pending`: the entry then
 * happens in this call, and the frame shows the call as done.
 */
static int interrupt_self(struct thread *cur)
{
	struct vcpu *v = cur->vcpu;

	if (!v || cur->role != L4_ROLE_S)
		return L4_EINVAL;
	cur->regs.r[0] = L4_OK;
	if (v->pending)
		try_interrupt(v);
	return (int)cur->regs.r[0];
}

int sys_interrupt(struct thread *cur)
{
	struct vcpu *v;
	int err;

	if (!cur->regs.r[0] && cur->role == L4_ROLE_S)
		return interrupt_self(cur);
	v = vcpu_arg(cur, cur->regs.r[0], &err);
	if (!v)
		return err;
	if (v->s == cur) {
		set_pending(v, true);
		trace_pending(cur);
		return interrupt_self(cur);
	}
	vcpu_interrupt(v);
	return L4_OK;
}
