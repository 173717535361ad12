/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/* TPIDRURO is set by the kernel at resume, from the register page. */
#ifndef _ASM_L4_TLS_H
#define _ASM_L4_TLS_H

#define set_tls n_set_tls
#define flush_tls n_flush_tls
#include_next <asm/tls.h>
#undef set_tls
#undef flush_tls

#include <asm/l4.h>

#ifdef __ASSEMBLY__
	.macro switch_tls_l4, base, tp, tpuser, tmp1, tmp2
	mrc	p15, 0, \tmp2, c13, c0, 2
	mov	\tmp1, #L4_VP
	mcr	p15, 0, \tpuser, c13, c0, 2
	str	\tmp2, [\base, #TI_TP_VALUE + 4]
	ldr	\tmp2, [\tmp1, #L4_VP_TLS]
	teq	\tmp2, \tp
	strne	\tp, [\tmp1, #L4_VP_TLS]
	movne	\tmp2, #1
	strbne	\tmp2, [\tmp1, #L4_VP_WORK + L4_WORK_STATE]
	.endm
#undef switch_tls
#define switch_tls switch_tls_l4
#else
static inline void set_tls(unsigned long val)
{
	current_thread_info()->tp_value[0] = val;
	barrier();
	l4_work_due(L4_WORK_STATE) = 1;		/* first: switch_tls may run in between */
	l4_vp->tls = val;
}

static inline void flush_tls(void)
{
	set_tls(0);
	set_tpuser(0);
}
#endif
#endif
