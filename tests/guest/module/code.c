// SPDX-License-Identifier: GPL-2.0
// Copyright the Armature authors
/*
 * What writes into the kernel's text while it runs; data that is executed; an oops
 * whose backtrace is known; and two ways to hang.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/irqflags.h>
#include <linux/jump_label.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/vmalloc.h>
#include <asm/proc-fns.h>
#include "probe.h"

static DEFINE_STATIC_KEY_FALSE(off);
static DEFINE_STATIC_KEY_TRUE(on);

static noinline int taken(void)
{
	return (static_branch_unlikely(&off) ? 1 : 0) | (static_branch_likely(&on) ? 2 : 0);
}

/* Without jump labels they are plain variables, and the same is true. */
int probe_static_key(void)
{
	unsigned int i;

	CHECK(taken() == 2);
	for (i = 0; i < 50; i++) {
		static_branch_enable(&off);
		CHECK(taken() == 3);
		static_branch_disable(&on);
		CHECK(taken() == 1);
		static_branch_disable(&off);
		CHECK(taken() == 0);
		static_branch_enable(&on);
		CHECK(taken() == 2);
	}
	return 0;
}

#ifdef CONFIG_KPROBES
static unsigned int before, after, returned;

static noinline __attribute__((noclone)) int probed(int a)
{
	barrier();
	return a * 3 + 1;
}

static int count_before(struct kprobe *p, struct pt_regs *regs)
{
	before += regs->ARM_r0 == 7;
	return 0;
}

static void count_after(struct kprobe *p, struct pt_regs *regs, unsigned long flags)
{
	after++;
}

static struct kprobe probe = {
	.addr = (kprobe_opcode_t *)probed,
	.pre_handler = count_before,
	.post_handler = count_after,
};

static struct kprobe on_schedule = {
	.symbol_name = "schedule",
	.post_handler = count_after,
};

int probe_kprobe(void)
{
	unsigned int i;

	CHECK(!register_kprobe(&probe));
	for (i = 0; i < 100; i++)
		CHECK(probed(7) == 22);
	unregister_kprobe(&probe);
	CHECK(before == 100 && after == 100);
	CHECK(probed(7) == 22 && before == 100);
	CHECK(!register_kprobe(&on_schedule));
	schedule();
	unregister_kprobe(&on_schedule);
	CHECK(after > 100);
	return 0;
}

static int change_result(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	returned++;
	regs->ARM_r0++;
	return 0;
}

static struct kretprobe return_probe = {
	.kp.addr = (kprobe_opcode_t *)probed,
	.handler = change_result,
	.maxactive = 4,
};

int probe_kretprobe(void)
{
	unsigned int i;

	if (!IS_ENABLED(CONFIG_KRETPROBES))
		return -EOPNOTSUPP;
	CHECK(!register_kretprobe(&return_probe));
	for (i = 0; i < 50; i++)
		CHECK(probed(5) == 17);
	unregister_kretprobe(&return_probe);
	CHECK(returned == 50 && probed(5) == 16);
	return 0;
}
#else
int probe_kprobe(void)
{
	return -EOPNOTSUPP;
}

int probe_kretprobe(void)
{
	return -EOPNOTSUPP;
}
#endif

static int jump_to(void *data)
{
	((void (*)(void))data)();
	return 0;
}

/* In a thread of its own, which dies by it. */
int probe_execute(void)
{
	void *data = vzalloc(PAGE_SIZE);

	CHECK(data && !IS_ERR(kthread_run(jump_to, data, "probe")));
	msleep(100);
	vfree(data);
	return 0;
}

/* Names that the test looks for; each does something after the call. */
noinline int probe_third(int *where);
noinline int probe_second(int *where);

noinline __attribute__((noclone)) int probe_third(int *where)
{
	*(volatile int *)where = 1;
	return *(volatile int *)where;
}

noinline __attribute__((noclone)) int probe_second(int *where)
{
	return probe_third(where) + 1;
}

int probe_oops(void)
{
	int *volatile nowhere = (int *)0x14;

	return probe_second(nowhere) + 1;
}

/* Interrupts are masked for ever. */
int probe_spin(void)
{
	local_irq_disable();
	for (;;)
		barrier();
}

/* The same, asleep: nothing ends the loop. */
int probe_sleep(void)
{
	local_irq_disable();
	for (;;)
		cpu_do_idle();
}
