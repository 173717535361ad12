/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/* Room for Armature's window and the register page. */
#ifndef _ASM_L4_PGTABLE_H
#define _ASM_L4_PGTABLE_H

#include_next <asm/pgtable.h>
#undef VMALLOC_END
#define VMALLOC_END 0xfc000000UL

#endif
