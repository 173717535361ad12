// SPDX-License-Identifier: GPL-2.0
/* Copyright the Armature authors */
/*
 * What user mode must not do, or what does something else there.  Each of them
 * is tried; those that must trap and do not are a breach.
 */
#include "hostile.h"

/* X(instruction, whether it must trap); r0 to r3 are free, r2 points to memory. */
#define INSTRUCTIONS(X) \
	X(0xf10c01c0, 0)	/* cpsid aif */ \
	X(0xf10801c0, 0)	/* cpsie aif */ \
	X(0xf1020013, 0)	/* cps #SVC */ \
	X(0xe10f0000, 0)	/* mrs r0, cpsr */ \
	X(0xe321f0d3, 0)	/* msr cpsr_c, #SVC, masked */ \
	X(0xe14f0000, 0)	/* mrs r0, spsr */ \
	X(0xe16ff000, 0)	/* msr spsr_fsxc, r0 */ \
	X(0xe1b0f00e, 0)	/* movs pc, lr */ \
	X(0xe8d20001, 0)	/* ldmia r2, {r0}^ */ \
	X(0xe8c20001, 0)	/* stmia r2, {r0}^ */ \
	X(0xf8920a00, 1)	/* rfeia r2 */ \
	X(0xf8c20513, 1)	/* srsia #SVC */ \
	X(0xe1600070, 1)	/* smc */ \
	X(0xe1400070, 1)	/* hvc */ \
	X(0xe160006e, 1)	/* eret */ \
	X(0xe320f003, 0)	/* wfi */ \
	X(0xe320f002, 0)	/* wfe */ \
	X(0xe320f004, 0)	/* sev */ \
	X(0xe12fff20, 0)	/* bxj r0 */ \
	X(0xe1200070, 1)	/* bkpt */ \
	X(0xee010f10, 1)	/* SCTLR */ \
	X(0xee110f10, 1)	\
	X(0xee010f30, 1)	/* ACTLR */ \
	X(0xee010f50, 1)	/* CPACR */ \
	X(0xee010f11, 1)	/* SCR */ \
	X(0xee020f10, 1)	/* TTBR0 */ \
	X(0xee120f10, 1)	\
	X(0xee020f30, 1)	/* TTBR1 */ \
	X(0xee020f50, 1)	/* TTBCR */ \
	X(0xee030f10, 1)	/* DACR */ \
	X(0xee130f10, 1)	\
	X(0xee050f10, 1)	/* DFSR */ \
	X(0xee060f10, 1)	/* DFAR */ \
	X(0xee070f15, 1)	/* ICIALLU */ \
	X(0xee070f36, 1)	/* DCIMVAC */ \
	X(0xee070f56, 1)	/* DCISW */ \
	X(0xee070f5e, 1)	/* DCCISW */ \
	X(0xee070f18, 1)	/* ATS1CPR */ \
	X(0xee080f17, 1)	/* TLBIALL */ \
	X(0xee080f37, 1)	/* TLBIMVA */ \
	X(0xee080f57, 1)	/* TLBIASID */ \
	X(0xee090f1c, 1)	/* PMCR */ \
	X(0xee190f1d, 1)	/* PMCCNTR */ \
	X(0xee090f1e, 1)	/* PMUSERENR */ \
	X(0xee0a0f12, 1)	/* PRRR */ \
	X(0xee0b0f10, 1)	/* DMA, preload engine */ \
	X(0xee0c0f10, 1)	/* VBAR */ \
	X(0xee0d0f10, 1)	/* FCSEIDR */ \
	X(0xee0d0f30, 1)	/* CONTEXTIDR */ \
	X(0xee0d0f70, 1)	/* TPIDRURO */ \
	X(0xee0d0f90, 1)	/* TPIDRPRW */ \
	X(0xee1d0f90, 1)	\
	X(0xee0f0f10, 1)	/* power control of Cortex-A9 */ \
	X(0xee9f0f10, 1)	/* CBAR */ \
	X(0xec410f02, 1)	/* mcrr p15 */ \
	X(0xee000e15, 1)	/* DBGDTRTX and others, cp14 */ \
	X(0xee000e55, 1)	/* DBGDSCR */ \
	X(0xeec00e10, 1)	/* TEECR */ \
	X(0xeee10e10, 1)	/* JOSCR */ \
	X(0xeee80a10, 1)	/* vmsr fpexc, r0 */ \
	X(0xeef00a10, 1)	/* vmrs r0, fpsid */ \
	X(0xee000a00, 0)	/* vmla, VFP on or off */ \
	X(0xe7f000f0, 1)	/* udf */ \
	X(0xefffffff, 0)	/* svc with another immediate */

#define WORD(instruction, trap)	".inst " #instruction "\n\tbx lr\n\t"
#define MUST(instruction, trap)	{ instruction, trap },

asm(".pushsection .text\n\t.align 3\n\t.arch_extension sec\ninstruction_list:\n\t"
    INSTRUCTIONS(WORD)
    ".popsection");

extern const u32 instruction_list[][2];

static const struct {
	u32 word, trap;
} wanted[] = { INSTRUCTIONS(MUST) };

static u32 scratch[16];

/* Whatever r12 says, an svc is a call of the kernel's: an unknown one. */
static void try_instruction(unsigned long i)
{
	register u32 r0 asm("r0") = random_word();
	register u32 r2 asm("r2") = (u32)scratch;
	register u32 r3 asm("r3") = (u32)instruction_list[i];
	register u32 r12 asm("r12") = 0x1000;

	asm volatile("blx r3" : "+r" (r0), "+r" (r2), "+r" (r3), "+r" (r12)
		     : : "r1", "r4", "r5", "lr", "cc", "memory");
}

/* Big-endian for one load, which user mode may have. */
static void try_setend(unsigned long unused)
{
	u32 value;

	asm volatile(".arch armv7-a\n\tsetend be\n\tldr %0, [%1]\n\tsetend le"
		     : "=r" (value) : "r" (scratch) : "memory");
}

unsigned int attack_instructions(unsigned int rounds)
{
	unsigned int i, n;
	u32 psr;

	for (n = 0; n < rounds; n++) {
		hostile_begin();
		for (i = 0; i < ARRAY_SIZE(wanted); i++) {
			int entry = attempt(try_instruction, i);

			if (entry == CAME_BACK && wanted[i].trap)
				breach("not trapped", wanted[i].word, i);
			asm volatile("mrs %0, cpsr" : "=r" (psr));
			if ((psr & 0x1df) != 0x10)
				breach("status afterwards", wanted[i].word, psr);
		}
		(void)attempt(try_setend, 0);
		hostile_end();
	}
	return n * i;
}
