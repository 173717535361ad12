/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The end: a bug of the kernel, or a machine that it cannot run on.  Says what,
 * in whose call, and shows registers and stack.  Never reached from user input.
 */
#include "arch/arm/cpu.h"
#include "core/console.h"
#include "core/sched.h"
#include "platform/plat.h"

#define STACK_WORDS	48

extern uint32_t kernel_stack[], kernel_stack_top[], panic_stack_top[];

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
	if (sp < kernel_stack || sp >= panic_stack_top)
		return;
	/* An exception in the kernel changed stacks: its oldest words are at the top. */
	if (sp >= kernel_stack_top)
		sp = kernel_stack_top - STACK_WORDS;
	kprintf("stack from %p:\n", (const void *)sp);
	for (uint32_t i = 0; i < STACK_WORDS && sp + i < kernel_stack_top; i++)
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
	static bool panicked;
	va_list args;

	if (panicked)
		stop();
	panicked = true;
	kprintf("\nPANIC: ");
	va_start(args, fmt);
	kvprintf(fmt, &args);
	va_end(args);
	kprintf("\n");
	if (cpu0.current && cpu0.current != &cpu0.idle)
		show_thread(cpu0.current);
	show_stack(__builtin_frame_address(0));
	kprintf("halted\n");
	stop();
}
