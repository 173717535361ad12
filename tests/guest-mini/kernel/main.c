/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Start, tasks, and what changes with them: space, TLS, VFP.
 */
#include <l4/stubs.h>
#include "kernel/kernel.h"

struct task tasks[TASKS] __attribute__((aligned(4096)));
struct task *current;
uint32_t *current_pt;
uint32_t exit_flags, preempt_off;
uint32_t counters[COUNT_MAX];
static struct task *vfp_owner;

static inline uint32_t tpidrurw(void)
{
	uint32_t value;

	__asm__ volatile("mrc p15, 0, %0, c13, c0, 2" : "=r"(value));
	return value;
}

/* Interrupts are masked.  The queue's additions were for the old space. */
static void become(struct task *next)
{
	if (l4_space_switch(next->space, next->tls, next->tlsw) != L4_OK)
		die("space_switch", next->space, 0);
	current = next;
	current_pt = next->pt;
	VP->qcount = 0;
	VP->fpexc = vfp_owner == next ? FPEXC_EN : 0;
	exit_flags |= EXIT_STATE | (next->note ? EXIT_MAP : 0);
	counters[COUNT_SWITCH]++;
}

static struct task *pick(void)
{
	uint32_t first = (uint32_t)(current - tasks) + 1;

	for (uint32_t i = 0; i < TASKS; i++) {
		struct task *t = &tasks[(first + i) % TASKS];

		if (t->state == TASK_READY)
			return t;
	}
	return NULL;
}

static void idle(void)
{
	if (l4_wait() != L4_OK)
		die("wait", 0, 0);
	irq_enable();
	irq_save();
}

void schedule(void)
{
	uint32_t flags = irq_save();
	struct task *prev = current, *next = pick();

	exit_flags &= ~(uint32_t)EXIT_RESCHED;
	while (!next) {
		idle();
		next = pick();
	}
	if (next != prev) {
		prev->tlsw = tpidrurw();
		become(next);
		switch_stack(&prev->ksp, next->ksp);
	}
	irq_restore(flags);
}

/* After an interrupt of the kernel, interrupts masked. */
void preempt(void)
{
	if (exit_flags & EXIT_RESCHED && !preempt_off)
		schedule();
}

void wake_all(void)
{
	for (uint32_t i = 0; i < TASKS; i++)
		if (tasks[i].state == TASK_SLEEPS)
			tasks[i].state = TASK_READY;
	exit_flags |= EXIT_RESCHED;
}

void task_exit(void)
{
	irq_save();
	current->state = TASK_NONE;
	for (uint32_t i = 0; i < TASKS; i++)
		if (tasks[i].state != TASK_NONE)
			schedule();
	print("1..%u\n", (unsigned)reports);
	finish(0);
}

/* The last thing before resume, interrupts masked.  1: resume has more to do. */
uint32_t exit_work(void)
{
	while (exit_flags & EXIT_RESCHED)
		schedule();
	if (!exit_flags)
		return 0;
	exit_flags = hostile() ? EXIT_HOSTILE : 0;
	VP->tls = current->tls;
	if (current->note)
		queue_note();
	if (hostile())
		hostile_exit();
	return 1;
}

/* VFP is off for this process: it gets it, with its own registers. */
void vfp_trap(struct regs *regs)
{
	regs->pc -= regs->psr & 0x20 ? 2 : 4;
	VP->fpexc = FPEXC_EN;
	if (vfp_owner == current)
		return;
	if (vfp_owner)
		vfp_save(&vfp_owner->vfp);
	vfp_load(&current->vfp);
	vfp_owner = current;
}

static void set_entries(void)
{
	static const struct {
		uint32_t entry;
		const char *pc;
	} table[] = {
		{ L4_ENTRY_SVC, entry_svc },
		{ L4_ENTRY_U + L4_EXC_PFAULT, entry_user_fetch },
		{ L4_ENTRY_U + L4_EXC_DFAULT, entry_user_data },
		{ L4_ENTRY_U + L4_EXC_UNDEF, entry_user_undef },
		{ L4_ENTRY_U + L4_EXC_ALIGN, entry_user_align },
		{ L4_ENTRY_U + L4_EXC_FP, entry_user_fp },
		{ L4_ENTRY_UIRQ, entry_user_irq },
		{ L4_ENTRY_K + L4_EXC_PFAULT, entry_kernel_fetch },
		{ L4_ENTRY_K + L4_EXC_DFAULT, entry_kernel_data },
		{ L4_ENTRY_K + L4_EXC_UNDEF, entry_kernel_undef },
		{ L4_ENTRY_K + L4_EXC_ALIGN, entry_kernel_align },
		{ L4_ENTRY_K + L4_EXC_FP, entry_kernel_fp },
		{ L4_ENTRY_KIRQ, entry_kernel_irq },
		{ L4_ENTRY_RESUME, resume },
	};

	for (uint32_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (l4_vcpu_entry(0, table[i].entry, (l4_word)table[i].pc) != L4_OK)
			die("vcpu_entry", table[i].entry, 0);
}

/* A process, with a first frame at the top of its kernel stack. */
static void task_make(uint32_t i)
{
	const l4_word page_rights = VCPU_PAGE | L4_MAP_W | L4_MAP_KERNEL |
				    L4_MT_WBWA << L4_MAP_TYPE_SHIFT;
	struct task *t = &tasks[i];
	struct regs *regs = (struct regs *)(t->stack + 1024) - 1;
	uint32_t *frame = (uint32_t *)regs - 9;

	t->space = SLOT_SPACES + i;
	if (l4_space_create(0, t->space, SLOT_BASE) != L4_OK ||
	    l4_map(t->space, SLOT_FRAME, page_rights, 0, L4_PAGE_SIZE) != L4_OK)
		die("space_create", i, 0);
	regs->pc = USER_BASE;
	regs->psr = 0x10;
	regs->sp = STACK_END;
	regs->r[0] = i;
	regs->r[1] = BOOT->mode;
	frame[8] = (uint32_t)return_to_user;
	t->ksp = (uint32_t)frame;
	t->tls = 0x71500000 + i;
	t->tlsw = 0x72500000 + i;
	t->state = TASK_READY;
}

void kernel_main(void)
{
	uint32_t boot_sp;

	set_entries();
	mem_init();
	for (uint32_t i = 0; i < TASKS; i++)
		task_make(i);
	become(&tasks[0]);
	switch_stack(&boot_sp, current->ksp);
}
