/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Memory: pages, the processes' tables, faults that are the guest's own.
 *
 * The tables here are plain memory.  Additions reach the real tables when a
 * fault shows that they are needed: through the map queue as the last thing
 * before resume, or through F.  Removals and lowered rights are calls, and
 * complete when they return.
 */
#include <l4/stubs.h>
#include "kernel/kernel.h"

#define PAGES	((RAM_SIZE - PAGES_OFFSET) >> L4_PAGE_SHIFT)
#define PINNED	0x80	/* a reference count that never ends */

extern char process_image[], process_image_end[];

uint32_t vm_pt[VMALLOC_PAGES];
uint32_t hook;
static uint8_t refs[PAGES];
static uint32_t zero_page, cow_page, shared_page[4];

static void *page_at(uint32_t offset)
{
	return (void *)(KERNEL_BASE + offset);
}

static uint32_t page_index(uint32_t offset)
{
	return (offset - PAGES_OFFSET) >> L4_PAGE_SHIFT;
}

static uint32_t page_alloc(void)
{
	static uint32_t next;

	for (uint32_t n = 0; n < PAGES; n++) {
		next = (next + 1) % PAGES;
		if (refs[next])
			continue;
		refs[next] = 1;
		return PAGES_OFFSET + (next << L4_PAGE_SHIFT);
	}
	die("out of memory", 0, 0);
}

static void page_fill(uint32_t offset, uint32_t word)
{
	uint32_t *p = page_at(offset);

	for (uint32_t i = 0; i < L4_PAGE_SIZE / 4; i++)
		p[i] = word;
}

/* Pages of the kernel's image are not counted. */
static void page_put(uint32_t offset)
{
	uint8_t *r;

	if (offset < PAGES_OFFSET)
		return;
	r = &refs[page_index(offset)];
	if (*r & PINNED || --*r)
		return;
	page_fill(offset, 0xdeadbeef);	/* whoever still maps it sees this */
}

static bool page_sole(uint32_t offset)
{
	return offset >= PAGES_OFFSET && refs[page_index(offset)] == 1;
}

static uint32_t page_pin(uint32_t fill)
{
	uint32_t page = page_alloc();

	page_fill(page, fill);
	refs[page_index(page)] = PINNED;
	return page;
}

void mem_init(void)
{
	zero_page = page_pin(0);
	cow_page = page_pin(1000);
	for (uint32_t i = 0; i < 4; i++)
		shared_page[i] = page_pin(0);
	for (uint32_t i = 0; i < 8; i++)
		vm_pt[i] = page_pin(0) | PTE_PRESENT | PTE_WRITE;
}

static bool within(uint32_t addr, uint32_t base, uint32_t end)
{
	return addr >= base && addr < end;
}

/* The entry of a page that is touched for the first time; 0: nothing is there. */
static uint32_t first_pte(uint32_t addr)
{
	uint32_t image = (uint32_t)process_image - KERNEL_BASE;
	uint32_t size = (uint32_t)(process_image_end - process_image);

	if (within(addr, USER_BASE, USER_BASE + size))
		return (image + ((addr - USER_BASE) & ~(uint32_t)PTE_FLAGS)) | PTE_PRESENT |
		       PTE_EXEC | PTE_COW;
	if (within(addr, ANON_BASE, ANON_END) || within(addr, STACK_BASE, STACK_END))
		return zero_page | PTE_PRESENT | PTE_COW;
	if (within(addr, COW_BASE, COW_END))
		return cow_page | PTE_PRESENT | PTE_COW;
	if (within(addr, SHARED_BASE, SHARED_END))
		return shared_page[(addr - SHARED_BASE) >> L4_PAGE_SHIFT] | PTE_PRESENT | PTE_WRITE;
	return 0;
}

static void flush_page(uint32_t addr)
{
	if (l4_unmap(current->space, addr & ~(uint32_t)PTE_FLAGS, L4_PAGE_SIZE) != L4_OK)
		die("unmap", addr, 0);
}

/* The right to write: the page, if it is nobody else's, or a copy of it. */
static uint32_t copy_on_write(uint32_t addr, uint32_t pte)
{
	uint32_t old = pte & ~(uint32_t)PTE_FLAGS, page = old;

	if (!page_sole(old)) {
		page = page_alloc();
		page_copy(page_at(page), page_at(old));
		flush_page(addr);
		page_put(old);
	}
	return page | ((pte & PTE_FLAGS & ~(uint32_t)PTE_COW) | PTE_WRITE);
}

/* False: the process may not do this. */
bool handle_fault(uint32_t addr, uint32_t need)
{
	uint32_t *slot = &current->pt[addr >> L4_PAGE_SHIFT];
	bool good;

	preempt_off++;
	if (!(*slot & PTE_PRESENT))
		*slot = first_pte(addr);
	if (need & PTE_WRITE && *slot & PTE_COW)
		*slot = copy_on_write(addr, *slot);
	good = !(need & ~*slot);
	preempt_off--;
	return good;
}

/*
 * The fault that was handled becomes an addition: from the entry as it is now,
 * with interrupts masked, so that it cannot change before resume.
 */
void queue_note(void)
{
	uint32_t addr = current->note, pte = current_pt[addr >> L4_PAGE_SHIFT];
	uint32_t wrong = hook;

	hook = 0;
	current->note = 0;
	if (!(pte & PTE_PRESENT))
		return;
	VP->queue[0] = (struct l4_map_item){
		SLOT_RAM, pte & ~(uint32_t)PTE_FLAGS,
		(addr & ~(uint32_t)PTE_FLAGS) | pte_attributes(pte),
		VP->gen - (wrong == HOOK_OLDGEN)
	};
	VP->qcount = 1;
	if (wrong == HOOK_RECLAIM)
		page_forget(addr);
}

void page_forget(uint32_t addr)
{
	uint32_t *slot = &current->pt[addr >> L4_PAGE_SHIFT], pte = *slot;

	if (!(pte & PTE_PRESENT))
		return;
	*slot = 0;
	flush_page(addr);
	page_put(pte & ~(uint32_t)PTE_FLAGS);
}

void page_drop(uint32_t addr)
{
	flush_page(addr);
}

bool page_readonly(uint32_t addr)
{
	uint32_t *slot = &current->pt[addr >> L4_PAGE_SHIFT];

	*slot &= ~(uint32_t)PTE_WRITE;
	return l4_protect(current->space, (addr & ~(uint32_t)PTE_FLAGS) |
			  (pte_attributes(*slot) & (L4_MAP_W | L4_MAP_X)), L4_PAGE_SIZE) == L4_OK;
}
