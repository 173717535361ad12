/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/* VFP system registers: the enable is in the register page, what is read is a constant. */
#ifndef _ASM_L4_VFPMACROS_H
#define _ASM_L4_VFPMACROS_H

#include_next <asm/vfpmacros.h>
#include <asm/l4.h>
#include <asm/l4-vfp.h>
#include <l4/vcpu.h>

	.purgem	VFPFMRX
	.macro	VFPFMRX, rd, sysreg, cond
	.ifc	\sysreg, FPEXC
	mov\cond	\rd, #L4_VP
	ldr\cond	\rd, [\rd, #L4_VP_FPEXC]
	and\cond	\rd, \rd, #1 << 30	@ a process chooses the others in its signal frame
	.else
	.ifc	\sysreg, MVFR0
	movw\cond	\rd, #L4_MVFR0 & 0xffff
	movt\cond	\rd, #L4_MVFR0 >> 16
	.else
	.ifc	\sysreg, FPSCR
	vmrs\cond	\rd, \sysreg
	.else
	mov\cond	\rd, #0		@ FPINST, FPINST2: VFPv3 bounces nothing
	.endif
	.endif
	.endif
	.endm

	.purgem	VFPFMXR
	.macro	VFPFMXR, sysreg, rd, cond
	.ifc	\sysreg, FPEXC
	mov\cond	ip, #L4_VP
	str\cond	\rd, [ip, #L4_VP_FPEXC]
	.else
	.ifc	\sysreg, FPSCR
	vmsr\cond	\sysreg, \rd
	.endif
	.endif
	.endm
#endif
