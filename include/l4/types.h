/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The handful of types and constants that kernel, cells and guests agree on
 * before anything else.  Safe to include from assembly.
 */
#ifndef L4_TYPES_H
#define L4_TYPES_H

#ifndef __ASSEMBLER__
#include <stdint.h>

typedef uint32_t l4_word;	/* a machine word */
typedef uint32_t l4_slot;	/* an index into the caller's capability table */
#endif

#define L4_PAGE_SHIFT	12
#define L4_PAGE_SIZE	0x1000
#define L4_SECT_SIZE	0x100000	/* what one first-level descriptor maps */

/*
 * The kernel's own window.  Nothing in it can be mapped, read, written or
 * executed by a cell; everything else between 0 and 4 GiB can be mapped.
 */
#define L4_KERNEL_BASE	0xfc000000
#define L4_KERNEL_SIZE	0x02000000
#define L4_KERNEL_END	0xfe000000

#endif
