// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Copy on write: after fork, what one process writes no other sees, however it
 * is written: by stores, by LDREX and STREX (whose loop must end), by the kernel,
 * through private maps of files and the zero page.
 */
#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "lib/check.h"

#define COUNT	64

static int *shared;

/* LDREX, STREX, as any atomic operation of a program. */
static int atomic_add(int *p, int n)
{
	return __atomic_add_fetch(p, n, __ATOMIC_SEQ_CST);
}

static void fill(int *p, int count, int with)
{
	for (int i = 0; i < count; i++)
		p[i * PAGE / 4] = with + i;
}

static void must_be(const int *p, int count, int with)
{
	for (int i = 0; i < count; i++)
		CHECK_EQ(p[i * PAGE / 4], with + i);
}

static void stores(void)
{
	int *p = pages(COUNT, PROT_READ | PROT_WRITE);
	pid_t pid;

	for (unsigned round = 0; round < loops(20); round++) {
		fill(p, COUNT, round);
		pid = SYS(fork());
		if (pid == 0) {
			must_be(p, COUNT, round);
			fill(p, COUNT, 1000);
			must_be(p, COUNT, 1000);
			_exit(0);
		}
		if (round & 1)
			fill(p, COUNT, 2000);
		reap(pid);
		must_be(p, COUNT, round & 1 ? 2000 : (int)round);
	}
}

/* The first write to each page is an atomic one, in the child, in the parent, or in both. */
static void atomic_increments(void)
{
	int *p = pages(COUNT, PROT_READ | PROT_WRITE), sum = 0;

	for (unsigned round = 0; round < loops(60); round++) {
		pid_t pid = SYS(fork());

		if (pid == 0 || round % 3)
			for (int i = 0; i < COUNT; i++)
				atomic_add(&p[i * PAGE / 4], pid ? 1 : 1000);
		if (pid == 0) {
			for (int i = 0; i < COUNT; i++)
				CHECK_EQ(p[i * PAGE / 4], sum + 1000);
			_exit(0);
		}
		sum += round % 3 != 0;
		reap(pid);
		for (int i = 0; i < COUNT; i++)
			CHECK_EQ(p[i * PAGE / 4], sum);
	}
}

/* STREX after another process has had its turn between it and LDREX. */
static void exclusive_over_a_switch(void)
{
	int *p = pages(1, PROT_READ | PROT_WRITE);
	pid_t pid = SYS(fork());

	for (unsigned i = 0; i < loops(300); i++) {
		int value, failed;

		do {
			__asm__ volatile("ldrex %0, [%1]" : "=r"(value) : "r"(p) : "memory");
			syscall(SYS_sched_yield);
			__asm__ volatile("strex %0, %2, [%1]" : "=&r"(failed)
					 : "r"(p), "r"(value + 1) : "memory");
			if (failed)	/* as it should: the next one has no switch between */
				atomic_add(p, 1);
		} while (0);
	}
	CHECK_EQ(*p, loops(300));
	if (pid == 0)
		_exit(0);
	reap(pid);
}

static void shared_counter(void *arg)
{
	for (unsigned i = 0; i < loops(20000); i++)
		atomic_add(arg, 1);
}

static void one_counter_for_many(void)
{
	pid_t pid[5];

	shared = SYS(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	for (size_t i = 0; i < ARRAY_SIZE(pid); i++)
		pid[i] = spawn(shared_counter, shared);
	for (size_t i = 0; i < ARRAY_SIZE(pid); i++)
		reap(pid[i]);
	CHECK_EQ(*shared, 5 * loops(20000));
}

/* The kernel writes: read(), futexes, and the word that fork itself sets. */
static void written_by_the_kernel(void)
{
	int *p = pages(4, PROT_READ | PROT_WRITE), fd[2];
	pid_t pid;

	fill(p, 4, 7);
	SYS(pipe(fd));
	pid = SYS(fork());
	if (pid == 0) {
		SYS(write(fd[1], "abcd", 4));
		SYS(read(fd[0], p, 4));
		CHECK(!memcmp(p, "abcd", 4));
		/* futex: an atomic operation of the kernel on a page that is still shared */
		SYS(syscall(SYS_futex, p + PAGE / 4, FUTEX_WAKE_OP, 1, 1, p + 2 * PAGE / 4,
			    FUTEX_OP(FUTEX_OP_ADD, 5, FUTEX_OP_CMP_EQ, 0)));
		CHECK_EQ(p[2 * PAGE / 4], 9 + 5);
		p[3 * PAGE / 4] = 0;
		SYS(syscall(SYS_futex, p + 3 * PAGE / 4, FUTEX_LOCK_PI, 0, NULL));
		CHECK_EQ(p[3 * PAGE / 4], getpid());
		_exit(0);
	}
	reap(pid);
	must_be(p, 4, 7);
}

static void zero_page(void)
{
	volatile int *p = pages(COUNT, PROT_READ | PROT_WRITE);

	for (int i = 0; i < COUNT; i++)
		CHECK_EQ(p[i * PAGE / 4], 0);		/* the zero page, read-only */
	for (int i = 0; i < COUNT; i += 2)
		CHECK_EQ(atomic_add((int *)&p[i * PAGE / 4], i + 1), i + 1);
	for (int i = 0; i < COUNT; i++)
		CHECK_EQ(p[i * PAGE / 4], i & 1 ? 0 : i + 1);
}

static void private_maps_of_files(void)
{
	int fd = SYS(open("/tmp/cow", O_RDWR | O_CREAT | O_TRUNC, 0600)), in[PAGE / 4];
	int *a, *b;

	SYS(unlink("/tmp/cow"));
	for (int i = 0; i < COUNT; i++) {
		memset(in, i, sizeof(in));
		CHECK_EQ(write(fd, in, sizeof(in)), (ssize_t)PAGE);
	}
	a = SYS(mmap(NULL, COUNT * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
	b = SYS(mmap(NULL, COUNT * PAGE, PROT_READ, MAP_SHARED, fd, 0));
	for (int i = 0; i < COUNT; i++) {
		if (i % 3 == 0)
			CHECK_EQ(a[i * PAGE / 4], i * 0x01010101);
		atomic_add(&a[i * PAGE / 4], 1);
		CHECK_EQ(a[i * PAGE / 4], i * 0x01010101 + 1);
		CHECK_EQ(a[i * PAGE / 4 + 1], i * 0x01010101);
		CHECK_EQ(b[i * PAGE / 4], i * 0x01010101);
	}
}

/* Grandchildren, and what is left when those between have ended. */
static void generations(void)
{
	int *p = pages(8, PROT_READ | PROT_WRITE);

	fill(p, 8, 0);
	for (int g = 1; g <= 20; g++) {
		pid_t pid = SYS(fork());

		if (pid) {
			reap(pid);
			must_be(p, 8, g - 1);
			if (g > 1)
				_exit(0);
			return;
		}
		must_be(p, 8, g - 1);
		for (int i = 0; i < 8; i++)
			atomic_add(&p[i * PAGE / 4], 1);
	}
	_exit(0);
}

static const struct test tests[] = {
	T(stores), T(atomic_increments), T(exclusive_over_a_switch), T(one_counter_for_many),
	T(written_by_the_kernel), T(zero_page), T(private_maps_of_files), T(generations),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
