/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * All that the attributes of a mapping (L4_MAP_, the low bits of its address)
 * say, in one word: the page descriptor without address, type and domain of the
 * first-level descriptor above it, the rights that the section's capability must
 * have, and the memory type as a bit that the section's `types` must have.
 */
#ifndef MM_KIND_H
#define MM_KIND_H

#include <stdint.h>

#define KIND_PAGE	0xfffu
#define KIND_L1_SHIFT	12
#define KIND_L1		0x7fu
#define KIND_NEED_SHIFT	20
#define KIND_NEED	0x7u
#define KIND_TYPE_SHIFT	24	/* no bit: the attributes are not allowed with any type */

#define KINDS		128u	/* higher bits of an address are no attributes */

extern const uint32_t kinds[KINDS];

static inline uint32_t kind_of(uint32_t va_attr)
{
	return kinds[va_attr & (KINDS - 1)];
}

#endif
