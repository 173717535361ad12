/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A guest kernel that does everything wrong, from a seed.  It goes on after
 * whatever it survives, until its loader ends it or a double fault does.
 */
#include <l4/stubs.h>
#include "kernel/kernel.h"

static uint32_t state;

static uint32_t rnd(void)
{
	if (!state)
		state = BOOT->seed | 1;
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

/* Values that are close to what somebody might trust. */
static uint32_t weird(void)
{
	static const uint32_t values[] = {
		0, 1, 2, 3, 0x7f, 0x80, 0xff, 0x10, 0x13, 0x1f, 0x1d3, 0x1f1, 0x60000030, ~0u,
		0x80000000, L4_KERNEL_BASE, L4_KERNEL_BASE + 0x8000, L4_KERNEL_END - 4,
		KERNEL_BASE, VMALLOC_BASE, VCPU_PAGE, VCPU_PAGE + 0xffc, USER_BASE, USER_BASE + 1,
		USER_BASE + 2, STACK_END - 3, SLOT_RAM, SLOT_VCPU, SLOT_S, SLOT_U, SLOT_BASE,
		L4_VP_QUEUE_MAX, L4_VP_QUEUE_MAX + 1, 0xffff0000, 0xfffffffc,
	};
	uint32_t n = rnd() % (2 * sizeof(values) / sizeof(values[0]));

	if (n < sizeof(values) / sizeof(values[0]))
		return values[n];
	return n & 1 ? rnd() : rnd() & 0xfffff000;
}

static void scribble(void)
{
	volatile uint32_t *page = (volatile uint32_t *)VCPU_PAGE;
	uint32_t words = 1 + rnd() % 64, span = rnd() & 1 ? 64 : 1024;

	BOOT->acts++;
	while (words--)
		page[rnd() % span] = weird();
}

/* Status words of every mode, with every mask; wild pc; crooked sp. */
static void frames(void)
{
	struct l4_vcpu_ret ret = {
		.pc = rnd() & 1 ? weird() : USER_BASE,
		.psr = rnd() & 1 ? 0x10 | (rnd() & 0xf) | (rnd() & 0x1e0) : weird(),
		.sp = rnd() & 1 ? weird() : STACK_END - rnd() % 8,
		.lr = weird(),
	};

	if (rnd() & 3)
		return;
	BOOT->acts++;
	VP->user = ret;
	/* With a stack it lives longer: a wild one is a double fault at the next entry. */
	if (rnd() & 63)
		ret.sp = (uint32_t)&current->stack[512];
	VP->kret = ret;
	resume_raw(rnd() % 3 * 4);
}

/* The slot of the fault that follows is in use. */
static void busy(void)
{
	if (rnd() & 7 && BOOT->seed)
		return;
	BOOT->acts++;
	for (uint32_t i = 0; i < 8; i++)
		VP->kframe[i].busy = rnd() | 1;
	switch (rnd() % 3) {
	case 0:
		*(volatile uint32_t *)0xd0000000;
		break;
	case 1:
		__asm__ volatile("udf #0");
		break;
	default:
		((void (*)(void))0xd0000000)();
	}
}

static void queue(void)
{
	for (uint32_t i = 0; i < L4_VP_QUEUE_MAX; i++)
		VP->queue[i] = (struct l4_map_item){
			rnd() & 1 ? SLOT_RAM : weird(), rnd() & 1 ? rnd() % 512 << 12 : weird(),
			weird(), rnd() & 1 ? VP->gen : weird()
		};
	VP->qcount = rnd() & 1 ? weird() : rnd() % (L4_VP_QUEUE_MAX + 1);
	BOOT->acts++;
	if (rnd() & 1)
		(void)!l4_queue_map();
}

static l4_slot some_thread(void)
{
	return SLOT_S + rnd() % 4;
}

static l4_slot some_space(void)
{
	return rnd() & 1 ? SLOT_BASE : SLOT_SPACES + rnd() % TASKS;
}

static void thread_calls(void)
{
	switch (rnd() % 7) {
	case 0:
		(void)!l4_thread_stop(some_thread());
		break;
	case 1:
		(void)!l4_thread_resume(some_thread());
		break;
	case 2:
		(void)!l4_thread_start(some_thread(), weird(), weird(), weird());
		break;
	case 3:
		(void)!l4_thread_prio(some_thread(), rnd() % 32);
		break;
	case 4:
		(void)!l4_thread_route(some_thread(), rnd() % 8, rnd() % 5, some_thread());
		break;
	case 5:
		(void)!l4_vcpu_bind(SLOT_VCPU, some_thread(), rnd() % 4);
		break;
	default:
		(void)!l4_cap_delete(rnd() % 16 ? weird() : SLOT_RAM + rnd() % 10);
	}
}

static void space_calls(void)
{
	switch (rnd() % 6) {
	case 0:
		(void)!l4_space_switch(some_space(), weird(), weird());
		break;
	case 1:
		(void)!l4_map(some_space(), SLOT_RAM, weird(), rnd() % 512 << 12, L4_PAGE_SIZE);
		break;
	case 2:
		(void)!l4_unmap(some_space(), weird() & 0xfffff000, rnd() % 4 << 12);
		break;
	case 3:
		(void)!l4_protect(some_space(), weird(), rnd() % 4 << 12);
		break;
	case 4:
		(void)!l4_vcpu_entry(rnd() & 1 ? 0 : SLOT_VCPU, rnd() % 27, weird());
		break;
	default:
		(void)!l4_interrupt(rnd() & 1 ? 0 : SLOT_VCPU);
	}
}

void hostile_exit(void)
{
	switch (BOOT->mode) {
	case HOSTILE_PAGE_S:
		scribble();
		break;
	case HOSTILE_FRAMES:
		frames();
		break;
	case HOSTILE_BUSY:
		busy();
		break;
	case HOSTILE_QUEUE:
		queue();
		break;
	case HOSTILE_NOENTRY:
		BOOT->acts++;
		(void)!l4_vcpu_entry(0, L4_ENTRY_U + L4_EXC_DFAULT, 0);
		page_drop(STACK_END - 1);
		break;
	case HOSTILE_CALLS:
		BOOT->acts++;
		if (rnd() & 1)
			thread_calls();
		else
			space_calls();
	}
}

void hostile_tick(void)
{
	if (BOOT->mode == HOSTILE_PAGE_I)
		scribble();
}

/* The process begins anew, from wherever this is. */
void hostile_fault(void)
{
	struct regs *regs = (struct regs *)(current->stack + 1024) - 1;

	VP->vif = L4_VIF_MASKED;
	preempt_off = 0;
	regs->pc = USER_BASE;
	regs->psr = 0x10;
	regs->sp = STACK_END;
	regs->r[0] = (uint32_t)(current - tasks);
	regs->r[1] = BOOT->mode;
	exit_flags |= EXIT_HOSTILE;
	resume_user(regs);
}
