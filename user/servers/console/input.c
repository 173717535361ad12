/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Input: characters go to the client that has the focus, line by line, with
 * echo and backspace.  Ctrl-O moves the focus to the next cell.
 */
#include <stdio.h>
#include <string.h>
#include <l4/stubs.h>
#include <l4x/thread.h>
#include "console.h"

#define KEY_FOCUS	0x0f	/* Ctrl-O */

static l4_word focus;		/* 0: nobody yet */

/* Up to size bytes of the complete lines, one line at most, as an answer. */
bool input_take(struct client *c, struct l4_message *m, l4_word size)
{
	const char *end = memchr(c->in, '\n', c->in_ready);
	size_t n = end ? (size_t)(end - c->in) + 1 : 0, first = sizeof(m->mr) - sizeof(m->mr[0]);

	if (!n)
		return false;
	if (n > size)
		n = size;
	m->mr[0] = n;
	memcpy(&m->mr[1], c->in, n < first ? n : first);
	if (n > first)
		memcpy(&l4x_buf()->mr[L4_MSG_REGS], c->in + first, n - first);
	memmove(c->in, c->in + n, c->in_size - n);
	c->in_size -= n;
	c->in_ready -= n;
	return true;
}

static void deliver(struct client *c)
{
	struct l4_message m = { .tag = 0 };

	if (!c->reader_waits || !input_take(c, &m, c->reader_size))
		return;
	m.tag = l4_tag(0, 1 + (m.mr[0] + 3) / 4);
	output_answer(&c->reader, &c->reader_waits, &m);
}

static void set_focus(l4_word badge)
{
	char text[48];

	focus = badge;
	sniprintf(text, sizeof(text), "input goes to %s", client[badge].name);
	output_line(text);
}

static void next_focus(void)
{
	for (l4_word i = 1; i <= CON_CLIENTS; i++) {
		l4_word badge = (focus + i - 1) % CON_CLIENTS + 1;

		if (!client[badge].lives)
			continue;
		set_focus(badge);
		return;
	}
	output_line("no cell to send input to");
}

/* The one that reads gets the focus, as long as nobody has chosen. */
static void default_focus(void)
{
	for (l4_word b = 1; !focus && b <= CON_CLIENTS; b++)
		if (client[b].lives && client[b].reader_waits)
			focus = b;
}

void input_char(int ch)
{
	struct client *c;
	char echo[2] = { (char)ch };

	if (ch == KEY_FOCUS) {
		next_focus();
		return;
	}
	default_focus();
	c = &client[focus];
	if (!focus)
		return;
	if (ch == '\b' || ch == 0x7f) {
		if (c->in_size > c->in_ready) {
			c->in_size--;
			output_echo("\b \b");
		}
	} else if (ch == '\r' || ch == '\n') {
		if (c->in_size == INPUT)
			return;
		c->in[c->in_size++] = '\n';
		c->in_ready = c->in_size;
		output_echo("\r\n");
		deliver(c);
	} else if (ch >= ' ' && c->in_size < INPUT - 1) {
		c->in[c->in_size++] = (char)ch;
		output_echo(echo);
	}
}

void input_forget(struct client *c)
{
	c->in_size = 0;
	c->in_ready = 0;
	if (c->reader_waits)
		(void)!l4_cap_delete(c->reader);
	c->reader_waits = false;
	if (!c->lives && focus && c == &client[focus])
		focus = 0;
}
