/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/*
 * What the guest has from Armature: its register page, at a fixed address, and
 * what the files of arch/arm/l4 give each other.  See l4/vcpu.h for the page's
 * first part; what lies behind the map queue is the guest's own.
 */
#ifndef _ASM_ARM_L4_H
#define _ASM_ARM_L4_H

#define L4_VP		0xfe000000	/* one immediate: loaded at thousands of places */
#define L4_MSGBUF	0xfe001000	/* of thread S */
#define L4_VP_CURRENT	0x300		/* struct task_struct * */
#define L4_VP_WORK	0x304		/* not 0: something is to be done before resume */

/* Its bytes: one store sets one of them, so that preemption cannot lose another. */
#define L4_WORK_MAP	0		/* map the address that was noted */
#define L4_WORK_STATE	1		/* TLS or VFP enable changed */
#define L4_WORK_ICACHE	2		/* code was written: drop the instruction cache */

/* Slots that the shim fills; below are those that root fills. */
#define L4_SLOT_F	256
#define L4_SLOT_I	257
#define L4_SLOT_U	258
#define L4_SLOT_SPACES	512

/* Interrupt bits of thread I: one a device line, some for the shim. */
#define L4_BIT_VIRTUAL	24
#define L4_BIT_TIMER	30

#ifndef __ASSEMBLY__
#include <l4/vcpu.h>

#define l4_vp		((struct l4_vcpu_page *)L4_VP)
#define l4_vp_work	(*(volatile unsigned long *)(L4_VP + L4_VP_WORK))
#define l4_work_due(work) (*(volatile unsigned char *)(L4_VP + L4_VP_WORK + (work)))
#endif
#endif
