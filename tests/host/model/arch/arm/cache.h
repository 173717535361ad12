/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * In place of kernel/arch/arm/cache.h: the test looks at what is maintained.
 */
#ifndef MODEL_ARCH_ARM_CACHE_H
#define MODEL_ARCH_ARM_CACHE_H

#include <stdint.h>

void cache_clean_poc(uint32_t va, uint32_t size);
void cache_flush_poc(uint32_t va, uint32_t size);
void cache_clean_pou(uint32_t va, uint32_t size);
void cache_sync(void);
void icache_drop(void);

#endif
