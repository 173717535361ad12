/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Thread F, the pager: the guest's tables have the page, the real ones do not
 * yet.  S waits for the answer with its interrupts masked, so the tables stand
 * still meanwhile.
 */
#include <l4/stubs.h>
#include <l4x/ipc.h>
#include "kernel/kernel.h"

#define AROUND 4	/* pages that are mapped with one fault */

uint32_t shadow_faults, vmalloc_faults;

l4_word pte_attributes(uint32_t pte)
{
	return (pte & PTE_WRITE ? L4_MAP_W : 0) | (pte & PTE_EXEC ? L4_MAP_X : 0) |
	       L4_MT_WBWA << L4_MAP_TYPE_SHIFT;
}

static int map_user(uint32_t addr)
{
	uint32_t gen = VP->gen;		/* before the entries: what is removed later is not mapped */
	uint32_t first = (addr >> L4_PAGE_SHIFT) & ~(uint32_t)(AROUND - 1);
	uint32_t n = 0;

	shadow_faults++;
	for (uint32_t i = first; i < first + AROUND; i++) {
		uint32_t pte = current_pt[i];

		if (!(pte & PTE_PRESENT))
			continue;
		VP->queue[n++] = (struct l4_map_item){
			SLOT_RAM, pte & ~(uint32_t)PTE_FLAGS,
			i << L4_PAGE_SHIFT | pte_attributes(pte), gen
		};
	}
	VP->qcount = n;
	return l4_queue_map();
}

/* In the tables that all spaces share: mapped once, seen by all. */
static int map_vmalloc(uint32_t addr)
{
	uint32_t i = (addr - VMALLOC_BASE) >> L4_PAGE_SHIFT;

	vmalloc_faults++;
	if (!(vm_pt[i] & PTE_PRESENT))
		return L4_EFAULT;
	return l4_map(SLOT_BASE, SLOT_RAM, (addr & ~(uint32_t)PTE_FLAGS) | L4_MAP_KERNEL |
		      pte_attributes(vm_pt[i]), vm_pt[i] & ~(uint32_t)PTE_FLAGS, L4_PAGE_SIZE);
}

void f_main(void)
{
	l4_word tag = 0, addr = 0, unused = 0, badge;

	for (;;) {
		int err = l4_reply_recv_regs(&tag, &addr, &unused, &badge);

		if (err != L4_OK) {
			tag = 0;
			continue;
		}
		err = addr < USER_END ? map_user(addr) : map_vmalloc(addr);
		tag = l4_tag((l4_word)-err, 0);
	}
}
