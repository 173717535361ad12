/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/*
 * Where the guest begins: as thread S of its virtual CPU, in user mode, its RAM
 * mapped at PAGE_OFFSET, interrupts masked in the register page, and r0 the
 * address of struct l4_guest_info.  There is no MMU to turn on.
 */
#include <linux/linkage.h>
#include <linux/init.h>
#include <linux/pgtable.h>

#include <asm/assembler.h>
#include <asm/asm-offsets.h>
#include <asm/cp15.h>
#include <asm/memory.h>
#include <asm/thread_info.h>
#include <asm/l4.h>
#include <l4/guest.h>

#define PG_DIR_SIZE	0x4000
#define INFO_RAM_BASE	8		/* in struct l4_guest_info */
#define INFO_DTB	20

	.globl	swapper_pg_dir
	.equ	swapper_pg_dir, PAGE_OFFSET + L4_GUEST_TEXT - PG_DIR_SIZE

	/* Where map_kernel() begins and ends, for the versions that have it. */
	.pushsection .data
	.align	3
	.globl	kernel_sec_start, kernel_sec_end
kernel_sec_start:
	.long	0, 0
kernel_sec_end:
	.long	0, 0
	.popsection

	.arm
	__HEAD
ENTRY(stext)
	mov	r10, r0
	ldr	r8, [r10, #INFO_RAM_BASE]
#if __has_include("phys2virt.S")	/* else l4_boot does it */
	bl	__fixup_pv_table
#endif
#ifdef CONFIG_THREAD_INFO_IN_TASK
	ldr	r0, =init_task
	set_current r0, r1
#endif
	ldr	sp, =init_thread_union + THREAD_START_SP
	mov	r0, r10
	ldr	r6, [r10, #INFO_DTB]
	bl	l4_boot
	ldr	r0, =L4_SCTLR
	mvn	r1, #0				@ no machine number
	mov	r2, r6
	ldr	r9, =L4_MIDR
	b	__mmap_switched
ENDPROC(stext)
	.ltorg

#include "head-common.S"
