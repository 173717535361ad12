// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Many processes at once that fork, map, fault, signal, switch and exit, again
 * and again; in the end no process and no memory is left behind, neither Linux's
 * nor, in a guest, of the cell's quota.  "-n ROUNDS" is how long: one round is 200
 * processes.
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include "lib/check.h"
#include "lib/hold.h"
#include "lib/meminfo.h"

#define PROCESSES	200
#define SLACK		2500	/* KB */
#define QUOTA_SLACK	16384	/* bytes: tables for what init and this program have used since */

static int *shared;		/* a counter that all of them add to */
static volatile int ticks;

static void on_tick(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)info, (void)context;
	spoil_vfp(0x77777777);
	ticks++;
}

static void mapping(unsigned seed)
{
	size_t count = 8 + seed % 24;
	volatile unsigned *p = pages(count, PROT_READ | PROT_WRITE);
	pid_t pid;

	for (size_t i = 0; i < count; i++)
		p[i * PAGE / 4] = seed + i;
	pid = SYS(fork());
	if (pid == 0) {
		for (size_t i = 0; i < count; i++)
			CHECK_EQ(__atomic_add_fetch(&p[i * PAGE / 4], 1, __ATOMIC_SEQ_CST),
				 seed + i + 1);
		_exit(seed & 63);
	}
	SYS(mprotect((char *)p, count * PAGE, PROT_READ));
	for (size_t i = 0; i < count; i++)
		CHECK_EQ(p[i * PAGE / 4], seed + i);
	MUST_FAULT(store_byte, p, SIGSEGV, SEGV_ACCERR, p);
	reap_status(pid, seed & 63);
	SYS(munmap((char *)p, count * PAGE));
	MUST_FAULT(load_byte, p, SIGSEGV, SEGV_MAPERR, p);
}

static void talking(unsigned seed)
{
	unsigned v = seed, fd[2][2];
	pid_t pid;

	SYS(pipe((int *)fd[0]));
	SYS(pipe((int *)fd[1]));
	pid = SYS(fork());
	if (pid == 0) {
		close(fd[0][1]);
		while (read(fd[0][0], &v, 4) == 4) {
			v = v * 3 + 1;
			SYS(write(fd[1][1], &v, 4));
		}
		_exit(0);
	}
	for (int i = 0; i < 10; i++) {
		unsigned old = v;

		SYS(write(fd[0][1], &v, 4));
		CHECK_EQ(SYS(read(fd[1][0], &v, 4)), 4);
		CHECK_EQ(v, old * 3 + 1);
	}
	close(fd[0][1]);
	reap(pid);
	for (int i = 0; i < 4; i++)
		close(fd[i / 2][i % 2]);
}

static void *in_a_thread(void *arg)
{
	unsigned seed = (uintptr_t)arg;

	CHECK_EQ(hold(seed << 12, 20, (seed & 3) << 22, SYS_sched_yield), 0);
	__atomic_add_fetch(shared, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

static void threading(unsigned seed)
{
	pthread_t t[3];

	for (int i = 0; i < 3; i++)
		CHECK_EQ(pthread_create(&t[i], NULL, in_a_thread, (char *)NULL + seed + i), 0);
	for (int i = 0; i < 3; i++)
		CHECK_EQ(pthread_join(t[i], NULL), 0);
}

static void signalling(unsigned seed)
{
	pid_t pid = SYS(fork());

	if (pid == 0) {
		sigset_t none;

		sigemptyset(&none);
		sigsuspend(&none);
		_exit(0);
	}
	if (seed & 1)
		yield();
	SYS(kill(pid, SIGTERM));
	reap_signal(pid, SIGTERM);
	CHECK_EQ(hold(seed << 8, 50, 0, NO_CALL), 0);
}

static void replacing(unsigned seed)
{
	pid_t pid = vfork();

	CHECK(pid >= 0);
	if (pid == 0) {
		execl("/proc/self/exe", "stress", "--end", NULL);
		_exit(1);
	}
	reap_status(pid, 33);
	(void)seed;
}

static void life(unsigned seed)
{
	static void (*const deeds[])(unsigned) = { mapping, talking, threading, signalling,
						    replacing };
	struct itimerval t = { { 0, 3000 + seed * 7 }, { 0, 3000 } };

	on_signal(SIGALRM, SA_RESTART, on_tick);
	SYS(setitimer(ITIMER_REAL, &t, NULL));
	for (unsigned i = 0; i < ARRAY_SIZE(deeds); i++)
		deeds[(seed + i) % ARRAY_SIZE(deeds)](seed * 8 + i);
	__atomic_add_fetch(shared, 1, __ATOMIC_SEQ_CST);
}

static void round_of(unsigned first)
{
	pid_t pid[PROCESSES];

	*shared = 0;
	for (unsigned i = 0; i < PROCESSES; i++) {
		pid[i] = SYS(fork());
		if (pid[i] == 0) {
			life(first + i);
			_exit(0);
		}
	}
	for (unsigned i = 0; i < PROCESSES; i++)
		reap(pid[i]);
	CHECK_EQ(*shared, PROCESSES * 4);
}

static unsigned long memory_now(void)
{
	/* What the last of them had: RCU frees it, some ticks after their end. */
	SYS(nanosleep(&(struct timespec) { .tv_nsec = 500000000 }, NULL));
	drop_caches();
	return meminfo("MemFree");
}

static void no_leak(const char *name, unsigned long before, unsigned long slack)
{
	unsigned long after = meminfo(name);

	if (after > before + slack)
		FAIL("%s was %lu KB before, and is %lu KB", name, before, after);
}

/* Those with a memory of their own: threads of the kernel come and go. */
static unsigned processes(void)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	char path[300], target[16];
	unsigned count = 0;

	CHECK(d);
	while ((e = readdir(d))) {
		snprintf(path, sizeof(path), "/proc/%s/exe", e->d_name);
		count += *e->d_name >= '0' && *e->d_name <= '9' &&
			 readlink(path, target, sizeof(target)) > 0;
	}
	closedir(d);
	return count;
}

static void many_processes(void)
{
	unsigned long before, after, tables, stacks, slab, quota;
	unsigned others;

	shared = SYS(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	round_of(0);		/* what is kept for the next time is there now */
	before = memory_now();
	tables = meminfo("PageTables");
	stacks = meminfo("KernelStack");
	slab = meminfo("SUnreclaim");
	quota = quota_used();
	others = processes();
	for (unsigned i = 1; i <= loops(1); i++)
		round_of(i * PROCESSES);
	after = memory_now();
	if (after + SLACK < before)
		FAIL("%lu KB were free before, %lu KB are after", before, after);
	no_leak("PageTables", tables, 64);
	no_leak("KernelStack", stacks, 64);
	no_leak("SUnreclaim", slab, 1024);
	CHECK_EQ(processes(), others);
	after = quota_used();
	if (after > quota + QUOTA_SLACK)
		FAIL("%lu bytes of the quota were used before, %lu are after", quota, after);
}

static const struct test tests[] = { T(many_processes) };

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--end"))
		return 33;
	return RUN(tests);
}
