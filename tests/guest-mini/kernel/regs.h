/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The frame that entry.S leaves on a task's kernel stack, in the order that
 * Linux's pt_regs has.
 */
#ifndef MINI_REGS_H
#define MINI_REGS_H

#define REGS_SP		52
#define REGS_LR		56
#define REGS_PC		60
#define REGS_PSR	64
#define REGS_ORIG	68
#define REGS_SIZE	72

#ifndef __ASSEMBLER__
#include <stdint.h>

struct regs {
	uint32_t r[13], sp, lr, pc, psr, orig_r0;
};

_Static_assert(sizeof(struct regs) == REGS_SIZE, "entry.S counts on it");
#endif

#endif
