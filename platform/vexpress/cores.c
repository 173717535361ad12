/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The other cores of the daughter board.  A boot monitor, or plat_park in QEMU,
 * where all cores begin at the image's first instruction, holds them until the
 * mother board's flags name an address: one for all.
 */
#include "platform/plat.h"

#define SYSREGS		0x10000000u
#define FLAGS_SET	(0x30 / 4)
#define FLAGS_CLEAR	(0x34 / 4)

void plat_core_start(uint32_t n, uint32_t phys)
{
	volatile uint32_t *sysregs = plat_map(SYSREGS);

	sysregs[FLAGS_CLEAR] = ~0u;
	sysregs[FLAGS_SET] = phys;
	__asm__ volatile("dsb\n\tsev" : : : "memory");
	plat_ipi(1u << n);	/* a boot monitor waits for one */
}
