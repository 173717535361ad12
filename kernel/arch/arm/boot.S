/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * From the boot loader to C.  The first instruction of the image; runs at its
 * physical address until the MMU is on, so every symbol is moved by r9 = its
 * physical address - its virtual one.  There is no stack before the MMU.
 *
 * What a boot loader may leave: any privileged mode but HYP, MMU and L1 caches
 * on or off (mapped one to one), interrupts on.  All cores may arrive here.
 * Only what cannot wait is checked here, the rest by mmu_boot and cpu_boot in C.
 */
#include <l4/types.h>
#include "arch/arm/entry.h"

#define MODE_MASK	0x1f
#define MODE_HYP	0x1a
#define SCTLR_MCZI	0x1805		/* MMU, data cache, branch prediction, I cache */
#define SCTLR_SET	0x10001805	/* the same and TEX remap */
/* Thumb exceptions, AFE, EE, HA, RR, V, SW, alignment check: all off. */
#define SCTLR_CLEAR	0x62026402
#ifdef CONFIG_SMP
#define SHARED(bits)	(bits)		/* shareable; tables: with the inner shareable domain */
#else
#define SHARED(bits)	0
#endif
/* Walks: inner and outer write-back, write-allocate. */
#define TTB_WALK	(0x48 | SHARED(0x22))
/* Section: write-back write-allocate, domain 0, privileged read and write. */
#define SECT_NORMAL	(0x0000140e | SHARED(0x10000))
#define L1_TABLE	1
/* Pages, the same memory type: executable or not, read only or not. */
#define PAGE_TEXT	(0x25e | SHARED(0x400))
#define PAGE_RODATA	(0x25f | SHARED(0x400))
#define PAGE_DATA	(0x05f | SHARED(0x400))
#define PRRR_LINUX	0xff0a81a8
#define NMRR_LINUX	0x40e040e0

	.syntax unified
	.arch	armv7-a
	.arch_extension mp
	.arm

	.section .boot, "ax"

/*
 * Contract: as above.  In: nothing.  Ends in kernel_main, in SVC mode with IRQ,
 * FIQ and asynchronous aborts masked.
 */
	.global	_start
_start:
	mrs	r0, cpsr
	and	r0, r0, #MODE_MASK
	cmp	r0, #MODE_HYP
	adreq	r0, text_hyp
	beq	boot_error
	cpsid	aif, #0x13
	mrc	p15, 0, r0, c0, c0, 5	@ MPIDR
	tst	r0, #0xff
	bne	boot_park
	adr	r9, _start
	ldr	r0, =_start
	sub	r9, r9, r0
	ldr	r1, =kernel_phys
	add	r0, r0, r9
	cmp	r0, r1
	adrne	r0, text_place		@ not by ldr: only this is right anywhere
	bne	boot_error
	bl	boot_caches_off
	bl	boot_core
	bl	boot_clear
	bl	boot_tables

	ldr	r10, =boot_virtual
	b	boot_mmu
boot_virtual:
	ldr	sp, =kernel_stack_top
#ifdef CONFIG_SMP
	ldr	r5, =cpu_all
	mcr	p15, 0, r5, c13, c0, 4	@ TPIDRPRW: see percpu.h
	str	sp, [r5, #CPU_STACK]
#endif
	bl	mmu_boot
	bl	cpu_boot
	bl	memory_boot
	b	kernel_main

#ifdef CONFIG_SMP
/*
 * Another core, let go by smp_boot: any privileged mode, MMU off.  Ends in
 * smp_begin.
 */
	.global	boot_other
boot_other:
	cpsid	aif, #0x13
	mrc	p15, 0, r0, c0, c0, 5	@ MPIDR
	and	r0, r0, #0xf
	cmp	r0, #CONFIG_CPUS
	bhs	boot_stop
	adr	r9, boot_other
	ldr	r0, =boot_other
	sub	r9, r9, r0
	bl	boot_caches_off
	bl	boot_core
	ldr	r10, =other_virtual
	b	boot_mmu
other_virtual:
	mrc	p15, 0, r0, c0, c0, 5
	and	r0, r0, #3
	ldr	r1, =CPU_SIZE
	ldr	r5, =cpu_all
	mla	r5, r0, r1, r5
	mcr	p15, 0, r5, c13, c0, 4
	ldr	sp, =kernel_stack_top
	ldr	r1, =KERNEL_STACK + PANIC_STACK
	mla	sp, r0, r1, sp
	str	sp, [r5, #CPU_STACK]
	b	smp_begin
	.ltorg
#endif

/* MMU on: running at the identity mapping, then in the window, at r10. */
boot_mmu:
	ldr	r0, =PRRR_LINUX
	mcr	p15, 0, r0, c10, c2, 0
	ldr	r0, =NMRR_LINUX
	mcr	p15, 0, r0, c10, c2, 1
	mov	r0, #0
	mcr	p15, 0, r0, c2, c0, 2	@ TTBCR: one table for all
	mcr	p15, 0, r0, c13, c0, 1	@ CONTEXTIDR: ASID 0, the kernel's
	mov	r0, #0x5
	mcr	p15, 0, r0, c3, c0, 0	@ DACR: kernel and user are clients
	ldr	r0, =kernel_l1
	add	r0, r0, r9
	orr	r0, r0, #TTB_WALK
	mcr	p15, 0, r0, c2, c0, 0	@ TTBR0
	ldr	r0, =vectors
	mcr	p15, 0, r0, c12, c0, 0	@ VBAR
	mrc	p15, 0, r0, c1, c0, 0
	ldr	r1, =SCTLR_CLEAR
	bic	r0, r0, r1
	ldr	r1, =SCTLR_SET
	orr	r0, r0, r1
	dsb				@ table writes before the first walk
	isb
	mcr	p15, 0, r0, c1, c0, 0
	isb				@ fetches from here on are translated
	bx	r10

/* Not the first core: until it is started. */
boot_park:
#ifdef CONFIG_SMP
	b	plat_park
#endif
/* A core that the kernel does not use, or an error: waits for ever, interrupts masked. */
boot_stop:
	cpsid	aif
1:	wfi
	b	1b

/* In: r0 a text.  The board prints it, as far as the boot loader set up its console. */
boot_error:
	bl	plat_early_puts
	b	boot_stop
	.align	2
text_hyp:
	.asciz	"armature: started in HYP mode; start it in SVC mode (QEMU: virtualization=off)\r\n"
	.align	2
text_place:
	.asciz	"armature: loaded at the wrong address; use the one in the image's header\r\n"
	.align	2

/*
 * L1 caches and MMU off, everything in them invalid.  If the data cache was on,
 * the image itself may be in dirty lines: clean them.  Clobbers r0-r8.
 */
boot_caches_off:
	mrc	p15, 0, r8, c1, c0, 0	@ SCTLR
	mov	r0, #0
	mcr	p15, 2, r0, c0, c0, 0	@ CSSELR: L1 data
	isb
	mrc	p15, 1, r0, c0, c0, 0	@ CCSIDR
	and	r1, r0, #7
	add	r1, r1, #4		@ log2 of the line size
	ubfx	r2, r0, #3, #10		@ last way
	ubfx	r3, r0, #13, #15	@ last set
	clz	r4, r2			@ the way is in the top bits
	tst	r8, #4
	bicne	r0, r8, #4		@ off first: no line may be allocated behind us
	mcrne	p15, 0, r0, c1, c0, 0
	isb
1:	mov	r5, r2
2:	lsl	r6, r5, r4
	orr	r6, r6, r3, lsl r1
	tst	r8, #4
	mcrne	p15, 0, r6, c7, c14, 2	@ DCCISW
	mcreq	p15, 0, r6, c7, c6, 2	@ DCISW
	subs	r5, r5, #1
	bhs	2b
	subs	r3, r3, #1
	bhs	1b
	dsb
	mrc	p15, 0, r0, c1, c0, 0
	ldr	r1, =SCTLR_MCZI
	bic	r0, r0, r1
	mcr	p15, 0, r0, c1, c0, 0
	mov	r0, #0
	mcr	p15, 0, r0, c7, c5, 0	@ ICIALLU
	mcr	p15, 0, r0, c7, c5, 6	@ BPIALL
	mcr	p15, 0, r0, c8, c7, 0	@ TLBIALL
	dsb				@ complete, before the isb makes fetches see it
	isb
	bx	lr

/*
 * What a Cortex-A9 must have set before MMU and caches are on, if it is in
 * secure state: elsewhere these registers cannot be written and belong to the
 * boot ROM.  r6 = 0xVR, variant and revision.  Clobbers r0-r6.
 */
boot_core:
	ldr	r0, =plat_board
	add	r0, r0, r9
	ldr	r1, [r0, #BOARD_SECURE]
	mrc	p15, 0, r2, c0, c0, 0	@ MIDR
	ubfx	r3, r2, #4, #12
	ldr	r4, =0xc09		@ another part: cpu_boot complains
	cmp	r1, #0
	bxeq	lr
	cmp	r3, r4
	bxne	lr
	ldr	r0, [r0, #BOARD_SCU]
	mrc	p15, 0, r3, c0, c0, 5	@ MPIDR
	mov	r1, #0xffff
	ands	r3, r3, #3
	lslne	r3, r3, #2
	movne	r1, #0xf		@ of this core alone: the others run
	lslne	r1, r1, r3
	str	r1, [r0, #0xc]		@ SCU: drop its copy of the tags
	ldr	r1, [r0]
	orr	r1, r1, #1		@ SCU on
	str	r1, [r0]
	mrc	p15, 0, r0, c1, c0, 1	@ ACTLR
	orr	r0, r0, #0x41		@ SMP, FW: shareable memory is cached
	mcr	p15, 0, r0, c1, c0, 1
	and	r6, r2, #0xf
	ubfx	r3, r2, #20, #4
	orr	r6, r6, r3, lsl #4
	mrc	p15, 0, r0, c15, c0, 1	@ diagnostic register
	cmp	r6, #0x10
	orrhs	r0, r0, #1 << 4		@ 742230, 794072: DMB acts as DSB
	cmp	r6, #0x30
	orrlo	r0, r0, #1 << 11	@ 751472: ICIALLUIS completes
	and	r3, r6, #0xf0
	cmp	r3, #0x20
	orreq	r0, r0, #1 << 6		@ 743622: no store buffer fast path
#ifdef CONFIG_SMP
	orreq	r0, r0, #1 << 12	@ 742231: with bit 22, the SCU's hazard checks
	orr	r0, r0, #1 << 22	@ 845369: no streaming of full lines
#endif
	cmp	r6, #0x10
	mcrhs	p15, 0, r0, c15, c0, 1
	isb
	bx	lr

/* The kernel's bss is zero.  Its ends are multiples of 32.  Clobbers r0-r8, r10. */
boot_clear:
	ldr	r8, =__bss_start
	add	r8, r8, r9
	ldr	r10, =__bss_end
	add	r10, r10, r9
	mov	r0, #0
	mov	r1, #0
	mov	r2, #0
	mov	r3, #0
	mov	r4, #0
	mov	r5, #0
	mov	r6, #0
	mov	r7, #0
1:	cmp	r8, r10
	stmialo	r8!, {r0-r7}
	blo	1b
	bx	lr

/*
 * The image where it is (one section, for the switch only), and in the window by
 * pages as they stay: replacing a section by pages under running code would
 * break the rule that a mapping is removed before it changes size.  Clobbers r0-r7.
 */
boot_tables:
	ldr	r0, =kernel_l1
	add	r0, r0, r9
	ldr	r1, =kernel_phys
	ldr	r2, =SECT_NORMAL
	orr	r2, r2, r1
	lsr	r3, r1, #20
	str	r2, [r0, r3, lsl #2]
	ldr	r4, =image_l2
	add	r4, r4, r9
	orr	r2, r4, #L1_TABLE
	ldr	r3, =L4_KERNEL_BASE
	lsr	r5, r3, #20
	str	r2, [r0, r5, lsl #2]
	ldr	r5, =__text_end
	ldr	r6, =__rodata_end
	ldr	r7, =__image_end
1:	cmp	r3, r6
	ldrhs	r0, =PAGE_DATA
	ldrlo	r0, =PAGE_RODATA
	cmp	r3, r5
	ldrlo	r0, =PAGE_TEXT
	orr	r0, r0, r1
	str	r0, [r4], #4
	add	r1, r1, #L4_PAGE_SIZE
	add	r3, r3, #L4_PAGE_SIZE
	cmp	r3, r7
	blo	1b
	bx	lr

	.ltorg

	.bss
	.align	10
image_l2:
	.space	1024

	.section .note.GNU-stack, "", %progbits
