/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The processes' side of inject.py: one path a round, for ever, with every
 * register checked.  Process 1 sleeps unless the path is a switch to it.
 */
#include "process/process.h"

#define PAGE	(ANON_BASE + 0x20000)

static bool round(uint32_t which)
{
	switch (which) {
	case CASE_SVC:
		return run_check(check_svc, SYS_NULL, 41, 0, 42);
	case CASE_YIELD:
		return run_check(check_svc, SYS_YIELD, 1, 2, 0);
	case CASE_DEMAND:
		sys(SYS_UNMAP, PAGE, 0);
		return run_check(check_load, 0, PAGE, 0, 0);
	case CASE_COW:
		sys(SYS_UNMAP, PAGE, 0);
		return run_check(check_load, 0, PAGE, 0, 0) &&
		       run_check(check_store, 0, PAGE, 815, PAGE);
	case CASE_SHADOW:
		*(volatile uint32_t *)PAGE = 816;
		sys(SYS_DROP, PAGE, 0);
		return run_check(check_load, 0, PAGE, 0, 816);
	case CASE_READ:
		*(volatile uint32_t *)PAGE = 817;
		sys(SYS_DROP, PAGE, 0);
		return run_check(check_svc, SYS_READ_FROM, PAGE, 0, 817);
	case CASE_WRITE:
		sys(SYS_UNMAP, PAGE, 0);
		return run_check(check_svc, SYS_WRITE_TO, 818, PAGE, 0) &&
		       *(volatile uint32_t *)PAGE == 818;
	case CASE_SLEEP:
		return run_check(check_svc, SYS_SLEEP, 0, 0, 0);
	case CASE_ADD:
		return run_check(check_add, 0, 5, 0, 6);
	default:
		return true;
	}
}

static void other(void)
{
	uint32_t bad = 0;

	for (;;) {
		if (sys(SYS_COUNT, COUNT_CASE, 0) != CASE_YIELD)
			sys(SYS_SLEEP, 0, 0);
		else if (!run_check(check_svc_other, SYS_YIELD, 3, 4, 0))
			bad++;
		SHARED[SHARED_BAD] = bad;
	}
}

void inject(void)
{
	uint32_t bad = 0;

	if (me != 0)
		other();
	for (;;) {
		bad = !round(sys(SYS_ROUND, bad + SHARED[SHARED_BAD], 0));
		/* An interrupt has woken process 1: every round begins when it sleeps. */
		sys(SYS_YIELD, 0, 0);
	}
}
