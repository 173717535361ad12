/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Which core this is.  TPIDRPRW, which user mode cannot reach, holds the address
 * of the core's struct cpu from the first C code on; neither changes under a
 * running path of the kernel, so the compiler may keep what it has read.
 */
#ifndef ARCH_ARM_PERCPU_H
#define ARCH_ARM_PERCPU_H

#include <stdint.h>

struct cpu;

static inline struct cpu *percpu(void)
{
	struct cpu *cpu;

	__asm__("mrc p15, 0, %0, c13, c0, 4" : "=r"(cpu));
	return cpu;
}

/* From 0; the same as its place in the cluster. */
static inline uint32_t core_number(void)
{
	uint32_t mpidr;

	__asm__("mrc p15, 0, %0, c0, c0, 5" : "=r"(mpidr));
	return mpidr & 3;
}

#endif
