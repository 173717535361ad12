/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/* The processor's main identification; others are emulated, see l4/cpu.c. */
#ifndef _ASM_L4_CPUTYPE_H
#define _ASM_L4_CPUTYPE_H

#define read_cpuid_id n_read_cpuid_id
#include_next <asm/cputype.h>
#undef read_cpuid_id

#ifndef __ASSEMBLY__
#include <asm/cp15.h>

static inline unsigned int __attribute_const__ read_cpuid_id(void)
{
	return L4_MIDR;
}
#endif
#endif
