/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The core itself: set up once at boot, halted at the end.
 */
#ifndef ARCH_ARM_CPU_H
#define ARCH_ARM_CPU_H

#include "core/kernel.h"

/* Checks that this is a Cortex-A9; shuts what user mode must not reach. */
void cpu_boot(void);
/* Interrupts are off: nothing ends it but a reset. */
noreturn void cpu_halt(void);

#endif
