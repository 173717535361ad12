// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Thread pointers: the one that the kernel gives out (TPIDRURO, set_tls), and the
 * one that a thread may write itself (TPIDRURW), each a thread's own.
 */
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include "lib/check.h"

#define ARM_SET_TLS	0xf0005
#define ARM_GET_TLS	0xf0006

void *__aeabi_read_tp(void);

static uint32_t read_only(void)
{
	uint32_t value;

	__asm__ volatile("mrc p15, 0, %0, c13, c0, 3" : "=r"(value));
	return value;
}

static uint32_t own(void)
{
	uint32_t value;

	__asm__ volatile("mrc p15, 0, %0, c13, c0, 2" : "=r"(value));
	return value;
}

static void set_own(uint32_t value)
{
	__asm__ volatile("mcr p15, 0, %0, c13, c0, 2" :: "r"(value));
}

static void ways_to_read_it(void)
{
	CHECK_EQ((uint32_t)__builtin_thread_pointer(), read_only());
	CHECK_EQ((uint32_t)__aeabi_read_tp(), read_only());
	CHECK_EQ(syscall(ARM_GET_TLS), read_only());
}

/* Nothing of the library may run while its thread pointer is another one. */
static bool set_and_look(uint32_t value, uint32_t old)
{
	register uint32_t r0 __asm__("r0") = value;
	uint32_t seen;

	__asm__ volatile(
		"push {r7}\n\tmovw r7, #5\n\tmovt r7, #0xf\n\tsvc #0\n\t"
		"mrc p15, 0, %1, c13, c0, 3\n\t"
		"movs r7, #158\n\tsvc #0\n\t"		/* sched_yield */
		"mrc p15, 0, r0, c13, c0, 3\n\t"
		"cmp r0, %1\n\tit ne\n\tmovne %1, #0\n\t"
		"mov r0, %2\n\tmovw r7, #5\n\tmovt r7, #0xf\n\tsvc #0\n\tpop {r7}"
		: "+r"(r0), "=&r"(seen) : "r"(old) : "cc", "memory");
	return seen == value;
}

static void set_by_system_call(void)
{
	uint32_t old = read_only();

	for (uint32_t v = 0x1000; v < 0xf0000000; v += 0x01234567)
		CHECK(set_and_look(v, old));
	CHECK_EQ(read_only(), old);
}

static void set_and_look_with_others(void *arg)
{
	uint32_t old = read_only();

	for (unsigned i = 1; i < loops(300); i++) {
		CHECK(set_and_look((uintptr_t)arg + i, old));
		CHECK_EQ(own(), (uintptr_t)arg);
	}
}

static void a_processs_own(void)
{
	pid_t pid[6];

	for (uintptr_t i = 0; i < ARRAY_SIZE(pid); i++) {
		set_own(i << 16);	/* fork copies it */
		pid[i] = spawn(set_and_look_with_others, (void *)(i << 16));
	}
	for (size_t i = 0; i < ARRAY_SIZE(pid); i++)
		reap(pid[i]);
}

static __thread unsigned counter, initialized = 0x5555;

static void *count(void *arg)
{
	unsigned times = loops(500);

	CHECK_EQ(initialized, 0x5555);
	initialized = (uintptr_t)arg;
	set_own((uintptr_t)arg * 0x1111);
	for (unsigned i = 0; i < times; i++) {
		counter++;
		yield();
		CHECK_EQ(own(), (uintptr_t)arg * 0x1111);
	}
	CHECK_EQ(counter, times);
	CHECK_EQ(initialized, (uintptr_t)arg);
	return (void *)(uintptr_t)read_only();
}

static void a_threads_own(void)
{
	pthread_t t[8];
	void *tp[8];

	for (uintptr_t i = 0; i < 8; i++)
		CHECK_EQ(pthread_create(&t[i], NULL, count, (void *)i), 0);
	for (int i = 0; i < 8; i++)
		CHECK_EQ(pthread_join(t[i], &tp[i]), 0);
	CHECK_EQ(initialized, 0x5555);
	for (int i = 1; i < 8; i++)
		CHECK((uint32_t)tp[i] != read_only());
}

static volatile int ticks;

static void on_tick(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)info, (void)context;
	ticks++;
}

/* Preempted at any instruction. */
static void spin(void *arg)
{
	struct itimerval t = { { 0, 5000 }, { 0, 5000 } };
	uint32_t mine = (uintptr_t)arg, tp = read_only();

	set_own(mine);
	on_signal(SIGALRM, 0, on_tick);
	SYS(setitimer(ITIMER_REAL, &t, NULL));
	while (ticks < (int)loops(20)) {
		CHECK_EQ(own(), mine);
		CHECK_EQ(read_only(), tp);
	}
}

static void under_preemption(void)
{
	pid_t pid[5];

	for (uintptr_t i = 0; i < ARRAY_SIZE(pid); i++)
		pid[i] = spawn(spin, (void *)(i * 0x01010101));
	for (size_t i = 0; i < ARRAY_SIZE(pid); i++)
		reap(pid[i]);
}

#define THREAD	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)
#define OTHER	0x12345678u

static volatile bool stop, wrong, done[2];

static void set_read_only(uint32_t value)
{
	register uint32_t r0 __asm__("r0") = value;

	__asm__ volatile("push {r7}\n\tmovw r7, #5\n\tmovt r7, #0xf\n\tsvc #0\n\tpop {r7}"
			 : "+r"(r0) : : "memory");
}

static int set_all_the_time(void *arg)
{
	uint32_t mine = read_only();

	while (!stop) {
		set_read_only(OTHER);
		set_read_only(mine);
	}
	done[0] = true;
	return (arg != NULL);
}

static int wake_and_look(void *arg)
{
	struct timespec t = { 0, 10000 };
	uint32_t mine = read_only();

	for (unsigned i = 0; i < loops(3000); i++) {
		clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
		if (read_only() != mine)
			wrong = true;
	}
	done[1] = true;
	return (arg != NULL);
}

/* Threads with one value, as clone makes them: one changes its own, and is preempted. */
static void set_beside_another(void)
{
	static uint64_t stack[2][8192];

	SYS(clone(set_all_the_time, stack[0] + ARRAY_SIZE(stack[0]), THREAD, NULL));
	SYS(clone(wake_and_look, stack[1] + ARRAY_SIZE(stack[1]), THREAD, NULL));
	while (!done[1])
		usleep(10000);
	stop = true;
	while (!done[0])
		usleep(10000);
	CHECK(!wrong);
}

static void exec_clears_it(void)
{
	pid_t pid = SYS(fork());

	if (pid == 0) {
		set_own(0x12345678);
		execl("/proc/self/exe", "tls", "--fresh", NULL);
	}
	reap_status(pid, 20);
}

static const struct test tests[] = {
	T(ways_to_read_it), T(set_by_system_call), T(a_processs_own), T(a_threads_own),
	T(under_preemption), T(set_beside_another), T(exec_clears_it),
};

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--fresh"))
		return own() == 0 && read_only() != 0 ? 20 : 21;
	return RUN(tests);
}
