/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What processes ask for, and what happens when they do what they may not.
 */
#include <l4/stubs.h>
#include "kernel/kernel.h"

struct inject inject;
uint32_t reports;

static bool user_address(uint32_t addr)
{
	return addr < USER_END && !(addr & 3);
}

/* A line of TAP; the name is in the process's memory. */
static uint32_t report(uint32_t good, uint32_t addr)
{
	char name[100];

	for (uint32_t i = 0; i < sizeof(name) / 4; i++) {
		uint32_t word = 0;

		if (user_load(&word, addr + 4 * i))
			word = 0;
		__builtin_memcpy(&name[4 * i], &word, 4);
	}
	name[sizeof(name) - 1] = 0;
	print("%s %u - %s\n", good ? "ok" : "not ok", (unsigned)++reports, name);
	return 0;
}

/* Additions made under the current generation and an older one. */
static uint32_t test_stale(void)
{
	uint32_t page = current_pt[STACK_END / L4_PAGE_SIZE - 1] & ~(uint32_t)PTE_FLAGS;
	l4_word va = (ANON_END - L4_PAGE_SIZE) | pte_attributes(PTE_WRITE);
	uint32_t flags = irq_save();
	int fresh, old;

	VP->queue[0] = (struct l4_map_item){ SLOT_RAM, page, va, VP->gen };
	VP->qcount = 1;
	fresh = l4_queue_map();
	page_drop(ANON_END - L4_PAGE_SIZE);
	VP->queue[0].gen = VP->gen - 1;
	VP->qcount = 1;
	old = l4_queue_map();
	irq_restore(flags);
	return fresh == L4_OK && old == L4_ESTALE;
}

static uint32_t kernel_test(uint32_t which, uint32_t arg)
{
	volatile uint32_t *vm = (volatile uint32_t *)VMALLOC_BASE;
	uint32_t value;

	switch (which) {
	case KTEST_VMALLOC:
		return ++vm[(arg % 8) * L4_PAGE_SIZE / 4];
	case KTEST_STALE:
		return test_stale();
	case KTEST_FAULT:
		return user_load(&value, VMALLOC_END - 16) && user_load(&value, 0xd0000000) &&
		       user_store(0, L4_KERNEL_BASE) && user_store(0, USER_END - 4);
	default:
		return 0;
	}
}

static uint32_t counter(uint32_t which)
{
	if (which == COUNT_SHADOW)
		return shadow_faults;
	if (which == COUNT_VMALLOC)
		return vmalloc_faults;
	if (which == COUNT_CASE)
		return inject.which;
	return which < COUNT_MAX ? counters[which] : 0;
}

static uint32_t nap(void)
{
	irq_save();
	current->state = TASK_SLEEPS;
	schedule();
	irq_enable();
	return 0;
}

static uint32_t set_tls(uint32_t value)
{
	uint32_t flags = irq_save();

	current->tls = value;
	exit_flags |= EXIT_STATE;
	irq_restore(flags);
	return 0;
}

/* With look, how many faults the kernel itself had when it read there again. */
static uint32_t forget(uint32_t addr, uint32_t look)
{
	uint32_t value, before = counters[COUNT_LOGICAL];

	page_forget(addr);
	if (look)
		(void)user_load(&value, addr);
	return counters[COUNT_LOGICAL] - before;
}

static uint32_t dispatch(struct regs *regs)
{
	uint32_t a = regs->r[0], b = regs->r[1], value;

	switch (regs->r[7]) {
	case SYS_NULL:
		return a + 1;
	case SYS_REPORT:
		return report(a, b);
	case SYS_YIELD:
		schedule();
		return 0;
	case SYS_SLEEP:
		return nap();
	case SYS_COUNT:
		return counter(a);
	case SYS_CATCH:
		current->catch = a;
		return 0;
	case SYS_UNMAP:
		return forget(a % USER_END, b);
	case SYS_DROP:
		page_drop(a % USER_END);
		return 0;
	case SYS_READONLY:
		return page_readonly(a % USER_END);
	case SYS_WRITE_TO:
		return user_address(b) ? (uint32_t)user_store(a, b) : ~0u;
	case SYS_READ_FROM:
		return user_address(a) && !user_load(&value, a) ? value : ~0u;
	case SYS_HOOK:
		hook = a;
		return 0;
	case SYS_KERNEL:
		return kernel_test(a, b);
	case SYS_EXIT:
		task_exit();
		return 0;
	case SYS_TLS:
		return set_tls(a);
	case SYS_ROUND:
		inject.bad += a;
		inject.rounds++;
		return inject.which;
	default:
		return ~0u;
	}
}

void system_call(struct regs *regs)
{
	regs->r[0] = dispatch(regs);
}

static uint32_t needs(uint32_t status, uint32_t class)
{
	if (class == L4_EXC_PFAULT)
		return PTE_PRESENT | PTE_EXEC;
	return PTE_PRESENT | (status & FSR_WRITE ? PTE_WRITE : 0);
}

/* Whether the guest's memory management resolves it. */
static bool resolve(uint32_t addr, uint32_t status, uint32_t class)
{
	bool memory = class == L4_EXC_PFAULT || class == L4_EXC_DFAULT;

	if (!memory || addr >= USER_END || (status & 5) != 5)
		return false;
	counters[COUNT_LOGICAL]++;
	return handle_fault(addr, needs(status, class));
}

void do_fault(struct regs *regs, uint32_t addr, uint32_t status, uint32_t class)
{
	if (resolve(addr, status, class)) {
		current->note = addr ? addr : 1;
		exit_flags |= EXIT_MAP;
		return;
	}
	if (hostile())
		hostile_fault();
	if (!current->catch)
		die("process fault", addr, regs->pc);
	regs->r[0] = class;
	regs->r[1] = status;
	regs->r[2] = addr;
	regs->r[3] = regs->pc;
	regs->pc = current->catch;
}

/* Interrupts are masked here; the interrupted code may have had them open. */
void do_kernel_fault(struct regs *regs, uint32_t addr, uint32_t status, uint32_t class)
{
	if (!(regs->psr & L4_VIF_MASKED))
		irq_enable();
	if (resolve(addr, status, class))
		return;
	if (hostile())
		hostile_fault();
	if (regs->pc < (uint32_t)user_load || regs->pc >= (uint32_t)user_access_end)
		die("fault in the kernel", addr, regs->pc);
	regs->pc = (uint32_t)user_access_failed;
}
