/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The core at boot: is it the right one, and are all registers that user mode
 * can reach shut or in a known state.  MMU and caches are on already (boot.S).
 * What changes with each thread (TLS, DACR, VFP enable) is in switch.c.
 */
#include "arch/arm/arch.h"
#include "arch/arm/cp15.h"
#include "arch/arm/cpu.h"
#include "arch/arm/fpexc.h"
#include "core/smp.h"
#include "platform/plat.h"

#define MIDR_PART	0xff0ffff0u
#define MIDR_A9		0x410fc090u
#define TEECR_XED	1u		/* ThumbEE: no user access to its handler base */
#define JOSCR_CD	2u		/* Jazelle: no user access to its configuration */
#define DSCR_UDCCDIS	0x1000u		/* debug channel: no user access */

static void check_core(void)
{
	uint32_t midr = midr_read();

	if (CORES > 1 && !plat_board.secure && !(actlr_read() & ACTLR_SMP))
		panic("boot: the boot loader has left core %u out of coherency (ACTLR %08x)",
		      core_number(), actlr_read());

	if ((midr & MIDR_PART) != MIDR_A9)
		panic("boot: this is not a Cortex-A9 (MIDR %08x); this kernel runs on nothing "
		      "else (QEMU: -cpu cortex-a9)", midr);
}

/* Access to VFP and NEON, which stay disabled until a thread uses them. */
static void open_vfp(void)
{
	uint32_t cpacr = (cpacr_read() | CPACR_CP10_CP11) & ~(CPACR_D32DIS | CPACR_ASEDIS);

	if (!ARCH_VFP) {
		cpacr_write(cpacr & ~CPACR_CP10_CP11);
		return;
	}
	cpacr_write(cpacr);
	isb();
	if (cpacr_read() != cpacr)
		panic("boot: this core has no VFP with 32 registers and NEON (CPACR %08x)",
		      cpacr_read());
	fpexc_write(0);
}

static void shut_debug_channel(void)
{
	uint32_t dscr;

	__asm__ volatile("mrc p14, 0, %0, c0, c2, 2" : "=r"(dscr));
	__asm__ volatile("mcr p14, 0, %0, c0, c2, 2" : : "r"(dscr | DSCR_UDCCDIS) : "memory");
}

/* What user mode could reach beside the registers that are switched. */
static void shut_user(void)
{
	pmuserenr_write(0);
	pmintenclr_write(~0u);
	teecr_write(TEECR_XED);
	joscr_write(JOSCR_CD);
	jmcr_write(0);
	shut_debug_channel();
	tpidrurw_write(0);
	tpidruro_write(0);
	if (CORES == 1)
		tpidrprw_write(0);
	isb();
}

void cpu_boot(void)
{
	check_core();
	open_vfp();
	shut_user();
}

void cpu_halt(void)
{
	for (;;)
		cpu_wait();
}
