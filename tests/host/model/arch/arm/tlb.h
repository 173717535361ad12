/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * In place of kernel/arch/arm/tlb.h: every operation goes to the model of a
 * processor's TLB in tests/host/tlb_model.c.
 */
#ifndef MODEL_ARCH_ARM_TLB_H
#define MODEL_ARCH_ARM_TLB_H

#include <stdint.h>

void pte_set(uint32_t *p, uint32_t v);
void tlb_page(uint32_t va, uint32_t asid);
void tlb_page_all(uint32_t va);
void tlb_asid(uint32_t asid);
void tlb_all(void);
void dsb(void);
void isb(void);
void bpiall(void);
uint32_t ttbr0_read(void);
void ttbr0_write(uint32_t v);
void contextidr_write(uint32_t v);
#define tlb_page_all_cores	tlb_page_all
#define tlb_all_cores		tlb_all
#define bpiall_cores		bpiall

#endif
