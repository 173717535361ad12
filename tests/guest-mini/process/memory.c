/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Demand mapping, copy-on-write, what is removed, what is added too late.
 */
#include "process/process.h"

#define ADDS 3000

struct counts {
	uint32_t logical, shadow;
};

static struct counts counts(void)
{
	return (struct counts){ sys(SYS_COUNT, COUNT_LOGICAL, 0), sys(SYS_COUNT, COUNT_SHADOW, 0) };
}

/* Faults since then; process 1 makes some too, while it runs. */
static bool faults(struct counts before, uint32_t logical, uint32_t shadow)
{
	struct counts now = counts();

	return now.logical - before.logical == logical && now.shadow - before.shadow == shadow;
}

/* Exclusive, as Linux's atomic_add: no exception between the two may livelock it. */
static void add(volatile uint32_t *word, uint32_t n)
{
	uint32_t value, failed;

	do {
		__asm__ volatile("ldrex %0, [%2]\n\tadd %0, %0, %3\n\tstrex %1, %0, [%2]"
			: "=&r"(value), "=&r"(failed) : "r"(word), "r"(n) : "memory");
	} while (failed);
}

/* Both add to their own copy of one page, and to one that they share. */
static bool add_both(void)
{
	volatile uint32_t *cow = (volatile uint32_t *)COW_BASE;

	for (uint32_t i = 0; i < ADDS; i++) {
		add(&cow[1], me + 1);
		add(&SHARED[SHARED_SUM], 1);
		if (i % 64 == 0)
			sys(SYS_YIELD, 0, 0);
	}
	return cow[1] == 1000 + ADDS * (me + 1);
}

/* The other process is at a step: after it, it waits. */
static void step(uint32_t n)
{
	SHARED[SHARED_STEP] = n;
	while (SHARED[SHARED_DONE] < n)
		sys(SYS_YIELD, 0, 0);
}

void other_memory(void)
{
	while (SHARED[SHARED_STEP] < 1)
		sys(SYS_SLEEP, 0, 0);
	SHARED[SHARED_DONE] = 1;		/* silent from here to step 2 */
	while (SHARED[SHARED_STEP] < 2)
		sys(SYS_YIELD, 0, 0);
	if (!add_both())
		SHARED[SHARED_BAD]++;
	SHARED[SHARED_DONE] = 2;
	while (SHARED[SHARED_STEP] < 3)
		sys(SYS_YIELD, 0, 0);
	if (sys(SYS_KERNEL, KTEST_VMALLOC, 3) != 2)
		SHARED[SHARED_BAD]++;
	SHARED[SHARED_DONE] = 3;
	while (SHARED[SHARED_STEP] < 4)
		sys(SYS_YIELD, 0, 0);
}

static void test_demand(void)
{
	volatile uint32_t *p = (volatile uint32_t *)ANON_BASE;
	struct counts before = counts();
	bool good = p[5] == 0 && faults(before, 1, 0);

	report(good, "a new page reads as zero after one fault");
	before = counts();
	p[5] = 77;
	report(p[5] == 77 && faults(before, 1, 0), "its first write gets a page of its own, at once");
	before = counts();
	report(((volatile uint32_t *)ANON_BASE)[1024 + 5] == 0 && faults(before, 1, 0),
	       "the page beside it is zero still");
	sys(SYS_DROP, ANON_BASE, 0);
	before = counts();
	report(p[5] == 77 && faults(before, 0, 1), "a shadow fault is the pager's alone");
}

static void test_cow(void)
{
	volatile uint32_t *cow = (volatile uint32_t *)COW_BASE;
	bool good = cow[0] == 1000 && cow[1] == 1000;
	struct counts before = counts();

	add(&cow[0], 5);
	report(good && cow[0] == 1005 && faults(before, 1, 0),
	       "LDREX and STREX on a page that is mapped read-only: one fault, at once");
	SHARED[SHARED_STEP] = 2;
	good = add_both();
	step(2);
	report(good, "copy-on-write keeps what two processes add apart");
	report(SHARED[SHARED_SUM] == 2 * ADDS, "what they add to a shared page is one sum");
}

static void test_kernel_range(void)
{
	uint32_t before = sys(SYS_COUNT, COUNT_VMALLOC, 0);
	bool good = sys(SYS_KERNEL, KTEST_VMALLOC, 3) == 1;

	step(3);
	report(good && sys(SYS_COUNT, COUNT_VMALLOC, 0) == before + 1,
	       "a page of the shared kernel range is mapped once for all spaces");
	report(sys(SYS_KERNEL, KTEST_FAULT, 0), "the kernel survives its own wild accesses");
}

static void test_copies(void)
{
	volatile uint32_t *p = (volatile uint32_t *)(ANON_BASE + 0x10000);
	uint32_t addr = (uint32_t)p;
	struct counts before = counts();
	bool good = sys(SYS_WRITE_TO, 4711, addr) == 0 && p[0] == 4711;

	report(good && faults(before, 1, 1), "the kernel writes to a page that nobody has touched");
	sys(SYS_DROP, addr, 0);
	before = counts();
	good = sys(SYS_READ_FROM, addr, 0) == 4711;
	report(good && faults(before, 0, 1), "and reads one that only the real tables lack");
	sys(SYS_READONLY, addr, 0);
	report(sys(SYS_WRITE_TO, 1, addr) == ~0u && p[0] == 4711,
	       "but does not write where the process may not");
}

static void test_readonly(void)
{
	uint32_t addr = ANON_BASE + 0x11000;
	struct counts before;

	*(volatile uint32_t *)addr = 1;
	sys(SYS_READONLY, addr, 0);
	caught.count = 0;
	before = counts();
	probe_store(addr);
	report(caught.count == 1 && caught.status == 0x81f && caught.addr == addr &&
	       caught.pc == (uint32_t)probe_store && faults(before, 1, 0),
	       "a write to a page made read-only reaches the guest at once, as a permission fault");
}

void test_memory(void)
{
	sys(SYS_YIELD, 0, 0);
	step(1);
	test_demand();
	test_readonly();
	test_copies();
	test_cow();
	test_kernel_range();
}

static void test_late(uint32_t which, uint32_t logical, uint32_t shadow, const char *name)
{
	volatile uint32_t *p = (volatile uint32_t *)(ANON_BASE + 0x12000);
	uint32_t before_writes;
	struct counts before;

	sys(SYS_UNMAP, (uint32_t)p, 0);
	sys(SYS_HOOK, which, 0);
	before = counts();
	p[1] = 9;
	before_writes = p[1];
	report(before_writes == 9 && p[0] == 0 && faults(before, logical, shadow), name);
}

/* Removals are complete, additions that come too late are dropped. */
void test_removal(void)
{
	volatile uint32_t *p = (volatile uint32_t *)(ANON_BASE + 0x13000);
	struct counts before;
	bool good;

	p[3] = 33;
	before = counts();
	good = sys(SYS_UNMAP, (uint32_t)p, 1) == 1;
	report(good && p[3] == 0, "a removed page is gone from the TLB: the kernel faults");
	p[3] = 34;
	sys(SYS_UNMAP, (uint32_t)p, 0);
	report(p[3] == 0 && counts().logical > before.logical + 2,
	       "and so does the process");
	test_late(HOOK_RECLAIM, 2, 0,
		  "a page that is reclaimed between its fault and resume is not mapped");
	test_late(HOOK_OLDGEN, 1, 1, "an addition made under an older generation is dropped");
	report(sys(SYS_KERNEL, KTEST_STALE, 0), "and queue_map answers ESTALE for it");
	SHARED[SHARED_STEP] = 4;
}
