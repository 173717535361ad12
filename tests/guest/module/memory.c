// SPDX-License-Identifier: GPL-2.0
// Copyright the Armature authors
/*
 * The kernel's own range: what is mapped there is what was asked for, through
 * every address, and is gone when it was given back.
 */
#include <linux/delay.h>
#include <linux/filter.h>
#include <linux/gfp.h>
#include <linux/highmem.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <linux/vmalloc.h>
#include "probe.h"

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)	/* all were atomic */
#define kmap_local_page	kmap_atomic
#define kunmap_local	kunmap_atomic
#endif

#define RTC		0x10017000	/* PL031 */
#define SYSTEM		0x10000000	/* the board's system registers */
#define PAGES		64

static void fill(u32 *p, size_t words, u32 with)
{
	size_t i;

	for (i = 0; i < words; i++)
		p[i] = with + i;
}

static bool holds(const u32 *p, size_t words, u32 with)
{
	size_t i;

	for (i = 0; i < words; i++)
		if (p[i] != with + i)
			return false;
	return true;
}

/* Whether the kernel can read there, without an oops if not. */
static bool readable(const void *at)
{
	u32 word;

	return !copy_from_kernel_nofault(&word, at, sizeof(word));
}

static int one_vmalloc(size_t size, u32 with)
{
	u32 *p = vmalloc(size), *alias;
	size_t words = size / 4;
	bool good;

	CHECK(p);
	fill(p, words, with);
	alias = kmap_local_page(vmalloc_to_page(p));
	good = holds(alias, min_t(size_t, words, PAGE_SIZE / 4), with);
	alias[0] = ~with;
	kunmap_local(alias);
	good = good && p[0] == ~with;
	p[0] = with;
	good = good && holds(p, words, with) && readable(p);
	vfree(p);
	CHECK(good);
	vm_unmap_aliases();
	CHECK(!readable(p));
	return 0;
}

int probe_vmalloc(void)
{
	unsigned int i;

	for (i = 1; i <= PAGES; i++)
		TRY(one_vmalloc(i * PAGE_SIZE, i << 20));
	TRY(one_vmalloc(8 << 20, 77));
	return 0;
}

/*
 * A BPF program's memory is flushed with its address in the linear mapping, and all
 * that was freed before it with the same flush.
 */
int probe_lazy(void)
{
#ifdef CONFIG_NET
	struct sock_filter all = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog_kern text = { .len = 1, .filter = &all };
	struct bpf_prog *program;
	u32 *p;

	vm_unmap_aliases();	/* not together with what was freed below the linear mapping */
	p = vmalloc(PAGE_SIZE);
	CHECK(p && !bpf_prog_create(&program, &text));
	*p = 1;
	vfree(p);
	bpf_prog_destroy(program);
	msleep(100);
	CHECK(!readable(p) && !readable(program));
	return 0;
#else
	return -EOPNOTSUPP;
#endif
}

static int with_pages(struct page **page)
{
	u32 *first, *second;
	unsigned int round, i;

	for (round = 0; round < 50; round++) {
		first = vmap(page, PAGES, VM_MAP, PAGE_KERNEL);
		second = vm_map_ram(page + 1, PAGES / 2, 0);
		CHECK(first && second);
		fill(first, PAGES * PAGE_SIZE / 4, round << 24);
		CHECK(holds(second, PAGES / 2 * PAGE_SIZE / 4,
			    (round << 24) + PAGE_SIZE / 4));
		second[3] = 3;
		CHECK(first[PAGE_SIZE / 4 + 3] == 3);
		vm_unmap_ram(second, PAGES / 2);
		vunmap(first);
		/* Others come to the same addresses. */
		for (i = 0; i < PAGES / 2; i++)
			swap(page[i], page[PAGES - 1 - i]);
	}
	vm_unmap_aliases();
	CHECK(!readable(first) && !readable(second));
	return 0;
}

int probe_vmap(void)
{
	struct page *page[PAGES];
	unsigned int count;
	int err = -ENOMEM;

	for (count = 0; count < PAGES; count++) {
		page[count] = alloc_page(GFP_KERNEL);
		if (!page[count])
			break;
	}
	if (count == PAGES)
		err = with_pages(page);
	while (count--)
		__free_page(page[count]);
	return err;
}

int probe_ioremap(void)
{
	void __iomem *at = NULL, *again;
	unsigned int i;

	for (i = 0; i < 100; i++) {
		at = ioremap(RTC, PAGE_SIZE);
		again = ioremap(RTC + 0xfe0, 0x20);
		CHECK(at && again);
		CHECK((readl(at + 0xfe0) & 0xff) == 0x31 && (readl(at + 0xff0) & 0xff) == 0x0d);
		CHECK((readl(again) & 0xff) == 0x31);
		iounmap(at);
		CHECK((readl(again + 0x1c) & 0xff) == 0xb1);
		iounmap(again);
	}
	vm_unmap_aliases();
	CHECK(!readable((void __force *)at));
	return 0;
}

/* A device that a guest does not have is not there for it. */
int probe_foreign(void)
{
	void __iomem *at = ioremap(SYSTEM, PAGE_SIZE);
	bool there;

	CHECK(at);
	there = readable((void __force *)at);
	iounmap(at);
	CHECK(there == !IS_ENABLED(CONFIG_ARM_L4));
	return 0;
}

#ifdef CONFIG_HIGHMEM
static int with_high(struct page **page, unsigned int count)
{
	unsigned int i, high = 0;
	u32 *deep[4];

	for (i = 0; i < count; i++) {
		u32 *p = kmap_local_page(page[i]);

		high += PageHighMem(page[i]);
		fill(p, PAGE_SIZE / 4, i << 16);
		kunmap_local(p);
	}
	CHECK(high);
	for (i = 0; i < 4; i++)
		deep[i] = kmap_local_page(page[i]);
	for (i = 0; i < 4; i++)
		CHECK(holds(deep[i], PAGE_SIZE / 4, i << 16));
	while (i--)
		kunmap_local(deep[i]);
	for (i = 0; i < count; i++) {
		u32 *p = i & 1 ? kmap(page[i]) : kmap_atomic(page[i]);
		bool good = holds(p, PAGE_SIZE / 4, i << 16);

		if (i & 1)
			kunmap(page[i]);
		else
			kunmap_atomic(p);
		CHECK(good);
	}
	return 0;
}

int probe_highmem(void)
{
	const unsigned int most = 2048;		/* more than the window of kmap has */
	struct page **page;
	unsigned int count;
	int err;

	if (!totalhigh_pages())
		return -EOPNOTSUPP;
	page = kvmalloc_array(most, sizeof(*page), GFP_KERNEL);
	CHECK(page);
	for (count = 0; count < most; count++) {
		page[count] = alloc_page(GFP_HIGHUSER);
		if (!page[count])
			break;
	}
	err = with_high(page, count);
	while (count--)
		__free_page(page[count]);
	kvfree(page);
	return err;
}
#else
int probe_highmem(void)
{
	return -EOPNOTSUPP;
}
#endif
