/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The kernel's image: one megabyte in the kernel's window, loaded at
 * PLAT_PHYS_BASE.  Behind it in physical memory come the pool, the trace and, on
 * the next megabyte, the payload; the image builder reads payload_phys here.  Text, read
 * only and writable data begin on pages of their own (mmu.c).
 */
#include <l4/types.h>

OUTPUT_ARCH(arm)
ENTRY(start_phys)

#ifndef CONFIG_TRACE_MB
#define CONFIG_TRACE_MB 0
#endif

PHDRS {
	text PT_LOAD FLAGS(5);
	rodata PT_LOAD FLAGS(4);
	data PT_LOAD FLAGS(6);
}

kernel_phys = PLAT_PHYS_BASE;
pool_bytes = CONFIG_POOL_MB * L4_SECT_SIZE;
trace_bytes = CONFIG_TRACE_MB * L4_SECT_SIZE;
payload_phys = kernel_phys + L4_SECT_SIZE + pool_bytes + trace_bytes;
start_phys = kernel_phys;

ASSERT(kernel_phys % L4_SECT_SIZE == 0, "PLAT_PHYS_BASE is not on a megabyte")
ASSERT(CONFIG_POOL_MB + CONFIG_TRACE_MB <= 30, "CONFIG_TRACE_MB is too much")
ASSERT(CONFIG_POOL_MB >= 1 && CONFIG_POOL_MB <= 24, "CONFIG_POOL_MB must be 1 to 24")

#define LOAD(s) AT(ADDR(s) - L4_KERNEL_BASE + kernel_phys)

SECTIONS
{
	. = L4_KERNEL_BASE;

	.text : LOAD(.text) {
		__text_start = .;
		KEEP(*(.boot))
		*(.text .text.*)
		. = ALIGN(L4_PAGE_SIZE);
		__text_end = .;
	} :text

	.rodata : LOAD(.rodata) {
		*(.rodata .rodata.*)
		. = ALIGN(L4_PAGE_SIZE);
		__rodata_end = .;
	} :rodata

	.data : LOAD(.data) {
		*(.data .data.*)
		. = ALIGN(32);
	} :data

	.bss (NOLOAD) : LOAD(.bss) {
		__bss_start = .;
		*(.bss .bss.*)
		*(COMMON)
		. = ALIGN(32);
		__bss_end = .;
	} :data

	__image_end = .;
	ASSERT(__image_end <= L4_KERNEL_BASE + L4_SECT_SIZE, "the kernel is larger than 1 MB")

	/DISCARD/ : {
		*(.ARM.exidx* .ARM.extab* .comment .note.* .eh_frame*)
	}
}
