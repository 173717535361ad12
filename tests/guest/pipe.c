// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Pipes and what waits on many files: poll, select, epoll, eventfd, splice.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "lib/check.h"

static unsigned char pattern(unsigned long at)
{
	return at * 7 + (at >> 8) * 13 + (at >> 16);
}

static void write_stream(int fd, unsigned long size)
{
	unsigned char buffer[5000];

	for (unsigned long at = 0; at < size;) {
		size_t n = at * 31 % sizeof(buffer) + 1;

		if (n > size - at)
			n = size - at;
		for (size_t i = 0; i < n; i++)
			buffer[i] = pattern(at + i);
		CHECK_EQ(write(fd, buffer, n), (ssize_t)n);
		at += n;
	}
}

static void read_stream(int fd, unsigned long size)
{
	unsigned char buffer[7000];
	unsigned long at = 0;

	while (at < size) {
		ssize_t n = SYS(read(fd, buffer, at * 17 % sizeof(buffer) + 1));

		CHECK(n > 0);
		for (ssize_t i = 0; i < n; i++)
			CHECK_EQ(buffer[i], pattern(at + i));
		at += n;
	}
	CHECK_EQ(read(fd, buffer, 1), 0);
}

static void streams(void)
{
	unsigned long size = loops(20) * 50000ul;
	int fd[2];
	pid_t pid;

	SYS(pipe(fd));
	pid = SYS(fork());
	if (pid == 0) {
		close(fd[0]);
		write_stream(fd[1], size);
		_exit(0);
	}
	close(fd[1]);
	read_stream(fd[0], size);
	reap(pid);
}

/* A token through a ring of processes. */
static void ring(void)
{
	enum { N = 10 };
	unsigned rounds = loops(100), token = 0;
	int fd[N][2];
	pid_t pid[N];

	for (int i = 0; i < N; i++)
		SYS(pipe(fd[i]));
	for (int i = 1; i < N; i++) {
		pid[i] = SYS(fork());
		if (pid[i])
			continue;
		for (unsigned r = 0; r < rounds; r++) {
			CHECK_EQ(read(fd[i - 1][0], &token, 4), 4);
			token++;
			CHECK_EQ(write(fd[i][1], &token, 4), 4);
		}
		_exit(0);
	}
	for (unsigned r = 0; r < rounds; r++) {
		CHECK_EQ(write(fd[0][1], &token, 4), 4);
		CHECK_EQ(read(fd[N - 1][0], &token, 4), 4);
		CHECK_EQ(token, (r + 1) * (N - 1));
	}
	for (int i = 1; i < N; i++)
		reap(pid[i]);
}

static void full_and_empty(void)
{
	char page[PAGE] = { 0 };
	int fd[2], bytes;
	size_t n = 0;

	SYS(pipe2(fd, O_NONBLOCK));
	CHECK_ERR(read(fd[0], page, 1), EAGAIN);
	while (write(fd[1], page, PAGE) == (ssize_t)PAGE)
		n += PAGE;
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(n, 65536);
	SYS(ioctl(fd[0], FIONREAD, &bytes));
	CHECK_EQ(bytes, 65536);
	CHECK_EQ(SYS(fcntl(fd[0], F_SETPIPE_SZ, 131072)), 131072);
	CHECK_EQ(write(fd[1], page, PAGE), (ssize_t)PAGE);
}

static void named(void)
{
	char c;
	pid_t pid;
	int fd;

	unlink("/tmp/fifo");
	SYS(mkfifo("/tmp/fifo", 0600));
	pid = SYS(fork());
	if (pid == 0) {
		fd = SYS(open("/tmp/fifo", O_WRONLY));
		SYS(write(fd, "f", 1));
		_exit(0);
	}
	fd = SYS(open("/tmp/fifo", O_RDONLY));
	CHECK_EQ(SYS(read(fd, &c, 1)), 1);
	CHECK_EQ(c, 'f');
	CHECK_EQ(SYS(read(fd, &c, 1)), 0);
	reap(pid);
	SYS(unlink("/tmp/fifo"));
}

static void polled(void)
{
	struct pollfd p[2];
	int fd[2];

	SYS(pipe(fd));
	p[0] = (struct pollfd){ .fd = fd[0], .events = POLLIN };
	p[1] = (struct pollfd){ .fd = fd[1], .events = POLLOUT };
	CHECK_EQ(poll(p, 2, 0), 1);
	CHECK_EQ(p[1].revents, POLLOUT);
	CHECK_EQ(poll(p, 1, 20), 0);
	SYS(write(fd[1], "x", 1));
	CHECK_EQ(poll(p, 2, -1), 2);
	CHECK_EQ(p[0].revents, POLLIN);
	close(fd[1]);
	CHECK_EQ(poll(p, 1, -1), 1);
	CHECK_EQ(p[0].revents, POLLIN | POLLHUP);
	p[1].fd = 999;
	CHECK_EQ(poll(p + 1, 1, -1), 1);
	CHECK_EQ(p[1].revents, POLLNVAL);
}

static void selected(void)
{
	struct timeval t = { 0, 20000 };
	int fd[60][2];
	fd_set set;

	for (int i = 0; i < 60; i++)
		SYS(pipe(fd[i]));
	for (int i = 0; i < 60; i += 7) {
		FD_ZERO(&set);
		for (int k = 0; k < 60; k++)
			FD_SET(fd[k][0], &set);
		SYS(write(fd[i][1], "s", 1));
		CHECK_EQ(SYS(select(fd[59][1] + 1, &set, NULL, NULL, NULL)), i / 7 + 1);
		CHECK(FD_ISSET(fd[i][0], &set));
		CHECK(!FD_ISSET(fd[i + 1][0], &set));
	}
	FD_ZERO(&set);
	FD_SET(fd[1][0], &set);
	CHECK_EQ(SYS(select(fd[1][0] + 1, &set, NULL, NULL, &t)), 0);
}

/* A child wakes the waiting parent through one of many files. */
static void epolled(void)
{
	enum { N = 50 };
	int fd[N][2], ep = SYS(epoll_create1(0));
	struct epoll_event ev;
	pid_t pid;

	for (int i = 0; i < N; i++) {
		SYS(pipe(fd[i]));
		ev = (struct epoll_event){ EPOLLIN, { .u32 = i } };
		SYS(epoll_ctl(ep, EPOLL_CTL_ADD, fd[i][0], &ev));
	}
	CHECK_EQ(epoll_wait(ep, &ev, 1, 0), 0);
	pid = SYS(fork());
	if (pid == 0) {
		for (unsigned i = 0; i < loops(200); i++)
			SYS(write(fd[i * 17 % N][1], &i, 4));
		_exit(0);
	}
	for (unsigned i = 0, seen = 0; i < loops(200); i++) {
		CHECK_EQ(SYS(epoll_wait(ep, &ev, 1, -1)), 1);
		CHECK_EQ(read(fd[ev.data.u32][0], &seen, 4), 4);
		CHECK_EQ(seen * 17 % N, ev.data.u32);
	}
	reap(pid);
	/* Edge triggered: told once. */
	ev = (struct epoll_event){ EPOLLIN | EPOLLET, { .u32 = 0 } };
	SYS(epoll_ctl(ep, EPOLL_CTL_MOD, fd[0][0], &ev));
	SYS(write(fd[0][1], "x", 1));
	CHECK_EQ(epoll_wait(ep, &ev, 1, -1), 1);
	CHECK_EQ(epoll_wait(ep, &ev, 1, 10), 0);
}

static void eventfds(void)
{
	int fd = SYS(eventfd(3, EFD_NONBLOCK)), sem = SYS(eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK));
	uint64_t v = 0x100000000;

	SYS(write(fd, &v, 8));
	CHECK_EQ(read(fd, &v, 8), 8);
	CHECK_EQ(v, 0x100000003);
	CHECK_ERR(read(fd, &v, 8), EAGAIN);
	CHECK_EQ(read(sem, &v, 8), 8);
	CHECK_EQ(v, 1);
	CHECK_EQ(read(sem, &v, 8), 8);
	CHECK_ERR(read(sem, &v, 8), EAGAIN);
}

static void spliced(void)
{
	int file = SYS(memfd_create("splice", 0)), out = SYS(memfd_create("splice", 0)), fd[2];
	char *a, *b;
	loff_t at = 0;

	SYS(pipe(fd));
	SYS(ftruncate(file, 16 * PAGE));
	a = SYS(mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
	for (size_t i = 0; i < 16 * PAGE; i++)
		a[i] = pattern(i);
	while (at < (loff_t)(16 * PAGE)) {
		ssize_t n = SYS(splice(file, &at, fd[1], NULL, 8 * PAGE, 0));

		CHECK(n > 0);
		CHECK_EQ(splice(fd[0], NULL, out, NULL, n, 0), n);
	}
	b = SYS(mmap(NULL, 16 * PAGE, PROT_READ, MAP_SHARED, out, 0));
	CHECK(!memcmp(a, b, 16 * PAGE));
}

static const struct test tests[] = {
	T(streams), T(ring), T(full_and_empty), T(named), T(polled), T(selected), T(epolled),
	T(eventfds), T(spliced),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
