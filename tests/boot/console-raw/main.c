/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The parts of console.dts, by the cell's argument.  What each says is judged by
 * console.test; what it finds wrong itself begins with "wrong".
 */
#include <string.h>
#include <l4/stubs.h>
#include "raw.h"

#define INPUT	1024	/* what the console keeps of what nobody reads */

/* A channel's bit is its badge, which is another one for each who has it. */
static void tell(const char *cell)
{
	const struct l4x_start *s = l4x_start();

	for (l4_word i = 0; i < s->channels; i++)
		if (!strcmp(s->channel[i].name, cell))
			(void)!l4_notify(s->channel[i].slot, s->channel[i].badge);
}

static void shell_input(void)
{
	static const char want[] = "\3\4\33[A\x7f\b\0\t\r\n\x1a\xff\xc3\xbc";
	char got[sizeof(want)] = { 0 };

	raw_say("bytes?\r\n");
	raw_read(got, sizeof(want) - 1);
	raw_say(memcmp(got, want, sizeof(want)) ? "wrong bytes\r\n" : "right bytes\r\n");
}

/* While a cell that writes lines has something to say all the time. */
static void shell_output(void)
{
	char y[100];

	for (int i = 0; i < 20; i++) {
		raw_say("half ");
		l4x_sleep(12000);
		raw_say("and half\r\n");
	}
	raw_say("\33[6n\33[1mprompt>\33[0m ");
	l4x_sleep(200000);
	raw_say("typed\r\n");
	memset(y, 'y', sizeof(y));
	for (int i = 0; i < 100; i++) {
		(void)!raw_put(y, sizeof(y));
		l4x_sleep(2000);
	}
	raw_say(".\r\n");
}

static void shell(void)
{
	char c = 0;

	raw_say("%0250d\r\n", 7);
	shell_input();
	shell_output();
	raw_say("to the other\r\n");
	raw_wait(BIT_GO);
	raw_say("\33[31mred\33[0m \7line\r\n");
	raw_say("<\x9b" "2J \xc2\x9b" "1m \xe0\x82\x9b \xf0\x80\x82\x9b \xc2\xa9 \xe2\x80\x99 "
		"\xc2\33\xc3\x9b" "2J>\r\n");
	raw_say("to the pest\r\n");
	for (int i = 0; i < 8; i++)
		raw_say("more %d\r\n", i);
	raw_say("back to me\r\n");
	raw_read(&c, 1);
	raw_say(c == 'Q' ? "right Q\r\n" : "wrong Q: %d\r\n", c);
	tell("pest");
	tell("other");
	raw_wait(BIT_GO);
	tell("noise");
}

static void other(void)
{
	char got[4] = { 0 };

	raw_say("other> ");
	raw_read(got, 3);
	raw_say("%s\r\n", strcmp(got, "ABC") ? "wrong ABC" : "right ABC");
	tell("shell");
	raw_wait(BIT_GO);
	l4x_sleep(100000);	/* the shell has the focus, and is no more */
	raw_say("to whom?\r\n");
	raw_read(got, 1);
	raw_say("%s\r\n", got[0] == 'Z' ? "right Z" : "wrong Z");
}

/* It has much input, reads none of it until it is told, and gets what fitted. */
static void pest(void)
{
	static char got[INPUT + CON_BYTES];
	int size = 0, n, wrong = pest_attack();

	if (!wrong && raw_listen() != 0)
		wrong = 1;
	raw_say("%s attack\r\n", wrong ? "wrong" : "right");
	raw_wait(BIT_GO);
	while (size < (int)INPUT && (n = raw_get(got + size, CON_BYTES)) > 0)
		size += n;
	for (int i = 0; i < size; i++)
		wrong |= got[i] != '0' + i % 10;
	raw_say("%s input: %d\r\n", wrong ? "wrong" : "right", size);
	tell("shell");
}

/* Lines, like any program; it must never wait long. */
static void noise(void)
{
	for (int i = 0;; i++) {
		uint64_t start = l4x_microseconds();
		struct l4_message m;

		l4x_printf("noise %d\n", i);
		if (l4x_microseconds() - start > 100000)
			l4x_printf("wrong: starved\n");
		if (l4_recv(&m, 5000) == L4_NOTIFIED)
			return;
	}
}

int main(void)
{
	static void (*const part[])(void) = { shell, other, pest, noise };

	if (l4x_arg() < 2 && raw_listen() != 0)
		raw_say("wrong: no bell\r\n");
	part[l4x_arg()]();
	return 0;
}
