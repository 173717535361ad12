/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/* Cache maintenance by name: l4_flush_icache_all() and so on, in arch/arm/l4/cpu.c. */
#ifndef _ASM_L4_GLUE_CACHE_H
#define _ASM_L4_GLUE_CACHE_H

#include_next <asm/glue-cache.h>
#undef _CACHE
#undef MULTI_CACHE
#define _CACHE l4

#endif
