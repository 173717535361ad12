// SPDX-License-Identifier: GPL-2.0
/* Copyright the Armature authors */
/*
 * Aborts.  If Linux's own table has what was wanted, only the real one lacks
 * it: a shadow fault.  All others are Linux's, and what it has made of them is
 * mapped afterwards.
 */
#include <linux/extable.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <asm/cacheflush.h>
#include <asm/ptrace.h>
#include <asm/l4-calls.h>

#define FSR_WRITE	(1 << 11)
#define FSR_FS		0x40f
#define FSR_MAPPING	0x005	/* these bits: translation and permission, no other */
#define FSR_PERMISSION	0x008	/* and not translation */
#define FSR_EXTERNAL	0x008	/* nobody on the bus answers */

asmlinkage void do_DataAbort(unsigned long addr, unsigned int fsr, struct pt_regs *regs);
asmlinkage void do_PrefetchAbort(unsigned long addr, unsigned int fsr, struct pt_regs *regs);
asmlinkage void l4_data_abort(struct pt_regs *regs);
asmlinkage void l4_prefetch_abort(struct pt_regs *regs);
asmlinkage bool l4_work(void);

/* Pages that are mapped with the one that is needed: aligned, a power of two. */
#define FEW		4u
#define MANY		16u	/* for who goes through memory in order */

/* What the process that is about to go on needs mapped; of which mm. */
static unsigned long note_addr;
static unsigned int note_window;
static struct mm_struct *note_mm;

static unsigned int window_at(unsigned long addr)
{
	static unsigned long expected;
	unsigned int pages = addr - expected < FEW * PAGE_SIZE ? MANY : FEW;

	expected = (addr | (pages * PAGE_SIZE - 1)) + 1;
	return pages;
}

/*
 * The same twice in a row: the map at resume has failed, and nobody says why.
 * A map of its own gets the room that it needs, and an answer.
 */
static bool map_later(unsigned long addr, unsigned int window)
{
	if (note_addr == (addr & PAGE_MASK) && note_mm == current->mm && !l4_map_now(addr, 1))
		return false;
	note_addr = addr & PAGE_MASK;
	note_window = window;
	note_mm = current->mm;
	l4_work_due(L4_WORK_MAP) = 1;
	return true;
}

/* False: there is nothing that Armature could map, whatever Linux's table says. */
static bool map_for(const struct pt_regs *regs, unsigned long addr, unsigned int window)
{
	if (addr >= TASK_SIZE)
		return true;
	if (!user_mode(regs))
		return l4_map_now(addr, window);
	/* With a signal it goes on elsewhere first. */
	return signal_pending(current) || map_later(addr, window);
}

static bool shadow_fault(struct pt_regs *regs, unsigned long addr, unsigned int *fsr, bool exec)
{
	bool write = !exec && *fsr & FSR_WRITE;

	/* Not alignment, breakpoints, external aborts. */
	if ((*fsr & FSR_FS & ~0xa) != FSR_MAPPING)
		return false;
	if (likely(addr < TASK_SIZE)) {
		if (!l4_pte_allows(l4_mm, addr, user_mode(regs), write, exec))
			return false;
		if (likely(map_for(regs, addr, window_at(addr))))
			return true;
		*fsr = FSR_EXTERNAL | (*fsr & FSR_WRITE);
		if (user_mode(regs))
			return false;
		l4_pte_drop(addr);
		return fixup_exception(regs);
	}
	if (pmd_none(pmd_off_k(addr)[addr >> SECTION_SHIFT & 1]))
		*fsr &= ~2;	/* natively it is a section's: Linux takes no lock for that */
	/* A section of the kernel's range has no entry of its own: there it lacks nothing. */
	if ((user_mode(regs) || *fsr & FSR_PERMISSION) &&
	    !l4_pte_allows(&init_mm, addr, user_mode(regs), write, exec))
		return false;
	return l4_kernel_fault(addr);
}

asmlinkage noinstr void l4_data_abort(struct pt_regs *regs)
{
	unsigned long addr = l4_vp->far;
	unsigned int fsr = l4_vp->fsr;

	if (shadow_fault(regs, addr, &fsr, false))
		return;
	do_DataAbort(addr, fsr, regs);
	/* A page that was just made has no neighbours that could be mapped with it. */
	map_for(regs, addr, fsr & FSR_WRITE ? 1 : window_at(addr));
}

asmlinkage noinstr void l4_prefetch_abort(struct pt_regs *regs)
{
	unsigned long addr = l4_vp->far;
	unsigned int fsr = l4_vp->fsr;

	if (shadow_fault(regs, addr, &fsr, true))
		return;
	do_PrefetchAbort(addr, fsr, regs);
	map_for(regs, addr, window_at(addr));
}

/* The last thing before resume, interrupts masked.  True: Armature has to look. */
asmlinkage bool l4_work(void)
{
	bool map = l4_work_due(L4_WORK_MAP), state = l4_work_due(L4_WORK_STATE);
	bool icache = l4_work_due(L4_WORK_ICACHE);

	l4_vp_work = 0;
	if (icache)
		l4_flush_icache_all();
	if (map && note_mm == l4_mm && l4_queue_fill(note_addr, note_window))
		return true;
	return state;
}
