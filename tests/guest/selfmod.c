// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Programs that write programs: new code runs after the cacheflush system call,
 * which answers with an error where there is nothing to flush.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "lib/check.h"

#define ARM_CACHEFLUSH	0xf0002
#define RETURN		0xe12fff1e		/* bx lr */
#define MOV_R0(n)	(0xe3a00000 | (n))	/* mov r0, #n, up to 255 */

typedef int (*function)(void);

static void cacheflush(const void *from, const void *to)
{
	SYS(syscall(ARM_CACHEFLUSH, from, to, 0));
}

static function write_code(uint32_t *p, int n)
{
	p[0] = MOV_R0(n);
	p[1] = RETURN;
	cacheflush(p, p + 2);
	return (function)(void *)p;
}

static void again_and_again(void)
{
	uint32_t *p = pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);

	for (unsigned i = 0; i < loops(2000); i++)
		CHECK_EQ(write_code(p + i % 64 * 4, i & 255)(), i & 255);
}

static void over_many_pages(void)
{
	size_t words = 64 * PAGE / 4;
	uint32_t *p = pages(64, PROT_READ | PROT_WRITE | PROT_EXEC);

	for (int round = 0; round < 3; round++) {
		/* One long function: so many times "add r0, r0, #1" */
		p[0] = MOV_R0(round);
		for (size_t i = 1; i < words - 1; i++)
			p[i] = 0xe2800001;
		p[words - 1] = RETURN;
		cacheflush(p, p + words);
		CHECK_EQ(((function)(void *)p)(), (int)words - 2 + round);
	}
}

static void written_first_then_made_executable(void)
{
	uint32_t *p = pages(1, PROT_READ | PROT_WRITE);

	for (unsigned i = 0; i < loops(100); i++) {
		p[0] = MOV_R0(i & 255);
		p[1] = RETURN;
		SYS(mprotect(p, PAGE, PROT_READ | PROT_EXEC));
		cacheflush(p, p + 2);
		CHECK_EQ(((function)(void *)p)(), i & 255);
		SYS(mprotect(p, PAGE, PROT_READ | PROT_WRITE));
	}
}

static void both_instruction_sets(void)
{
	uint32_t *p = pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);
	uint16_t *t = (uint16_t *)p;

	for (int i = 0; i < 100; i++) {
		CHECK_EQ(write_code(p, i)(), i);
		t[0] = 0x2000 | i;	/* movs r0, #i */
		t[1] = 0x4770;
		cacheflush(p, p + 1);
		CHECK_EQ(((function)((uintptr_t)p | 1))(), i);
	}
}

/* One page, mapped twice: written here, run there. */
static void two_maps_of_one_page(void)
{
	int fd = SYS(memfd_create("code", 0));
	uint32_t *w, *x;

	SYS(ftruncate(fd, PAGE));
	w = SYS(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	x = SYS(mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0));
	for (int i = 0; i < 200; i++) {
		w[0] = MOV_R0(i);
		w[1] = RETURN;
		cacheflush(w, w + 2);
		cacheflush(x, x + 2);
		CHECK_EQ(((function)(void *)x)(), i);
	}
}

/* Other processes have their own code at the same address. */
static void each_process_its_own(void)
{
	uint32_t *p = pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);
	pid_t pid[4];

	write_code(p, 200);
	for (int i = 0; i < 4; i++) {
		pid[i] = SYS(fork());
		if (pid[i] == 0) {
			CHECK_EQ(((function)(void *)p)(), 200);
			for (unsigned n = 0; n < loops(100); n++) {
				CHECK_EQ(write_code(p, i * 10 + n % 10)(), i * 10 + n % 10);
				yield();
			}
			_exit(0);
		}
	}
	for (int i = 0; i < 4; i++)
		reap(pid[i]);
	CHECK_EQ(((function)(void *)p)(), 200);
}

/* Read from a file, as the pages of a program are: no system call is needed then. */
static void code_from_a_file(void)
{
	uint32_t code[2] = { MOV_R0(0), RETURN };
	int fd = SYS(open("/tmp/selfmod", O_RDWR | O_CREAT | O_TRUNC, 0700));

	SYS(unlink("/tmp/selfmod"));
	for (int i = 0; i < 100; i++) {
		uint32_t *p;

		code[0] = MOV_R0(i);
		SYS(ftruncate(fd, 0));
		CHECK_EQ(pwrite(fd, code, sizeof(code), 0), (ssize_t)sizeof(code));
		p = SYS(mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0));
		CHECK_EQ(((function)(void *)p)(), i);
		SYS(munmap(p, PAGE));
	}
}

/* Processors answer for a page that is not there with a fault, QEMU does not. */
static void may_fail(const void *from, const void *to)
{
	errno = 0;
	if (syscall(ARM_CACHEFLUSH, from, to, 0) == -1)
		CHECK_EQ(errno, EFAULT);
}

static void ranges_that_cannot_be_flushed(void)
{
	char *p = pages(3, PROT_READ | PROT_WRITE | PROT_EXEC);

	CHECK_ERR(syscall(ARM_CACHEFLUSH, p + 10, p, 0), EINVAL);
	CHECK_ERR(syscall(ARM_CACHEFLUSH, p, p + PAGE, 1), EINVAL);
	CHECK_ERR(syscall(ARM_CACHEFLUSH, 0xc0008000, 0xc0009000, 0), EFAULT);
	CHECK_ERR(syscall(ARM_CACHEFLUSH, p, 0xc0009000, 0), EFAULT);
	CHECK_ERR(syscall(ARM_CACHEFLUSH, 0xffffe000, 0xfffff000, 0), EFAULT);
	/* Pages that were never touched, and a hole. */
	CHECK_EQ(syscall(ARM_CACHEFLUSH, p, p, 0), 0);
	may_fail(p, p + 3 * PAGE);
	store_byte(p);
	store_byte(p + 2 * PAGE);
	SYS(munmap(p + PAGE, PAGE));
	may_fail(p, p + 3 * PAGE);
	may_fail(p + PAGE, p + PAGE + 64);
	may_fail(NULL, (void *)64);
	SYS(mprotect(p, PAGE, PROT_NONE));
	may_fail(p, p + 64);
}

static const struct test tests[] = {
	T(again_and_again), T(over_many_pages), T(written_first_then_made_executable),
	T(both_instruction_sets), T(two_maps_of_one_page), T(each_process_its_own),
	T(code_from_a_file), T(ranges_that_cannot_be_flushed),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
