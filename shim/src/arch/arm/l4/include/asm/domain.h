/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/* Domains are Armature's. */
#ifndef _ASM_L4_DOMAIN_H
#define _ASM_L4_DOMAIN_H

#define get_domain n_get_domain
#define set_domain n_set_domain
#include_next <asm/domain.h>
#undef get_domain
#undef set_domain

#ifndef __ASSEMBLY__
static __always_inline unsigned int get_domain(void) { return DACR_INIT; }
static __always_inline void set_domain(unsigned int val) { }
#endif
#endif
