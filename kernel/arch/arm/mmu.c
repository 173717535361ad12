/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The kernel's window, once boot.S has turned the MMU on with the image mapped:
 * device pages and the pool.  What is mapped here stays as it is; spaces copy
 * the descriptors of the window.
 */
#include "arch/arm/cp15.h"
#include "arch/arm/mmu.h"
#include "arch/arm/pte.h"
#include "arch/arm/tlb.h"
#include "core/boot.h"
#include "core/smp.h"
#include "mm/pool.h"
#include "platform/plat.h"

/* Short descriptors, ARMv7 ARM B3.5, with TEX remap.  Type 7: write-back, write-allocate. */
#define L1_POOL		(0x0000141eu | PTE_SMP << 16)	/* section: type 7, XN, privileged read and write */
#define L2_DEVICE	0x00000053u	/* page: type 4 (device), XN, privileged read and write */

#define PROBE		0x414d5241u

uint32_t kernel_l1[L1_ENTRIES] __attribute__((aligned(16384)));
static uint32_t device_l2[L2_ENTRIES] __attribute__((aligned(1024)));

/* Made by the linker script: addresses are the values. */
extern char kernel_phys[], payload_phys[], pool_bytes[], trace_bytes[];

uint32_t kernel_phys_base(void)
{
	return (uint32_t)kernel_phys;
}

uint32_t payload_base(void)
{
	return (uint32_t)payload_phys;
}

uint32_t image_phys(const void *p)
{
	return (uint32_t)p - L4_KERNEL_BASE + kernel_phys_base();
}

void *plat_map(uint32_t phys)
{
	uint32_t desc = (phys & L2_BASE) | L2_DEVICE;
	uint32_t i = 0;

	while (i < ARRAY_SIZE(device_l2) && device_l2[i] && device_l2[i] != desc)
		i++;
	if (i == ARRAY_SIZE(device_l2))
		panic("boot: no room to map %08x", phys);
	device_l2[i] = desc;
	dsb();	/* it was invalid, so no TLB holds it: the walker must see it */
	isb();
	return (void *)(MMU_DEVICE_BASE + i * L4_PAGE_SIZE + (phys & ~L2_BASE));
}

/* RAM that was looked at only: the kernel keeps no second mapping of it. */
static void unmap(const volatile void *va)
{
	device_l2[((uint32_t)va - MMU_DEVICE_BASE) / L4_PAGE_SIZE] = 0;
	dsb();
	tlbiall();
	dsb();
	isb();
}

void mmu_boot(void)
{
	uint32_t pool = kernel_phys_base() + L4_SECT_SIZE;

	kernel_l1[MMU_DEVICE_BASE / L4_SECT_SIZE] = image_phys(device_l2) | L1_TABLE;
	for (uint32_t off = 0; off < (uint32_t)pool_bytes + (uint32_t)trace_bytes; off += L4_SECT_SIZE)
		kernel_l1[(MMU_POOL_BASE + off) / L4_SECT_SIZE] = (pool + off) | L1_POOL;
	dsb();	/* what was invalid is in no TLB */
	isb();
	if (CORES == 1)
		mmu_boot_done();
}

void mmu_boot_done(void)
{
	kernel_l1[kernel_phys_base() / L4_SECT_SIZE] = 0;	/* boot.S ran there */
	dsb();
	tlb_all_cores();
	dsb();
	isb();
}

/*
 * Is there as much RAM as the configuration says?  Its last word must hold what
 * is written, and not be the first word of the pool in another place.
 */
static void ram_check(void)
{
	uint32_t size = plat_board.ram[0].size;
	volatile uint32_t *last = plat_map(plat_board.ram[0].base + size - sizeof(uint32_t));
	volatile uint32_t *first = plat_map(kernel_phys_base() + L4_SECT_SIZE);
	uint32_t saved = *last;
	bool good;

	*first = 0;
	*last = PROBE;
	good = *last == PROBE && *first == 0;
	*last = ~PROBE;
	good = good && *last == ~PROBE && *first == 0;
	*last = saved;
	unmap(first);
	unmap(last);
	if (!good)
		panic("boot: less than %u MB of RAM; configure CONFIG_RAM_MB, or give the machine "
		      "more (QEMU: -m %u)", size >> 20, size >> 20);
}

void *mmu_trace(uint32_t *size)
{
	*size = (uint32_t)trace_bytes;
	return (void *)(MMU_POOL_BASE + (uint32_t)pool_bytes);
}

void memory_boot(void)
{
	uint32_t size = (uint32_t)pool_bytes;
	uint32_t phys = kernel_phys_base() + L4_SECT_SIZE;

	ram_check();
	memset((void *)MMU_POOL_BASE, 0, size);
	pool_init((void *)MMU_POOL_BASE, phys, size);
}
