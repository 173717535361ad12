/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Output: clients' text, their lines, the terminal.
 *
 * All who have something to say take turns, a line each.  The guest that has the
 * focus says it byte by byte and without its name; everybody else in whole lines.
 * Whoever cannot be written now keeps its text, and waits for its answer or is
 * told that not all of it was taken.
 */
#include <string.h>
#include <l4/stubs.h>
#include "console.h"

static l4_word used(const struct client *c)
{
	return c->text_in - c->text_out;
}

l4_word output_add(struct client *c, const void *text, l4_word size)
{
	const unsigned char *from = text;
	l4_word room = TEXT - used(c);

	if (size > room)
		size = room;
	for (l4_word i = 0; i < size; i++)
		c->text[c->text_in++ % TEXT] = from[i];
	return size;
}

static void line_end(struct client *c)
{
	c->line_size = 0;
	c->line_cr = false;
	c->line_cut = false;
	c->line_asks = false;
}

/* A guest's return without a line feed: it writes over what it has written. */
static void line_add(struct client *c, char ch)
{
	if (c->line_cr)
		line_end(c);
	if (ch == '\r') {
		c->line_cr = c->raw;
		return;
	}
	if (c->line_size == LINE) {
		c->line_size = 0;
		c->line_cut = true;
	}
	c->line[c->line_size++] = ch;
}

static enum turn turn_line(struct client *c)
{
	while (used(c)) {
		char ch = (char)c->text[c->text_out % TEXT];

		if (ch == '\n' || c->line_size == LINE) {
			enum turn turn = screen_line(c);

			if (turn != TURN_DONE)
				return turn;
			line_end(c);
			c->text_out += ch == '\n';
			return TURN_DONE;
		}
		line_add(c, ch);
		c->text_out++;
	}
	return TURN_IDLE;
}

static enum turn turn_raw(struct client *c)
{
	if (!used(c))
		return TURN_IDLE;
	if (!screen_show(c))
		return TURN_FULL;
	for (l4_word i = 0; i < LINE && used(c); i++) {
		char ch = (char)c->text[c->text_out % TEXT];

		if (!screen_put(&ch, 1))
			return TURN_FULL;
		c->text_out++;
		if (ch == '\n') {
			line_end(c);
			screen_left();
			break;
		}
		line_add(c, ch);
	}
	return TURN_DONE;
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

static enum turn take_turn(struct client *c)
{
	struct l4_message m = { .tag = l4_tag(0, 0) };
	enum turn turn = c->raw && c == input_focus() ? turn_raw(c) : turn_line(c);

	if (c->writer_waits && !used(c))
		output_answer(&c->writer, &c->writer_waits, &m);
	if (c->bell_room && used(c) <= TEXT / 2) {
		c->bell_room = false;
		raw_ring(c);
	}
	return turn;
}

/* Turns, until nobody can say more, or one has to wait for room: it is the next. */
static enum turn take_turns(void)
{
	static l4_word next;
	bool more;

	do {
		more = false;
		for (l4_word i = 0; i <= CON_ROOT; i++) {
			struct client *c = &client[(next + i) % (CON_ROOT + 1)];
			enum turn turn = used(c) ? take_turn(c) : TURN_IDLE;

			if (turn == TURN_FULL) {
				next = (l4_word)(c - client);
				return TURN_FULL;
			}
			more |= turn == TURN_DONE;
		}
	} while (more);
	return TURN_IDLE;
}

void output_run(void)
{
	(void)screen_feed();
	screen_begin();
	while (take_turns() == TURN_FULL && screen_feed())
		;
	(void)screen_feed();
}

/* Others than the one that is typed to ask in a line of its own. */
void output_ask(struct client *c)
{
	struct client *focus;

	c->in_wanted = true;
	output_run();
	focus = input_focus();
	if (!c->line_size || c->line_asks)
		return;
	if (focus && focus != c) {
		(void)output_add(c, "\n", 1);
		return;
	}
	c->line_asks = true;
	if (!screen_show(c))
		screen_redraw();
}

void output_close(struct client *c)
{
	if (c->line_asks)	/* it has been seen */
		line_end(c);
	if (used(c) ? c->text[(c->text_in - 1) % TEXT] != '\n' : c->line_size)
		(void)output_add(c, "\n", 1);
	output_run();		/* under its old name */
}

bool output_drained(void)
{
	for (l4_word i = 0; i <= CON_ROOT; i++)
		if (used(&client[i]))
			return false;
	return screen_feed();
}
