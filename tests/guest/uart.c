// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * A serial port of the board, PL011, with Linux's own driver.  Who listens there
 * (tests/guest/peer.py) answers to each line with the same in capital letters.
 */
#include <ctype.h>
#include <fcntl.h>
#include <termios.h>
#include "lib/check.h"

#define PORT	"/dev/ttyAMA1"

static int open_port(void)
{
	int fd = SYS(open(PORT, O_RDWR | O_NOCTTY));
	struct termios t;

	SYS(tcgetattr(fd, &t));
	cfmakeraw(&t);
	t.c_cflag |= CREAD | CLOCAL;
	cfsetspeed(&t, B115200);
	SYS(tcsetattr(fd, TCSAFLUSH, &t));
	return fd;
}

static void send_line(int fd, const char *text)
{
	size_t size = strlen(text);

	while (size) {
		ssize_t n = SYS(write(fd, text, size));

		text += n;
		size -= n;
	}
	SYS(tcdrain(fd));
}

static void receive_line(int fd, char *text, size_t size)
{
	size_t n = 0;

	do {
		CHECK(n < size);
		CHECK_EQ(SYS(read(fd, text + n, 1)), 1);
	} while (text[n++] != '\n');
	text[n] = 0;
}

static void answers_line_by_line(void)
{
	char line[600], answer[600];
	int fd = open_port();

	for (unsigned i = 0; i < loops(40); i++) {
		int n = snprintf(line, sizeof(line), "peer: %u ", i);

		for (unsigned j = 0; j < i * 13; j++)
			line[n++] = 'a' + (i + j) % 26;
		line[n++] = '\n';
		line[n] = 0;
		send_line(fd, line);
		receive_line(fd, answer, sizeof(answer));
		for (int j = 0; j < n; j++)
			CHECK_EQ(answer[j], toupper(line[j]));
	}
	close(fd);
}

/* A line that comes ends the wait for it. */
static void the_line_discipline_works(void)
{
	int fd = open_port();
	struct termios t;
	char answer[32];

	SYS(tcgetattr(fd, &t));
	t.c_lflag |= ICANON;
	t.c_iflag |= IUCLC;
	SYS(tcsetattr(fd, TCSAFLUSH, &t));
	send_line(fd, "peer: hello\n");
	CHECK_EQ(SYS(read(fd, answer, sizeof(answer))), 12);
	CHECK(!memcmp(answer, "PEER: HELLO\n", 12) || !memcmp(answer, "peer: hello\n", 12));
	close(fd);
}

static const struct test tests[] = {
	T(answers_line_by_line), T(the_line_discipline_works),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
