/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Several cores: starting the others, waiting for the lock, and what the holder
 * of the lock has other cores do.  The rules are in core/smp.h.
 *
 * A core that another must hold is sent an interrupt.  If it runs a thread, or
 * waits for an interrupt, it enters the kernel, where it waits for the lock and
 * says so; if it waits already, it is held already.  Nobody but the holder of
 * the lock waits for another core, so no two wait for each other.
 */
#include "arch/arm/arch.h"
#include "arch/arm/cp15.h"
#include "arch/arm/cpu.h"
#include "arch/arm/entry.h"
#include "arch/arm/mmu.h"
#include "core/sched.h"
#include "mm/space.h"
#include "platform/plat.h"

#define START_LIMIT_MS	30000u	/* for a core to come up; an emulator's host may be busy */

#define SCU_DIAGNOSTIC	(0x30 / 4)
#define SCU_764369	1u	/* no migratory bit: with the DSBs of cache.h */

enum {
	ORDER_LEAVE_SPACE = 1,
	ORDER_SAVE_FPU,
};

/* lock.S */
extern struct {
	volatile uint16_t served, next;
} lock_word;
void kernel_lock(void);
void kernel_unlock(void);
void smp_wait(uint32_t ticket);

/* boot.S */
extern char boot_other[];
noreturn void smp_begin(void);

static uint32_t running = 1;
static volatile uint32_t stopped;

static inline void event(void)
{
	__asm__ volatile("dsb\n\tsev" : : : "memory");
}

/*
 * Until something may have changed in memory.  Cortex-A9 erratum 754327: the DMB
 * drains the store buffer, so that what others wait for does not stay in it.
 */
static inline void relax(void)
{
	__asm__ volatile("dmb\n\twfe" : : : "memory");
}

static uint32_t number(const struct cpu *cpu)
{
	return (uint32_t)(cpu - cpu_all);
}

static void obey(struct cpu *cpu)
{
	dmb();
	if (cpu->order == ORDER_LEAVE_SPACE)
		asid_leave();
	else
		arch_fpu_flush(cpu->fpu);
	dmb();
	cpu->order = 0;
	event();
}

/* Called by kernel_lock when another core has the lock. */
void smp_wait(uint32_t ticket)
{
	struct cpu *cpu = this_cpu();

	cpu->loaded->tls->rw = tpidrurw_read();
	dmb();
	cpu->waiting = 1;
	event();
	while (lock_word.served != ticket) {
		if (cpu->order)
			obey(cpu);
		if (stopped)
			cpu_halt();
		relax();
	}
	dmb();
	cpu->waiting = 0;
}

static void hold(const struct cpu *cpu)
{
	if (!cpu->waiting) {
		event();
		plat_ipi(1u << number(cpu));
	}
	while (!cpu->waiting)
		if (stopped)
			cpu_halt();
		else
			relax();
	dmb();
}

static void order(struct cpu *cpu, uint32_t what)
{
	hold(cpu);
	cpu->order = what;
	event();
	while (cpu->order)
		relax();
	dmb();
}

void smp_hold(const struct thread *t)
{
	const struct cpu *cpu = cpu_of(t);
	const struct thread *cur = cpu->current;

	if (cpu == this_cpu())
		return;
	/* S and U change places without the lock. */
	if (cur == t || (t->vcpu && cur->vcpu == t->vcpu))
		hold(cpu);
}

void smp_seize(struct thread *t)
{
	struct cpu *cpu = cpu_of(t);

	smp_hold(t);
	if (cpu == this_cpu() || cpu->current != t)
		return;
	if (cpu->entry == ENTRY_BEHIND)
		t->regs.pc -= t->regs.psr & ARCH_PSR_THUMB ? 2 : 4;
	cpu->entry = 0;
	cpu->loaded = &cpu->nobody;
}

void smp_leave_space(const struct space *s)
{
	for (struct cpu *cpu = cpu_all; cpu < cpu_all + CORES; cpu++)
		if (cpu != this_cpu() && cpu->space == s)
			order(cpu, ORDER_LEAVE_SPACE);
}

void smp_save_fpu(struct fpu *fpu)
{
	for (struct cpu *cpu = cpu_all; cpu < cpu_all + CORES; cpu++)
		if (cpu != this_cpu() && cpu->fpu == fpu)
			order(cpu, ORDER_SAVE_FPU);
}

void smp_kick(struct cpu *cpu)
{
	if (cpu->kicked)
		return;
	cpu->kicked = true;
	dsb();
	plat_ipi(1u << number(cpu));
}

void smp_interrupt(void)
{
	if (stopped)	/* by one that did not have the lock */
		cpu_halt();
	this_cpu()->kicked = false;
	sched_look();
}

void smp_idle(void)
{
	kernel_unlock();
	cpu_wait();
	kernel_lock();
}

bool smp_contended(void)
{
	return (uint16_t)(lock_word.next - lock_word.served) != 1;
}

bool smp_stop(void)
{
	if (__atomic_exchange_n(&stopped, 1, __ATOMIC_SEQ_CST))
		return false;
	event();
	if (running > 1)
		plat_ipi(((1u << running) - 1) & ~(1u << core_number()));
	return true;
}

uint32_t smp_cores(void)
{
	return running;
}

/* On another core: stack, struct cpu and MMU are there. */
noreturn void smp_begin(void)
{
	struct cpu *cpu = this_cpu();

	cpu_boot();
	plat_core_init();
	dmb();
	cpu->online = true;
	event();
	kernel_lock();
	kernel_start();
}

static bool start(struct cpu *cpu)
{
	uint64_t end = plat_clock() + (uint64_t)plat_board.timer_hz / 1000 * START_LIMIT_MS;

	plat_core_start(number(cpu), image_phys(boot_other));
	while (!cpu->online && plat_clock() < end)
		__asm__ volatile("dmb\n\tyield" : : : "memory");
	return cpu->online;
}

void smp_boot(void)
{
	uint32_t found = plat_cores();

	if (plat_board.secure) {
		volatile uint32_t *scu = plat_map(plat_board.scu_base);

		scu[SCU_DIAGNOSTIC] |= SCU_764369;
	}
	kernel_lock();
	while (running < found && running < CORES && start(&cpu_all[running]))
		running++;
	if (running < found && running < CORES)
		kprintf("core %u did not start\n", running);
	mmu_boot_done();
	kprintf("%u of %u cores\n", running, found);
}
