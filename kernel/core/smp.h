/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Several cores (CONFIG_SMP).  On one core everything here is nothing, and the
 * compiler leaves no trace of it.
 *
 * One lock, taken at each entry into the kernel and given back at the exit, covers
 * all of its data.  Without it runs only the step between a guest's process and
 * its kernel (arch/arm/guest.S), which is why a thread that runs on another core
 * must be held before its registers, its gate or its virtual CPU are looked at.
 *
 * A held core waits at the lock, with the registers of its thread saved.  It
 * stays there until the holder of the lock leaves the kernel, and does meanwhile
 * what it alone can do: save VFP registers, leave a space.
 */
#ifndef CORE_SMP_H
#define CORE_SMP_H

#include "core/kernel.h"

struct cpu;
struct fpu;
struct space;
struct thread;

#ifdef CONFIG_SMP
#include "arch/arm/percpu.h"

#define CORES CONFIG_CPUS

/* At boot, by the first core, which holds the lock from then on. */
void smp_boot(void);
uint32_t smp_cores(void);	/* how many run */

/* Another core is to look at its queues, soon. */
void smp_kick(struct cpu *cpu);
/* An interrupt of that kind came. */
void smp_interrupt(void);
/*
 * If t runs on another core, that one is held when this returns: t's registers
 * are in its frame, `current` and a virtual CPU's `active` are what they seem.
 */
void smp_hold(const struct thread *t);
/*
 * The same; and what t was about to do in the kernel, when it waited for the
 * lock, it has not done: its pc is at the instruction, to be changed at will.
 * The core forgets t.
 */
void smp_seize(struct thread *t);
/* No core but this one is in the space, and none goes on walking its tables. */
void smp_leave_space(const struct space *s);
/* Another core that has these VFP registers saves them and has them no more. */
void smp_save_fpu(struct fpu *fpu);
/* Waits for an interrupt, without the lock.  The idle thread is loaded. */
void smp_idle(void);
/* True if another core waits for the lock. */
bool smp_contended(void);
/* All others stop for good; false: another core is doing that already. */
bool smp_stop(void);

#else
#define CORES 1

static inline uint32_t core_number(void)
{
	return 0;
}

static inline void smp_boot(void)
{
}

static inline uint32_t smp_cores(void)
{
	return 1;
}

static inline void smp_kick(struct cpu *cpu)
{
	(void)cpu;
}

static inline void smp_interrupt(void)
{
}

static inline void smp_hold(const struct thread *t)
{
	(void)t;
}

static inline void smp_seize(struct thread *t)
{
	(void)t;
}

static inline void smp_leave_space(const struct space *s)
{
	(void)s;
}

static inline void smp_save_fpu(struct fpu *fpu)
{
	(void)fpu;
}

static inline void smp_idle(void)
{
}

static inline bool smp_contended(void)
{
	return false;
}

static inline bool smp_stop(void)
{
	return true;
}
#endif

#endif
