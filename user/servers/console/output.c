/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Output: clients' text, their lines, one ring, the UART.
 *
 * A line enters the ring whole or not at all.  If it does not fit, its client
 * waits for its answer until the UART has made room; those who wait take turns.
 */
#include <string.h>
#include <l4/stubs.h>
#include "console.h"

#define RING	4096

static unsigned char ring[RING];
static l4_word ring_in, ring_out;	/* running counts */

static l4_word room(void)
{
	return RING - (ring_in - ring_out);
}

static void ring_put(const char *text, size_t n)
{
	for (size_t i = 0; i < n && room(); i++)
		ring[ring_in++ % RING] = (unsigned char)text[i];
}

/* "name| text", as much as there is of the line. */
static bool ring_line(const struct client *c, const char *end)
{
	size_t name = strlen(c->name);

	if (room() < name + c->line_size + 4)
		return false;
	ring_put(c->name, name);
	ring_put("| ", 2);
	ring_put(c->line, c->line_size);
	ring_put(end, strlen(end));
	return true;
}

/* Nothing that a terminal would obey gets through. */
static char printable(unsigned char c)
{
	return c == '\t' || (c >= ' ' && c != 0x7f) ? (char)c : '?';
}

bool output_client(struct client *c)
{
	while (c->text_done < c->text_size) {
		unsigned char ch = c->text[c->text_done];

		if (ch == '\n' || c->line_size == LINE) {
			if (!ring_line(c, "\r\n"))
				return false;
			c->line_size = 0;
		}
		if (ch != '\n' && ch != '\r')
			c->line[c->line_size++] = printable(ch);
		c->text_done++;
	}
	c->text_size = 0;
	return true;
}

void output_partial(struct client *c)
{
	if (c->line_size && ring_line(c, ""))
		c->line_size = 0;
}

void output_line(const char *text)
{
	ring_put("\r\nconsole| ", 11);
	output_echo(text);
	ring_put("\r\n", 2);
}

void output_echo(const char *text)
{
	ring_put(text, strlen(text));
}

/* Keeps the right to answer the client of this request. */
bool output_save(l4_slot *saved, bool *waits)
{
	if (!*saved)
		*saved = l4x_slot_alloc();
	*waits = *saved && l4_reply_save(*saved) == L4_OK;
	return *waits;
}

/* False: who was waiting is gone. */
bool output_answer(l4_slot *saved, bool *waits, struct l4_message *m)
{
	bool sent = l4_send(*saved, m, L4_NOWAIT) == L4_OK;

	if (!sent)
		(void)!l4_cap_delete(*saved);
	*waits = false;
	return sent;
}

/* Goes on with those who wait for room, the next one first. */
static void serve_waiting(void)
{
	static l4_word next;

	for (l4_word i = 0; i <= CON_ROOT; i++) {
		struct client *c = &client[(next + i) % (CON_ROOT + 1)];
		struct l4_message m = { .tag = l4_tag(0, 0) };

		if (!c->writer_waits)
			continue;
		if (!output_client(c)) {
			next = (l4_word)(c - client);
			return;
		}
		output_answer(&c->writer, &c->writer_waits, &m);
	}
}

static void feed(void)
{
	while (ring_out != ring_in && uart->put(ring[ring_out % RING]))
		ring_out++;
}

void output_uart(void)
{
	feed();
	serve_waiting();
	feed();
	uart->want_room(ring_out != ring_in);
}

bool output_drained(void)
{
	return ring_out == ring_in;
}
