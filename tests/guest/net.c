// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Network controllers: the board's LAN9118, and one on virtio.  Behind each is a
 * network of QEMU's own, 10.0.2.0 and 10.0.3.0, whose gateway answers to echo
 * requests, and to TFTP with a file that tests/guest/media has made.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include "lib/check.h"

#define FILE_SIZE	300000
#define BLOCK		512

/* The interface of this driver, as sysfs has it. */
static const char *interface(const char *driver)
{
	static char name[IF_NAMESIZE];
	char path[64], link[256], *last;

	for (unsigned i = 1; i < 32; i++) {
		ssize_t n;

		if (!if_indextoname(i, name))
			continue;
		snprintf(path, sizeof(path), "/sys/class/net/%s/device/driver", name);
		n = readlink(path, link, sizeof(link) - 1);
		link[n < 0 ? 0 : n] = 0;
		last = strrchr(link, '/');
		if (last && !strcmp(last + 1, driver))
			return name;
	}
	FAIL("no interface has the driver %s", driver);
}

static struct sockaddr_in address(const char *host, unsigned port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };

	a.sin_addr.s_addr = inet_addr(host);
	return a;
}

static void set_up(const char *name, const char *own)
{
	struct sockaddr_in a = address(own, 0), mask = address("255.255.255.0", 0);
	int s = SYS(socket(AF_INET, SOCK_DGRAM, 0));
	struct ifreq r = { 0 };

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	memcpy(&r.ifr_addr, &a, sizeof(a));
	SYS(ioctl(s, SIOCSIFADDR, &r));
	memcpy(&r.ifr_netmask, &mask, sizeof(mask));
	SYS(ioctl(s, SIOCSIFNETMASK, &r));
	SYS(ioctl(s, SIOCGIFFLAGS, &r));
	r.ifr_flags |= IFF_UP | IFF_RUNNING;
	SYS(ioctl(s, SIOCSIFFLAGS, &r));
	close(s);
	/* The link may take a moment. */
	for (unsigned i = 0; i < 200; i++) {
		char path[64], carrier = 0;
		FILE *f;

		snprintf(path, sizeof(path), "/sys/class/net/%s/carrier", name);
		f = fopen(path, "r");
		if (f && fread(&carrier, 1, 1, f) == 1 && carrier == '1')
			i = 200;
		if (f)
			fclose(f);
		usleep(10000);
	}
}

static int open_socket(int type, int protocol)
{
	struct timeval limit = { 1, 0 };
	int s = SYS(socket(AF_INET, type, protocol));

	SYS(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
	return s;
}

static uint16_t checksum(const uint16_t *p, size_t bytes)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < bytes / 2; i++)
		sum += p[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

/* What comes back must be what was sent, whatever its length. */
static void echo(const char *gateway)
{
	struct sockaddr_in to = address(gateway, 0);
	static uint8_t packet[1480], answer[1600];
	int s = open_socket(SOCK_RAW, IPPROTO_ICMP);
	unsigned lost = 0;

	for (unsigned i = 0; i < loops(100); i++) {
		size_t size = sizeof(struct icmphdr) + i * 28 % 1400, header;
		struct icmphdr h = { .type = ICMP_ECHO };
		ssize_t n;

		h.un.echo.sequence = htons(i);
		for (size_t b = 0; b < sizeof(packet); b++)
			packet[b] = b * 7 + i;
		memcpy(packet, &h, sizeof(h));
		h.checksum = checksum((uint16_t *)(void *)packet, size);
		memcpy(packet, &h, sizeof(h));
		SYS(sendto(s, packet, size, 0, (struct sockaddr *)&to, sizeof(to)));
		n = recv(s, answer, sizeof(answer), 0);
		if (n < 0) {
			lost++;
			continue;
		}
		header = (answer[0] & 15) * 4;
		CHECK_EQ(n, header + size);
		CHECK_EQ(answer[header], ICMP_ECHOREPLY);
		CHECK(!memcmp(answer + header + sizeof(h), packet + sizeof(h), size - sizeof(h)));
	}
	close(s);
	CHECK(lost <= 1);	/* the first may be, while addresses are asked for */
}

static uint32_t word_of(uint32_t i)
{
	return (3 * 40503u + i) * 2654435761u;
}

/* A block at a time, each of which is acknowledged. */
static void fetch(const char *gateway)
{
	static const char request[] = "\0\1file\0octet";
	struct sockaddr_in to = address(gateway, 69);
	int s = open_socket(SOCK_DGRAM, 0);
	uint8_t packet[BLOCK + 4];
	socklen_t size = sizeof(to);
	unsigned block = 0;
	ssize_t n;

	SYS(sendto(s, request, sizeof(request), 0, (struct sockaddr *)&to, size));
	do {
		n = SYS(recvfrom(s, packet, sizeof(packet), 0, (struct sockaddr *)&to, &size));
		CHECK(n >= 4 && packet[1] == 3);
		CHECK_EQ(packet[2] << 8 | packet[3], block + 1);
		for (ssize_t i = 4; i < n; i += 4) {
			uint32_t word;

			memcpy(&word, packet + i, 4);
			CHECK_EQ(word, word_of((block * BLOCK + i - 4) / 4));
		}
		packet[1] = 4;
		SYS(sendto(s, packet, 4, 0, (struct sockaddr *)&to, size));
		block++;
	} while (n == BLOCK + 4);
	CHECK_EQ((block - 1) * BLOCK + n - 4, FILE_SIZE);
	close(s);
}

static void lan9118_comes_up(void)
{
	set_up(interface("smsc911x"), "10.0.2.15");
}

static void lan9118_echo(void)
{
	echo("10.0.2.2");
}

static void lan9118_file(void)
{
	fetch("10.0.2.2");
}

static void virtio_comes_up(void)
{
	set_up(interface("virtio_net"), "10.0.3.15");
}

static void virtio_echo(void)
{
	echo("10.0.3.2");
}

static void virtio_file(void)
{
	fetch("10.0.3.2");
}

static const struct test tests[] = {
	T(lan9118_comes_up), T(lan9118_echo), T(lan9118_file),
	T(virtio_comes_up), T(virtio_echo), T(virtio_file),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
