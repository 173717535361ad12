/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The VFP enable.  The kernel is built without VFP; these two are its only use.
 * In a kernel that gives it to no cell (CONFIG_VFP) they are nothing.
 */
#ifndef ARCH_ARM_FPEXC_H
#define ARCH_ARM_FPEXC_H

#include <stdint.h>

#ifdef CONFIG_VFP

static inline uint32_t fpexc_read(void)
{
	uint32_t v;

	__asm__ volatile(".fpu neon\n\tvmrs %0, fpexc" : "=r"(v));
	return v;
}

static inline void fpexc_write(uint32_t v)
{
	__asm__ volatile(".fpu neon\n\tvmsr fpexc, %0" : : "r"(v) : "memory");
}

#else
static inline uint32_t fpexc_read(void)
{
	return 0;
}

static inline void fpexc_write(uint32_t v)
{
	(void)v;
}
#endif

#endif
