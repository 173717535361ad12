/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The terminal, as far as the console must know it: whose unfinished line stands
 * at the bottom.  A prompt does, so others' lines go above it: the line is ended,
 * they follow, and when they are through, it is drawn again.  A guest writes its
 * lines in pieces; so the others wait a moment for the end before they cut it.
 *
 * What goes to the UART waits in one ring.  A line enters it whole or not at all.
 */
#include <string.h>
#include "console.h"

#define RING	2048
#define SPARE	128	/* of the ring: what the console itself says always has room */
#define NEED	(LINE + TYPED + 64)	/* the most that one line and its marks take */
#define HOLD	50000	/* us that others' lines wait for the end of a guest's */
#define REDRAW	20000	/* us of silence until an unfinished line is drawn again */
#define ESC	0x1b

bool screen_hurry;

static unsigned char ring[RING];
static l4_word ring_in, ring_out;	/* running counts */
static struct client *shown;		/* whose line is at the bottom; NULL: cursor at the left */
static uint64_t now, hold_until, redraw_at;	/* us; 0: not */

static l4_word room(void)
{
	l4_word used = ring_in - ring_out;

	return used < RING - SPARE ? RING - SPARE - used : 0;
}

static void ring_put(const char *text, size_t n)
{
	for (size_t i = 0; i < n && ring_in - ring_out < RING; i++)
		ring[ring_in++ % RING] = (unsigned char)text[i];
}

static void ring_text(const char *text)
{
	ring_put(text, strlen(text));
}

/* Where an escape sequence ends that begins at text[i]. */
static size_t skip_escape(const char *text, size_t i, size_t n)
{
	if (++i == n || text[i] != '[')
		return i;
	while (++i < n && (text[i] < '@' || text[i] > '~'))
		;
	return i;
}

/*
 * Is *at a control character?  Terminals know U+0080 to U+009f too, as such a byte
 * and in UTF-8, also longer than it need be.  In the middle of another character such
 * a byte is none; what is before text is not in front of it.
 */
static bool controls(const unsigned char *text, const unsigned char *at)
{
	const unsigned char *first = at;

	if (*at < 0x80 || *at >= 0xa0)
		return *at < ' ' || *at == 0x7f;
	while (first > text && at - first < 3 && (*first & 0xc0) == 0x80)
		first--;
	switch (*first >> 4) {
	case 0xc:
	case 0xd:
		return at - first > 1 || *first < 0xc3;
	case 0xe:
		return at - first > 2 || (*first == 0xe0 && first[1] < 0xa0);
	case 0xf:
		return *first == 0xf0 && first[1] < 0x90;
	}
	return true;
}

/*
 * Text of a cell that does not have the terminal: nothing in it is obeyed.
 * Escape sequences go, tabs stay, other control characters are shown as '?'.
 */
static void ring_tame(const char *text, size_t n)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t from = 0;	/* behind the last escape sequence */

	for (size_t i = 0; i < n; i++) {
		char c = text[i] != '\t' && controls(bytes + from, bytes + i) ? '?' : text[i];

		if (text[i] == ESC) {
			i = skip_escape(text, i, n);
			from = i + 1;
		} else {
			ring_put(&c, 1);
		}
	}
}

static void put_name(const struct client *c, const char *mark)
{
	ring_text(c->name);
	ring_text(mark);
}

void screen_left(void)
{
	shown = NULL;
	hold_until = 0;
}

/* Ends what stands on the last line; colours that it has set are not for others. */
static void leave(void)
{
	if (!shown)
		return;
	if (shown->raw && memchr(shown->line, ESC, shown->line_size))
		ring_text("\033[0m");
	ring_text("\r\n");
	screen_left();
}

/* Is there something of it to be seen that has no end yet? */
static bool unfinished(const struct client *c)
{
	if (c->raw)
		return c->line_size || c->line_cut;
	return c->line_asks || c->in_size > c->in_ready;
}

/*
 * Once more what a guest has written, but for questions (the cursor's place, the
 * terminal's kind): the terminal would answer again, and nobody expects it.
 */
static void ring_again(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t end = text[i] == ESC ? skip_escape(text, i, n) : i;

		if (end > i && end < n && (text[end] == 'n' || text[end] == 'c'))
			i = end;
		else
			ring_put(&text[i], 1);
	}
}

static void draw(const struct client *c)
{
	if (c->raw) {
		if (c->line_cut)
			put_name(c, "|+ ");
		ring_again(c->line, c->line_size);
		if (c->line_cr)
			ring_text("\r");
		return;
	}
	if (c->line_asks && c->line_size) {
		put_name(c, "| ");
		ring_tame(c->line, c->line_size);
	}
	ring_put(c->in + c->in_ready, c->in_size - c->in_ready);
}

bool screen_show(struct client *c)
{
	if (shown == c)
		return true;
	if (room() < NEED)
		return false;
	leave();
	draw(c);
	shown = c;
	return true;
}

/* A guest is in the middle of a line, and has not had the time to end it. */
static bool held(void)
{
	if (!shown || !shown->raw || screen_hurry)
		return false;
	if (!hold_until)
		hold_until = now + HOLD;
	return now < hold_until;
}

enum turn screen_line(struct client *c)
{
	if (held())
		return TURN_HELD;
	if (room() < NEED)
		return TURN_FULL;
	leave();
	put_name(c, "| ");
	ring_tame(c->line, c->line_size);
	ring_text("\r\n");
	redraw_at = now + REDRAW;
	return TURN_DONE;
}

l4_word screen_put(const char *text, l4_word n)
{
	if (n > room())
		n = room();
	ring_put(text, n);
	return n;
}

void screen_say(const char *text)
{
	leave();
	ring_text("console| ");
	ring_text(text);
	ring_text("\r\n");
}

void screen_redraw(void)
{
	redraw_at = 1;
}

void screen_begin(void)
{
	struct client *c = input_focus();

	now = l4x_microseconds();
	if (!redraw_at || now < redraw_at)
		return;
	if (shown || !c || !unfinished(c) || screen_show(c))
		redraw_at = 0;
}

bool screen_feed(void)
{
	while (ring_out != ring_in && uart->put(ring[ring_out % RING]))
		ring_out++;
	uart->want_room(ring_out != ring_in);
	return ring_out == ring_in;
}

/* What is due and still has not been done waits for room, and that is an interrupt. */
l4_word screen_wait(void)
{
	uint64_t first = hold_until > now ? hold_until : 0;

	if (redraw_at > now && (!first || redraw_at < first))
		first = redraw_at;
	return first ? (l4_word)(first - now) : L4_NEVER;
}
