/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/*
 * Armature's calls, and what the files of arch/arm/l4 share.  Not for the
 * headers that all of Linux includes: those use asm/l4.h.
 */
#ifndef _ASM_ARM_L4_CALLS_H
#define _ASM_ARM_L4_CALLS_H

#include <linux/init.h>
#include <linux/types.h>
#include <linux/irqflags.h>
#include <asm/l4.h>
#include <l4/guest.h>
#include <l4/stubs.h>

struct mm_struct;

struct l4_entry {
	l4_word entry, pc;
};

extern const struct l4_entry l4_entries[];	/* ends with pc 0 */
extern struct l4_guest_info l4_guest;

bool __init l4_phys2virt(void);
void __init l4_cpu_init(void);
void __init l4_panic_init(void);
void __noreturn l4_i_main(void);
void __noreturn l4_f_main(void);

/* mr: eight words, in and out.  The caller has interrupts masked. */
int l4_ipc_call(l4_word dest, l4_word tag, l4_word *mr, l4_word *tag_out);
int l4_ipc_recv(l4_word *tag, l4_word *mr);
int l4_ipc_reply_recv(l4_word *tag, l4_word *mr);

/* S blocks in the kernel with its interrupts masked; what comes waits. */
static inline int l4_call(l4_word dest, l4_word tag, l4_word *mr, l4_word *tag_out)
{
	unsigned long flags;
	int err;

	local_irq_save(flags);
	err = l4_ipc_call(dest, tag, mr, tag_out);
	local_irq_restore(flags);
	return err;
}

unsigned int l4_space_count(void);
bool l4_kernel_fault(unsigned long addr);

/* Does Linux's entry allow it?  Forget it.  Map what it says: at resume, or now. */
bool l4_pte_allows(struct mm_struct *mm, unsigned long addr, bool user, bool write, bool exec);
void l4_pte_drop(unsigned long addr);
bool l4_queue_fill(unsigned long addr, unsigned int window);
bool l4_map_now(unsigned long addr, unsigned int window);

int l4_virq(unsigned int bit);

static inline struct l4_msgbuf *l4_msgbuf(void)
{
	return (struct l4_msgbuf *)L4_MSGBUF;
}
#endif
