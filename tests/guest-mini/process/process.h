/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What the files of the processes share.
 */
#ifndef MINI_PROCESS_H
#define MINI_PROCESS_H

#include "mini.h"

/* Everything that a process can see of the processor; check.S counts on it. */
#define CTX_LR		56
#define CTX_APSR	60
#define CTX_D		64
#define CTX_FPSCR	320
#define CTX_STACK	324

#ifndef __ASSEMBLER__
#include <stdbool.h>
#include <stddef.h>

struct ctx {
	uint32_t r[15];
	uint32_t apsr;
	uint64_t d[32];
	uint32_t fpscr;
	uint32_t stack;		/* of the function that checks */
} __attribute__((aligned(8)));

_Static_assert(offsetof(struct ctx, apsr) == CTX_APSR, "check.S");
_Static_assert(offsetof(struct ctx, d) == CTX_D, "check.S");
_Static_assert(offsetof(struct ctx, fpscr) == CTX_FPSCR, "check.S");
_Static_assert(offsetof(struct ctx, stack) == CTX_STACK, "check.S");

/* check.S: all registers as in want, one instruction or path, then into got. */
typedef void check_fn(const struct ctx *want, struct ctx *got);
check_fn check_svc, check_svc_other, check_load, check_store, check_nops, check_add;

/* What the last fault was that the kernel did not resolve; count says if it came. */
struct caught {
	uint32_t class, status, addr, pc, count;
};
extern volatile struct caught caught;
void catch_fault(void);

/* One access each: see check.S. */
typedef void probe_fn(uint32_t addr);
probe_fn probe_load, probe_store, probe_load_byte, probe_store_half, probe_load_double,
	probe_store_double, probe_load_many, probe_store_many, probe_load_exclusive,
	probe_load_vfp, probe_store_vfp, probe_jump;

static inline uint32_t sys(uint32_t nr, uint32_t a, uint32_t b)
{
	register uint32_t r0 __asm__("r0") = a;
	register uint32_t r1 __asm__("r1") = b;
	register uint32_t r7 __asm__("r7") = nr;

	__asm__ volatile("svc #0" : "+r"(r0) : "r"(r1), "r"(r7) : "memory");
	return r0;
}

static inline void report(bool good, const char *name)
{
	sys(SYS_REPORT, good, (uint32_t)name);
}

/* main.c */
extern uint32_t me;		/* 0 or 1 */
bool run_check(check_fn *check, uint32_t nr, uint32_t r0, uint32_t r1, uint32_t answer);

void test_memory(void);		/* memory.c */
void test_removal(void);
void other_memory(void);
void test_closed(void);		/* closed.c */
void inject(void);		/* inject.c */

/* Words of the shared area. */
#define SHARED		((volatile uint32_t *)SHARED_BASE)
#define SHARED_SUM	0	/* both add to it */
#define SHARED_STEP	1	/* where process 0 is; process 1 follows */
#define SHARED_DONE	2	/* where process 1 is */
#define SHARED_BAD	3	/* what process 1 found wrong */
#endif

#endif
