// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Who runs: busy processes are preempted, in the program and in the kernel; real
 * time comes first; shares are fair; an idle system is left alone by its timer.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include "lib/check.h"

static volatile unsigned *turns;	/* shared: how far each one came */
static volatile unsigned *stop;

static void shared(void)
{
	turns = SYS(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	stop = turns + 512;
}

/* Never blocks, makes no call. */
static pid_t spinner(int n)
{
	pid_t pid = SYS(fork());

	if (pid)
		return pid;
	while (!*stop)
		turns[n]++;
	_exit(0);
}

/* Is in the kernel nearly all of the time, in calls that take long. */
static pid_t caller(int n)
{
	int zero = SYS(open("/dev/zero", O_RDONLY));
	char *buffer = pages(64, PROT_READ | PROT_WRITE);
	pid_t pid = SYS(fork());

	if (pid)
		return pid;
	while (!*stop) {
		CHECK_EQ(read(zero, buffer, 64 * PAGE), (ssize_t)(64 * PAGE));
		turns[n]++;
	}
	_exit(0);
}

/* Faults on and on. */
static pid_t faulter(int n)
{
	char *buffer = pages(64, PROT_READ | PROT_WRITE);
	pid_t pid = SYS(fork());

	if (pid)
		return pid;
	while (!*stop) {
		for (int i = 0; i < 64; i++)
			buffer[i * PAGE] = 1;
		SYS(madvise(buffer, 64 * PAGE, MADV_DONTNEED));
		turns[n]++;
	}
	_exit(0);
}

static void end(pid_t *pid, int n)
{
	*stop = 1;
	for (int i = 0; i < n; i++)
		reap(pid[i]);
}

static void nobody_waits_for_ever(void)
{
	pid_t pid[6];

	shared();
	for (int i = 0; i < 6; i++)
		pid[i] = i % 3 == 0 ? spinner(i) : i % 3 == 1 ? caller(i) : faulter(i);
	for (int i = 0; i < 6; i++)
		while (turns[i] < loops(20))
			sched_yield();
	end(pid, 6);
}

static long used(pid_t pid)
{
	char path[40], text[400], *p;
	long user, system;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = SYS(open(path, O_RDONLY));
	text[SYS(read(fd, text, sizeof(text) - 1))] = 0;
	close(fd);
	p = strrchr(text, ')');
	CHECK(sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user,
		     &system) == 2);
	return user + system;
}

static void shares_are_fair(void)
{
	struct timespec t = { 0, 100000000 };
	long most = 0, least;
	pid_t pid[4];

	shared();
	for (int i = 0; i < 4; i++)
		pid[i] = spinner(i);
	do {
		SYS(nanosleep(&t, NULL));
		least = used(pid[0]);
		for (int i = 1; i < 4; i++)
			if (used(pid[i]) < least)
				least = used(pid[i]);
	} while (least < 40);
	for (int i = 0; i < 4; i++)
		if (used(pid[i]) > most)
			most = used(pid[i]);
	CHECK(most < 2 * least);
	end(pid, 4);
}

static void nice_ones_get_less(void)
{
	struct timespec t = { 0, 100000000 };
	long nice_share, other;
	pid_t pid[2];

	shared();
	pid[0] = spinner(0);
	pid[1] = spinner(1);
	SYS(setpriority(PRIO_PROCESS, pid[1], 10));
	do
		SYS(nanosleep(&t, NULL));
	while (used(pid[0]) < 100);
	other = used(pid[0]);
	nice_share = used(pid[1]);
	CHECK(nice_share * 4 < other);
	end(pid, 2);
}

/* A real-time process that sleeps and wakes is never behind busy ones. */
static void real_time_first(void)
{
	struct sched_param fifo = { .sched_priority = 50 };
	struct timespec t = { 0, 3000000 };
	unsigned before;
	pid_t pid[3];

	shared();
	pid[0] = spinner(0);
	pid[1] = caller(1);
	pid[2] = faulter(2);
	SYS(sched_setscheduler(0, SCHED_FIFO, &fifo));
	for (unsigned i = 0; i < loops(50); i++) {
		SYS(nanosleep(&t, NULL));
		/* While it runs, the others do not: however long that is. */
		before = turns[0] + turns[1] + turns[2];
		for (volatile int k = 0; k < 20000; k++)
			;
		CHECK_EQ(turns[0] + turns[1] + turns[2], before);
	}
	SYS(sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){ 0 }));
	end(pid, 3);
}

static void round_robin(void)
{
	struct sched_param rr = { .sched_priority = 10 };
	struct timespec t = { 0, 200000000 };
	pid_t pid[3];

	shared();
	SYS(sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ .sched_priority = 20 }));
	for (int i = 0; i < 3; i++) {
		pid[i] = spinner(i);
		SYS(sched_setscheduler(pid[i], SCHED_RR, &rr));
	}
	while (!turns[0] || !turns[1] || !turns[2])
		SYS(nanosleep(&t, NULL));
	end(pid, 3);
}

static void yielding_is_passing_on(void)
{
	unsigned mine = loops(500), last;
	pid_t pid;

	shared();
	SYS(sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ .sched_priority = 10 }));
	pid = SYS(fork());
	if (pid == 0) {
		while (!*stop) {
			turns[0]++;
			sched_yield();
		}
		_exit(0);
	}
	sched_yield();
	for (unsigned i = 0; i < mine; i++) {
		last = turns[0];
		sched_yield();
		CHECK_EQ(turns[0], last + 1);
	}
	*stop = 1;
	reap(pid);
}

/* The sum of all counts in /proc/interrupts. */
static unsigned long interrupts(void)
{
	static char text[20000];
	unsigned long sum = 0;
	int fd = SYS(open("/proc/interrupts", O_RDONLY));
	size_t n = 0;
	ssize_t got;

	while ((got = SYS(read(fd, text + n, sizeof(text) - 1 - n))) > 0)
		n += got;
	close(fd);
	text[n] = 0;
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		char *colon = strchr(line, ':');

		sum += colon ? strtoul(colon + 1, NULL, 10) : 0;
	}
	CHECK(sum > 0);
	return sum;
}

/* Two seconds of nothing are less than a quarter of the ticks that they have. */
static void idle_without_ticks(void)
{
	struct timespec t = { 2, 0 };
	unsigned long before, after;

	SYS(nanosleep(&(struct timespec){ 0, 100000000 }, NULL));
	before = interrupts();
	SYS(nanosleep(&t, NULL));
	after = interrupts();
	CHECK(after > before);
	if (after - before >= 50)
		FAIL("%lu interrupts in 2 s", after - before);
}

static const struct test tests[] = {
	T(nobody_waits_for_ever), T(shares_are_fair), T(nice_ones_get_less), T(real_time_first),
	T(round_robin), T(yielding_is_passing_on), T(idle_without_ticks),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
