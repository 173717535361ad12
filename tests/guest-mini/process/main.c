/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Process 0 tests and reports; process 1 does the same work beside it, so that
 * each sees the other's registers if anything leaks.
 */
#include "process/process.h"

#define ROUNDS 200

void process_main(uint32_t number, uint32_t mode);

uint32_t me;
volatile struct caught caught;

static uint32_t seed = 0x1234567;

static uint32_t next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static uint32_t tpidruro(void)
{
	uint32_t value;

	__asm__ volatile("mrc p15, 0, %0, c13, c0, 3" : "=r"(value));
	return value;
}

static uint32_t tpidrurw(void)
{
	uint32_t value;

	__asm__ volatile("mrc p15, 0, %0, c13, c0, 2" : "=r"(value));
	return value;
}

static void tpidrurw_set(uint32_t value)
{
	__asm__ volatile("mcr p15, 0, %0, c13, c0, 2" : : "r"(value));
}

static void fill(struct ctx *want)
{
	for (uint32_t i = 0; i < 15; i++)
		want->r[i] = next();
	for (uint32_t i = 0; i < 32; i++)
		want->d[i] = (uint64_t)next() << 32 | next();
	want->apsr = next() & 0xf80f0000;	/* NZCVQ, GE */
	want->fpscr = next() & 0xf8c0009f;	/* flags, QC, rounding, what was inexact */
}

static bool equal(const struct ctx *want, const struct ctx *got)
{
	bool good = want->apsr == (got->apsr & 0xf80f0000) && want->fpscr == got->fpscr;

	for (uint32_t i = 0; i < 15; i++)
		good &= want->r[i] == got->r[i];
	for (uint32_t i = 0; i < 32; i++)
		good &= want->d[i] == got->d[i];
	return good;
}

/* One path with everything checked; answer is what r0 holds after it. */
bool run_check(check_fn *check, uint32_t nr, uint32_t r0, uint32_t r1, uint32_t answer)
{
	static struct ctx want, got;
	uint32_t rw = next(), ro = tpidruro();

	fill(&want);
	want.r[0] = r0;
	want.r[1] = r1;
	want.r[7] = nr;
	tpidrurw_set(rw);
	check(&want, &got);
	want.r[0] = answer;
	want.r[13] = (uint32_t)&got;
	return equal(&want, &got) && tpidrurw() == rw && tpidruro() == ro;
}

static bool many(check_fn *check, uint32_t nr, uint32_t answer)
{
	bool good = true;

	for (uint32_t i = 0; i < ROUNDS; i++)
		good &= run_check(check, nr, 41, 0, answer);
	return good;
}

static bool across_interrupts(void)
{
	uint32_t end = sys(SYS_COUNT, COUNT_TICKS, 0) + 40;
	bool good = true;

	while (sys(SYS_COUNT, COUNT_TICKS, 0) < end)
		for (uint32_t i = 0; i < 50; i++)
			good &= run_check(check_nops, 99, 5, 6, 5);
	return good;
}

static bool across_sleep(void)
{
	bool good = true;

	for (uint32_t i = 0; i < 10; i++)
		good &= run_check(check_svc, SYS_SLEEP, 0, 0, 0);
	return good;
}

static bool across_faults(uint32_t *page)
{
	bool good = true;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		sys(SYS_UNMAP, (uint32_t)page, 0);
		good &= run_check(check_load, 0, (uint32_t)page, 0, 0);
		good &= run_check(check_store, 0, (uint32_t)page, i + 7, (uint32_t)page);
		sys(SYS_DROP, (uint32_t)page, 0);
		good &= run_check(check_load, 0, (uint32_t)page, 0, i + 7);
	}
	return good;
}

static bool tls_follows(void)
{
	uint32_t old = tpidruro();
	bool good = old == 0x71500000 + me;

	sys(SYS_TLS, 0x12340 + me, 0);
	good &= tpidruro() == 0x12340 + me;
	sys(SYS_YIELD, 0, 0);
	good &= tpidruro() == 0x12340 + me;
	sys(SYS_TLS, old, 0);
	return good && tpidruro() == old;
}

static bool registers(bool verbose)
{
	uint32_t *page = (uint32_t *)(ANON_BASE + 0x8000);
	const struct {
		bool good;
		const char *name;
	} result[] = {
		{ many(check_svc, SYS_NULL, 42), "every register survives a system call" },
		{ many(check_svc, SYS_YIELD, 0), "every register survives a switch of processes" },
		{ across_sleep(), "every register survives sleep and wait" },
		{ across_interrupts(), "every register survives timer interrupts" },
		{ across_faults(page), "every register survives page faults of both kinds" },
		{ tls_follows(), "TPIDRURO and TPIDRURW belong to the process" },
	};
	bool good = true;

	for (uint32_t i = 0; i < sizeof(result) / sizeof(result[0]); i++) {
		good &= result[i].good;
		if (verbose)
			report(result[i].good, result[i].name);
	}
	return good;
}

static void first(void)
{
	test_memory();
	test_removal();
	test_closed();
	registers(true);
	SHARED[SHARED_STEP] = ~0u;
	while (SHARED[SHARED_DONE] != ~0u)
		sys(SYS_YIELD, 0, 0);
	report(!SHARED[SHARED_BAD], "process 1 kept its registers and memory all the time");
	report(sys(SYS_COUNT, COUNT_SWITCH, 0) > 100, "the timer switched processes");
}

static void second(void)
{
	other_memory();
	while (SHARED[SHARED_STEP] != ~0u)
		if (!registers(false))
			SHARED[SHARED_BAD]++;
	SHARED[SHARED_DONE] = ~0u;
}

/* The program's own pages, so that tests count only the faults that they make. */
static void touch(void)
{
	extern char _data[], _end[];
	uint32_t local[3 * L4_PAGE_SIZE / 4];

	for (uint32_t addr = USER_BASE; addr < (uint32_t)_end; addr += L4_PAGE_SIZE) {
		volatile uint32_t *p = (volatile uint32_t *)addr;

		if (addr >= (uint32_t)_data)
			*p = *p;
		else
			(void)*p;
	}
	for (uint32_t i = 0; i < 3; i++)
		*(volatile uint32_t *)&local[i * L4_PAGE_SIZE / 4] = 0;
}

void process_main(uint32_t number, uint32_t mode)
{
	touch();
	me = number;
	seed += number;
	sys(SYS_CATCH, (uint32_t)catch_fault, 0);
	if (mode == MODE_INJECT)
		inject();
	while (mode >= HOSTILE)
		registers(false);
	if (me == 0)
		first();
	else
		second();
}
