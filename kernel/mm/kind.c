/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The table of kinds of mappings, made by the compiler.  Instructions are never
 * mapped from devices, since they are fetched speculatively.
 */
#include "mm/kind.h"
#include "arch/arm/pte.h"

#define TYPE_OF(a)	(((a) & L4_MAP_TYPE) >> L4_MAP_TYPE_SHIFT)
#define IS_DEVICE(a)	(TYPE_OF(a) == L4_MT_STRONG || TYPE_OF(a) == L4_MT_DEVICE)
#define ALLOWED(a)	(!((a) & ~(uint32_t)L4_MAP_MASK) && !((a) & L4_MAP_X && IS_DEVICE(a)))
#define NEED(a)		(L4_R_READ | ((a) & (L4_MAP_W | L4_MAP_X)) << 1)

#define KIND(a) \
	(PTE_PAGE(a) | (PTE_DOMAIN(a) | L1_TABLE) << KIND_L1_SHIFT | NEED(a) << KIND_NEED_SHIFT | \
	 (ALLOWED(a) ? 1u << TYPE_OF(a) : 0u) << KIND_TYPE_SHIFT)
#define KIND4(a)	KIND(a), KIND((a) + 1), KIND((a) + 2), KIND((a) + 3)
#define KIND16(a)	KIND4(a), KIND4((a) + 4), KIND4((a) + 8), KIND4((a) + 12)

_Static_assert(L4_R_WRITE == L4_MAP_W << 1 && L4_R_EXEC == L4_MAP_X << 1, "NEED shifts them");

const uint32_t kinds[KINDS] = {
	KIND16(0u), KIND16(16u), KIND16(32u), KIND16(48u),
	KIND16(64u), KIND16(80u), KIND16(96u), KIND16(112u),
};
