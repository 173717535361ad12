/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The kernel's own mappings.
 *
 *   0xfc000000  image, 1 MB: text r-x, constants r--, data rw-, by pages
 *   0xfc100000  pool, at most 24 MB, rw-, by sections
 *               behind it the trace (core/trace.h), if there is one, in the same way
 *   0xfdf00000  device pages (plat_map), rw-
 *
 * Everything is global, domain 0, privileged only, in tables that all spaces
 * share: a space copies the descriptors of the window from kernel_l1.
 */
#ifndef ARCH_ARM_MMU_H
#define ARCH_ARM_MMU_H

#include <stdint.h>
#include <l4/types.h>

#define MMU_POOL_BASE	(L4_KERNEL_BASE + L4_SECT_SIZE)
#define MMU_DEVICE_BASE	(L4_KERNEL_END - L4_SECT_SIZE)

/* The first-level table of the boot, and the master of the window's descriptors. */
extern uint32_t kernel_l1[4096];

/* Called by boot.S, once, in this order around cpu_boot. */
void mmu_boot(void);	/* the window as it stays; from here on the console works */
void mmu_boot_done(void);	/* every core is in the window: the mapping that boot.S ran in goes */
void memory_boot(void);	/* checks the RAM, clears the pool and gives it to pool_init */

/* The memory of the trace. */
void *mmu_trace(uint32_t *size);

/* Where the image starts, and where something in it is: kernel_l1, for one. */
uint32_t kernel_phys_base(void);
uint32_t image_phys(const void *p);

#endif
