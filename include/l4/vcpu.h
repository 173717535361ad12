/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The register page: what would be privileged registers on a processor of its
 * own, shared between the kernel and the guest kernel that runs on a virtual
 * CPU.  All of it can be written by the guest at any time; the kernel reads
 * each word once, checks it, and keeps elsewhere what must be true.
 *
 * Interrupt flag: L4_VP_VIF is 0x80 (the I bit) when the guest kernel has its
 * interrupts masked, else 0.  Masking is a store.  Unmasking is a store of 0,
 * then a test of L4_VP_PENDING, and when that is not 0 the call `interrupt`
 * with slot 0.  While a process runs, interrupts are always unmasked; every
 * entry into the guest kernel arrives masked.
 *
 * Entries.  The kernel imitates the vector stubs of Linux.  From a process:
 * r0-r12 as the process had them (but r0: see below), sp as the guest kernel
 * left it at its last resume, lr as the process had it, and the process's
 * {sp, lr, pc, psr} in L4_VP_USER.  From the guest kernel: r1-r12, sp and lr untouched.  For every
 * entry but the system call, r0 holds the address of {r0, pc, psr} of what was
 * interrupted, in the page: L4_VP_UFRAME or L4_VP_KFRAME + 16 * class.  The
 * psr of a guest kernel frame carries SVC mode and the I bit of the flag.  The
 * guest clears the frame's fourth word (busy) when it has copied the frame; a
 * frame that is still busy when it is needed is a double fault, and the cell's
 * supervisor decides.
 *
 * Resume.  Three consecutive `svc #0` instructions at an address that is given
 * to vcpu_entry (L4_ENTRY_RESUME), with r0-r12 already those to run with:
 *   +0  to the process, {sp, lr, pc, psr} from L4_VP_USER; L4_VP_PENDING not 0
 *       enters the guest's interrupt entry instead, as if from the process
 *   +4  the same, after the map queue has been done and the TLS value taken
 *   +8  to the guest kernel itself, {sp, lr, pc, psr} from L4_VP_KRET; the I
 *       bit of psr becomes the interrupt flag
 */
#ifndef L4_VCPU_H
#define L4_VCPU_H

#include <l4/abi.h>

#define L4_VIF_MASKED	0x80

/* Offsets in the register page; struct l4_vcpu_page says the same in C. */
#define L4_VP_VIF	0x00
#define L4_VP_PENDING	0x04
#define L4_VP_GEN	0x08
#define L4_VP_TLS	0x0c
#define L4_VP_FPEXC	0x10
#define L4_VP_FSR	0x14
#define L4_VP_FAR	0x18
#define L4_VP_QCOUNT	0x1c
#define L4_VP_USER	0x20
#define L4_VP_KRET	0x30
#define L4_VP_UFRAME	0x40
#define L4_VP_KFRAME	0x50
#define L4_VP_QUEUE	0x100
#define L4_VP_QUEUE_MAX	32

/* What of a status word a guest chooses: NZCVQ, IT, GE, E, T. */
#define L4_PSR_USER	0xfe0ffe20

/* vcpu_entry: which address is given. */
#define L4_ENTRY_SVC	0	/* system call of a process */
#define L4_ENTRY_U	8	/* + class: other exception of a process */
#define L4_ENTRY_K	16	/* + class: exception of the guest kernel */
#define L4_ENTRY_UIRQ	14	/* interrupt while a process ran */
#define L4_ENTRY_KIRQ	22	/* interrupt while the guest kernel ran */
#define L4_ENTRY_RESUME	24	/* the three resume instructions */
#define L4_ENTRY_COUNT	25

#define L4_CLASS_IRQ	6	/* index of the interrupt frame beside L4_EXC_ classes */

#ifndef __ASSEMBLER__
struct l4_vcpu_frame {
	l4_word r0, pc, psr, busy;
};

struct l4_vcpu_ret {
	l4_word sp, lr, pc, psr;
};

struct l4_vcpu_page {
	volatile l4_word vif;		/* 0x80: interrupts of the guest kernel are masked */
	volatile l4_word pending;	/* not 0: an interrupt waits */
	volatile l4_word gen;		/* generation of the current space, kept by the kernel */
	volatile l4_word tls;		/* TPIDRURO of the process, taken at resume +4 */
	volatile l4_word fpexc;		/* bit 30: the guest lets the process use VFP */
	volatile l4_word fsr, far;	/* fault status and address of the last abort */
	volatile l4_word qcount;	/* items in the map queue */
	struct l4_vcpu_ret user;	/* the process at entry and resume */
	struct l4_vcpu_ret kret;	/* the guest kernel at resume +8 */
	struct l4_vcpu_frame uframe;	/* what was interrupted in the process */
	struct l4_vcpu_frame kframe[8];	/* what was interrupted in the guest kernel, by class */
	l4_word free[12];
	struct l4_map_item queue[L4_VP_QUEUE_MAX];
};

#define L4_VP_AT(off, field) \
	_Static_assert((off) == __builtin_offsetof(struct l4_vcpu_page, field), #field)
L4_VP_AT(L4_VP_GEN, gen);
L4_VP_AT(L4_VP_QCOUNT, qcount);
L4_VP_AT(L4_VP_USER, user);
L4_VP_AT(L4_VP_KRET, kret);
L4_VP_AT(L4_VP_UFRAME, uframe);
L4_VP_AT(L4_VP_KFRAME, kframe);
L4_VP_AT(L4_VP_QUEUE, queue);
#endif

#endif
