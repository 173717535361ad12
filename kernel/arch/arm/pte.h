/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Short descriptors as cells' mappings use them (ARM DDI 0406C B3.5): tables,
 * sections of a megabyte and small pages, with TEX remap and without access
 * flag.  Large pages and supersections are never made.
 *
 * Every mapping of a cell is non-global.  Rights are the same for privileged
 * and user mode, since both a process and its guest kernel run in user mode:
 * AP[2:0] = 0b011 (read and write) or 0b111 (read only).
 */
#ifndef ARCH_ARM_PTE_H
#define ARCH_ARM_PTE_H

#include <stdint.h>
#include <l4/abi.h>

/*
 * The shareable attribute of everything that is mapped.  It has to be clear on
 * one core: a Cortex-A9 that does not take part in coherency (ACTLR.SMP = 0)
 * does not cache shareable memory.  A kernel for several cores sets it.
 */
#ifdef CONFIG_SMP
#define PTE_SMP		1u
#else
#define PTE_SMP		0u
#endif

#define L1_ENTRIES	4096u
#define L1_ORDER	14	/* log2 of a first-level table's size and alignment */
#define L1_TYPE		0x3u
#define L1_FAULT	0x0u
#define L1_TABLE	0x1u
#define L1_SECTION	0x2u
#define L1_TABLE_BASE	0xfffffc00u
#define L1_SECT_BASE	0xfff00000u
#define L1_DOMAIN	0x1e0u
#define L1_DOMAIN_SHIFT	5
#define L1_XN		(1u << 4)
#define L1_RO		(1u << 15)

#define L2_ENTRIES	256u
#define L2_ORDER	10
#define L2_SIZE		(1u << L2_ORDER)
#define L2_PAGE		0x2u	/* small page; bit 0 is XN */
#define L2_XN		0x1u
#define L2_AP		0x30u	/* AP[1:0] = 0b11: user and privileged */
#define L2_RO		0x200u	/* AP[2] */
#define L2_NG		0x800u
#define L2_S		(PTE_SMP << 10)
#define L2_BASE		0xfffff000u
#define L2_ATTR		0xff0u	/* the attributes that a section has six bits higher */

#define DOMAIN_USER	1u
#define DOMAIN_GUEST	2u	/* guest kernel */

/* Walks are cached, write-back write-allocate inside and out (B4.1.154). */
#define TTBR_IRGN_WBWA	0x40u
#define TTBR_RGN_WBWA	0x08u
#define TTBR_WALK	(TTBR_IRGN_WBWA | TTBR_RGN_WBWA | PTE_SMP * 0x22u)

/*
 * From L4_MAP_ bits: the attributes of a page descriptor, and the domain bits of
 * a first-level one.  Constant expressions, for tables.  W and X are inverted;
 * the type's lower two bits are C and B, the upper one is TEX[0].
 */
#define PTE_PAGE(attr) \
	(((attr) & 0x30u) >> 2 | ((attr) & 0x40u) | (~(attr) & L4_MAP_W) << 9 | \
	 (~(attr) & L4_MAP_X) >> 1 | L2_NG | L2_S | L2_AP | L2_PAGE)
#define PTE_DOMAIN(attr) ((DOMAIN_USER << L1_DOMAIN_SHIFT) + ((attr) & L4_MAP_KERNEL) * 8u)

_Static_assert(L4_MAP_W == 1 && L4_MAP_X == 2 && L4_MAP_KERNEL == 4 && L4_MAP_TYPE_SHIFT == 4 &&
	       DOMAIN_GUEST == DOMAIN_USER + 1, "the shifts above");

/* The attributes of a section from those of a page, and back. */
static inline uint32_t pte_section(uint32_t page)
{
	return (page & L2_ATTR) << 6 | (page & 0xc) | (page & L2_XN) << 4 | L1_SECTION;
}

static inline uint32_t pte_fragment(uint32_t section)
{
	return (section >> 6 & L2_ATTR) | (section & 0xc) | (section >> 4 & L2_XN) | L2_PAGE;
}

#endif
