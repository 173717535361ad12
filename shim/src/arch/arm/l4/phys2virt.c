// SPDX-License-Identifier: GPL-2.0
/* Copyright the Armature authors */
/*
 * Where RAM is: instructions that convert addresses are patched before they are
 * used.  Since 5.11 phys2virt.S does it, which head-l4.S calls.  Before, it was a
 * part of head.S, which is not built, and took the offset from its own place.
 */
#include <linux/init.h>
#include <linux/mm.h>
#include <asm/l4-calls.h>

#if __has_include("../kernel/phys2virt.S")

bool __init l4_phys2virt(void)
{
	return true;
}

#else

/* Not in .bss, which is cleared later. */
unsigned long __pv_phys_pfn_offset __section(".data");
u64 __pv_offset __section(".data");

/* A table of addresses of instructions, each of which adds or subtracts N << 24. */
void fixup_pv_table(const void *table, unsigned long size)
{
	u32 *const *insn = table;

	for (; (const void *)insn < table + size; insn++)
		**insn = (**insn & ~0xff) | (u32)__pv_offset >> 24;
}

/* False: RAM is not where this can be said. */
bool __init l4_phys2virt(void)
{
	__pv_phys_pfn_offset = __phys_to_pfn(l4_guest.ram_base);
	__pv_offset = (u64)l4_guest.ram_base - PAGE_OFFSET;
	fixup_pv_table(&__pv_table_begin, (&__pv_table_end - &__pv_table_begin) << 2);
	return !(__pv_offset & 0xffffff);
}

#endif
