// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * The kernel's half of the address space, from a process: nothing of it can be
 * read, written or run, a fault looks as if nothing were there, and no system
 * call reaches it either.  The page at 0xffff0000 is in kuser.c.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include "lib/check.h"

/*
 * Where modules, the kernel, its memory, what it maps, its devices, the fixed
 * map and the vectors are; and where Armature's window is in a guest.
 */
static const unsigned long places[] = {
	0xbf000000, 0xbf7ff000, 0xbfe00000, 0xbffff000, 0xc0000000, 0xc0004000, 0xc0007000,
	0xc0008000, 0xc0100000, 0xc0800000, 0xc1000000, 0xc4000000, 0xcffff000, 0xd0000000,
	0xe0000000, 0xe0800000, 0xef7ff000, 0xf0000000, 0xf0001000, 0xf0800000, 0xf4000000,
	0xf8000000, 0xf8009000, 0xfb000000, 0xfc000000, 0xfc100000, 0xfd000000, 0xfdfff000,
	0xfe000000, 0xfe001000, 0xfe100000, 0xfeff0000, 0xff000000, 0xff800000, 0xffc00000,
	0xffc80000, 0xffe00000, 0xffeff000, 0xfff00000, 0xffff1000, 0xffff2000, 0xfffff000,
};

/* Some addresses in the first and the last of a page's words too. */
static const unsigned long offsets[] = { 0, 0x7c, 0xffc };

static void nothing_can_be_read(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		for (size_t k = 0; k < ARRAY_SIZE(offsets); k++) {
			unsigned long a = places[i] + offsets[k];

			MUST_FAULT(load_byte, a, SIGSEGV, SEGV_MAPERR, a);
		}
}

static void nothing_can_be_written(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		for (size_t k = 0; k < ARRAY_SIZE(offsets); k++) {
			unsigned long a = places[i] + offsets[k];

			MUST_FAULT(store_byte, a, SIGSEGV, SEGV_MAPERR, a);
		}
}

static void nothing_can_be_run(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		MUST_FAULT(jump_to, places[i], SIGSEGV, SEGV_MAPERR, places[i]);
}

/* Every megabyte, and every page of the last one. */
static void sweep(void)
{
	struct fault f;

	for (unsigned long a = 0xbf000000; a >= 0xbf000000; a += 0x100000) {
		CHECK(faults(load_byte, (void *)a, &f));
		CHECK_EQ(f.sig, SIGSEGV);
		CHECK_EQ(f.code, SEGV_MAPERR);
		CHECK_EQ(f.addr, a);
	}
	for (unsigned long a = 0xfff00000; a >= 0xfff00000; a += PAGE) {
		if (a == 0xffff0000)
			continue;
		CHECK(faults(load_byte, (void *)a, &f));
		CHECK_EQ(f.addr, a);
	}
}

/* Linux's table has nothing at all for this megabyte: a translation fault of a section. */
static void status_of_a_hole(void)
{
	struct fault f;

	CHECK(faults(load_byte, (void *)0xfb000000, &f));
	CHECK_EQ(f.status & 0xc0f, 0x005);
	CHECK(faults(store_byte, (void *)0xfb000000, &f));
	CHECK_EQ(f.status & 0xc0f, 0x805);
	CHECK(faults(jump_to, (void *)0xfb000000, &f));
	CHECK_EQ(f.status & 0xc0f, 0x005);
}

/* Between system calls, when the kernel's memory was just open. */
static void right_after_a_system_call(void)
{
	for (unsigned i = 0; i < loops(200); i++) {
		getppid();
		MUST_FAULT(load_byte, 0xc0008000, SIGSEGV, SEGV_MAPERR, 0xc0008000);
		yield();
		MUST_FAULT(store_byte, 0xc0008000, SIGSEGV, SEGV_MAPERR, 0xc0008000);
	}
}

static void not_by_system_calls(void)
{
	int fd = SYS(open("/dev/zero", O_RDWR)), p[2];
	struct iovec iov;

	SYS(pipe(p));
	SYS(write(p[1], "abc", 3));
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		void *a = (void *)places[i];

		CHECK_ERR(read(fd, a, 4), EFAULT);
		CHECK_ERR(read(p[0], a, 1), EFAULT);
		CHECK_ERR(write(p[1], a, 4), EFAULT);
		CHECK_ERR(open(a, O_RDONLY), EFAULT);
		iov = (struct iovec){ a, 4 };
		CHECK_ERR(readv(fd, &iov, 1), EFAULT);
		CHECK_ERR(writev(p[1], a, 1), EFAULT);
	}
	/* From the last of the process's addresses on. */
	CHECK_ERR(write(p[1], (void *)0xbefffffc, 4097), EFAULT);
	CHECK_ERR(write(p[1], (void *)0x1000, 0x7fffffff), EFAULT);
}

static void nothing_can_be_mapped_there(void)
{
	int prot = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		void *a = (void *)places[i];

		CHECK(mmap(a, PAGE, prot, flags, -1, 0) == MAP_FAILED);
		CHECK_ERR(mprotect(a, PAGE, prot), ENOMEM);
		CHECK_ERR(madvise(a, PAGE, MADV_DONTNEED),
			  places[i] < 0xfffff000 ? ENOMEM : EINVAL);
		CHECK(munmap(a, PAGE) == -1);
	}
}

static const struct test tests[] = {
	T(nothing_can_be_read), T(nothing_can_be_written), T(nothing_can_be_run), T(sweep),
	T(status_of_a_hole),
	T(right_after_a_system_call), T(not_by_system_calls), T(nothing_can_be_mapped_there),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
