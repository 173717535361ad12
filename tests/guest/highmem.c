// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Memory that the kernel has no lasting address for.  Booted with so much room
 * for vmalloc that part of the RAM is high memory (guest.mk).
 */
#include <fcntl.h>
#include <sys/mman.h>
#include "lib/check.h"
#include "lib/meminfo.h"

static void there_is_some(void)
{
	CHECK(meminfo("HighTotal") > 30 << 10);
	CHECK(meminfo("LowTotal") > 100 << 10);
}

static uint32_t word_of(size_t i)
{
	return i * 2654435761u + 12345;
}

/* Four fifths of all that is free: processes get high memory first. */
static void a_process_uses_it(void)
{
	size_t count = (meminfo("HighFree") + meminfo("LowFree")) / 5;
	unsigned long before = meminfo("HighFree");
	uint32_t *p = pages(count, PROT_READ | PROT_WRITE);

	CHECK(before > 20 << 10);
	for (size_t i = 0; i < count; i++)
		p[i * 1024 + i % 1024] = word_of(i);
	CHECK(meminfo("HighFree") < before / 4);
	for (size_t i = 0; i < count; i++)
		CHECK_EQ(p[i * 1024 + i % 1024], word_of(i));
	SYS(munmap(p, count * PAGE));
	CHECK(meminfo("HighFree") > before / 2);
}

/* The kernel copies from and to pages that it has to map for it. */
static void the_kernel_copies_it(void)
{
	const size_t count = 4096;
	uint32_t *p = pages(count, PROT_READ | PROT_WRITE);
	int fd[2], file;
	pid_t pid;

	for (size_t i = 0; i < count; i++)
		p[i * 1024 + 7] = word_of(i);
	pid = SYS(fork());
	for (size_t i = 0; i < count; i += 2)	/* copy on write */
		p[i * 1024 + 8] = pid ? 1 : 2;
	for (size_t i = 0; i < count; i++) {
		CHECK_EQ(p[i * 1024 + 7], word_of(i));
		CHECK_EQ(p[i * 1024 + 8], i % 2 ? 0 : pid ? 1 : 2);
	}
	if (pid == 0)
		_exit(0);
	reap(pid);
	SYS(pipe(fd));
	file = SYS(open("/tmp/high", O_RDWR | O_CREAT | O_TRUNC, 0600));
	for (size_t i = 0; i < count; i++) {
		CHECK_EQ(SYS(write(fd[1], p + i * 1024, PAGE)), PAGE);
		CHECK_EQ(SYS(read(fd[0], p + (count - 1 - i) * 1024, PAGE)), PAGE);
		CHECK_EQ(SYS(write(file, p + i * 1024, PAGE)), PAGE);
	}
	SYS(lseek(file, 0, SEEK_SET));
	for (size_t i = 0; i < count; i++) {
		uint32_t part[1024];

		CHECK_EQ(SYS(read(file, part, PAGE)), PAGE);
		CHECK_EQ(part[7], word_of(i < count / 2 ? i : count - 1 - i));
	}
	close(file);
	SYS(unlink("/tmp/high"));
}

static const struct test tests[] = {
	T(there_is_some), T(a_process_uses_it), T(the_kernel_copies_it),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
