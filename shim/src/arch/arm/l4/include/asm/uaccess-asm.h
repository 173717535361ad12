/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/*
 * Entry from the guest kernel: r0 still has the address of the frame in the
 * register page, which has been copied and can be used again.
 */
#ifndef _ASM_L4_UACCESS_ASM_H
#define _ASM_L4_UACCESS_ASM_H

#include_next <asm/uaccess-asm.h>

	.purgem uaccess_entry
	.macro	uaccess_entry, tsk, tmp0, tmp1, tmp2, disable
	mov	\tmp1, #0
	str	\tmp1, [r0, #12]
	.endm

#endif
