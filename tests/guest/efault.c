// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * System calls with pointers that are wrong: EFAULT where nothing is mapped,
 * where it cannot be written, and where a range runs into such a page; and
 * pages that the kernel has to bring in itself, in the middle of its copying.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include "lib/check.h"

static char *none, *read_only;		/* without access, and without the right to write */
static char *wrong_for_reading[5], *wrong_for_writing[6];

static void map(void)
{
	char *hole = SYS(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));

	none = pages(1, PROT_NONE);
	read_only = pages(1, PROT_READ);
	SYS(munmap(hole, PAGE));
	/* What a call reads from, then what it writes to. */
	wrong_for_reading[0] = (char *)8;
	wrong_for_reading[1] = none;
	wrong_for_reading[2] = (char *)0xc0008000;
	wrong_for_reading[3] = (char *)0xfe000000;
	wrong_for_reading[4] = (char *)0xfffffff0;
	memcpy(wrong_for_writing, wrong_for_reading, sizeof(wrong_for_reading));
	wrong_for_writing[5] = read_only;
}

static void calls_that_read(void)
{
	int fd[2], sock = SYS(socket(AF_UNIX, SOCK_DGRAM, 0));

	SYS(pipe(fd));
	map();
	for (size_t i = 0; i < ARRAY_SIZE(wrong_for_reading); i++) {
		void *p = wrong_for_reading[i];

		CHECK_ERR(write(fd[1], p, 8), EFAULT);
		CHECK_ERR(open(p, O_RDONLY), EFAULT);
		CHECK_ERR(chdir(p), EFAULT);
		CHECK_ERR(unlink(p), EFAULT);
		CHECK_ERR(writev(fd[1], p, 1), EFAULT);
		CHECK_ERR(syscall(SYS_clock_nanosleep_time64, CLOCK_MONOTONIC, 0, p, NULL),
			  EFAULT);
		CHECK_ERR(syscall(SYS_bind, sock, p, 16), EFAULT);
		CHECK_ERR(syscall(SYS_sendmsg, sock, p, 0), EFAULT);
		CHECK_ERR(syscall(SYS_rt_sigaction, SIGUSR1, p, NULL, 8), EFAULT);
		CHECK_ERR(syscall(SYS_setitimer, ITIMER_REAL, p, NULL), EFAULT);
		CHECK_ERR(syscall(SYS_setrlimit, RLIMIT_NOFILE, p), EFAULT);
		CHECK_ERR(syscall(SYS_futex, p, 0, 1, NULL), EFAULT);
		CHECK_ERR(setsockopt(sock, SOL_SOCKET, SO_SNDBUF, p, 4), EFAULT);
	}
}

static void calls_that_write(void)
{
	int fd[2], zero = SYS(open("/dev/zero", O_RDONLY));

	SYS(pipe(fd));
	SYS(write(fd[1], "abcdefgh", 8));
	map();
	for (size_t i = 0; i < ARRAY_SIZE(wrong_for_writing); i++) {
		void *p = wrong_for_writing[i];
		int status;
		pid_t pid;

		CHECK_ERR(read(zero, p, 8), EFAULT);
		CHECK_ERR(syscall(SYS_pipe, p), EFAULT);
		CHECK_ERR(syscall(SYS_uname, p), EFAULT);
		CHECK_ERR(syscall(SYS_fstat64, 0, p), EFAULT);
		CHECK_ERR(syscall(SYS_getcwd, p, 8), EFAULT);
		CHECK_ERR(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, p), EFAULT);
		CHECK_ERR(syscall(SYS_gettimeofday, p, NULL), EFAULT);
		CHECK_ERR(syscall(SYS_getrusage, RUSAGE_SELF, p), EFAULT);
		CHECK_ERR(syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, p, 8), EFAULT);
		CHECK_ERR(syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, p), EFAULT);
		pid = SYS(fork());
		if (pid == 0)
			_exit(0);
		CHECK_ERR(syscall(SYS_wait4, pid, p, 0, NULL), EFAULT);
		CHECK_ERR(waitpid(pid, &status, 0), ECHILD);	/* it was waited for */
	}
	/* A pipe keeps what could not be delivered. */
	CHECK_ERR(read(fd[0], none, 8), EFAULT);
	CHECK_EQ(read(fd[0], pages(1, PROT_READ | PROT_WRITE), 8), 8);
}

static void select_and_poll(void)
{
	struct timeval none_left = { 0, 0 };
	struct epoll_event *bad_event;
	int ep = SYS(epoll_create1(0));

	map();
	bad_event = (struct epoll_event *)none;
	CHECK_ERR(syscall(SYS_poll, none, 1, 0), EFAULT);
	CHECK_ERR(syscall(SYS_poll, 0xc0008000, 1, 0), EFAULT);
	CHECK_ERR(syscall(SYS_poll, read_only, 1, 0), EFAULT);
	CHECK_ERR(select(8, (fd_set *)none, NULL, NULL, &none_left), EFAULT);
	CHECK_ERR(select(8, (fd_set *)0xc0008000, NULL, NULL, &none_left), EFAULT);
	CHECK_ERR(epoll_ctl(ep, EPOLL_CTL_ADD, 0, bad_event), EFAULT);
}

/* Data up to a page's end arrives; one byte more is an error, or less arrives. */
static void up_to_a_pages_end(void)
{
	char *p = pages(2, PROT_READ | PROT_WRITE), *end = p + 2 * PAGE;
	int zero = SYS(open("/dev/zero", O_RDONLY)), fd[2];
	int file = SYS(memfd_create("efault", 0)), other = SYS(memfd_create("efault", 0));

	SYS(pipe(fd));
	for (size_t n = 1; n < 300; n += 13) {
		memset(p, 'x', 2 * PAGE);
		CHECK_EQ(read(zero, end - n, n), (ssize_t)n);
		CHECK_EQ(end[-(long)n - 1], 'x');
		CHECK_EQ(end[-1], 0);
		CHECK_EQ(write(file, end - n, n), (ssize_t)n);
		CHECK_EQ(write(fd[1], end - n, n), (ssize_t)n);
		CHECK_EQ(read(fd[0], end - n, n), (ssize_t)n);
	}
	/* As much as there is.  (At lengths that copy_from_user cannot split, Linux never ends.) */
	if (linux_before(6, 1))
		CHECK_ERR(write(other, end - 128, 200), EFAULT);
	else
		CHECK_EQ(write(other, end - 128, 200), 128);
	CHECK_ERR(write(fd[1], end - 100, 200), EFAULT);
	CHECK_ERR(read(zero, end - 100, 200), EFAULT);
}

/* Strings: the end of the page is reached before the end of the name. */
static void strings(void)
{
	char *p = pages(1, PROT_READ | PROT_WRITE), *end = p + PAGE;

	strcpy(end - 10, "/dev/null");
	SYS(open(end - 10, O_RDONLY));
	for (int n = 1; n < 20; n++) {
		memset(end - n, 'a', n);
		CHECK_ERR(open(end - n, O_RDONLY), EFAULT);
	}
	memset(p, 'a', PAGE);
	CHECK_ERR(open(p, O_RDONLY), ENAMETOOLONG);
	end[-1] = 0;
	CHECK_ERR(open(end - 200, O_RDONLY), ENOENT);
	CHECK_ERR(open(end - 300, O_RDONLY), ENAMETOOLONG);
}

/* The kernel touches every page first: fresh ones, swapped to the file, copied on write. */
static void pages_brought_in_by_the_kernel(void)
{
	size_t size = 256 * PAGE;
	int zero = SYS(open("/dev/zero", O_RDONLY)), fd = SYS(memfd_create("efault", 0));
	char *p = pages(256, PROT_READ | PROT_WRITE), *shared;
	pid_t pid;

	CHECK_EQ(read(zero, p, size), (ssize_t)size);
	SYS(madvise(p, size, MADV_DONTNEED));
	CHECK_EQ(write(fd, p, size), (ssize_t)size);
	shared = SYS(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	memset(p, 'p', size);
	pid = SYS(fork());
	if (pid == 0) {
		CHECK_EQ(read(zero, p + 5, size - 5), (ssize_t)size - 5);	/* copied */
		CHECK_EQ(p[4], 'p');
		CHECK_EQ(p[5], 0);
		_exit(0);
	}
	reap(pid);
	for (size_t i = 0; i < size; i += PAGE)
		CHECK_EQ(p[i + 7], 'p');
	CHECK_EQ(pwrite(fd, p, size, 0), (ssize_t)size);
	CHECK_EQ(shared[size - 1], 'p');
}

/* Vectors of which one part is wrong. */
static void vectors(void)
{
	char *p = pages(1, PROT_READ | PROT_WRITE);
	struct iovec iov[3] = { { p, 100 }, { (void *)8, 100 }, { p + 200, 100 } };
	int fd = SYS(memfd_create("efault", 0));

	if (linux_before(6, 1))
		CHECK_ERR(writev(fd, iov, 3), EFAULT);
	else
		CHECK_EQ(writev(fd, iov, 3), 100);
	iov[1].iov_base = (void *)0xc0008000;
	CHECK_ERR(writev(fd, iov, 3), EFAULT);
	CHECK_ERR(syscall(SYS_writev, fd, iov, -1), EINVAL);
	iov[1].iov_base = p + 100;
	CHECK_EQ(pwritev(fd, iov, 3, 0), 300);
}

static const struct test tests[] = {
	T(calls_that_read), T(calls_that_write), T(select_and_poll), T(up_to_a_pages_end),
	T(strings), T(pages_brought_in_by_the_kernel), T(vectors),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
