// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * VFP and NEON: every register is a process's and a thread's own, across
 * switches, system calls, fork and exec; arithmetic and its exceptions.
 * Signals are in sigstate.c.
 */
#include <fenv.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "lib/check.h"
#include "lib/hold.h"

/* FPSCR values that differ: rounding modes, flush to zero, default NaN, flags. */
static const uint32_t fpscrs[] = { 0, 0x00400000, 0x00800000, 0x00c00000, 0x01000000, 0x02000000,
				   0xf0000000, 0x0800009f };

static unsigned fpscr_of(unsigned n)
{
	return fpscrs[n % ARRAY_SIZE(fpscrs)];
}

static void across_system_calls(void)
{
	CHECK_EQ(hold(0x1000, 200, 0, SYS_getppid), 0);
	CHECK_EQ(hold(0x2000, 200, 0x00400000, SYS_sched_yield), 0);
	CHECK_EQ(hold(0x3000, 50, 0x02000000, 4095 /* none */), 0);
}

static void hold_and_yield(void *arg)
{
	unsigned n = (uintptr_t)arg;

	CHECK_EQ(hold(n << 16, loops(100), fpscr_of(n), SYS_sched_yield), 0);
}

static void across_processes(void)
{
	pid_t pid[12];

	for (size_t i = 0; i < ARRAY_SIZE(pid); i++)
		pid[i] = spawn(hold_and_yield, (void *)i);
	for (size_t i = 0; i < ARRAY_SIZE(pid); i++)
		reap(pid[i]);
}

/* Half of them use VFP, the others do not touch it. */
static void without_vfp(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < loops(100); i++)
		syscall(SYS_sched_yield);
}

static void beside_integer_processes(void)
{
	pid_t pid[8];

	for (size_t i = 0; i < ARRAY_SIZE(pid); i++)
		pid[i] = spawn(i & 1 ? without_vfp : hold_and_yield, (void *)i);
	for (size_t i = 0; i < ARRAY_SIZE(pid); i++)
		reap(pid[i]);
}

static void *thread(void *arg)
{
	hold_and_yield(arg);
	return NULL;
}

static void across_threads(void)
{
	pthread_t t[10];

	for (uintptr_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_EQ(pthread_create(&t[i], NULL, thread, (void *)i), 0);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_EQ(pthread_join(t[i], NULL), 0);
}

static void across_preemption(void)
{
	pid_t pid[4];

	for (uintptr_t i = 0; i < ARRAY_SIZE(pid); i++) {
		pid[i] = SYS(fork());
		if (pid[i] == 0) {
			/* several ticks at 200 instructions a round, under icount too */
			CHECK_EQ(hold(i << 20, loops(150000), fpscr_of(i), NO_CALL), 0);
			_exit(0);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(pid); i++)
		reap(pid[i]);
}

/* The raw call: no code of the library between the registers and the test. */
static long fork_with_vfp(uint32_t value, uint32_t *low, uint32_t *high)
{
	register long r0 __asm__("r0") = SIGCHLD, r1 __asm__("r1") = 0, r2 __asm__("r2") = 0;
	register long r3 __asm__("r3") = 0, r4 __asm__("r4") = 0, r12 __asm__("r12");
	uint32_t a, b;

	__asm__ volatile(
		"vmov d0, %[v], %[v]\n\tvmov d15, %[v], %[v]\n\tvmov d31, %[v], %[v]\n\t"
		"push {r7}\n\tmovs r7, #120\n\tsvc #0\n\tpop {r7}\n\t"
		"vadd.i32 d0, d0, d15\n\t"
		"vmov.32 %[a], d0[0]\n\tvmov.32 %[b], d31[1]"
		: "+r"(r0), [a] "=&r"(a), [b] "=&r"(b), "=r"(r12)
		: "r"(r1), "r"(r2), "r"(r3), "r"(r4), [v] "r"(value)
		: "d0", "d15", "d31", "memory");
	*low = a;
	*high = b;
	return r0;
}

static void fork_copies_registers(void)
{
	for (uint32_t i = 1; i < 20; i++) {
		uint32_t low, high;
		long pid = fork_with_vfp(i << 8, &low, &high);

		CHECK_EQ(low, i << 9);
		CHECK_EQ(high, i << 8);
		if (pid == 0) {
			spoil_vfp(0xdeadbeef);
			_exit(0);
		}
		reap(SYS(pid));
	}
}

static void exec_clears_registers(void)
{
	pid_t pid = SYS(fork());

	if (pid == 0) {
		spoil_vfp(0xdeadbeef);
		execl("/proc/self/exe", "vfp", "--fresh", NULL);
		_exit(1);
	}
	reap_status(pid, 30);
}

static void exceptions_are_flags(void)
{
	volatile double zero = 0, one = 1, huge = 1e308, tiny = 4.9e-324;

	feclearexcept(FE_ALL_EXCEPT);
	CHECK(isinf(one / zero));
	CHECK_EQ(fetestexcept(FE_ALL_EXCEPT), FE_DIVBYZERO);
	feclearexcept(FE_ALL_EXCEPT);
	CHECK(isnan(zero / zero));
	CHECK_EQ(fetestexcept(FE_ALL_EXCEPT), FE_INVALID);
	feclearexcept(FE_ALL_EXCEPT);
	CHECK(isinf(huge * huge));
	CHECK_EQ(fetestexcept(FE_ALL_EXCEPT), FE_OVERFLOW | FE_INEXACT);
	feclearexcept(FE_ALL_EXCEPT);
	CHECK(tiny / 2 == 0);
	CHECK_EQ(fetestexcept(FE_ALL_EXCEPT), FE_UNDERFLOW | FE_INEXACT);
	/* They stay while others run. */
	yield();
	CHECK_EQ(fetestexcept(FE_ALL_EXCEPT), FE_UNDERFLOW | FE_INEXACT);
	/* A Cortex-A9 cannot trap them: the enable bits stay zero. */
	CHECK_EQ(feenableexcept(FE_DIVBYZERO), -1);
}

static void rounding_is_a_threads_own(void)
{
	volatile float a = 1, b = 3;
	float down, up;

	fesetround(FE_DOWNWARD);
	yield();
	down = a / b;
	fesetround(FE_UPWARD);
	yield();
	up = a / b;
	fesetround(FE_TONEAREST);
	CHECK(down < up);
	CHECK(nextafterf(down, 1) == up);
}

static double series(int terms)
{
	double sum = 0;

	for (int i = terms; i > 0; i--)
		sum += 1.0 / ((double)i * i);
	return sum;
}

static void neon_and_vfp_add_up(void)
{
	uint32_t in[64], out[64];

	for (uint32_t i = 0; i < ARRAY_SIZE(in); i++)
		in[i] = i * 0x01010101;
	for (size_t i = 0; i < ARRAY_SIZE(in); i += 8) {
		__asm__ volatile(
			"vld1.32 {q14-q15}, [%0]\n\tvrev32.8 q14, q14\n\tvadd.i32 q15, q15, q15\n\t"
			"vst1.32 {q14-q15}, [%1]"
			:: "r"(in + i), "r"(out + i) : "q14", "q15", "memory");
		yield();
	}
	for (size_t i = 0; i < ARRAY_SIZE(in); i++)
		CHECK_EQ(out[i], i & 4 ? in[i] * 2 : __builtin_bswap32(in[i]));
	CHECK(fabs(series(2000) - 1.6444341918273963) < 1e-12);
}

/* After exec: nothing of the old program's registers. */
static int fresh(void)
{
	uint64_t d[32];
	uint32_t fpscr;

	__asm__ volatile("vstmia %0!, {d0-d15}\n\tvstmia %0, {d16-d31}" : : "r"(d) : "memory");
	__asm__ volatile("vmrs %0, fpscr" : "=r"(fpscr));
	for (size_t i = 0; i < ARRAY_SIZE(d); i++)
		if ((uint32_t)d[i] == 0xdeadbeef || (uint32_t)d[i] == ~0xdeadbeef)
			return 31;
	return fpscr & 0x0fffffff ? 32 : 30;
}

static const struct test tests[] = {
	T(across_system_calls), T(across_processes), T(beside_integer_processes),
	T(across_threads), T(across_preemption), T(fork_copies_registers),
	T(exec_clears_registers), T(exceptions_are_flags), T(rounding_is_a_threads_own),
	T(neon_and_vfp_add_up),
};

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--fresh"))
		return fresh();
	return RUN(tests);
}
