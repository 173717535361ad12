/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Input: characters go to the client that has the focus.  To a program line by
 * line, with echo and backspace; to a guest each as it is.  Ctrl-O alone is the
 * console's: it moves the focus to the next cell that takes input.
 *
 * Until it is pressed, the first guest of the description has the focus, or where
 * there is none the first cell that reads.  Who has got input keeps it: no other
 * can take what is being typed.  A guest that ends keeps it, since it may be
 * starting again, until something is typed.
 */
#include <stdio.h>
#include <string.h>
#include <l4/stubs.h>
#include <l4x/thread.h>
#include "console.h"

#define KEY_FOCUS	0x0f	/* Ctrl-O */

static l4_word focus;		/* 0: nobody yet */
static bool chosen;		/* by the key */
static bool used;		/* somebody has got input */
static bool fresh;		/* a guest has input that it has not heard of */

/* Up to size bytes, of a program's line one at most, as an answer: how many. */
static size_t copy_input(const struct client *c, struct l4_message *m, l4_word size)
{
	const char *end = memchr(c->in, '\n', c->in_ready);
	size_t n = end ? (size_t)(end - c->in) + 1 : 0, first = sizeof(m->mr) - sizeof(m->mr[0]);
	l4_word *mr = l4x_buf()->mr;

	if (c->raw)
		n = c->in_ready;
	if (n > size)
		n = size;
	m->mr[0] = n;
	/* whole words are sent, and the rest of the last one is somebody's */
	*((n + 3) / 4 < L4_MSG_REGS ? &m->mr[(n + 3) / 4] : &mr[(n + 3) / 4]) = 0;
	memcpy(&m->mr[1], c->in, n < first ? n : first);
	if (n > first)
		memcpy(&mr[L4_MSG_REGS], c->in + first, n - first);
	return n;
}

static void drop_input(struct client *c, size_t n)
{
	memmove(c->in, c->in + n, c->in_size - n);
	c->in_size -= n;
	c->in_ready -= n;
	c->in_lost &= !n;
}

bool input_take(struct client *c, struct l4_message *m, l4_word size)
{
	size_t n = copy_input(c, m, size);

	drop_input(c, n);
	return n;
}

/* To who waits for it; if it has gone, the line stays for its next read. */
static void deliver(struct client *c)
{
	struct l4_message m = { .tag = 0 };
	size_t n = c->reader_waits ? copy_input(c, &m, c->reader_size) : 0;

	m.tag = l4_tag(0, 1 + (n + 3) / 4);
	if (n && output_answer(&c->reader, &c->reader_waits, &m))
		drop_input(c, n);
}

void input_rung(void)
{
	if (fresh)
		raw_ring(&client[focus]);
	fresh = false;
}

static void set_focus(l4_word badge)
{
	char text[48];

	input_rung();
	focus = badge;
	sniprintf(text, sizeof(text), "input goes to %s", client[badge].name);
	screen_say(text);
	screen_redraw();
}

static void focus_none(void)
{
	focus = 0;
	chosen = false;
	used = false;
}

static void next_focus(void)
{
	for (l4_word i = 1; i <= CON_CLIENTS; i++) {
		l4_word badge = (focus + i - 1) % CON_CLIENTS + 1;
		const struct client *c = &client[badge];

		if (!c->lives || !(c->raw || c->in_wanted))
			continue;
		chosen = true;
		set_focus(badge);
		return;
	}
	screen_say("no cell to send input to");
}

/* As long as nobody has it: a guest, or one that reads. */
static l4_word default_focus(void)
{
	for (l4_word b = 1; b <= CON_CLIENTS; b++)
		if (client[b].lives && client[b].raw)
			return b;
	for (l4_word b = 1; b <= CON_CLIENTS; b++)
		if (client[b].lives && client[b].reader_waits)
			return b;
	return 0;
}

struct client *input_focus(void)
{
	l4_word b = focus ? focus : default_focus();

	return b ? &client[b] : NULL;
}

void input_guest(struct client *c)
{
	if (!focus)
		focus = (l4_word)(c - client);
	else if (!chosen && !used && (!client[focus].raw || c < &client[focus]))
		set_focus((l4_word)(c - client));
}

static void guest_char(struct client *c, char ch)
{
	fresh = true;
	if (c->in_size < INPUT) {
		c->in[c->in_size++] = ch;
		c->in_ready = c->in_size;
	} else if (!c->in_lost) {
		c->in_lost = true;
		(void)screen_put("\a", 1);
	}
}

static void line_char(struct client *c, char ch)
{
	bool seen = screen_show(c);

	if (ch == '\b' || ch == 0x7f) {
		if (c->in_size == c->in_ready)
			return;
		c->in_size--;
		if (seen)
			(void)screen_put("\b \b", 3);
	} else if (ch == '\r' || ch == '\n') {
		if (c->in_size == INPUT)
			return;
		c->in[c->in_size++] = '\n';
		c->in_ready = c->in_size;
		if (seen) {
			(void)screen_put("\r\n", 2);
			screen_left();
		}
		if (c->line_asks)
			c->line_size = 0;
		c->line_asks = false;
		deliver(c);
	} else if ((unsigned char)ch >= ' ' && c->in_size < INPUT - 1 &&
		   c->in_size - c->in_ready < TYPED) {
		c->in[c->in_size++] = ch;
		if (seen)
			(void)screen_put(&ch, 1);
	}
}

void input_char(int ch)
{
	struct client *c;

	if (ch == KEY_FOCUS) {
		next_focus();
		return;
	}
	c = input_focus();
	if (!c)
		return;
	if (!c->lives) {	/* what was meant for it is not for another */
		focus_none();
		c = input_focus();
		if (c)
			set_focus((l4_word)(c - client));
		return;
	}
	focus = (l4_word)(c - client);
	used = true;
	if (c->raw)
		guest_char(c, (char)ch);
	else
		line_char(c, (char)ch);
}

void input_forget(struct client *c)
{
	c->in_size = 0;
	c->in_ready = 0;
	c->in_lost = false;
	if (!c->lives)
		c->in_wanted = false;
	if (c->reader_waits)
		(void)!l4_cap_delete(c->reader);
	c->reader_waits = false;
	if (!c->lives && !c->raw && c == &client[focus])
		focus_none();
}
