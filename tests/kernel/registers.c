/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Everything that user mode can see is right across switches, or shut: core
 * registers, VFP and NEON, thread IDs, the exclusive monitor, coprocessors.
 */
#include <string.h>
#include "lib/ktest.h"

#define CODE_VA		0x50000000
#define CODE_OFFSET	0x10000
#define ROUNDS		60000

/* A thread that checks its registers, round after round, in its space. */
static void checker(l4_slot thread, l4_word base, l4_word seed)
{
	struct l4_regs r = { .r = { seed, ROUNDS, ~seed }, .psr = 0x10, .tpidruro = ~seed };

	r.pc = BLOB_AT(base, blob_registers);
	memcpy(l4x_buf(), &r, sizeof(r));
	must(l4_thread_write(thread, L4_REGS_CPU));
	must(l4_thread_resume(thread));
}

/*
 * Main wakes every 150 us above n checkers, uses VFP itself, and so preempts
 * them wherever they are.
 */
static bool watch(int n)
{
	struct l4_message m = msg(0, 0, 0);
	volatile double x = 1.0;
	l4_word wakes = 0;
	bool good = true;

	for (uint64_t end = now() + (uint64_t)20000000 * ticks_per_us(); n && now() < end;) {
		int err = l4_recv(&m, 150);

		x = x * 1.0000001;
		wakes++;
		if (err != L4_OK)
			continue;
		n--;
		good = good && m.mr[0] == 0 && !(m.tag & L4_TAG_KERNEL);
		if (m.mr[0])
			note("register %lu was not right", m.mr[0]);
	}
	note("main preempted them %lu times", wakes);
	return good && !n && x > 1.0;
}

static void test_same_cell(void)
{
	for (l4_word i = 0; i < 4; i++) {
		must(l4_thread_create(0, T(i), L4_SLOT_SPACE, LOW, 0, 0));
		checker(T(i), (l4_word)blob, 0x01234567 * (i + 1));
	}
	ok(watch(4), "four threads of one cell keep all registers");
}

static void test_cells(void)
{
	for (l4_word i = 0; i < 3; i++) {
		child_cell(T(10 * i), 65536);
		checker(T(10 * i + 2), BLOB_VA, 0x02468ace * (i + 1));
	}
	must(l4_thread_create(0, T(40), L4_SLOT_SPACE, LOW, 0, 0));
	checker(T(40), (l4_word)blob, 0x13579bdf);
	ok(watch(4), "threads of four cells keep all registers");
}

static void test_prio_cells(void)
{
	for (l4_word i = 0; i < 2; i++) {
		child_cell(T(10 * i), 65536);
		must(l4_thread_prio(T(10 * i + 2), LOW + i));
		checker(T(10 * i + 2), BLOB_VA, 0x0badcafe * (i + 1));
	}
	ok(watch(2), "so do threads of different priorities");
}

static void test_thread_ids(void)
{
	struct l4_regs r = { .r = { 0x1111 }, .psr = 0x10, .tpidrurw = 0x2222, .tpidruro = 0x3333,
			     .pc = (l4_word)blob_tls };
	struct l4x_thread *own = l4x_self();
	struct l4_message m = msg(0, 0, 0);

	must(l4_thread_create(0, T(0), L4_SLOT_SPACE, LOW, 0, 0));
	memcpy(l4x_buf(), &r, sizeof(r));
	must(l4_thread_write(T(0), L4_REGS_CPU));
	must(l4_thread_resume(T(0)));
	must(l4_recv(&m, 1000000));
	ok(m.mr[2] == 0x2222 && m.mr[1] == 0x3333, "thread IDs are what was written to the thread");
	ok(m.mr[0] == 0x1111, "the thread can change TPIDRURW");
	ok(l4x_self() == own, "ours is still ours");
	must(l4_thread_stop(T(0)));
	must(l4_thread_read(T(0), L4_REGS_CPU));
	memcpy(&r, l4x_buf(), sizeof(r));
	ok(r.tpidrurw == 0x1111 && r.tpidruro == 0x3333, "what it changed can be read");
	must(l4_thread_create(0, T(1), L4_SLOT_SPACE, LOW, 0, 0));
	must(l4_thread_start(T(1), (l4_word)blob_tls, 0, 0));
	must(l4_recv(&m, 1000000));
	ok(m.mr[2] == 0 && m.mr[1] == 0, "a new thread's are 0");
}

static volatile uint64_t seen_d[32];
static volatile l4_word seen_fpscr;

/* Stores what VFP holds, before anything else is done with it. */
static void read_vfp(void *arg)
{
	l4_word fpscr;

	(void)arg;
	__asm__ volatile("vstmia %0, {d0-d15}\n\tvstmia %1, {d16-d31}\n\tvmrs %2, fpscr"
		: : "r"(&seen_d[0]), "r"(&seen_d[16]), "r"(0) : "memory");
	__asm__ volatile("vmrs %0, fpscr" : "=r"(fpscr));
	seen_fpscr = fpscr;
}

static void fill_vfp(l4_word fpscr)
{
	uint64_t d[32];

	for (unsigned int i = 0; i < 32; i++)
		d[i] = 0xfeedfacecafe0000ull + i;
	__asm__ volatile("vldmia %0, {d0-d15}\n\tvldmia %1, {d16-d31}\n\tvmsr fpscr, %2"
		: : "r"(&d[0]), "r"(&d[16]), "r"(fpscr) : "memory", "d0", "d1", "d2", "d3", "d4",
		"d5", "d6", "d7", "d8", "d9", "d10", "d11", "d12", "d13", "d14", "d15", "d16",
		"d17", "d18", "d19", "d20", "d21", "d22", "d23", "d24", "d25", "d26", "d27",
		"d28", "d29", "d30", "d31");
}

static void test_vfp_fresh(void)
{
	bool zero = true;

	fill_vfp(0xf0000000);
	(void)helper(0, read_vfp, NULL, HIGH);
	for (int i = 0; i < 32; i++)
		zero = zero && seen_d[i] == 0;
	ok(zero && seen_fpscr == 0, "a new thread sees nothing of another's VFP registers");
	__asm__ volatile("vmsr fpscr, %0" : : "r"(0));
}

static void test_vfp_written(void)
{
	struct l4_vfp *v = (struct l4_vfp *)(void *)l4x_buf();
	struct l4_message m = msg(0, 0, 0);
	struct l4_regs r = { .r = { 0x77, 1, 0 }, .psr = 0x10 };
	bool good = true;

	r.pc = (l4_word)blob_registers;
	must(l4_thread_create(0, T(0), L4_SLOT_SPACE, LOW, 0, 0));
	memcpy(l4x_buf(), &r, sizeof(r));
	must(l4_thread_write(T(0), L4_REGS_CPU));
	must(l4_thread_resume(T(0)));
	must(l4_recv(&m, 1000000));
	must(l4_thread_stop(T(0)));
	must(l4_thread_read(T(0), L4_REGS_VFP));
	for (l4_word i = 0; i < 32; i++)
		good = good && v->d[i] == ((uint64_t)~(0x77 + i) << 32 | (0x77 + i));
	ok(good, "VFP registers that a thread has set can be read");
}

static l4_word try_strex(bool call)
{
	static l4_word word;
	l4_word failed;

	if (call)
		__asm__ volatile("ldrex r1, [%1]\n\tmov r12, %2\n\tsvc #0\n\tstrex %0, r1, [%1]"
			: "=&r"(failed) : "r"(&word), "i"(L4_NR_null)
			: "r0", "r1", "r12", "memory");
	else
		__asm__ volatile("ldrex r1, [%1]\n\tstrex %0, r1, [%1]"
			: "=&r"(failed) : "r"(&word) : "r1", "memory");
	return failed;
}

static void test_exclusive(void)
{
	l4_word failures = 0;

	for (int i = 0; i < 100; i++)
		failures += try_strex(false);
	ok(failures < 10, "an exclusive access works");
	ok(try_strex(true) == 1, "but not over a kernel entry");
}

/* r0 to r11, sp, lr and the flags over a call that has no outputs. */
static void test_preserved(void)
{
	l4_word wrong, in[16];

	for (l4_word i = 0; i < 16; i++)
		in[i] = 0x9000 + i;
	__asm__ volatile(
		"push	{r4-r11, lr}\n"
		"mov	lr, %1\n"
		"ldm	lr, {r0-r11}\n"
		"mov	r12, %2\n"
		"cmp	r0, r0\n"		/* Z and C */
		"mov	r0, sp\n"
		"push	{r0, lr}\n"
		"svc	#0\n"
		"movne	r0, #1\n"		/* 0 if Z is still there */
		"movcc	r0, #1\n"
		"pop	{r12}\n"
		"add	r12, r12, #-8\n"
		"add	r12, r12, #4\n"
		"cmp	r12, sp\n"
		"movne	r0, #2\n"
		"pop	{r12}\n"
		"cmp	r12, lr\n"
		"movne	r0, #3\n"
		".irp	reg, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11\n"
		"ldr	r12, [lr, #4 * \\reg]\n"
		"cmp	r12, r\\reg\n"
		"movne	r0, #10 + \\reg\n"
		".endr\n"
		"pop	{r4-r11, lr}\n"
		"mov	%0, r0\n"
		: "=r"(wrong) : "r"(in), "i"(L4_NR_null)
		: "r0", "r1", "r2", "r3", "r12", "cc", "memory");
	if (wrong)
		note("number %lu was changed", wrong);
	ok(wrong == 0, "a call changes nothing but its result");
	is(null, l4_null(), L4_OK, "the call that does nothing");
}

/* --- coprocessors: undefined, or of no use to anybody --- */

#define MCR(cp, op1, crn, crm, op2) \
	(0xee000010u | (op1) << 21 | (crn) << 16 | (cp) << 8 | (op2) << 5 | (crm))
#define MRC(cp, op1, crn, crm, op2)	(MCR(cp, op1, crn, crm, op2) | 1 << 20)
#define BX_LR		0xe12fff1e

static void put_code(l4_word insn)
{
	l4_word *at = (l4_word *)(RAM_VA + CODE_OFFSET);

	at[0] = 0xe1a00001;	/* mov r0, r1 */
	at[1] = insn;
	at[2] = BX_LR;
	must(l4_cache(0, L4_CACHE_CODE, RAM_VA + CODE_OFFSET, L4_PAGE_SIZE));
}

static struct fault run_insn(l4_word insn, l4_word r0)
{
	put_code(insn);
	return probe(L4_SLOT_SPACE, (l4_word)blob_exec, CODE_VA, r0);
}

static const struct cp_reg {
	const char *name;
	l4_word cp, op1, crn, crm, op2;
} shut[] = {
	{ "MIDR", 15, 0, 0, 0, 0 },		{ "SCTLR", 15, 0, 1, 0, 0 },
	{ "ACTLR", 15, 0, 1, 0, 1 },		{ "CPACR", 15, 0, 1, 0, 2 },
	{ "TTBR0", 15, 0, 2, 0, 0 },		{ "DACR", 15, 0, 3, 0, 0 },
	{ "DFSR", 15, 0, 5, 0, 0 },		{ "DFAR", 15, 0, 6, 0, 0 },
	{ "TLBIALL", 15, 0, 8, 7, 0 },		{ "ICIALLU", 15, 0, 7, 5, 0 },
	{ "DCISW", 15, 0, 7, 6, 2 },		{ "PMCR", 15, 0, 9, 12, 0 },
	{ "PMCNTENSET", 15, 0, 9, 12, 1 },	{ "PMSELR", 15, 0, 9, 12, 5 },
	{ "PMCCNTR", 15, 0, 9, 13, 0 },		{ "PMXEVTYPER", 15, 0, 9, 13, 1 },
	{ "PMXEVCNTR", 15, 0, 9, 13, 2 },	{ "PMINTENSET", 15, 0, 9, 14, 1 },
	{ "VBAR", 15, 0, 12, 0, 0 },		{ "CONTEXTIDR", 15, 0, 13, 0, 1 },
	{ "TPIDRPRW", 15, 0, 13, 0, 4 },	{ "CNTFRQ", 15, 0, 14, 0, 0 },
	{ "power control", 15, 0, 15, 0, 0 },	{ "CBAR write", 15, 4, 15, 0, 0 },
	{ "TEECR", 14, 6, 0, 0, 0 },
}, open_or_inert[] = {
	{ "TEEHBR", 14, 6, 1, 0, 0 },		{ "JIDR", 14, 7, 0, 0, 0 },
	{ "JOSCR", 14, 7, 1, 0, 0 },		{ "JMCR", 14, 7, 2, 0, 0 },
	{ "DBGDIDR", 14, 0, 0, 0, 0 },		{ "DBGDSCR", 14, 0, 0, 1, 0 },
	{ "DBGDTR", 14, 0, 0, 5, 0 },		{ "PMUSERENR", 15, 0, 9, 14, 0 },
	{ "PLEUAR", 15, 0, 11, 1, 0 },		{ "PLEPCR", 15, 0, 11, 1, 1 },
	{ "TPIDRURO", 15, 0, 13, 0, 3 },	{ "DBGVCR", 14, 0, 0, 7, 0 },
};

static void test_shut(void)
{
	for (size_t i = 0; i < sizeof(shut) / sizeof(shut[0]); i++) {
		const struct cp_reg *c = &shut[i];
		struct fault w = run_insn(MCR(c->cp, c->op1, c->crn, c->crm, c->op2), 0);
		struct fault r = run_insn(MRC(c->cp, c->op1, c->crn, c->crm, c->op2), 0);

		ok(w.class == L4_EXC_UNDEF && r.class == L4_EXC_UNDEF, "%s is undefined", c->name);
	}
}

/* A value that one thread leaves there is not seen by the next. */
static void test_inert(void)
{
	const l4_word value = 0x5ea1dead;

	for (size_t i = 0; i < sizeof(open_or_inert) / sizeof(open_or_inert[0]); i++) {
		const struct cp_reg *c = &open_or_inert[i];
		struct fault r;

		(void)run_insn(MCR(c->cp, c->op1, c->crn, c->crm, c->op2), value);
		r = run_insn(MRC(c->cp, c->op1, c->crn, c->crm, c->op2), 0);
		ok(r.class == L4_EXC_UNDEF ||
		       (r.class == NO_FAULT && (r.value & ~3u) != (value & ~3u)),
		   "%s is undefined or carries nothing", c->name);
	}
}

static const struct {
	const char *name;
	l4_word insn;
	int class;
} odd[] = {
	{ "cps to SVC mode", 0xf1020013, NO_FAULT },
	{ "cpsid if", 0xf10c00c0, NO_FAULT },
	{ "msr cpsr_c", 0xe321f0d3, NO_FAULT },
	{ "mrs spsr", 0xe14f0000, L4_EXC_UNDEF + 100 },
	{ "smc", 0xe1600070, L4_EXC_UNDEF },
	{ "hvc", 0xe1400070, L4_EXC_UNDEF },
	{ "eret", 0xe160006e, L4_EXC_UNDEF },
	{ "rfe", 0xf8900a00, L4_EXC_UNDEF + 100 },
	{ "srs", 0xf8cd0513, L4_EXC_UNDEF + 100 },
	{ "vmrs fpexc", 0xeef80a10, L4_EXC_UNDEF },
	{ "vmsr fpexc", 0xeee80a10, L4_EXC_UNDEF },
	{ "bxj lr", 0xe12fff2e, NO_FAULT },
	{ "wfi", 0xe320f003, NO_FAULT },
	{ "wfe", 0xe320f002, NO_FAULT },
	{ "sev", 0xe320f004, NO_FAULT },
	{ "dsb", 0xf57ff04f, NO_FAULT },
	{ "CP15 ISB", MCR(15, 0, 7, 5, 4), NO_FAULT },
	{ "CP15 DSB", MCR(15, 0, 7, 10, 4), NO_FAULT },
	{ "CP15 DMB", MCR(15, 0, 7, 10, 5), NO_FAULT },
	{ "udf", 0xe7f000f0, L4_EXC_UNDEF },
};

/* Interrupts for wfi: without any it sleeps as long as there is none. */
static void tick(void *arg)
{
	struct l4_message m = msg(0, 0, 0);

	(void)arg;
	for (;;)
		(void)!l4_recv(&m, 1000);
}

static void test_odd(void)
{
	(void)helper(0, tick, NULL, HIGH);
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		struct fault f = run_insn(odd[i].insn, RAM_VA);

		/* +100: unpredictable there; that we go on is what counts */
		if (odd[i].class >= 100) {
			ok(true, "%s does no harm (class %d)", odd[i].name, f.class);
			continue;
		}
		ok(f.class == odd[i].class, "%s %s", odd[i].name,
		   odd[i].class == NO_FAULT ? "does no harm" : "is undefined");
		if (f.class != odd[i].class)
			note("class %d", f.class);
	}
}

/* Big-endian data, then an exception: the kernel's own data is not. */
static void test_endian(void)
{
	const l4_word pc = CODE_VA;
	static const l4_word words[] = {
		0xf1010200,		/* setend be */
		0xe5902000,		/* ldr r2, [r0] */
		0xe3a0c000,		/* mov r12, #0: null */
		0xef000000,		/* svc #0 */
		0xf1010000,		/* setend le */
		0xe1a00002,		/* mov r0, r2 */
		BX_LR,
	};
	struct fault f;

	memcpy((void *)(RAM_VA + CODE_OFFSET), words, sizeof(words));
	*(l4_word *)(RAM_VA + CODE_OFFSET + 0x100) = 0x11223344;
	must(l4_cache(0, L4_CACHE_CODE, RAM_VA + CODE_OFFSET, L4_PAGE_SIZE));
	must(l4_thread_create(0, T(0), L4_SLOT_SPACE, LOW, 0, 0));
	route_faults(T(0));
	f = probe_thread(T(0), &(struct l4_regs){ .r = { pc + 0x100, [14] = (l4_word)blob_report },
						  .pc = pc, .psr = 0x10 });
	ok(f.class == NO_FAULT && f.value == 0x44332211, "a big-endian thread can make calls");
}

int main(void)
{
	static const struct test tests[] = {
		{ "one cell", test_same_cell },	   { "several cells", test_cells },
		{ "priorities", test_prio_cells }, { "thread IDs", test_thread_ids },
		{ "new thread", test_vfp_fresh },  { "VFP from outside", test_vfp_written },
		{ "exclusive", test_exclusive },   { "preserved", test_preserved },
		{ "shut", test_shut },		   { "inert", test_inert },
		{ "odd instructions", test_odd },  { "endianness", test_endian },
	};

	must(l4_map(L4_SLOT_SPACE, RAM_SLOT, CODE_VA | L4_MAP_X | RAM_ATTR, CODE_OFFSET,
		    L4_PAGE_SIZE));
	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	covered(L4_NR_null);
	return tests_done();
}
