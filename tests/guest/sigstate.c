// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Signals and registers: a handler leaves no trace in what it interrupted, sees
 * the registers, may change them, runs on another stack, and is itself ARM or
 * Thumb code.
 */
#include <asm/sigcontext.h>
#include <setjmp.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <ucontext.h>
#include "lib/check.h"
#include "lib/hold.h"

#define VFP_MAGIC_WORD	0x56465001

static volatile int count;

/* The registers of VFP in a signal frame: size 288, d0-d31, then FPSCR; FPEXC two words on. */
static uint64_t *frame_vfp(void *context)
{
	ucontext_t *uc = context;
	uint32_t *w = (uint32_t *)uc->uc_regspace;

	for (size_t i = 0; i < sizeof(uc->uc_regspace) / 4; i += w[i + 1] / 4) {
		if (w[i] == VFP_MAGIC_WORD && w[i + 1] == 288)
			return (uint64_t *)(w + i + 2);
		if (!w[i] || w[i + 1] < 8)
			break;
	}
	FAIL("no VFP registers in the frame");
}

static void spoil(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)info, (void)context;
	spoil_vfp(0xbad00bad);
	count++;
}

static void tick(long microseconds)
{
	struct itimerval t = { { 0, microseconds }, { 0, microseconds } };

	SYS(setitimer(ITIMER_REAL, &t, NULL));
}

static void no_trace(void)
{
	on_signal(SIGALRM, 0, spoil);
	tick(1000);
	for (unsigned i = 0; count < (int)loops(200); i++)
		CHECK_EQ(hold(i << 8, 300, (i & 3) << 22, i & 1 ? NO_CALL : SYS_getppid), 0);
}

/* The opposite, so that the tests above and below mean something. */
static int which;

static void change_one(int sig, siginfo_t *info, void *context)
{
	mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;

	(void)sig, (void)info;
	if (which < 16)
		(&m->arm_r0)[which] ^= 0x100;
	else
		frame_vfp(context)[which % 100] ^= which < 200 ? 1 : 1ull << 32;
	count++;
}

static void a_change_is_noticed(void)
{
	static const int registers[] = { 3, 4, 6, 8, 11, 14, 100, 115, 131, 200, 216, 231 };
	struct itimerval once = { { 0, 0 }, { 0, 200 } };

	on_signal(SIGALRM, 0, change_one);
	for (size_t i = 0; i < ARRAY_SIZE(registers); i++) {
		which = registers[i];
		for (int tries = 0; tries < 20; tries++) {
			unsigned seen;

			SYS(setitimer(ITIMER_REAL, &once, NULL));
			/* In the middle of a check the same register may show in another way. */
			seen = hold(i << 8, 1000000, 0, NO_CALL);
			CHECK(seen != 0);
			if ((int)seen == which)
				break;
			CHECK(tries < 19);
		}
	}
	CHECK(count >= (int)ARRAY_SIZE(registers));
}

/* The same with other processes that do it too. */
static void hold_with_ticks(void *arg)
{
	unsigned seed = (uintptr_t)arg << 20;

	count = 0;
	on_signal(SIGALRM, 0, spoil);
	tick(1500);
	while (count < (int)loops(40))
		CHECK_EQ(hold(seed, 100, (seed & 3) << 22, SYS_sched_yield), 0);
}

static void no_trace_between_processes(void)
{
	pid_t pid[5];

	for (uintptr_t i = 0; i < ARRAY_SIZE(pid); i++)
		pid[i] = spawn(hold_with_ticks, (void *)i);
	for (size_t i = 0; i < ARRAY_SIZE(pid); i++)
		reap(pid[i]);
}

/* --- a handler that looks and changes --- */

/* Raises a signal by an undefined instruction, with known registers. */
ARM NOINLINE static void raise_with_registers(uint32_t *out)
{
	__asm__ volatile(
		"push	{r7, r11}\n\t"
		"push	{%0}\n\t"
		"mov	r1, #1\n\tmov r2, #2\n\tmov r3, #3\n\tmov r4, #4\n\tmov r5, #5\n\t"
		"mov	r6, #6\n\tmov r7, #7\n\tmov r8, #8\n\tmov r9, #9\n\tmov r10, #10\n\t"
		"mov	r11, #11\n\tmov r12, #12\n\tmov lr, #14\n\t"
		"vmov	d8, r1, r2\n\tvmov d31, r3, r4\n\t"
		"msr	APSR_nzcvq, #0x50000000\n\t"
		"mov	r0, #100\n\t"
		".inst	0xe7f000f0\n\t"
		"push	{r12}\n\t"
		"mrs	r12, APSR\n\t"
		"push	{r0-r11, r12}\n\t"
		"ldr	r0, [sp, #56]\n\t"	/* out */
		"pop	{r1-r12}\n\t"
		"stmia	r0!, {r1-r12}\n\t"	/* r0-r11 */
		"pop	{r1, r2}\n\t"		/* flags, r12 */
		"stmia	r0!, {r2, lr}\n\t"
		"str	r1, [r0], #4\n\t"
		"vstmia	r0!, {d8}\n\tvstmia r0!, {d31}\n\t"
		"add	sp, sp, #4\n\t"
		"pop	{r7, r11}\n\t"
		:: "r"(out)
		: "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r12", "lr",
		  "d8", "d31", "cc", "memory");
}

static void look_and_change(int sig, siginfo_t *info, void *context)
{
	mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;
	unsigned long *r = &m->arm_r0;
	uint64_t *vfp = frame_vfp(context);

	CHECK_EQ(sig, SIGILL);
	CHECK_EQ((unsigned long)info->si_addr, m->arm_pc);
	CHECK_EQ(r[0], 100);
	for (unsigned i = 1; i < 13; i++) {
		CHECK_EQ(r[i], i);
		r[i] += 0x1000;
	}
	CHECK_EQ(m->arm_lr, 14);
	CHECK_EQ(m->arm_cpsr & 0xf8000000, 0x50000000);
	CHECK_EQ(m->arm_cpsr & 0x3f, 0x10);
	CHECK_EQ(vfp[8], 0x200000001);
	CHECK_EQ(vfp[31], 0x400000003);
	r[0] = 0x1000;
	m->arm_lr = 0x100e;
	m->arm_cpsr ^= 0xf8000000;
	vfp[8] = 0x8888888888888888;
	vfp[31] = 0x3131313131313131;
	m->arm_pc += 4;
	count++;
}

static void changed_registers(void)
{
	uint32_t out[19];	/* r0-r12, lr, flags, d8, d31 */

	on_signal(SIGILL, 0, look_and_change);
	raise_with_registers(out);
	CHECK_EQ(count, 1);
	for (unsigned i = 0; i < 13; i++)
		CHECK_EQ(out[i], 0x1000 + i);
	CHECK_EQ(out[13], 0x100e);
	CHECK_EQ(out[14] & 0xf8000000, 0xa8000000);
	CHECK(out[15] == 0x88888888 && out[16] == 0x88888888);
	CHECK(out[17] == 0x31313131 && out[18] == 0x31313131);
}

/* --- what sigreturn must not believe --- */

static uint32_t new_cpsr;

static void set_cpsr(int sig, siginfo_t *info, void *context)
{
	mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;

	(void)sig, (void)info;
	m->arm_cpsr = new_cpsr;
	count++;
}

static void raise_with_cpsr(void *cpsr)
{
	new_cpsr = (uintptr_t)cpsr;
	raise(SIGUSR1);
}

static void privileged_status_is_refused(void)
{
	static const uint32_t modes[] = { 0x13, 0x1f, 0x11, 0x12, 0x17, 0x1b, 0x16, 0x00, 0x90 };
	struct fault f;

	on_signal(SIGUSR1, 0, set_cpsr);
	/* Other modes and masked interrupts are a segmentation fault or are cleared. */
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		uint32_t now;

		if (!faults(raise_with_cpsr, (void *)(uintptr_t)modes[i], &f)) {
			__asm__ volatile("mrs %0, cpsr" : "=r"(now));
			CHECK_EQ(now & 0x1f, 0x10);
			CHECK_EQ(now & 0xc0, 0);
		} else {
			CHECK_EQ(f.sig, SIGSEGV);
		}
	}
	CHECK_EQ(count, ARRAY_SIZE(modes));
}

/* --- stacks --- */

static char alternate[32768] __attribute__((aligned(8)));
static sigjmp_buf back;

static void on_alternate(int sig, siginfo_t *info, void *context)
{
	volatile char here;

	(void)sig, (void)context;
	CHECK((char *)&here > alternate && (char *)&here < alternate + sizeof(alternate));
	CHECK(info->si_code == SEGV_MAPERR || info->si_code == SEGV_ACCERR);
	count++;
	siglongjmp(back, 1);
}

#pragma GCC diagnostic ignored "-Winfinite-recursion"
NOINLINE static int recurse(int n)
{
	volatile char room[4000];

	room[n & 1023] = n;
	return recurse(n + 1) + room[n & 1023];
}

static void stack_overflow_on_alternate_stack(void)
{
	stack_t alt = { .ss_sp = alternate, .ss_size = sizeof(alternate) }, now;
	struct rlimit limit = { 1 << 20, 1 << 20 };

	SYS(setrlimit(RLIMIT_STACK, &limit));
	SYS(sigaltstack(&alt, NULL));
	on_signal(SIGSEGV, SA_ONSTACK, on_alternate);
	for (int i = 0; i < 3; i++)
		if (!sigsetjmp(back, 1))
			recurse(0);
	CHECK_EQ(count, 3);
	SYS(sigaltstack(NULL, &now));
	CHECK_EQ(now.ss_flags, 0);
	CHECK_EQ(now.ss_size, sizeof(alternate));
}

static void overflow_without_alternate_stack(void)
{
	pid_t pid = SYS(fork());

	if (pid == 0) {
		struct rlimit limit = { 1 << 20, 1 << 20 };

		SYS(setrlimit(RLIMIT_STACK, &limit));
		on_signal(SIGSEGV, 0, spoil);
		recurse(0);
	}
	reap_signal(pid, SIGSEGV);
}

/* --- handlers and interrupted code in both instruction sets --- */

ARM static void arm_handler(int sig, siginfo_t *info, void *context)
{
	spoil(sig, info, context);
}

THUMB static void thumb_handler(int sig, siginfo_t *info, void *context)
{
	spoil(sig, info, context);
}

/* A loop of IT blocks, whose state must survive: the result says if it did. */
THUMB NOINLINE static unsigned it_blocks(unsigned rounds)
{
	unsigned odd = 0, even = 0;

	for (unsigned i = 0; i < rounds; i++)
		__asm__ volatile(
			"tst	%2, #1\n\t"
			"itete	ne\n\t"
			"addne	%0, %0, #1\n\taddeq %1, %1, #1\n\t"
			"addne	%0, %0, #2\n\taddeq %1, %1, #2\n\t"
			: "+r"(odd), "+r"(even) : "r"(i) : "cc");
	return odd == even ? odd : 0;
}

ARM NOINLINE static unsigned conditional(unsigned rounds)
{
	unsigned odd = 0, even = 0;

	for (unsigned i = 0; i < rounds; i++)
		__asm__ volatile(
			"tst	%2, #1\n\t"
			"addne	%0, %0, #3\n\taddeq %1, %1, #3\n\t"
			: "+r"(odd), "+r"(even) : "r"(i) : "cc");
	return odd == even ? odd : 0;
}

static void both_instruction_sets(void)
{
	tick(1000);
	for (int way = 0; way < 4; way++) {
		on_signal(SIGALRM, 0, way & 1 ? arm_handler : thumb_handler);
		for (count = 0; count < (int)loops(60);)
			CHECK_EQ((way & 2 ? it_blocks : conditional)(20000), 30000);
	}
}

/* FPEXC: an exception that is under way, an instruction that is to be emulated. */
static void change_fpexc(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)info;
	((uint32_t *)(frame_vfp(context) + 33))[0] |= 0xbfffffff;
}

static void fused(void *arg)
{
	(void)arg;
	__asm__ volatile(".inst 0xeea00a81");	/* vfma.f32 s0, s1, s2: not in VFPv3 */
}

static void fpexc_is_not_the_processs(void)
{
	struct fault f;

	on_signal(SIGUSR1, 0, change_fpexc);
	spoil_vfp(1);
	SYS(raise(SIGUSR1));
	CHECK(faults(fused, NULL, &f));
	CHECK_EQ(f.sig, SIGILL);
}

static const struct test tests[] = {
	T(no_trace), T(a_change_is_noticed), T(no_trace_between_processes),
	T(changed_registers), T(privileged_status_is_refused),
	T(stack_overflow_on_alternate_stack), T(overflow_without_alternate_stack),
	T(both_instruction_sets), T(fpexc_is_not_the_processs),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
