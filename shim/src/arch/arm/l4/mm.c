// SPDX-License-Identifier: GPL-2.0
/* Copyright the Armature authors */
/*
 * Spaces and mappings.  Linux's page tables say what there is; the real ones are
 * Armature's, and hold the part of it that was used.  Each mm has a space from
 * its first run on; a space can be dropped at any time, and comes again.
 *
 * Additions to the process's part go through the map queue, read from Linux's
 * entry as it is when they are made.  Removals are done when a flush returns.
 */
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/pgtable.h>
#include <linux/sched.h>
#include <linux/highmem.h>
#include <linux/slab.h>
#include <asm/mmu_context.h>
#include <asm/tlbflush.h>
#include <asm/tls.h>
#include <asm/l4-calls.h>

#define SPACES		1024
#define TOP_MB		0xfff00000
#define SYNC_PART	(4 * PMD_SIZE)

struct mm_struct *l4_mm = &init_mm;

/*
 * Of slot L4_SLOT_SPACES + i: its mm, and the mark of entries that were mapped
 * since all was unmapped last.  A mark is a hint: who relies on one that is out
 * of date faults once more.
 */
static struct mm_struct *owners[SPACES];
static unsigned long marks[SPACES];
static unsigned long *l4_mark = marks;	/* that of l4_mm */
static unsigned long last_mark = 1;	/* odd, so that none is 0 */
static unsigned int next_victim;

static l4_slot slot_of(const struct mm_struct *mm)
{
	if (mm == &init_mm)
		return L4_SLOT_SPACE;
	return (l4_slot)mm->context.id.counter;
}

/* Masked: whoever ran in between could take it for a victim that is still there. */
void l4_space_drop(struct mm_struct *mm)
{
	unsigned long flags;
	l4_slot slot;

	local_irq_save(flags);
	slot = slot_of(mm);
	if (mm != &init_mm && slot) {
		if (l4_cap_delete(slot) != L4_OK)
			panic("Armature: a space that is in use cannot go");
		owners[slot - L4_SLOT_SPACES] = NULL;
		mm->context.id.counter = 0;
	}
	local_irq_restore(flags);
}

unsigned int l4_space_count(void)
{
	unsigned int i, count = 0;

	for (i = 0; i < SPACES; i++)
		count += !!owners[i];
	return count;
}

/* The quota is used up: another one's space goes, and comes again when it runs. */
static void evict(void)
{
	struct mm_struct *mm = NULL;
	unsigned long flags;
	unsigned int i;

	local_irq_save(flags);
	for (i = 0; i < SPACES && (!mm || mm == l4_mm); i++)
		mm = owners[next_victim++ % SPACES];
	if (!mm || mm == l4_mm)
		panic("Armature: the cell's quota is too small for one process");
	l4_space_drop(mm);
	local_irq_restore(flags);
}

static l4_slot space_make(struct mm_struct *mm)
{
	static unsigned int hint;
	unsigned int i, n;
	int err;

	for (n = 0; owners[i = hint % SPACES]; n++, hint++)
		if (n == SPACES)
			evict();
	for (;;) {
		err = l4_space_create(0, L4_SLOT_SPACES + i, L4_SLOT_SPACE);
		if (err != L4_EQUOTA)
			break;
		evict();
	}
	if (err != L4_OK)
		panic("Armature: space_create: %d", err);
	owners[i] = mm;
	marks[i] = last_mark += 2;
	mm->context.id.counter = L4_SLOT_SPACES + i;
	return L4_SLOT_SPACES + i;
}

void l4_space_enter(struct mm_struct *mm, struct task_struct *tsk)
{
	unsigned long flags;
	l4_slot slot;

	local_irq_save(flags);
	if (mm != l4_mm) {
		slot = slot_of(mm);
		if (!slot)
			slot = space_make(mm);
		if (tsk)
			l4_vp->tls = task_thread_info(tsk)->tp_value[0];
		if (l4_space_switch(slot, l4_vp->tls, get_tpuser()) != L4_OK)
			panic("Armature: space_switch");
		l4_mm = mm;
		l4_mark = &marks[(slot - L4_SLOT_SPACES) % SPACES];
	}
	local_irq_restore(flags);
}
EXPORT_SYMBOL_GPL(l4_space_enter);

static noinstr bool device_section(phys_addr_t phys, l4_slot *section, l4_word *offset)
{
	unsigned int i;

	for (i = 0; i < l4_guest.devices; i++) {
		const struct l4_guest_device *d = &l4_guest.device[i];

		*section = d->slot;
		*offset = phys - d->base;
		if (*offset < d->size)
			return true;
	}
	return false;
}

/* Section and offset of a physical page; false: it is not the guest's. */
static inline bool find_section(phys_addr_t phys, l4_slot *section, l4_word *offset)
{
	*section = l4_guest.ram;
	*offset = phys - l4_guest.ram_base;
	return likely(*offset < l4_guest.ram_size) || device_section(phys, section, offset);
}

/* --- Linux's entries --- */

static inline bool pte_usable(pte_t pte)
{
	u32 val = pte_val(pte);

	return (val & (L_PTE_VALID | L_PTE_YOUNG | L_PTE_NONE)) == (L_PTE_VALID | L_PTE_YOUNG);
}

static bool pte_allows(pte_t pte, bool user, bool write, bool exec)
{
	u32 val = pte_val(pte);

	return pte_usable(pte) && (!user || val & L_PTE_USER) && (!exec || !(val & L_PTE_XN)) &&
	       (!write || (val & (L_PTE_RDONLY | L_PTE_DIRTY)) == L_PTE_DIRTY);
}

static inline l4_word pte_attr(pte_t pte)
{
	u32 val = pte_val(pte);
	l4_word attr = (val >> 2 & 7) << L4_MAP_TYPE_SHIFT;

	if ((val & (L_PTE_RDONLY | L_PTE_DIRTY)) == L_PTE_DIRTY)
		attr |= L4_MAP_W;
	if (!(val & L_PTE_XN))
		attr |= L4_MAP_X;
	return attr;
}

static pte_t *find_pte(struct mm_struct *mm, unsigned long addr)
{
	pmd_t *pmd = pmd_off(mm, addr);

	return pmd_none(*pmd) || pmd_bad(*pmd) ? NULL : pte_offset_kernel(pmd, addr);
}

/* Whether Linux's table has what was wanted: then only the real one lacks it. */
bool l4_pte_allows(struct mm_struct *mm, unsigned long addr, bool user, bool write, bool exec)
{
	pte_t *pte = find_pte(mm, addr);

	return pte && pte_allows(*pte, user, write, exec);
}

/* It is no memory, and cannot be mapped: who looks for it again finds nothing (futex). */
void l4_pte_drop(unsigned long addr)
{
	pte_t *pte = find_pte(l4_mm, addr);

	if (!pfn_valid(pte_pfn(*pte)))
		set_pte_ext(pte, __pte(0), 0);
}

/* --- the process's part --- */

/*
 * Puts addr into the map queue, and what of the window of pages around it is not
 * mapped yet.  Of l4_mm; interrupts are masked.
 */
bool l4_queue_fill(unsigned long addr, unsigned int window)
{
	unsigned long at = addr & ~(window * PAGE_SIZE - 1);
	struct l4_map_item *q = l4_vp->queue;
	pte_t *pte = find_pte(l4_mm, at);
	unsigned long mark = *l4_mark;
	l4_word gen = l4_vp->gen;

	if (!pte)
		return false;
	l4_pte_mark(pte + (addr - at) / PAGE_SIZE) = 0;
	for (; window; window--, pte++, at += PAGE_SIZE) {
		if (l4_pte_mark(pte) == mark)
			continue;
		if (!pte_usable(*pte) || !(pte_val(*pte) & L_PTE_USER))
			continue;
		if (!find_section(__pfn_to_phys(pte_pfn(*pte)), &q->section, &q->offset))
			continue;
		q->va = at | pte_attr(*pte);
		q->gen = gen;
		l4_pte_mark(pte) = mark;
		q++;
	}
	l4_vp->qcount = q - l4_vp->queue;
	return q != l4_vp->queue;
}

/*
 * The same, made at once: for the guest kernel, which is about to try again.
 * False: it is not the guest's, or not to be mapped like this.
 */
bool l4_map_now(unsigned long addr, unsigned int window)
{
	unsigned long flags;
	bool done = false;
	int err;

	local_irq_save(flags);
	while (l4_queue_fill(addr, window)) {
		err = l4_queue_map();
		done = err == L4_OK && l4_pte_mark(find_pte(l4_mm, addr)) == *l4_mark;
		if (err == L4_EQUOTA)
			evict();
		else if (err != L4_ESTALE)
			break;
	}
	local_irq_restore(flags);
	/* The error may be a neighbour's. */
	return done || (window > 1 && l4_map_now(addr, 1));
}

/* A whole process that ends is not flushed: its space will never run again. */
void l4_tlb_user(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	l4_slot slot = slot_of(mm);

	if (mm == &init_mm) {
		l4_kernel_flush(start, end);
		return;
	}
	if (!slot || !atomic_read(&mm->mm_users))
		return;
	start &= PAGE_MASK;
	end = min(PAGE_ALIGN(end), TASK_SIZE);
	if (start >= end)
		return;
	if (end - start >= PMD_SIZE)
		marks[slot - L4_SLOT_SPACES] = last_mark += 2;
	while (l4_unmap(slot, start, end - start) == L4_EQUOTA)
		evict();
}
EXPORT_SYMBOL(l4_tlb_user);

/*
 * Of the whole of a live mm: fork, which has taken the right to write from what
 * is copied when it is written, and has changed nothing else.  Who unmaps under
 * the eyes of another thread flushes all too, and says that it is about to.
 */
void l4_tlb_mm(struct mm_struct *mm)
{
	l4_slot slot = slot_of(mm);

	if (mm != current->mm || !slot || mm_tlb_flush_pending(mm)) {
		l4_tlb_user(mm, 0, TASK_SIZE);
		return;
	}
	while (l4_protect(slot, L4_MAP_X, TASK_SIZE) == L4_EQUOTA)
		evict();
}
EXPORT_SYMBOL(l4_tlb_mm);

void l4_tlb_all(void)
{
	unsigned long flags;
	unsigned int i;

	for (i = 0; i < SPACES; i++) {
		local_irq_save(flags);
		if (owners[i])
			l4_tlb_user(owners[i], 0, TASK_SIZE);
		local_irq_restore(flags);
	}
	if (slab_is_available())
		l4_kernel_flush(VMALLOC_START, VMALLOC_END);
}
EXPORT_SYMBOL(l4_tlb_all);

/* --- the kernel's part --- */

/* How far from addr one entry of Linux's reaches; what it says. */
static noinstr unsigned long kernel_entry(unsigned long addr, bool *there, phys_addr_t *phys,
					   l4_word *attr)
{
	pmd_t *pmd = pmd_off_k(addr);
	pte_t pte;

	*there = false;
	if (pmd_none(*pmd))
		return PMD_SIZE - addr % PMD_SIZE;
	/* Linux sees two hardware entries as one; a section is one of them. */
	if ((pmd_val(*pmd) & PMD_TYPE_MASK) == PMD_TYPE_SECT ||
	    (pmd_val(pmd[1]) & PMD_TYPE_MASK) == PMD_TYPE_SECT) {
		u32 val = pmd_val(pmd[addr & SECTION_SIZE ? 1 : 0]);

		*there = val;
		*phys = (val & SECTION_MASK) | (addr & ~SECTION_MASK);
		*attr = L4_MAP_W | L4_MAP_KERNEL | ((val & PMD_SECT_XN) ? 0 : L4_MAP_X) |
			((val >> 2 & 3) | (val >> 12 & 1) << 2) << L4_MAP_TYPE_SHIFT;
		return PAGE_SIZE;
	}
	pte = *pte_offset_kernel(pmd, addr);
	*there = pte_usable(pte);
	*phys = __pfn_to_phys(pte_pfn(pte));
	*attr = pte_attr(pte) | (addr < TOP_MB ? L4_MAP_KERNEL : 0);
	return PAGE_SIZE;
}

/* What is not the guest's stays unmapped: it faults when it is used. */
static noinstr bool kernel_map(unsigned long addr, phys_addr_t phys, l4_word attr, unsigned long size)
{
	l4_slot section;
	l4_word offset;

	return find_section(phys, &section, &offset) &&
	       l4_map(L4_SLOT_SPACE, section, addr | attr, offset, size) == L4_OK;
}

/* In runs of what is alike. */
static noinstr void kernel_sync(unsigned long at, unsigned long end)
{
	unsigned long run = at;
	phys_addr_t phys = 0, p = 0;
	l4_word attr = 0, a = 0;
	bool there = false, t;

	while (at < end) {
		unsigned long reach = kernel_entry(at, &t, &p, &a);

		if (t != there || (t && (p != phys + (at - run) || a != attr))) {
			if (at > run && there)
				kernel_map(run, phys, attr, at - run);
			else if (at > run)
				(void)!l4_unmap(L4_SLOT_SPACE, run, at - run);
			run = at;
			there = t;
			phys = p;
			attr = a;
		}
		at = end - at > reach ? at + reach : end;
	}
	if (at > run && there)
		kernel_map(run, phys, attr, at - run);
	else if (at > run)
		(void)!l4_unmap(L4_SLOT_SPACE, run, at - run);
}

/*
 * Brings the real table up to date.  An entry must not change between the look
 * at it and the map: so interrupts are masked, for a part of the range each time.
 */
void l4_kernel_flush(unsigned long start, unsigned long end)
{
	unsigned long at = max(start & PAGE_MASK, (unsigned long)MODULES_VADDR), next;
	unsigned long flags;

	end = PAGE_ALIGN(end);
	if (at < (unsigned long)high_memory && at >= PAGE_OFFSET)
		at = VMALLOC_START;	/* the linear mapping does not change */
	for (; at < end; at = next) {
		next = at + min(end - at, SYNC_PART - at % SYNC_PART);
		local_irq_save(flags);
		kernel_sync(at, next);
		local_irq_restore(flags);
	}
}
EXPORT_SYMBOL(l4_kernel_flush);

/* --- thread F: the kernel's part, for who asks --- */

enum { F_SYNC = 1, F_FAULT };

static noinstr bool fault_in(unsigned long addr)
{
	phys_addr_t phys;
	l4_word attr;
	bool there;

	addr &= PAGE_MASK;
	kernel_entry(addr, &there, &phys, &attr);
	return there && kernel_map(addr, phys, attr, PAGE_SIZE);
}

void noinstr __noreturn l4_f_main(void)
{
	l4_word mr[8] = { 0 }, tag = 0;

	while (l4_ipc_recv(&tag, mr) != L4_OK)
		;
	for (;;) {
		if (mr[0] == F_SYNC)
			kernel_sync(mr[1] & PAGE_MASK, PAGE_ALIGN(mr[2]));
		else
			mr[0] = fault_in(mr[1]);
		tag = 1;
		while (l4_ipc_reply_recv(&tag, mr) != L4_OK)
			tag = 0;
	}
}

void l4_kernel_sync(unsigned long start, unsigned long end)
{
	l4_word mr[8] = { F_SYNC, start, end };

	(void)!l4_call(L4_SLOT_F, 3, mr, NULL);
}
EXPORT_SYMBOL(l4_kernel_sync);

/* A fault of the kernel's range that Linux's own table does not explain. */
bool l4_kernel_fault(unsigned long addr)
{
	l4_word mr[8] = { F_FAULT, addr };

	return l4_call(L4_SLOT_F, 2, mr, NULL) == L4_OK && mr[0];
}
