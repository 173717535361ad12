// SPDX-License-Identifier: GPL-2.0
/* Copyright the Armature authors */
/*
 * Aborts.  If Linux's own table has what was wanted, only the real one lacks
 * it: a shadow fault.  All others are Linux's, and what it has made of them is
 * mapped afterwards.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <asm/ptrace.h>
#include <asm/l4-calls.h>

#define FSR_WRITE	(1 << 11)
#define FSR_FS		0x40f
#define FSR_MAPPING	0x005	/* these bits: translation and permission, no other */

bool l4_pte_allows(struct mm_struct *mm, unsigned long addr, bool user, bool write, bool exec);
bool l4_queue_fill(struct mm_struct *mm, unsigned long addr);
void l4_map_now(struct mm_struct *mm, unsigned long addr);

asmlinkage void do_DataAbort(unsigned long addr, unsigned int fsr, struct pt_regs *regs);
asmlinkage void do_PrefetchAbort(unsigned long addr, unsigned int fsr, struct pt_regs *regs);
asmlinkage void l4_data_abort(struct pt_regs *regs);
asmlinkage void l4_prefetch_abort(struct pt_regs *regs);
asmlinkage void l4_work(void);

/* What the process that is about to go on needs mapped; of which mm. */
static unsigned long note_addr;
static struct mm_struct *note_mm;

/*
 * The same twice in a row: the map at resume has failed, and nobody says why.
 * A map of its own gets the room that it needs.
 */
static void map_later(unsigned long addr)
{
	if (note_addr == (addr & PAGE_MASK) && note_mm == current->mm)
		l4_map_now(l4_mm, addr);
	note_addr = addr & PAGE_MASK;
	note_mm = current->mm;
	l4_vp_work |= L4_WORK_MAP;
}

static void map_for(const struct pt_regs *regs, unsigned long addr)
{
	if (addr >= TASK_SIZE || !current->mm)
		return;
	if (user_mode(regs))
		map_later(addr);
	else
		l4_map_now(l4_mm, addr);
}

static bool shadow_fault(struct pt_regs *regs, unsigned long addr, unsigned int fsr, bool exec)
{
	struct mm_struct *mm = addr >= TASK_SIZE ? &init_mm : l4_mm;
	bool write = !exec && fsr & FSR_WRITE;

	/* Not alignment, breakpoints, external aborts. */
	if ((fsr & FSR_FS & ~0xa) != FSR_MAPPING)
		return false;
	if (!l4_pte_allows(mm, addr, user_mode(regs), write, exec)) {
		/* A section of the kernel's range has no entry of its own. */
		if (addr < TASK_SIZE || user_mode(regs))
			return false;
		return l4_kernel_fault(addr);
	}
	if (addr >= TASK_SIZE)
		return l4_kernel_fault(addr);
	map_for(regs, addr);
	return true;
}

asmlinkage void l4_data_abort(struct pt_regs *regs)
{
	unsigned long addr = l4_vp->far;
	unsigned int fsr = l4_vp->fsr;

	if (shadow_fault(regs, addr, fsr, false))
		return;
	do_DataAbort(addr, fsr, regs);
	map_for(regs, addr);
}

asmlinkage void l4_prefetch_abort(struct pt_regs *regs)
{
	unsigned long addr = l4_vp->far;
	unsigned int fsr = l4_vp->fsr;

	if (shadow_fault(regs, addr, fsr, true))
		return;
	do_PrefetchAbort(addr, fsr, regs);
	map_for(regs, addr);
}

/* The last thing before resume, interrupts masked. */
asmlinkage void l4_work(void)
{
	unsigned long work = l4_vp_work;

	l4_vp_work = 0;
	if (work & L4_WORK_MAP && note_mm == l4_mm)
		l4_queue_fill(l4_mm, note_addr);
}
