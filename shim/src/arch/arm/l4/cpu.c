// SPDX-License-Identifier: GPL-2.0
/* Copyright the Armature authors */
/*
 * The processor that Linux sees: a Cortex-A9 whose operations are Armature's
 * calls.  Found by its identification, before proc-v7's entry for the same.
 */
#include <linux/dma-direction.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/uaccess.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <asm/cacheflush.h>
#include <asm/cputype.h>
#include <asm/elf.h>
#include <asm/hwcap.h>
#include <asm/proc-fns.h>
#include <asm/procinfo.h>
#include <asm/spectre.h>
#include <asm/tlbflush.h>
#include <asm/traps.h>
#include <asm/l4-calls.h>
#include "../mm/dma.h"

EXPORT_SYMBOL(l4_irq_kick);

/* --- caches: physically tagged, so only code and DMA need anything --- */

static void cache(l4_word op, unsigned long start, unsigned long end)
{
	if (end > start)
		(void)!l4_cache(0, op, start, end - start);
}

void l4_flush_icache_all(void)
{
	/* Any line will do: with it goes the whole instruction cache. */
	(void)!l4_cache(0, L4_CACHE_CODE, PAGE_OFFSET, 4);
}
EXPORT_SYMBOL(l4_flush_icache_all);

void l4_flush_kern_cache_all(void) { }
void l4_flush_kern_cache_louis(void) { }
void l4_flush_user_cache_all(void) { }
void l4_flush_user_cache_range(unsigned long start, unsigned long end, unsigned int flags) { }

void l4_coherent_kern_range(unsigned long start, unsigned long end)
{
	cache(L4_CACHE_CODE, start, end);
}

/*
 * Of the process, which chose the range.  What is not in the real tables yet
 * is touched, so that it will be; what cannot be is its mistake.
 */
int l4_coherent_user_range(unsigned long start, unsigned long end)
{
	unsigned long at, next;

	for (at = start; at < end; at = next) {
		char c;
		next = min((at & PAGE_MASK) + PAGE_SIZE, end);
		while (l4_cache(0, L4_CACHE_CODE, at, next - at) != L4_OK)
			if (__get_user(c, (char __user *)at))
				return -EFAULT;
	}
	return 0;
}

void l4_flush_kern_dcache_area(void *addr, size_t size)
{
	cache(L4_CACHE_FLUSH, (unsigned long)addr, (unsigned long)addr + size);
}

void l4_dma_flush_range(const void *start, const void *end)
{
	cache(L4_CACHE_FLUSH, (unsigned long)start, (unsigned long)end);
}

void l4_dma_map_area(const void *addr, size_t size, int dir)
{
	cache(dir == DMA_FROM_DEVICE ? L4_CACHE_INV : L4_CACHE_CLEAN, (unsigned long)addr,
	      (unsigned long)addr + size);
}

void l4_dma_unmap_area(const void *addr, size_t size, int dir)
{
	if (dir != DMA_TO_DEVICE)
		cache(L4_CACHE_INV, (unsigned long)addr, (unsigned long)addr + size);
}

/* --- the processor --- */

/* Called by setup_arch(): what is registered earlier is lost with .bss. */
static void __init proc_init(void)
{
	l4_panic_init();
	spectre_v2_update_state(SPECTRE_MITIGATED, SPECTRE_V2_METHOD_BPIALL);
}

static void proc_fin(void) { }
static void __noreturn proc_reset(unsigned long addr, bool hvc) { BUG(); }
static void clean_area(void *addr, int size) { }
static void switch_mm_unused(phys_addr_t pgd, struct mm_struct *mm) { BUG(); }
static void set_pte_unused(pte_t *ptep, pte_t pte, unsigned int ext) { BUG(); }

/* Interrupts are masked: the kernel looks and sleeps in one step. */
static int do_idle(void)
{
	return l4_wait();
}

static struct processor l4_processor __initdata = {
	._proc_init = proc_init,
	._proc_fin = proc_fin,
	.reset = proc_reset,
	._do_idle = do_idle,
	.dcache_clean_area = clean_area,
	.switch_mm = switch_mm_unused,
	.set_pte_ext = set_pte_unused,
};

extern struct cpu_user_fns v6_user_fns;
static struct cpu_tlb_fns l4_tlb_fns __initdata;

static struct proc_info_list l4_proc_info __used __section(".proc.info.init") = {
	.cpu_val = L4_MIDR & 0xff0ffff0,
	.cpu_mask = 0xff0ffff0,
	.__cpu_mm_mmu_flags = PMD_TYPE_SECT | PMD_SECT_AP_WRITE | PMD_SECT_AP_READ | PMD_SECT_WB,
	.arch_name = "armv7",
	.elf_name = "v7",
	.elf_hwcap = HWCAP_SWP | HWCAP_HALF | HWCAP_THUMB | HWCAP_FAST_MULT | HWCAP_EDSP |
		     HWCAP_TLS,
	.cpu_name = "Armature virtual CPU",
	.proc = &l4_processor,
	.tlb = &l4_tlb_fns,
	.user = &v6_user_fns,
};

/*
 * Identification registers, which user mode cannot read: where Linux asks, it
 * gets the answers of a Cortex-A9.
 */
static const struct {
	unsigned int reg;	/* CRn << 8 | op1 << 7 | CRm << 3 | op2 */
	u32 value;
} id_registers[] = {
#define REG(op1, crn, crm, op2) ((crn) << 8 | (op1) << 7 | (crm) << 3 | (op2))
	{ REG(0, 0, 0, 0), L4_MIDR },
	{ REG(0, 0, 0, 1), 0x83338003 },	/* CTR */
	{ REG(0, 0, 0, 5), 0x80000000 },	/* MPIDR */
	{ REG(0, 0, 1, 0), 0x00001031 },	/* ID_PFR0 */
	{ REG(0, 0, 1, 1), 0x00000011 },	/* ID_PFR1 */
	{ REG(0, 0, 1, 4), 0x00100103 },	/* ID_MMFR0 */
	{ REG(0, 0, 1, 5), 0x20000000 },	/* ID_MMFR1 */
	{ REG(0, 0, 1, 6), 0x01230000 },	/* ID_MMFR2 */
	{ REG(0, 0, 1, 7), 0x00002111 },	/* ID_MMFR3 */
	{ REG(0, 0, 2, 0), 0x00101111 },	/* ID_ISAR0 */
	{ REG(0, 0, 2, 1), 0x13112111 },	/* ID_ISAR1 */
	{ REG(0, 0, 2, 2), 0x21232041 },	/* ID_ISAR2 */
	{ REG(0, 0, 2, 3), 0x11112131 },	/* ID_ISAR3 */
	{ REG(0, 0, 2, 4), 0x00111142 },	/* ID_ISAR4 */
	{ REG(1, 0, 0, 0), 0xe00fe019 },	/* CCSIDR, of the data cache */
	{ REG(1, 0, 0, 1), 0x09000003 },	/* CLIDR */
	{ REG(0, 1, 0, 0), L4_SCTLR },
};

/*
 * mrc p15: what is not in the list reads as zero, as does all of p14, whose debug
 * registers are not a guest's; mcr is without effect.
 */
static int emulate_cp15(struct pt_regs *regs, unsigned int instr)
{
	unsigned int rt = instr >> 12 & 15, i;
	unsigned int reg = REG(instr >> 21 & 1, instr >> 16 & 15, instr & 15, instr >> 5 & 7);
	u32 value = 0;

	for (i = 0; i < ARRAY_SIZE(id_registers); i++)
		if (id_registers[i].reg == reg && instr & 1 << 8)
			value = id_registers[i].value;
	if (instr & 1 << 20)
		regs->uregs[rt] = value;
	regs->ARM_pc += 4;
	return 0;
}

static struct undef_hook cp15_hook = {
	.instr_mask = 0x0f000e10,
	.instr_val = 0x0e000e10,
	.cpsr_mask = MODE_MASK,
	.cpsr_val = SVC_MODE,
	.fn = emulate_cp15,
};

/* Before setup_arch() asks which processor this is. */
void __init l4_cpu_init(void)
{
	register_undef_hook(&cp15_hook);
}
