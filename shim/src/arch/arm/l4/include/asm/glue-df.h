/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
#ifndef _ASM_L4_GLUE_DF_H
#define _ASM_L4_GLUE_DF_H

#include_next <asm/glue-df.h>
#undef CPU_DABORT_HANDLER
#undef MULTI_DABORT
#define CPU_DABORT_HANDLER l4_dabort

#endif
