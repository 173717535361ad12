/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What a core holds of a thread beside its registers: space, domains, thread ID
 * registers, VFP.  Loaded on the way out, when it is another thread's.
 */
#include "arch/arm/arch.h"
#include "arch/arm/cp15.h"
#include "arch/arm/fpexc.h"
#include "core/budget.h"
#include "core/syscall.h"
#include "core/trace.h"
#include "mm/space.h"
#include "object/vcpu.h"

/* Whether t may touch the registers that the core has. */
static inline bool fpu_on(const struct cpu *cpu, const struct thread *t)
{
	if (t->fpu != cpu->fpu)
		return false;
	return !t->vcpu || t->role == L4_ROLE_X || t->vcpu->fp_on;
}

void arch_fpu_update(struct thread *t)
{
	fpexc_write(fpu_on(this_cpu(), t) ? ARCH_FPEXC_EN : 0);
}

/* Waits with interrupts masked: WFI ends when one is pending all the same. */
static void idle_wait(struct cpu *cpu)
{
	while (cpu->current == &cpu->idle) {
		if (CORES > 1)
			smp_idle();
		else
			cpu_wait();
		trap_irq();
		if (unlikely(cpu->budgets))
			budget_switch(cpu);
	}
}

/*
 * The exit path's slow part.  Ends with the thread that runs; the exception
 * return that follows synchronizes what is written here.
 */
struct thread *arch_load(void)
{
	struct cpu *cpu = this_cpu();
	struct thread *prev, *t;
	struct space *space;
	struct tls tls;

	if (unlikely(cpu->budgets))
		budget_switch(cpu);
again:
	prev = cpu->loaded;
	t = cpu->current;
	trace_switch(t);
	cpu->loaded = t;
	/* In this order: both can have the same. */
	prev->tls->rw = tpidrurw_read();
	tls = *t->tls;
	tpidrurw_write(tls.rw);
	tpidruro_write(tls.ro);
	if (prev->dacr != t->dacr) {
		if (unlikely(!t->dacr)) {	/* the idle thread alone has none */
			idle_wait(cpu);
			goto again;
		}
		dacr_write(t->dacr);
	}
	space = *t->spacep;
	if (space != cpu->space)
		space_enter(space);
	fpexc_write(fpu_on(cpu, t) ? ARCH_FPEXC_EN : 0);
	return t;
}

void arch_fpu_flush(struct fpu *fpu)
{
	struct cpu *cpu = this_cpu();

	if (!ARCH_VFP)
		return;
	if (cpu->fpu != fpu) {
		smp_save_fpu(fpu);
		return;
	}
	fpexc_write(ARCH_FPEXC_EN);
	isb();
	fpu_save(fpu);
	fpexc_write(0);
	cpu->fpu = NULL;
}

/*
 * An instruction was undefined.  True: VFP was only off because its registers
 * were another thread's, or not loaded yet, and t can try again.
 */
static bool fpu_take(struct thread *t)
{
	struct cpu *cpu = this_cpu();

	if (!ARCH_VFP || fpexc_read() & ARCH_FPEXC_EN)
		return false;
	if (t->vcpu && t->role != L4_ROLE_X) {
		if (!(t->vcpu->gate.page->fpexc & ARCH_FPEXC_EN))
			return false;
		t->vcpu->fp_on = true;
	}
	if (cpu->fpu && cpu->fpu != t->fpu)
		arch_fpu_flush(cpu->fpu);
	fpexc_write(ARCH_FPEXC_EN);
	isb();
	if (cpu->fpu != t->fpu)
		fpu_load(t->fpu);
	cpu->fpu = t->fpu;
	return true;
}

/* lr_und is behind the instruction; messages and retries need the instruction. */
void trap_undef(struct thread *t)
{
	t->regs.pc -= t->regs.psr & ARCH_PSR_THUMB ? 2 : 4;
	if (fpu_take(t))
		return;
	arch_exception_undef(t);
}

void arch_tls_set(struct thread *t, uint32_t ro, uint32_t rw)
{
	struct tls *tls = t->tls;

	tls->ro = ro;
	tls->rw = rw;
	if (this_cpu()->loaded->tls == tls) {
		tpidruro_write(ro);
		tpidrurw_write(rw);
	}
}

/* TPIDRURW is the user's to write: what the core has stays. */
void arch_tls_set_ro(struct thread *t, uint32_t ro)
{
	t->tls->ro = ro;
	if (this_cpu()->loaded->tls == t->tls)
		tpidruro_write(ro);
}

void arch_thread_init(struct thread *t)
{
	t->regs.psr = ARCH_PSR_USR;
	t->dacr = ARCH_DACR_CLOSED;
	t->gate_base = ARCH_NO_PC;
	arch_thread_calls(t, true);
}

/*
 * A core that has it loaded, this one or a held one, has `nobody` loaded from now
 * on.  Not the idle thread: the exit path takes "current is loaded" as leave to
 * return to it.
 */
void arch_thread_forget(struct thread *t)
{
	for (struct cpu *cpu = cpu_all; cpu < cpu_all + CORES; cpu++) {
		if (cpu->loaded == t)
			cpu->loaded = &cpu->nobody;
		if (cpu->fpu == thread_vfp(t))
			cpu->fpu = NULL;
	}
}

void arch_thread_calls(struct thread *t, bool own)
{
	t->calls = own ? NR_COUNT : 0;
}
