// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * AES by Linux's own ciphers, in assembly where it has that: code that is not the
 * kernel's entry, and masks interrupts in its middle.
 */
#include <linux/if_alg.h>
#include <sys/socket.h>
#include <sys/time.h>
#include "lib/check.h"

#define BLOCK	16

/* FIPS 197, appendix C: the keys are 00 01 02..., the text is 00 11 22... */
static const unsigned char secret[3][BLOCK] = {
	{ 0x69, 0xc4, 0xe0, 0xd8, 0x6a, 0x7b, 0x04, 0x30, 0xd8, 0xcd, 0xb7, 0x80, 0x70, 0xb4, 0xc5, 0x5a },
	{ 0xdd, 0xa9, 0x7c, 0xa4, 0x86, 0x4c, 0xdf, 0xe0, 0x6e, 0xaf, 0x70, 0xa0, 0xec, 0x0d, 0x71, 0x91 },
	{ 0x8e, 0xa2, 0xb7, 0xca, 0x51, 0x67, 0x45, 0xbf, 0xea, 0xfc, 0x49, 0x90, 0x4b, 0x49, 0x60, 0x89 },
};

static int cipher(const unsigned char *key, socklen_t length)
{
	struct sockaddr_alg name = { .salg_family = AF_ALG, .salg_type = "skcipher",
				     .salg_name = "ecb(aes)" };
	int fd = SYS(socket(AF_ALG, SOCK_SEQPACKET, 0));

	SYS(bind(fd, (struct sockaddr *)&name, sizeof(name)));
	SYS(setsockopt(fd, SOL_ALG, ALG_SET_KEY, key, length));
	return SYS(accept(fd, NULL, NULL));
}

static void apply(int fd, uint32_t what, const void *from, void *to, size_t length)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(what))];
	} control = { .head = { .cmsg_len = CMSG_LEN(sizeof(what)), .cmsg_level = SOL_ALG,
				.cmsg_type = ALG_SET_OP } };
	struct iovec data = { .iov_base = (void *)from, .iov_len = length };
	struct msghdr m = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control,
			    .msg_controllen = sizeof(control.room) };

	memcpy(CMSG_DATA(&control.head), &what, sizeof(what));
	CHECK_EQ(SYS(sendmsg(fd, &m, 0)), (ssize_t)length);
	CHECK_EQ(SYS(read(fd, to, length)), (ssize_t)length);
}

static void known_answers(void)
{
	unsigned char key[32], text[BLOCK], out[BLOCK];

	for (unsigned int i = 0; i < sizeof(key); i++)
		key[i] = i;
	for (unsigned int i = 0; i < BLOCK; i++)
		text[i] = i * 0x11;
	for (unsigned int i = 0; i < ARRAY_SIZE(secret); i++) {
		int fd = cipher(key, 16 + 8 * i);

		apply(fd, ALG_OP_ENCRYPT, text, out, BLOCK);
		CHECK(!memcmp(out, secret[i], BLOCK));
		apply(fd, ALG_OP_DECRYPT, out, out, BLOCK);
		CHECK(!memcmp(out, text, BLOCK));
	}
}

static volatile sig_atomic_t ticks;

static void tick(int sig)
{
	(void)sig;
	ticks++;
}

/* It comes in the middle of it, and nothing stays masked. */
static void with_interrupts(void)
{
	static unsigned char text[PAGE], out[PAGE], back[PAGE];
	struct itimerval every = { { 0, 1000 }, { 0, 1000 } };
	int fd = cipher((const unsigned char *)"sixteen letters.", 16);

	for (unsigned int i = 0; i < PAGE; i++)
		text[i] = i ^ i >> 8;
	signal(SIGALRM, tick);
	SYS(setitimer(ITIMER_REAL, &every, NULL));
	while (ticks < 20) {
		apply(fd, ALG_OP_ENCRYPT, text, out, PAGE);
		apply(fd, ALG_OP_DECRYPT, out, back, PAGE);
		CHECK(!memcmp(text, back, PAGE) && memcmp(text, out, PAGE));
	}
}

static const struct test tests[] = {
	T(known_answers), T(with_interrupts),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
