// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * The page at 0xffff0000: the helpers that old programs call, which restart when
 * they are interrupted, and which can be read but not written.
 */
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include "lib/check.h"

#define VERSION		(*(volatile int32_t *)0xffff0ffc)
#define get_tls		((void *(*)(void))0xffff0fe0)
#define cmpxchg		((int (*)(int old, int new, volatile int *p))0xffff0fc0)
#define barrier		((void (*)(void))0xffff0fa0)
#define cmpxchg64	\
	((int (*)(const int64_t *old, const int64_t *new, volatile int64_t *p))0xffff0f60)

static void version(void)
{
	CHECK(VERSION >= 5);
	CHECK(VERSION < 100);
}

static void *tls_in_a_thread(void *arg)
{
	(void)arg;
	CHECK(get_tls() == __builtin_thread_pointer());
	yield();
	CHECK(get_tls() == __builtin_thread_pointer());
	return get_tls();
}

static void thread_pointer(void)
{
	void *other;
	pthread_t t;

	CHECK(get_tls() == __builtin_thread_pointer());
	pthread_create(&t, NULL, tls_in_a_thread, NULL);
	pthread_join(t, &other);
	CHECK(other != get_tls());
}

static void compare_and_exchange(void)
{
	int64_t a = 0x100000002, b = 0x300000004;
	volatile int64_t wide = a;
	volatile int v = 5;

	CHECK(cmpxchg(4, 6, &v) != 0);
	CHECK_EQ(v, 5);
	CHECK_EQ(cmpxchg(5, 6, &v), 0);
	CHECK_EQ(v, 6);
	barrier();
	CHECK(cmpxchg64(&b, &a, &wide) != 0);
	CHECK_EQ(cmpxchg64(&a, &b, &wide), 0);
	CHECK_EQ(wide, b);
}

static volatile int *counter;
static volatile int64_t *wide_counter;

static void add_one(void)
{
	int64_t old, new;
	int v;

	do
		v = *counter;
	while (cmpxchg(v, v + 1, counter));
	do {
		old = *wide_counter;
		new = old + 0x100000001;
	} while (cmpxchg64(&old, &new, wide_counter));
}

static volatile int ticks;

static void on_tick(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)info, (void)context;
	add_one();
	ticks++;
}

static void add_many(void *times)
{
	struct itimerval t = { { 0, 700 }, { 0, 700 } };
	int n = (intptr_t)times;

	on_signal(SIGALRM, 0, on_tick);
	SYS(setitimer(ITIMER_REAL, &t, NULL));
	for (int i = 0; i < n; i++)
		add_one();
	t.it_value.tv_usec = t.it_interval.tv_usec = 0;
	SYS(setitimer(ITIMER_REAL, &t, NULL));
	__atomic_add_fetch(&counter[1], ticks, __ATOMIC_SEQ_CST);
}

/* Handlers and other processes come between, and no count is lost. */
static void interrupted(void)
{
	int each = loops(200000);
	pid_t pid[3];

	counter = SYS(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	wide_counter = (volatile int64_t *)(counter + 8);
	for (size_t i = 0; i < ARRAY_SIZE(pid); i++)
		pid[i] = spawn(add_many, (void *)each);
	for (size_t i = 0; i < ARRAY_SIZE(pid); i++)
		reap(pid[i]);
	CHECK(counter[1] > 0);
	CHECK_EQ(counter[0], 3 * each + counter[1]);
	CHECK_EQ(*wide_counter, (3 * each + counter[1]) * 0x100000001ll);
}

static void cmpxchg_null(void *p)
{
	cmpxchg(0, 1, p);
}

static void cannot_be_written(void)
{
	for (unsigned long a = 0xffff0000; a < 0xffff1000; a += 0x1f0) {
		MUST_FAULT(store_byte, a, SIGSEGV, SEGV_MAPERR, a);
		load_byte((void *)a);
	}
	CHECK(mprotect((void *)0xffff0000, PAGE, PROT_READ | PROT_WRITE) == -1);
	CHECK(munmap((void *)0xffff0000, PAGE) == -1);
	/* A helper faults like any code of the program. */
	MUST_FAULT(cmpxchg_null, NULL, SIGSEGV, SEGV_MAPERR, 0);
}

static void listed_in_maps(void)
{
	char line[200];
	bool found = false;
	FILE *f = fopen("/proc/self/maps", "r");

	CHECK(f);
	while (fgets(line, sizeof(line), f))
		found |= !strncmp(line, "ffff0000-ffff1000 r-xp", 22);
	CHECK(found);
}

static const struct test tests[] = {
	T(version), T(thread_pointer), T(compare_and_exchange), T(interrupted),
	T(cannot_be_written), T(listed_in_maps),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
