/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The end: a bug of the kernel, or a machine that it cannot run on.  Says what,
 * in whose call, and shows registers and stack.  Never reached from user input.
 */
#include "arch/arm/cpu.h"
#include "arch/arm/entry.h"
#include "core/console.h"
#include "core/sched.h"
#include "platform/plat.h"

#define STACK_WORDS	48

/* The stacks of all cores, each with the one for a panic above it. */
extern uint32_t kernel_stack[CORES][(KERNEL_STACK + PANIC_STACK) / 4];

/* The last registers that the thread had in user mode. */
static void show_thread(const struct thread *t)
{
	const struct cell *cell = t->obj.cell;

	kprintf("thread %s of cell %s, user registers:\n", t->name, cell ? cell->name : "(none)");
	for (uint32_t i = 0; i < ARRAY_SIZE(t->regs.r); i++)
		kprintf("r%-2u %08x%s", i, t->regs.r[i], i % 5 == 4 ? "\n" : "  ");
	kprintf("pc  %08x  psr %08x\n", t->regs.pc, t->regs.psr);
}

static void show_stack(const uint32_t *sp)
{
	const uint32_t *stack = kernel_stack[core_number()];
	const uint32_t *top = stack + KERNEL_STACK / 4;

	if (sp < stack || sp >= top + PANIC_STACK / 4)
		return;
	/* An exception in the kernel changed stacks: its oldest words are at the top. */
	if (sp >= top)
		sp = top - STACK_WORDS;
	kprintf("stack from %p:\n", (const void *)sp);
	for (uint32_t i = 0; i < STACK_WORDS && sp + i < top; i++)
		kprintf("%08x%s", sp[i], i % 8 == 7 ? "\n" : " ");
	kprintf("\n");
}

/* Powers off where a test waits for the end; else the screen stays as it is. */
static noreturn void stop(void)
{
#ifdef CONFIG_PANIC_POWEROFF
	plat_poweroff();
#endif
	cpu_halt();
}

void panic(const char *fmt, ...)
{
	static const struct cpu *panicked;
	const struct cpu *cpu = this_cpu();
	va_list args;

	if (panicked == cpu)
		stop();
	if (!smp_stop())
		cpu_halt();
	panicked = cpu;
	kprintf("\nPANIC: ");
	if (smp_cores() > 1)
		kprintf("core %u: ", core_number());
	va_start(args, fmt);
	kvprintf(fmt, &args);
	va_end(args);
	kprintf("\n");
	if (cpu->current && cpu->current != &cpu->idle)
		show_thread(cpu->current);
	show_stack(__builtin_frame_address(0));
	kprintf("halted\n");
	stop();
}
