// SPDX-License-Identifier: GPL-2.0
// Copyright the Armature authors
/*
 * Timers of high resolution; NEON in the kernel, with interrupts all the time; and
 * what an interrupt sees that came while they were masked.
 */
#include <linux/completion.h>
#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/stacktrace.h>
#include <linux/version.h>
#include <asm/neon.h>
#include "probe.h"

#define PERIOD		200000		/* ns */
#define TIMES		50

static struct hrtimer timer;
static DECLARE_COMPLETION(over);
static unsigned int count, early;
static ktime_t due;

static enum hrtimer_restart tick(struct hrtimer *t)
{
	early += ktime_before(ktime_get(), due);
	due = ktime_add_ns(due, PERIOD);
	hrtimer_set_expires(t, due);
	if (++count < TIMES)
		return HRTIMER_RESTART;
	complete(&over);
	return HRTIMER_NORESTART;
}

static void start(enum hrtimer_restart (*expired)(struct hrtimer *))
{
	count = early = 0;
	reinit_completion(&over);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(&timer, expired, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
#else
	hrtimer_init(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS);
	timer.function = expired;
#endif
	due = ktime_add_ns(ktime_get(), PERIOD);
	hrtimer_start(&timer, due, HRTIMER_MODE_ABS);
}

/* Ticks of the clock would make it 50 times as long. */
int probe_hrtimer(void)
{
	ktime_t begin = ktime_get();
	s64 took;

	if (!IS_ENABLED(CONFIG_HIGH_RES_TIMERS))
		return -EOPNOTSUPP;
	start(tick);
	wait_for_completion(&over);
	took = ktime_to_ns(ktime_sub(ktime_get(), begin));
	CHECK(count == TIMES && !early);
	CHECK(took >= (s64)PERIOD * TIMES && took < 5ll * PERIOD * TIMES);
	return 0;
}

static void neon_set(const u32 *v)
{
	asm volatile(".fpu neon\n\tvldmia	%0, {d0 - d15}\n\tadd	%0, %0, #128\n\t"
		     "vldmia	%0, {d16 - d31}\n\tsub	%0, %0, #128" : "+r" (v) : : "memory");
}

static void neon_get(u32 *v)
{
	asm volatile(".fpu neon\n\tvstmia	%0, {d0 - d15}\n\tadd	%0, %0, #128\n\t"
		     "vstmia	%0, {d16 - d31}\n\tsub	%0, %0, #128" : "+r" (v) : : "memory");
}

/* As long as the timer interrupts it. */
int probe_neon(void)
{
	static u32 in[64], out[64];
	unsigned int i, bad = 0, rounds = 0;

	if (!IS_ENABLED(CONFIG_KERNEL_MODE_NEON))
		return -EOPNOTSUPP;
	start(tick);
	while (!completion_done(&over)) {
		for (i = 0; i < 64; i++)
			in[i] = rounds * 64 + i;
		kernel_neon_begin();
		neon_set(in);
		for (i = 0; i < 5000; i++)
			barrier();
		neon_get(out);
		kernel_neon_end();
		bad += !!memcmp(in, out, sizeof(in));
		rounds++;
	}
	hrtimer_cancel(&timer);
	CHECK(!bad && rounds > TIMES);
	return 0;
}

#ifdef CONFIG_STACKTRACE
static unsigned long trace[24];
static unsigned int depth;

static enum hrtimer_restart look(struct hrtimer *t)
{
	depth = stack_trace_save(trace, ARRAY_SIZE(trace), 0);
	complete(&over);
	return HRTIMER_NORESTART;
}

static noinline __attribute__((noclone)) void masked(void)
{
	ktime_t end = ktime_add_ns(due, PERIOD);
	unsigned long flags;

	local_irq_save(flags);
	while (ktime_before(ktime_get(), end))
		barrier();
	local_irq_restore(flags);
}

/* Of the function that unmasked them, and of its callers. */
int probe_backtrace(void)
{
	unsigned int i;

	start(look);
	masked();
	wait_for_completion(&over);
	for (i = 0; i < depth && trace[i] - (unsigned long)masked >= 256; i++)
		;
	CHECK(i + 2 < depth);
	return 0;
}
#else
int probe_backtrace(void)
{
	return -EOPNOTSUPP;
}
#endif
