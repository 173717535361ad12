/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/*
 * A flush takes mappings out of the real tables; when it returns they are gone
 * there and in the TLB.  For the kernel's own range it brings the real tables
 * up to date.
 */
#ifndef _ASM_L4_TLBFLUSH_H
#define _ASM_L4_TLBFLUSH_H

#define local_flush_tlb_all n_local_flush_tlb_all
#define local_flush_tlb_mm n_local_flush_tlb_mm
#define local_flush_tlb_page n_local_flush_tlb_page
#define local_flush_tlb_kernel_page n_local_flush_tlb_kernel_page
#define local_flush_bp_all n_local_flush_bp_all
#define __flush_tlb_all n___flush_tlb_all
#define __flush_tlb_mm n___flush_tlb_mm
#define __flush_tlb_page n___flush_tlb_page
#define __flush_tlb_kernel_page n___flush_tlb_kernel_page
#define __flush_bp_all n___flush_bp_all
#define flush_pmd_entry n_flush_pmd_entry
#define clean_pmd_entry n_clean_pmd_entry
#include_next <asm/tlbflush.h>
#undef local_flush_tlb_all
#undef local_flush_tlb_mm
#undef local_flush_tlb_page
#undef local_flush_tlb_kernel_page
#undef local_flush_bp_all
#undef __flush_tlb_all
#undef __flush_tlb_mm
#undef __flush_tlb_page
#undef __flush_tlb_kernel_page
#undef __flush_bp_all
#undef flush_pmd_entry
#undef clean_pmd_entry
#undef local_flush_tlb_range
#undef local_flush_tlb_kernel_range
#undef flush_tlb_all
#undef flush_tlb_mm
#undef flush_tlb_page
#undef flush_tlb_kernel_page
#undef flush_tlb_range
#undef flush_tlb_kernel_range
#undef flush_bp_all

#ifndef __ASSEMBLY__
extern void l4_tlb_all(void);
extern void l4_tlb_mm(struct mm_struct *mm);
extern void l4_tlb_user(struct mm_struct *mm, unsigned long start, unsigned long end);
extern void l4_kernel_flush(unsigned long start, unsigned long end);

static inline void flush_tlb_all(void)
{
	l4_tlb_all();
}

static inline void flush_tlb_mm(struct mm_struct *mm)
{
	l4_tlb_mm(mm);
}

static inline void flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
				   unsigned long end)
{
	l4_tlb_user(vma->vm_mm, start, end);
}

static inline void flush_tlb_page(struct vm_area_struct *vma, unsigned long addr)
{
	addr &= PAGE_MASK;
	l4_tlb_user(vma->vm_mm, addr, addr + PAGE_SIZE);
}

static inline void flush_tlb_kernel_range(unsigned long start, unsigned long end)
{
	l4_kernel_flush(start, end);
}

static inline void flush_tlb_kernel_page(unsigned long addr)
{
	addr &= PAGE_MASK;
	l4_kernel_flush(addr, addr + PAGE_SIZE);
}

static inline void flush_bp_all(void) { }
static inline void flush_pmd_entry(void *pmd) { }
static inline void clean_pmd_entry(void *pmd) { }

#define local_flush_tlb_all flush_tlb_all
#define local_flush_tlb_mm flush_tlb_mm
#define local_flush_tlb_page flush_tlb_page
#define local_flush_tlb_kernel_page flush_tlb_kernel_page
#define local_flush_tlb_range flush_tlb_range
#define local_flush_tlb_kernel_range flush_tlb_kernel_range
#define local_flush_bp_all flush_bp_all
#endif
#endif
