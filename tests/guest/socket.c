// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Sockets inside one machine: AF_UNIX with descriptors and credentials, UDP and
 * TCP over the loopback, whose timers and soft interrupts do the work.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include "lib/check.h"

static unsigned char pattern(unsigned long at)
{
	return at * 11 + (at >> 9);
}

static void send_all(int fd, unsigned long size)
{
	unsigned char b[9000];

	for (unsigned long at = 0; at < size;) {
		size_t n = size - at < sizeof(b) ? size - at : sizeof(b);

		for (size_t i = 0; i < n; i++)
			b[i] = pattern(at + i);
		at += SYS(send(fd, b, n, MSG_NOSIGNAL));
	}
}

static void receive_all(int fd, unsigned long size)
{
	unsigned char b[4321];
	unsigned long at = 0;
	ssize_t n;

	while ((n = SYS(recv(fd, b, sizeof(b), 0))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			if (b[i] != pattern(at + i))
				FAIL("byte %lu is wrong", at + i);
		at += n;
	}
	CHECK_EQ(at, size);
}

static void unix_pairs(void)
{
	unsigned long size = loops(10) * 100000ul;
	int fd[2];
	pid_t pid;
	char c[8];

	SYS(socketpair(AF_UNIX, SOCK_STREAM, 0, fd));
	pid = SYS(fork());
	if (pid == 0) {
		close(fd[0]);
		send_all(fd[1], size);
		_exit(0);
	}
	close(fd[1]);
	receive_all(fd[0], size);
	reap(pid);
	SYS(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd));
	CHECK_EQ(send(fd[0], "abc", 3, 0), 3);
	CHECK_EQ(send(fd[0], "de", 2, 0), 2);
	CHECK_EQ(recv(fd[1], c, sizeof(c), 0), 3);
	CHECK_EQ(recv(fd[1], c, sizeof(c), 0), 2);
}

static void descriptors_travel(void)
{
	char byte = 'd', space[CMSG_SPACE(sizeof(int))] __attribute__((aligned(8))) = { 0 }, c = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = space,
			    .msg_controllen = sizeof(space) };
	struct cmsghdr *h = CMSG_FIRSTHDR(&m);
	int fd[2], p[2], received;
	pid_t pid;

	SYS(pipe(p));
	SYS(socketpair(AF_UNIX, SOCK_DGRAM, 0, fd));
	pid = SYS(fork());
	if (pid == 0) {
		h->cmsg_level = SOL_SOCKET;
		h->cmsg_type = SCM_RIGHTS;
		h->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(h), &p[1], sizeof(int));
		SYS(sendmsg(fd[1], &m, 0));
		_exit(0);
	}
	close(p[1]);
	CHECK_EQ(SYS(recvmsg(fd[0], &m, 0)), 1);
	memcpy(&received, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(int));
	SYS(write(received, "y", 1));
	CHECK_EQ(read(p[0], &c, 1), 1);
	CHECK_EQ(c, 'y');
	reap(pid);
}

static void unix_names(void)
{
	struct sockaddr_un a = { AF_UNIX, "/tmp/socket" };
	int server = SYS(socket(AF_UNIX, SOCK_STREAM, 0)), fd;
	struct ucred who;
	socklen_t size = sizeof(who);
	pid_t pid;

	unlink(a.sun_path);
	SYS(bind(server, (void *)&a, sizeof(a)));
	SYS(listen(server, 5));
	pid = SYS(fork());
	if (pid == 0) {
		fd = SYS(socket(AF_UNIX, SOCK_STREAM, 0));
		SYS(connect(fd, (void *)&a, sizeof(a)));
		send_all(fd, 5);
		_exit(0);
	}
	fd = SYS(accept(server, NULL, NULL));
	SYS(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size));
	CHECK_EQ(who.pid, pid);
	receive_all(fd, 5);
	reap(pid);
	SYS(unlink(a.sun_path));
}

/* --- over the loopback --- */

static struct sockaddr_in loopback(int fd)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(a);

	SYS(bind(fd, (void *)&a, sizeof(a)));
	SYS(getsockname(fd, (void *)&a, &size));
	return a;
}

static void udp(void)
{
	int a = SYS(socket(AF_INET, SOCK_DGRAM, 0)), b = SYS(socket(AF_INET, SOCK_DGRAM, 0));
	struct sockaddr_in to = loopback(a), from;
	socklen_t size = sizeof(from);
	char packet[9000], in[9000];
	pid_t pid;

	loopback(b);
	for (size_t n = 1; n < sizeof(packet); n += 777) {
		memset(packet, n, n);
		CHECK_EQ(SYS(sendto(b, packet, n, 0, (void *)&to, sizeof(to))), (ssize_t)n);
		CHECK_EQ(SYS(recvfrom(a, in, sizeof(in), 0, (void *)&from, &size)), (ssize_t)n);
		CHECK(!memcmp(in, packet, n));
	}
	pid = SYS(fork());
	if (pid == 0) {
		for (unsigned i = 0; i < loops(300); i++) {
			unsigned v = 0;

			CHECK_EQ(SYS(recvfrom(a, &v, 4, 0, (void *)&from, &size)), 4);
			v++;
			SYS(sendto(a, &v, 4, 0, (void *)&from, size));
		}
		_exit(0);
	}
	for (unsigned i = 0; i < loops(300); i++) {
		unsigned v = i;

		SYS(sendto(b, &v, 4, 0, (void *)&to, sizeof(to)));
		CHECK_EQ(SYS(recv(b, &v, 4, 0)), 4);
		CHECK_EQ(v, i + 1);
	}
	reap(pid);
}

static int listener(struct sockaddr_in *a)
{
	int fd = SYS(socket(AF_INET, SOCK_STREAM, 0));

	*a = loopback(fd);
	SYS(listen(fd, 8));
	return fd;
}

static int connected(const struct sockaddr_in *a)
{
	int fd = SYS(socket(AF_INET, SOCK_STREAM, 0));

	SYS(connect(fd, (const void *)a, sizeof(*a)));
	return fd;
}

static void tcp_stream(void)
{
	unsigned long size = loops(10) * 200000ul;
	struct sockaddr_in a;
	int server = listener(&a), fd;
	pid_t pid = SYS(fork());

	if (pid == 0) {
		send_all(connected(&a), size);
		_exit(0);
	}
	fd = SYS(accept(server, NULL, NULL));
	receive_all(fd, size);
	reap(pid);
}

static void tcp_round_trips(void)
{
	struct sockaddr_in a;
	int server = listener(&a), fd, one = 1;
	pid_t pid = SYS(fork());

	if (pid == 0) {
		fd = SYS(accept(server, NULL, NULL));
		for (unsigned v; recv(fd, &v, 4, MSG_WAITALL) == 4;) {
			v *= 3;
			SYS(send(fd, &v, 4, 0));
		}
		_exit(0);
	}
	fd = connected(&a);
	SYS(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)));
	for (unsigned i = 0; i < loops(300); i++) {
		unsigned v = i;

		SYS(send(fd, &v, 4, 0));
		CHECK_EQ(SYS(recv(fd, &v, 4, MSG_WAITALL)), 4);
		CHECK_EQ(v, 3 * i);
	}
	close(fd);
	reap(pid);
}

static void many_connections(void)
{
	struct sockaddr_in a;
	int server = listener(&a);
	pid_t pid = SYS(fork());

	if (pid == 0) {
		for (unsigned i = 0; i < loops(100); i++) {
			int fd = connected(&a);

			send_all(fd, i);
			close(fd);
		}
		_exit(0);
	}
	for (unsigned i = 0; i < loops(100); i++) {
		int fd = SYS(accept(server, NULL, NULL));

		receive_all(fd, i);
		close(fd);
	}
	reap(pid);
}

static void refused_and_reset(void)
{
	struct sockaddr_in a;
	int server = listener(&a), fd = connected(&a), other = SYS(accept(server, NULL, NULL));
	struct linger hard = { 1, 0 };
	char c;

	SYS(setsockopt(other, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard)));
	close(other);
	CHECK_ERR(recv(fd, &c, 1, 0), ECONNRESET);
	close(server);
	fd = SYS(socket(AF_INET, SOCK_STREAM, 0));
	CHECK_ERR(connect(fd, (void *)&a, sizeof(a)), ECONNREFUSED);
}

static void received_in_time_or_not(void)
{
	struct timeval t = { 0, 30000 };
	int fd = SYS(socket(AF_INET, SOCK_DGRAM, 0));
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char c;

	loopback(fd);
	SYS(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)));
	CHECK_ERR(recv(fd, &c, 1, 0), EAGAIN);
	CHECK_EQ(poll(&p, 1, 10), 0);
}

static const struct test tests[] = {
	T(unix_pairs), T(descriptors_travel), T(unix_names), T(udp), T(tcp_stream),
	T(tcp_round_trips), T(many_connections), T(refused_and_reset),
	T(received_in_time_or_not),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
