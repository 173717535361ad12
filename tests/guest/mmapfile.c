// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Files in memory, on tmpfs: shared and private maps, msync, cut and grown
 * files, the same page at many addresses and in many processes.
 */
#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "lib/check.h"

#define RW	(PROT_READ | PROT_WRITE)
#define NOBODYS	0x50000000	/* the board has nothing there */
#define UART	0x1000b000	/* a guest's, and the next one too */

/* A file of so many pages, each filled with its number plus one. */
static int file(size_t count)
{
	int fd = SYS(open("/tmp/mmapfile", O_RDWR | O_CREAT | O_TRUNC, 0600));
	char page[PAGE];

	SYS(unlink("/tmp/mmapfile"));
	for (size_t i = 0; i < count; i++) {
		memset(page, i + 1, sizeof(page));
		CHECK_EQ(write(fd, page, sizeof(page)), (ssize_t)PAGE);
	}
	return fd;
}

static volatile char *map(int fd, size_t first, size_t count, int prot, int flags)
{
	return SYS(mmap(NULL, count * PAGE, prot, flags, fd, first * PAGE));
}

static void reading(void)
{
	int fd = file(40);
	volatile char *all = map(fd, 0, 40, PROT_READ, MAP_SHARED);
	volatile char *part = map(fd, 7, 3, PROT_READ, MAP_PRIVATE);

	for (int i = 0; i < 40; i++)
		CHECK_EQ(all[i * PAGE + 99], i + 1);
	CHECK_EQ(part[0], 8);
	CHECK_EQ(part[3 * PAGE - 1], 10);
	close(fd);
	CHECK_EQ(all[5 * PAGE], 6);
}

static void shared_writes(void)
{
	int fd = file(8);
	volatile char *a = map(fd, 0, 8, RW, MAP_SHARED), *b = map(fd, 0, 8, RW, MAP_SHARED);
	char c;

	for (int i = 0; i < 8; i++) {
		CHECK_EQ(a[i * PAGE], i + 1);
		a[i * PAGE] = 50 + i;
		CHECK_EQ(b[i * PAGE], 50 + i);
		CHECK_EQ(pread(fd, &c, 1, i * PAGE), 1);
		CHECK_EQ(c, 50 + i);
		c = 90 + i;
		CHECK_EQ(pwrite(fd, &c, 1, i * PAGE + 1), 1);
		CHECK_EQ(a[i * PAGE + 1], 90 + i);
	}
	SYS(msync((char *)a, 8 * PAGE, MS_SYNC));
	SYS(msync((char *)a, 8 * PAGE, MS_ASYNC | MS_INVALIDATE));
	a[0] = 7;	/* written again, after msync made it clean */
	CHECK_EQ(b[0], 7);
	CHECK_ERR(msync((char *)a + 1, PAGE, MS_SYNC), EINVAL);
}

static void private_writes(void)
{
	int fd = file(8);
	volatile char *p = map(fd, 0, 8, RW, MAP_PRIVATE), *s = map(fd, 0, 8, RW, MAP_SHARED);

	s[0] = 60;
	CHECK_EQ(p[0], 60);		/* not yet written here */
	p[1] = 61;
	s[0] = 62;
	CHECK_EQ(p[0], 60);		/* its own page from now on */
	CHECK_EQ(s[1], 1);
	SYS(madvise((char *)p, PAGE, MADV_DONTNEED));
	CHECK_EQ(p[0], 62);		/* the file's again */
	CHECK_EQ(p[1], 1);
}

/* The same page at many addresses, written at each in turn. */
static void many_addresses(void)
{
	int fd = file(1);
	volatile char *at[40];

	for (size_t i = 0; i < ARRAY_SIZE(at); i++)
		at[i] = map(fd, 0, 1, RW, MAP_SHARED);
	for (unsigned n = 0; n < loops(400); n++) {
		size_t i = n * 7 % ARRAY_SIZE(at), k = n * 11 % ARRAY_SIZE(at);

		at[i][n & 4095] = n;
		CHECK_EQ(at[k][n & 4095], (char)n);
	}
}

static void between_processes(void)
{
	int fd = file(2);
	volatile uint32_t *p = (void *)map(fd, 0, 2, RW, MAP_SHARED);
	unsigned turns = loops(300);
	pid_t pid;

	p[0] = 0;
	pid = SYS(fork());
	for (unsigned n = pid ? 0 : 1; n < turns; n += 2) {
		while (p[0] != n)
			yield();
		CHECK(n == 0 || p[PAGE / 4 + n % 1000] == n - 1);
		p[PAGE / 4 + (n + 1) % 1000] = n;
		p[0] = n + 1;
	}
	if (pid == 0)
		_exit(0);
	reap(pid);
}

/* Unrelated processes map it by name. */
static void by_name(void)
{
	int fd = SYS(open("/dev/shm/mmapfile", O_RDWR | O_CREAT | O_TRUNC, 0600));
	pid_t pid;

	SYS(ftruncate(fd, PAGE));
	pid = SYS(fork());
	if (pid == 0) {
		fd = SYS(open("/dev/shm/mmapfile", O_RDWR));
		map(fd, 0, 1, RW, MAP_SHARED)[5] = 55;
		_exit(0);
	}
	reap(pid);
	CHECK_EQ(map(fd, 0, 1, PROT_READ, MAP_SHARED)[5], 55);
	SYS(unlink("/dev/shm/mmapfile"));
}

static void cut_and_grown(void)
{
	int fd = file(4);
	volatile char *p = map(fd, 0, 8, RW, MAP_SHARED);

	for (unsigned i = 0; i < loops(30); i++) {
		p[3 * PAGE] = 5;
		SYS(ftruncate(fd, 2 * PAGE + 100));
		CHECK_EQ(p[2 * PAGE + 99], i ? 0 : 3);
		CHECK_EQ(p[2 * PAGE + 100], 0);		/* the rest of its last page */
		MUST_FAULT(load_byte, p + 3 * PAGE, SIGBUS, BUS_ADRERR, p + 3 * PAGE);
		SYS(ftruncate(fd, 8 * PAGE));
		CHECK_EQ(p[3 * PAGE], 0);
		CHECK_EQ(p[7 * PAGE], 0);
		if (i == 0)
			SYS(ftruncate(fd, 2 * PAGE));
		SYS(ftruncate(fd, 4 * PAGE));
		MUST_FAULT(store_byte, p + 4 * PAGE, SIGBUS, BUS_ADRERR, p + 4 * PAGE);
	}
}

static void holes_in_files(void)
{
	int fd = file(6);
	volatile char *p = map(fd, 0, 6, RW, MAP_SHARED);
	struct stat st;

	for (int i = 0; i < 6; i++)
		CHECK_EQ(p[i * PAGE], i + 1);
	SYS(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, PAGE, 2 * PAGE));
	CHECK_EQ(p[0], 1);
	CHECK_EQ(p[PAGE], 0);
	CHECK_EQ(p[3 * PAGE - 1], 0);
	CHECK_EQ(p[3 * PAGE], 4);
	SYS(fstat(fd, &st));
	CHECK_EQ(st.st_size, (off_t)(6 * PAGE));
}

static void rights_of_the_file(void)
{
	int fd = file(1), ro;
	char path[40];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ro = SYS(open(path, O_RDONLY));
	CHECK(mmap(NULL, PAGE, RW, MAP_SHARED, ro, 0) == MAP_FAILED);
	CHECK_EQ(errno, EACCES);
	map(ro, 0, 1, RW, MAP_PRIVATE)[0] = 9;
	CHECK_ERR(mprotect((char *)map(ro, 0, 1, PROT_READ, MAP_SHARED), PAGE, RW), EACCES);
	CHECK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, ro, 100) == MAP_FAILED);
	CHECK_EQ(errno, EINVAL);
}

/* The program itself: its pages are a file's, and stay what they are. */
static void the_program_itself(void)
{
	extern char __executable_start[], etext[];
	int fd = SYS(open("/proc/self/exe", O_RDONLY));
	size_t size = (etext - __executable_start) & ~(PAGE - 1);
	volatile char *p = map(fd, 0, size / PAGE, PROT_READ, MAP_PRIVATE);

	CHECK(size > PAGE);
	CHECK(!memcmp((char *)p, __executable_start, size));
	SYS(madvise(__executable_start, size, MADV_DONTNEED));
	CHECK(!memcmp((char *)p, __executable_start, size));
}

static void device_memory(void)
{
	int fd = SYS(open("/dev/zero", O_RDWR));
	volatile char *p = map(fd, 0, 4, RW, MAP_PRIVATE), *s = map(fd, 0, 4, RW, MAP_SHARED);
	pid_t pid;

	CHECK_EQ(p[PAGE], 0);
	p[0] = s[0] = 1;
	pid = SYS(fork());
	if (pid == 0) {
		p[0] = s[0] = 2;
		_exit(0);
	}
	reap(pid);
	CHECK_EQ(p[0], 1);
	CHECK_EQ(s[0], 2);
}

/* What was never given to a guest is for it as if the bus had no answer. */
static void foreign_memory(void)
{
	static const off_t foreign[] = { NOBODYS, UART };
	int fd = open("/dev/mem", O_RDWR), ends[2], word = 0;
	struct fault f = { 0 };
	char *p;

	if (fd < 0)
		skip("without CONFIG_DEVMEM");
	if (access("/proc/armature", F_OK) < 0)
		skip("the board decides what its bus answers");
	SYS(pipe(ends));
	/* The second one is a guest's, but no device can be executed. */
	for (size_t i = 0; i < ARRAY_SIZE(foreign); i++) {
		p = SYS((char *)mmap(NULL, 2 * PAGE, RW | PROT_EXEC, MAP_SHARED, fd, foreign[i]));
		for (int n = 0; n < 3; n++) {
			CHECK(faults(load_byte, p + PAGE, &f) && f.sig == SIGBUS);
			CHECK(faults(store_byte, p, &f) && f.sig == SIGBUS);
			CHECK(faults(jump_to, p + PAGE, &f) && f.sig == SIGBUS);
		}
		/* These look again and again, until Linux's table has it no more. */
		CHECK_ERR(syscall(SYS_futex, p, FUTEX_LOCK_PI_PRIVATE, 0, NULL), EFAULT);
		CHECK_ERR(syscall(SYS_futex, &word, FUTEX_WAKE_OP_PRIVATE, 1, 1, p + PAGE,
				  FUTEX_OP(FUTEX_OP_SET, 1, FUTEX_OP_CMP_EQ, 0)), EFAULT);
		CHECK_ERR(write(ends[1], p, 4), EFAULT);
		CHECK_EQ(SYS(write(ends[1], "1234", 4)), 4);
		CHECK_ERR(read(ends[0], p + PAGE, 4), EFAULT);
	}
}

static const struct test tests[] = {
	T(reading), T(shared_writes), T(private_writes), T(many_addresses), T(between_processes),
	T(by_name), T(cut_and_grown), T(holes_in_files), T(rights_of_the_file),
	T(the_program_itself), T(device_memory), T(foreign_memory),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
