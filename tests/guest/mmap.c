// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Memory without files: mapped, moved, grown, cut, its rights changed, thrown
 * away and locked.  Files are in mmapfile.c, copy on write in cow.c.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "lib/check.h"

#define RW	(PROT_READ | PROT_WRITE)
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)

static volatile char *fresh(size_t count)
{
	return pages(count, RW);
}

static void fill(volatile char *p, size_t count, int with)
{
	for (size_t i = 0; i < count; i++)
		p[i * PAGE] = with + i;
}

static void must_be(volatile char *p, size_t count, int with)
{
	for (size_t i = 0; i < count; i++)
		CHECK_EQ((unsigned char)p[i * PAGE], (with + i) & 255);
}

static void large_and_sparse(void)
{
	size_t size = 512u << 20;
	volatile char *p = SYS(mmap(NULL, size, RW, ANON | MAP_NORESERVE, -1, 0));

	for (size_t at = 0; at < size; at += 5 << 20) {
		CHECK_EQ(p[at], 0);
		p[at] = at >> 20;
	}
	for (size_t at = 0; at < size; at += 5 << 20)
		CHECK_EQ(p[at], (char)(at >> 20));
	SYS(munmap((void *)p, size));
}

static void fixed(void)
{
	volatile char *p = fresh(4);

	fill(p, 4, 10);
	CHECK(SYS(mmap((char *)p + PAGE, 2 * PAGE, RW, ANON | MAP_FIXED, -1, 0)) == p + PAGE);
	CHECK_EQ(p[0], 10);
	CHECK_EQ(p[PAGE], 0);
	CHECK_EQ(p[2 * PAGE], 0);
	CHECK_EQ(p[3 * PAGE], 13);
	CHECK(mmap((char *)p, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED);
	CHECK_EQ(errno, EEXIST);
	CHECK(mmap((char *)p + 1, PAGE, RW, ANON | MAP_FIXED, -1, 0) == MAP_FAILED);
	CHECK_EQ(errno, EINVAL);
	CHECK(mmap(NULL, 0, RW, ANON, -1, 0) == MAP_FAILED);
	CHECK_EQ(errno, EINVAL);
}

/* Mapped and unmapped again: nothing of the old page may be left in a TLB. */
static void again_and_again(void)
{
	char *at = (char *)0x30000000;

	for (unsigned i = 0; i < loops(500); i++) {
		volatile char *p = SYS(mmap(at, 2 * PAGE, RW, ANON | MAP_FIXED, -1, 0));

		CHECK_EQ(p[0], 0);
		CHECK_EQ(p[PAGE], 0);
		p[0] = p[PAGE] = 1;
		SYS(munmap(at, 2 * PAGE));
		if (i % 50 == 0) {
			MUST_FAULT(load_byte, at, SIGSEGV, SEGV_MAPERR, at);
			MUST_FAULT(store_byte, at + PAGE, SIGSEGV, SEGV_MAPERR, at + PAGE);
		}
	}
}

static void holes(void)
{
	volatile char *p = fresh(64);

	fill(p, 64, 0);
	for (int i = 1; i < 64; i += 2)
		SYS(munmap((char *)p + i * PAGE, PAGE));
	for (int i = 0; i < 64; i++) {
		if (i & 1)
			MUST_FAULT(load_byte, p + i * PAGE, SIGSEGV, SEGV_MAPERR, p + i * PAGE);
		else
			CHECK_EQ(p[i * PAGE], i);
	}
	/* Over holes and all. */
	SYS(munmap((char *)p, 64 * PAGE));
	MUST_FAULT(load_byte, p, SIGSEGV, SEGV_MAPERR, p);
}

static void rights_flip(void)
{
	volatile char *p = fresh(8);

	fill(p, 8, 30);
	for (unsigned i = 0; i < loops(100); i++) {
		size_t n = i % 8;
		char *page = (char *)p + n * PAGE;

		SYS(mprotect(page, PAGE, PROT_READ));
		CHECK_EQ(*page, (char)(30 + n));
		MUST_FAULT(store_byte, page, SIGSEGV, SEGV_ACCERR, page);
		SYS(mprotect(page, PAGE, PROT_NONE));
		MUST_FAULT(load_byte, page, SIGSEGV, SEGV_ACCERR, page);
		SYS(mprotect(page, PAGE, RW));
		*page = 30 + n;
	}
	must_be(p, 8, 30);
	CHECK_ERR(mprotect((char *)p + 8 * PAGE, PAGE << 12, RW), ENOMEM);
	CHECK_ERR(mprotect((char *)p + 1, PAGE, RW), EINVAL);
}

/* The kernel honours the new rights as the processor does. */
static void rights_for_the_kernel(void)
{
	volatile char *p = fresh(2);
	int zero = SYS(open("/dev/zero", O_RDONLY));

	fill(p, 2, 1);
	SYS(mprotect((char *)p + PAGE, PAGE, PROT_READ));
	CHECK_EQ(read(zero, (char *)p, 2 * PAGE), (ssize_t)PAGE);
	CHECK_ERR(read(zero, (char *)p + PAGE, 1), EFAULT);
	CHECK_EQ(p[PAGE], 2);
	SYS(mprotect((char *)p + PAGE, PAGE, RW));
	CHECK_EQ(read(zero, (char *)p, 2 * PAGE), (ssize_t)(2 * PAGE));
	CHECK_EQ(p[PAGE], 0);
}

static void thrown_away(void)
{
	volatile char *p = fresh(32);

	for (unsigned i = 0; i < loops(20); i++) {
		fill(p, 32, i);
		SYS(madvise((char *)p + 8 * PAGE, 16 * PAGE, MADV_DONTNEED));
		must_be(p, 8, i);
		for (int k = 8; k < 24; k++)
			CHECK_EQ(p[k * PAGE], 0);
		must_be(p + 24 * PAGE, 8, i + 24);
	}
}

static void moved(void)
{
	volatile char *p = fresh(4), *q, *target = fresh(8);

	fill(p, 4, 40);
	q = SYS(mremap((char *)p, 4 * PAGE, 8 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target));
	CHECK(q == target);
	must_be(q, 4, 40);
	CHECK_EQ(q[7 * PAGE], 0);
	MUST_FAULT(load_byte, p, SIGSEGV, SEGV_MAPERR, p);
	/* Back and forth, with the same page read through either. */
	for (int i = 0; i < 50; i++) {
		volatile char *from = i & 1 ? p : q, *to = i & 1 ? q : p;

		SYS(mremap((char *)from, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to));
		must_be(to, 4, 40);
		MUST_FAULT(store_byte, from, SIGSEGV, SEGV_MAPERR, from);
	}
	/* Smaller: the rest is gone. */
	SYS(mremap((char *)q, 4 * PAGE, 2 * PAGE, 0));
	MUST_FAULT(load_byte, q + 2 * PAGE, SIGSEGV, SEGV_MAPERR, q + 2 * PAGE);
	must_be(q, 2, 40);
	CHECK(mremap((char *)q, 2 * PAGE, 1 << 30, 0) == MAP_FAILED);
}

static void heap(void)
{
	char *start = SYS(sbrk(0));

	for (int i = 0; i < 200; i++) {
		char *p = SYS(sbrk(3 * PAGE));

		memset(p, i, 3 * PAGE);
	}
	for (int i = 0; i < 200; i++)
		CHECK_EQ(start[i * 3 * PAGE + 5], (char)i);
	SYS(brk(start));
	start = SYS(sbrk(PAGE));
	for (size_t i = 0; i < PAGE / 2; i++)
		CHECK_EQ(start[PAGE / 2 + i] & ~0, 0);
}

static void grows_down(void)
{
	char *top = (char *)0x38000000;
	struct rlimit limit;
	pid_t pid;

	SYS(getrlimit(RLIMIT_STACK, &limit));
	SYS(mmap(top - PAGE, PAGE, RW, ANON | MAP_FIXED | MAP_GROWSDOWN, -1, 0));
	for (int i = 1; i <= 200; i++)
		store_byte(top - i * PAGE);
	/* Not into what is near below it: there is a gap. */
	SYS(mmap(top - 600 * PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0));
	pid = SYS(fork());
	if (pid == 0) {
		for (int i = 1; i < 600; i++)
			store_byte(top - i * PAGE);
		_exit(0);
	}
	reap_signal(pid, SIGSEGV);
}

static int use_stack(int n)
{
	volatile char room[3000];

	room[0] = n;
	return n ? use_stack(n - 1) + room[0] - (char)n : 0;
}

static void stack_grows(void)
{
	CHECK_EQ(use_stack(2000), 0);		/* 6 MB of the 8 MB that there are */
}

static void locked(void)
{
	volatile char *p = fresh(16);
	unsigned char resident[16];

	SYS(mlock((char *)p, 16 * PAGE));
	SYS(mincore((char *)p, 16 * PAGE, resident));
	for (int i = 0; i < 16; i++)
		CHECK(resident[i] & 1);
	CHECK_ERR(madvise((char *)p, PAGE, MADV_DONTNEED), EINVAL);
	SYS(munlock((char *)p, 16 * PAGE));
	SYS(madvise((char *)p, 16 * PAGE, MADV_DONTNEED));
	SYS(mincore((char *)p, 16 * PAGE, resident));
	CHECK_EQ(resident[3] & 1, 0);
	SYS(mlockall(MCL_CURRENT | MCL_FUTURE));
	p = SYS(mmap(NULL, 16 * PAGE, RW, ANON, -1, 0));
	SYS(mincore((char *)p, 16 * PAGE, resident));
	CHECK_EQ(resident[9] & 1, 1);
	SYS(munlockall());
	p = SYS(mmap(NULL, 16 * PAGE, RW, ANON | MAP_POPULATE, -1, 0));
	SYS(mincore((char *)p, 16 * PAGE, resident));
	CHECK_EQ(resident[15] & 1, 1);
}

static void not_forked(void)
{
	volatile char *gone = fresh(1), *wiped = fresh(1);
	pid_t pid;

	*gone = *wiped = 5;
	SYS(madvise((char *)gone, PAGE, MADV_DONTFORK));
	SYS(madvise((char *)wiped, PAGE, MADV_WIPEONFORK));
	pid = SYS(fork());
	if (pid == 0) {
		MUST_FAULT(load_byte, gone, SIGSEGV, SEGV_MAPERR, gone);
		CHECK_EQ(*wiped, 0);
		_exit(0);
	}
	reap(pid);
	CHECK(*gone == 5 && *wiped == 5);
}

static void limits(void)
{
	struct rlimit limit = { 16 << 20, 16 << 20 };

	SYS(setrlimit(RLIMIT_AS, &limit));
	CHECK(mmap(NULL, 32 << 20, RW, ANON, -1, 0) == MAP_FAILED);
	CHECK_EQ(errno, ENOMEM);
	SYS(mmap(NULL, 4 << 20, RW, ANON, -1, 0));
}

static const struct test tests[] = {
	T(large_and_sparse), T(fixed), T(again_and_again), T(holes), T(rights_flip),
	T(rights_for_the_kernel), T(thrown_away), T(moved), T(heap), T(grows_down),
	T(stack_grows), T(locked), T(not_forked), T(limits),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
