/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
#ifndef _ASM_L4_GLUE_PF_H
#define _ASM_L4_GLUE_PF_H

#include_next <asm/glue-pf.h>
#undef CPU_PABORT_HANDLER
#undef MULTI_PABORT
#define CPU_PABORT_HANDLER l4_pabort

#endif
