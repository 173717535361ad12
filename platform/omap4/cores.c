/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The second core: the ROM holds it until the two AUX_CORE_BOOT registers, which
 * are written through its services, name an address and say that it may go
 * (OMAP4430 TRM 27.4.4).
 */
#include "platform/plat.h"

#define ROM_AUX_CORE_BOOT0	0x104u
#define ROM_AUX_CORE_BOOT1	0x105u
#define GO			0x200u	/* not 0: the second core is released */

void rom_call(uint32_t value, uint32_t service);
void rom_call2(uint32_t value, uint32_t value2, uint32_t service);

void plat_core_start(uint32_t n, uint32_t phys)
{
	(void)n;
	rom_call(phys, ROM_AUX_CORE_BOOT1);
	rom_call2(GO, ~GO, ROM_AUX_CORE_BOOT0);	/* set, and keep the others */
	__asm__ volatile("dsb\n\tsev" : : : "memory");
}
