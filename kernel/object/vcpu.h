/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A virtual CPU: the S thread that runs a guest kernel, the U thread that runs
 * the guest's current process, helper threads, the register page they share
 * with the kernel, and the space they are all in.
 *
 * S and U are one place in the scheduler: one of them is `active`, and has the
 * priority of S.  What must be true is here; the page, which the guest writes,
 * holds values that harm nobody but the guest.
 */
#ifndef OBJECT_VCPU_H
#define OBJECT_VCPU_H

#include <l4/vcpu.h>
#include "object/thread.h"

#define VCPU_HELPERS 6

/* pc and psr as rfe takes them. */
struct vcpu_way {
	uint32_t pc, psr;
};

/*
 * What the entry code needs: see arch/arm/guest.S.  Threads' `gate` is the address
 * of s_sp; what a resume takes is below it, what a system call takes above, each
 * loaded by one instruction, constants too.
 */
struct vcpu_gate {
	volatile l4_word *resume_pc;	/* user_pc again */
	uint32_t psr_user;		/* L4_PSR_USER */
	uint32_t *u_frame;		/* thread->regs.r of U, or NULL */
	uint32_t dacr_closed;
	uint32_t s_sp;			/* S's stack pointer at its last resume */
	uint32_t *s_frame;		/* thread->regs.r of S, or NULL */
	uint32_t vif_masked;		/* L4_VIF_MASKED */
	volatile l4_word *user_pc;	/* in page */
	uint32_t dacr_open;
	struct l4_vcpu_page *page;	/* the kernel's own mapping */
	uint32_t uframe;		/* where the guest kernel has page->uframe */
	uint32_t *active;		/* one of these two: which of them runs when the vcpu does */
	uint32_t entry[L4_ENTRY_COUNT];	/* 0: none */
	struct vcpu_way svc, pabt, dabt;	/* of entry, those that guest.S takes */
};

struct vcpu {
	struct object obj;
	struct vcpu_gate gate;
	uint32_t page_va;		/* where the guest kernel has the page */
	bool pending;			/* an interrupt waits: page->pending is its shadow */
	uint32_t queue_at;		/* item of the map queue that a preempted run goes on with */
	int queue_result;		/* and its first error */
	bool fp_on;			/* the guest lets the process use VFP, and has its registers in */
	struct frame *frame;
	struct space *space;
	struct thread *s, *u;
	struct thread *helper[VCPU_HELPERS];
};

/* Which of S and U runs when the virtual CPU does. */
static inline struct thread *vcpu_active(const struct vcpu *v)
{
	return container_of(v->gate.active, struct thread, regs.r[0]);
}

/*
 * Exceptions of S and U, with the current thread's state saved.  False: no
 * entry for it, or a double fault; the exception goes its other ways.
 */
bool vcpu_exception(struct thread *t, uint32_t class) must_check;
/* An interrupt for S, from a helper or an alarm. */
void vcpu_interrupt(struct vcpu *v);
/* S or U goes on, after it was stopped or in an exception: what came meanwhile. */
void vcpu_continue(struct vcpu *v);
/* A thread that belongs to it is destroyed. */
void vcpu_unbind(struct thread *t);
/* The virtual CPU in a slot of cur's cell, 0: its own; else NULL, *err says why. */
struct vcpu *vcpu_arg(struct thread *cur, l4_slot n, int *err) must_check;
/* What the guest left for resume +4 of S; false: preempted, to be called again. */
bool vcpu_resume_work(struct thread *s) must_check;
/* Its generation as the guest sees it. */
void vcpu_sync_generation(struct vcpu *v);

#endif
