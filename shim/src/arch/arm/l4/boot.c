// SPDX-License-Identifier: GPL-2.0
/* Copyright the Armature authors */
/*
 * What S does before Linux starts: the rest of the kernel's space, the threads
 * I, F and U, and the entries of the virtual CPU.
 *
 * Runs before .bss is cleared and without `current`: everything here is in
 * .data, and nothing takes a lock or prints.
 */
#include <linux/export.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <asm/l4-calls.h>
#include <asm/sections.h>
#include <asm/tlbflush.h>

struct l4_guest_info l4_guest __ro_after_init = { .magic = 1 };
EXPORT_SYMBOL_GPL(l4_guest);

static unsigned long stack_i[1024] __aligned(8) = { 1 };
static unsigned long stack_f[2048] __aligned(8) = { 1 };

#define ATTR_RAM	(L4_MAP_W | L4_MT_WBWA << L4_MAP_TYPE_SHIFT)
#define TOP_MB		0xfff00000

/* In head-l4.S. */
extern u64 kernel_sec_start, kernel_sec_end;

/* Ends the guest with the address of the string in r0 for who looks. */
static void __init __noreturn give_up(const char *what)
{
	for (;;)
		asm volatile("mov r0, %0\n\tudf #0x14" : : "r" (what) : "r0");
}

static void __init need(int err, const char *what)
{
	if (err < 0)
		give_up(what);
}

/*
 * What the kernel needs to begin with.  The last megabyte is the process's
 * domain: the kuser helpers are there.
 */
static void __init make_space(void)
{
	unsigned long dtb = l4_guest.dtb & PAGE_MASK, va = FDT_FIXED_BASE | dtb % SECTION_SIZE;
	unsigned long size = PAGE_ALIGN(l4_guest.dtb + l4_guest.dtb_size - dtb);

	need(l4_map(L4_SLOT_SPACE, l4_guest.ram, TOP_MB | ATTR_RAM, 0, PAGE_SIZE), "map top");
	need(l4_unmap(L4_SLOT_SPACE, TOP_MB, PAGE_SIZE), "unmap top");
	need(l4_map(L4_SLOT_SPACE, L4_SLOT_FRAME, L4_MSGBUF | ATTR_RAM | L4_MAP_KERNEL, 0,
		    PAGE_SIZE), "map the message buffer");
	need(l4_map(L4_SLOT_SPACE, l4_guest.ram, va | ATTR_RAM | L4_MAP_KERNEL,
		    dtb - l4_guest.ram_base, size), "map the device tree");
}

/*
 * Tables for the rest of the kernel's range, shared by all spaces that are made
 * later.  Now it is known where the linear mapping ends; root has mapped all RAM.
 */
static int __init share_space(void)
{
	unsigned long end = (unsigned long)high_memory;
	unsigned long size = PAGE_OFFSET + l4_guest.ram_size - end;
	unsigned long first = MODULES_VADDR & SECTION_MASK;

	if (end < PAGE_OFFSET + l4_guest.ram_size) {
		if (l4_unmap(L4_SLOT_SPACE, end, size) != L4_OK)
			panic("Armature: high memory cannot be unmapped");
		l4_kernel_flush(end, end + size);
	}
	if (l4_space_share(L4_SLOT_SPACE, first, -first) != L4_OK)
		panic("Armature: the cell's quota is too small for the kernel's tables");
	return 0;
}
early_initcall(share_space);

static void __init make_thread(l4_slot slot, unsigned int prio, l4_word name, l4_word role)
{
	need(l4_thread_create(0, slot, L4_SLOT_SPACE, prio, name, 0), "thread_create");
	need(l4_vcpu_bind(0, slot, role), "vcpu_bind");
}

static void __init set_entries(void)
{
	const struct l4_entry *e;

	for (e = l4_entries; e->pc; e++)
		need(l4_vcpu_entry(0, e->entry, e->pc), "vcpu_entry");
}

asmlinkage void l4_boot(const struct l4_guest_info *info);	/* head-l4.S */

asmlinkage void __init l4_boot(const struct l4_guest_info *info)
{
	unsigned int prio = info->prio;

	l4_guest = *info;
	if (info->magic != L4_GUEST_MAGIC || info->version != L4_GUEST_VERSION)
		give_up("this Armature is another version");
	if (!l4_phys2virt())
		give_up("RAM has to begin at a multiple of 16 MB");
	/* Instructions have been written: here, or by head-l4.S. */
	need(l4_cache(0, L4_CACHE_CODE, (l4_word)_stext, _einittext - _stext), "cache");
	kernel_sec_start = l4_guest.ram_base;
	kernel_sec_end = l4_guest.ram_base +
			 round_up((unsigned long)_end - PAGE_OFFSET, SECTION_SIZE);
	make_space();
	make_thread(L4_SLOT_U, prio, 'U', L4_ROLE_U);
	make_thread(L4_SLOT_F, prio + 1, 'F', L4_ROLE_X);
	make_thread(L4_SLOT_I, prio + 2, 'I', L4_ROLE_X);
	set_entries();
	need(l4_thread_start(L4_SLOT_F, (l4_word)l4_f_main,
			     (l4_word)(stack_f + ARRAY_SIZE(stack_f)), 0), "start F");
	need(l4_thread_start(L4_SLOT_I, (l4_word)l4_i_main,
			     (l4_word)(stack_i + ARRAY_SIZE(stack_i)), 0), "start I");
	l4_cpu_init();
}
