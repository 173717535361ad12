/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/*
 * VFP system registers in C: FPEXC is a word of the register page, the
 * identification registers are Cortex-A9's, FPSCR is there for user mode.
 */
#ifndef _ASM_L4_VFP_H
#define _ASM_L4_VFP_H

#define L4_FPSID	0x41033090
#define L4_MVFR0	0x10110222
#define L4_MVFR1	0x01111111

#ifndef __ASSEMBLY__
#include <asm/l4.h>

#undef fmrx
#undef fmxr
#define fmrx(reg)	l4_fmrx_##reg()
#define fmxr(reg, val)	l4_fmxr_##reg(val)

static inline u32 l4_fmrx_FPSID(void) { return L4_FPSID; }
static inline u32 l4_fmrx_MVFR0(void) { return L4_MVFR0; }
static inline u32 l4_fmrx_MVFR1(void) { return L4_MVFR1; }
static inline u32 l4_fmrx_FPEXC(void) { return l4_vp->fpexc & (1 << 30); }
static inline u32 l4_fmrx_FPINST(void) { return 0; }	/* VFPv3 bounces nothing */
static inline u32 l4_fmrx_FPINST2(void) { return 0; }
static inline void l4_fmxr_FPINST(u32 val) { }
static inline void l4_fmxr_FPINST2(u32 val) { }

/* Switching it off takes effect at resume; use is noticed when it is on. */
static inline void l4_fmxr_FPEXC(u32 val)
{
	if (l4_vp->fpexc & ~val & (1 << 30))
		l4_work_due(L4_WORK_STATE) = 1;
	l4_vp->fpexc = val;
}

static inline u32 l4_fmrx_FPSCR(void)
{
	u32 val;

	asm volatile(".fpu vfpv2\n\tvmrs	%0, fpscr" : "=r" (val));
	return val;
}

static inline void l4_fmxr_FPSCR(u32 val)
{
	asm volatile(".fpu vfpv2\n\tvmsr	fpscr, %0" : : "r" (val));
}
#endif
#endif
