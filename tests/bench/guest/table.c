/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/* The table of loops, and those that are one system call a round. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "loops.h"

static int zero = -1, null = -1;

static void open_devices(int rounds)
{
	(void)rounds;
	if (zero < 0)
		zero = open("/dev/zero", O_RDONLY);
	if (null < 0)
		null = open("/dev/null", O_WRONLY);
	if (zero < 0 || null < 0)
		loops_die("/dev/zero or /dev/null");
}

static void empty(int rounds)
{
	for (int i = 0; i < rounds; i++)
		__asm__ volatile("");
}

static void getppid_loop(int rounds)
{
	for (int i = 0; i < rounds; i++)
		syscall(SYS_getppid);
}

static void read_loop(int rounds)
{
	char c;

	for (int i = 0; i < rounds; i++)
		if (read(zero, &c, 1) != 1)
			loops_die("read");
}

static void write_loop(int rounds)
{
	for (int i = 0; i < rounds; i++)
		if (write(null, "", 1) != 1)
			loops_die("write");
}

static void clock_loop(int rounds)
{
	struct timespec t;

	for (int i = 0; i < rounds; i++)
		clock_gettime(CLOCK_MONOTONIC, &t);
}

static void yield_loop(int rounds)
{
	for (int i = 0; i < rounds; i++)
		sched_yield();
}

static void stat_loop(int rounds)
{
	struct stat st;

	for (int i = 0; i < rounds; i++)
		if (stat("/tmp/file", &st))
			loops_die("/tmp/file");
}

static void open_loop(int rounds)
{
	for (int i = 0; i < rounds; i++) {
		int fd = open("/tmp/file", O_RDONLY);

		if (fd < 0)
			loops_die("/tmp/file");
		close(fd);
	}
}

static void handler(int sig)
{
	(void)sig;
}

static void signal_prepare(int rounds)
{
	struct sigaction sa = { .sa_handler = handler };

	(void)rounds;
	sigaction(SIGUSR1, &sa, NULL);
}

static void signal_loop(int rounds)
{
	pid_t me = getpid();

	for (int i = 0; i < rounds; i++)
		kill(me, SIGUSR1);
}

const struct loop loops[] = {
	{ "empty", 1000000, NULL, empty, NULL },
	{ "null", 40000, NULL, getppid_loop, NULL },
	{ "read", 20000, open_devices, read_loop, NULL },
	{ "write", 20000, open_devices, write_loop, NULL },
	{ "stat", 4000, NULL, stat_loop, NULL },
	{ "open", 2000, NULL, open_loop, NULL },
	{ "clock", 20000, NULL, clock_loop, NULL },
	{ "yield", 20000, NULL, yield_loop, NULL },
	{ "signal", 4000, signal_prepare, signal_loop, NULL },
	{ "touch", 4096, memory_prepare, memory_touch, memory_finish },
	{ "cow", 2048, memory_cow_prepare, memory_touch, memory_cow_finish },
	{ "segv", 4000, memory_segv_prepare, memory_segv, memory_finish },
	{ "mprotect", 4000, memory_prepare, memory_mprotect, memory_finish },
	{ "filetouch", 2048, memory_file_prepare, memory_file, memory_finish },
	{ "mmap", 200, NULL, memory_mmap, NULL },
	{ "fork", 100, NULL, process_fork, NULL },
	{ "exec", 20, NULL, process_exec, NULL },
	{ "thread", 200, NULL, process_thread, NULL },
	{ "pipe", 2000, process_pipe_prepare, process_pipe, process_pipe_finish },
	{ "futex", 2000, process_futex_prepare, process_futex, process_futex_finish },
	{ NULL, 0, NULL, NULL, NULL },
};
