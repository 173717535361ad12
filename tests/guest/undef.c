// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Instructions that a process may not have: undefined ones and privileged ones
 * give SIGILL, the ones that do nothing in user mode do nothing, and breakpoints
 * give SIGTRAP.  What Linux emulates for old programs works.
 */
#include <sys/mman.h>
#include <sys/syscall.h>
#include "lib/check.h"
#include "lib/hold.h"

static uint32_t *code;

/* An instruction that is followed by a return. */
static void *arm(uint32_t instruction)
{
	code[0] = instruction;
	code[1] = 0xe12fff1e;	/* bx lr */
	__builtin___clear_cache((char *)code, (char *)(code + 2));
	return code;
}

static void *thumb(uint16_t first, uint16_t second)
{
	uint16_t *half = (uint16_t *)code;

	half[0] = first;
	half[1] = second;
	half[2] = 0x4770;	/* bx lr */
	__builtin___clear_cache((char *)half, (char *)(half + 3));
	return (char *)code + 1;
}

static const uint32_t undefined[] = {
	0xe7f000f0, 0xe7fddef1, 0xe7ffffff, 0xe6000010, 0xf7f0f0f0, 0xee000000 /* cdp p0 */,
};

/* CP15, CP14 and what else only the kernel may do; all of them trap. */
static const uint32_t privileged[] = {
	0xee110f10,	/* mrc p15, 0, r0, c1, c0, 0: SCTLR */
	0xee010f10,	/* mcr p15, 0, r0, c1, c0, 0 */
	0xee100f10,	/* MIDR */
	0xee120f10,	/* TTBR0 */
	0xee020f10,
	0xee130f10,	/* DACR */
	0xee030f10,	/* writing it */
	0xee150f10,	/* DFSR */
	0xee160f10,	/* DFAR */
	0xee080f17,	/* TLBIALL */
	0xee070f15,	/* ICIALLU */
	0xee070f36,	/* DCIMVAC */
	0xee070f3a,	/* DCCMVAC */
	0xee070f90,	/* mcr p15, 0, r0, c7, c0, 4: old WFI, not in ARMv7 */
	0xee1d0f10,	/* FCSEIDR */
	0xee1d0f30,	/* CONTEXTIDR */
	0xee1d0f90,	/* TPIDRPRW */
	0xee0d0f70,	/* mcr p15, 0, r0, c13, c0, 3: TPIDRURO cannot be written */
	0xee0c0f10,	/* VBAR */
	0xee110f50,	/* CPACR */
	0xeee80a10,	/* vmsr fpexc, r0 */
	0xeef80a10,	/* vmrs r0, fpexc */
	0xeef00a10,	/* vmrs r0, fpsid */
	0xe1600070,	/* smc #0 */
	0xe1400070,	/* hvc #0 */
	0xe160006e,	/* eret */
};

static void undefined_instructions(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(undefined); i++) {
		arm(undefined[i]);
		MUST_FAULT(jump_to, code, SIGILL, ILL_ILLOPC, code);
	}
	/* Thumb, of two lengths; the address is the instruction's. */
	MUST_FAULT(jump_to, thumb(0xde00, 0xbf00), SIGILL, ILL_ILLOPC, code);
	MUST_FAULT(jump_to, thumb(0xf7f0, 0xa001), SIGILL, ILL_ILLOPC, code);
	MUST_FAULT(jump_to, thumb(0xee11, 0x0f10), SIGILL, ILL_ILLOPC, code);
}

static void privileged_instructions(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(privileged); i++) {
		arm(privileged[i]);
		MUST_FAULT(jump_to, code, SIGILL, ILL_ILLOPC, code);
	}
}

static uint32_t status_after(uint32_t instruction)
{
	uint32_t (*run)(uint32_t) = arm(instruction), status;

	run(0xd3);	/* supervisor mode, interrupts masked */
	__asm__ volatile("mrs %0, cpsr" : "=r"(status));
	return status & 0xff & ~0x20;	/* without the instruction set */
}

static void silent_instructions(void)
{
	CHECK_EQ(status_after(0xe321f0d3), 0x10);	/* msr cpsr_c, #0xd3 */
	CHECK_EQ(status_after(0xe121f000), 0x10);	/* msr cpsr_c, r0 */
	CHECK_EQ(status_after(0xf10c00c0), 0x10);	/* cpsid if */
	CHECK_EQ(status_after(0xf1080080), 0x10);	/* cpsie i */
	CHECK_EQ(status_after(0xf1020013), 0x10);	/* cps #0x13 */
	CHECK_EQ(status_after(0xe320f003), 0x10);	/* wfi: a hint */
	CHECK_EQ(status_after(0xe320f002), 0x10);	/* wfe */
	CHECK_EQ(status_after(0xe320f004), 0x10);	/* sev */
	CHECK_EQ(status_after(0xf57ff05f), 0x10);	/* dmb sy */
	CHECK_EQ(status_after(0xf57ff04f), 0x10);	/* dsb sy */
	CHECK_EQ(status_after(0xf57ff06f), 0x10);	/* isb */
	CHECK_EQ(status_after(0xee070fba), 0x10);	/* the old dmb of CP15 */
	CHECK_EQ(status_after(0xee070f9a), 0x10);	/* the old dsb */
	CHECK_EQ(status_after(0xee070f95), 0x10);	/* the old isb */
	/* The registers of other modes are another matter: they may not change ours. */
	CHECK_EQ(hold(0x5000, 20, 0, NO_CALL), 0);
}

static void breakpoints(void)
{
	struct fault f;

	MUST_FAULT(jump_to, arm(0xe7f001f0), SIGTRAP, TRAP_BRKPT, code);
	MUST_FAULT(jump_to, arm(0xe7ffdefe), SIGILL, ILL_ILLOPC, code);
	MUST_FAULT(jump_to, thumb(0xde01, 0xbf00), SIGTRAP, TRAP_BRKPT, code);
	MUST_FAULT(jump_to, thumb(0xf7f0, 0xa000), SIGTRAP, TRAP_BRKPT, code);
	/* bkpt is for debuggers in hardware, and the address is none. */
	CHECK(faults(jump_to, arm(0xe1200070), &f));
	CHECK_EQ(f.sig, SIGBUS);
	CHECK_EQ(f.pc, (unsigned long)code);
}

/* System calls that there are not, and software interrupts with a number in them. */
static void call_number(void *number)
{
	syscall((long)number);
}

static void wrong_system_calls(void)
{
	struct fault f;

	CHECK_ERR(syscall(600), ENOSYS);
	CHECK_ERR(syscall(4000), ENOSYS);
	CHECK_ERR(syscall(0xeffff), ENOSYS);
	CHECK_ERR(syscall(0xf07ff), ENOSYS);
	/* Beyond the private calls: a trap. */
	CHECK(faults(call_number, (void *)0xf0800, &f));
	CHECK_EQ(f.sig, SIGILL);
	CHECK_EQ(f.code, ILL_ILLTRP);
	CHECK(faults(call_number, (void *)-1, &f));
	CHECK_EQ(f.sig, SIGILL);
}

static void mapped(void)
{
	code = pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);
}

#define WITH_CODE(name)	static void name##_(void) { mapped(); name(); }
WITH_CODE(undefined_instructions)
WITH_CODE(privileged_instructions)
WITH_CODE(silent_instructions)
WITH_CODE(breakpoints)

static const struct test tests[] = {
	{ "undefined_instructions", undefined_instructions_ },
	{ "privileged_instructions", privileged_instructions_ },
	{ "silent_instructions", silent_instructions_ },
	{ "breakpoints", breakpoints_ },
	T(wrong_system_calls),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
