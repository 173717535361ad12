/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/* Loops of faults and mappings: a page a round. */
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>
#include "loops.h"

#define PAGE	4096
#define CHUNK	16		/* pages of one mmap */
#define FILE_PAGES 2048		/* /tmp/file has 8 MB */

static volatile char *memory;
static pid_t child;
static int hold[2];

static size_t size_of(int rounds)
{
	return (size_t)rounds * PAGE;
}

static void *map(size_t size, int protection, int flags, int fd)
{
	void *p = mmap(NULL, size, protection, flags, fd, 0);

	if (p == MAP_FAILED)
		loops_die("mmap");
	return p;
}

void memory_prepare(int rounds)
{
	memory = map(size_of(rounds), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

void memory_finish(int rounds)
{
	munmap((void *)memory, size_of(rounds));
}

void memory_touch(int rounds)
{
	for (int i = 0; i < rounds; i++)
		memory[i * PAGE] = 1;
}

/* A child that sleeps shares all pages. */
void memory_cow_prepare(int rounds)
{
	char c;

	memory_prepare(rounds);
	memory_touch(rounds);
	if (pipe(hold))
		loops_die("pipe");
	child = fork();
	if (child < 0)
		loops_die("fork");
	if (!child) {
		close(hold[1]);
		_exit(read(hold[0], &c, 1) != 0);
	}
}

void memory_cow_finish(int rounds)
{
	close(hold[1]);
	close(hold[0]);
	if (waitpid(child, NULL, 0) != child)
		loops_die("waitpid");
	memory_finish(rounds);
}

/* The store is not executed again. */
static void skip(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	(void)sig;
	(void)info;
	uc->uc_mcontext.arm_pc += 4;
}

void memory_segv_prepare(int rounds)
{
	struct sigaction sa = { .sa_sigaction = skip, .sa_flags = SA_SIGINFO };

	sigaction(SIGSEGV, &sa, NULL);
	memory = map(size_of(rounds), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

/* In ARM code, where each instruction has four bytes. */
__attribute__((target("arm"))) void memory_segv(int rounds)
{
	volatile char *p = memory;

	for (int i = 0; i < rounds; i++)
		__asm__ volatile("strb %1, [%0]" : : "r"(p), "r"(0) : "memory");
}

void memory_mprotect(int rounds)
{
	memory[0] = 1;
	for (int i = 0; i < rounds; i++)
		if (mprotect((void *)memory, PAGE, i & 1 ? PROT_READ | PROT_WRITE : PROT_READ))
			loops_die("mprotect");
}

/* One page a fault: no mapping around it. */
void memory_file_prepare(int rounds)
{
	int fd = open("/tmp/file", O_RDONLY);

	if (fd < 0 || rounds > FILE_PAGES)
		loops_die("/tmp/file");
	memory = map(size_of(rounds), PROT_READ, MAP_SHARED, fd);
	close(fd);
	if (madvise((void *)memory, size_of(rounds), MADV_RANDOM))
		loops_die("madvise");
}

void memory_file(int rounds)
{
	for (int i = 0; i < rounds; i++)
		(void)memory[i * PAGE];
}

void memory_mmap(int rounds)
{
	for (int i = 0; i < rounds; i++) {
		volatile char *p = map(CHUNK * PAGE, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS, -1);

		for (int j = 0; j < CHUNK; j++)
			p[j * PAGE] = 1;
		munmap((void *)p, CHUNK * PAGE);
	}
}
