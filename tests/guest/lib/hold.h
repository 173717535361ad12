/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Registers that must stay what they are, and the opposite: see hold.S.
 */
#ifndef HOLD_H
#define HOLD_H

#include <stdint.h>

#define NO_CALL	(~0u)

unsigned hold(unsigned seed, unsigned rounds, unsigned fpscr, unsigned number);

/* Fills d0-d31 and FPSCR's flags with something else. */
static inline void spoil_vfp(uint32_t with)
{
	__asm__ volatile(
		"vdup.32 q0, %0\n\tvmvn q1, q0\n\tvmov q2, q0\n\tvmov q3, q1\n\t"
		"vmov q4, q0\n\tvmov q5, q1\n\tvmov q6, q0\n\tvmov q7, q1\n\t"
		"vmov q8, q0\n\tvmov q9, q1\n\tvmov q10, q0\n\tvmov q11, q1\n\t"
		"vmov q12, q0\n\tvmov q13, q1\n\tvmov q14, q0\n\tvmov q15, q1\n\t"
		"vmsr fpscr, %1"
		:: "r"(with), "r"(0x0800009f) :
		"q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7",
		"q8", "q9", "q10", "q11", "q12", "q13", "q14", "q15");
}

#endif
