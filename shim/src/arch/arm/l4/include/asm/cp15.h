/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/* The system control register is Armature's; what Linux asks of it is a constant. */
#ifndef _ASM_L4_CP15_H
#define _ASM_L4_CP15_H

#define get_cr n_get_cr
#define set_cr n_set_cr
#define get_auxcr n_get_auxcr
#define set_auxcr n_set_auxcr
#define get_copro_access n_get_copro_access
#define set_copro_access n_set_copro_access
#include_next <asm/cp15.h>
#undef get_cr
#undef set_cr
#undef get_auxcr
#undef set_auxcr
#undef get_copro_access
#undef set_copro_access

#define L4_SCTLR (CR_M | CR_C | CR_Z | CR_I | CR_V | CR_U | CR_XP | CR_TRE)
#define L4_MIDR 0x413fc090	/* Cortex-A9 */

#ifndef __ASSEMBLY__
static inline unsigned long get_cr(void) { return L4_SCTLR; }
static inline void set_cr(unsigned long val) { }
static inline unsigned int get_auxcr(void) { return 0; }
static inline void set_auxcr(unsigned int val) { }
static inline unsigned int get_copro_access(void) { return 0x00f00000; }
static inline void set_copro_access(unsigned int val) { }
#endif
#endif
