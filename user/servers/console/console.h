/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The console cell: owns the UART, writes whole lines with the name of the cell
 * before them, or bytes as they come for the guest that has the focus; gives
 * what is typed to the cell that has it.
 *
 *   main.c     requests of cells that speak in lines, root's news of clients
 *   raw.c      requests of guests, who speak in bytes
 *   output.c   from the clients' text to the terminal, a line each in turn
 *   screen.c   the terminal: what stands on its last line; the UART's ring
 *   input.c    from the UART to the client that has the focus
 *   pl011.c, uart8250.c   the two UARTs
 *
 * Each client has buffers of its own and at most one write and one read that
 * wait; so one that floods waits for itself only.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <l4x/cell.h>
#include <l4x/console.h>
#include <l4x/server.h>

#define TEXT	1024	/* output that waits for its turn; a power of two */
#define LINE	240	/* a longer line goes out in parts */
#define INPUT	1024
#define TYPED	256	/* a line of input that is being typed */

struct client {
	bool lives;
	bool raw;			/* a guest: its last request was of bytes */
	bool was_raw;			/* one of its requests was */
	char name[17];
	/* output */
	unsigned char text[TEXT];	/* a ring, of bytes that no line has yet */
	l4_word text_in, text_out;	/* running counts */
	l4_slot writer;			/* who waits until it is done, a saved reply */
	bool writer_waits;
	char line[LINE];		/* not complete yet */
	l4_word line_size;
	bool line_cr;			/* a guest's cursor is back at the left */
	bool line_cut;			/* a guest's line was longer: this is its end */
	bool line_asks;			/* it reads: the line is to be seen as it is */
	/* input */
	char in[INPUT];			/* what can be taken, then what is being typed */
	l4_word in_ready, in_size;
	bool in_lost;			/* there was no room */
	bool in_wanted;			/* it has asked for input, ever */
	l4_slot reader;
	bool reader_waits;
	l4_word reader_size;
	/* a guest's bell */
	l4_slot bell;
	l4_word bell_bits;		/* 0: none */
	bool bell_room;			/* to be rung when there is room */
};

/* Indexed by badge; root's lines come from the last, our own from the first. */
extern struct client client[CON_ROOT + 1];

/* main.c */
struct client *client_of(const struct l4_message *m);	/* NULL: none that lives */

/* raw.c */
extern l4_slot received;		/* a capability in a request arrives here */
int serve_bell(struct l4_message *m);
int serve_get(struct l4_message *m);
int serve_put(struct l4_message *m);
void raw_ring(struct client *c);
void raw_forget(struct client *c);

/* output.c */
l4_word output_add(struct client *c, const void *text, l4_word size);	/* how much of it */
void output_run(void);			/* as far as there is room; answers who waited */
void output_ask(struct client *c);	/* it reads: what has no line end yet, too */
void output_close(struct client *c);	/* nothing comes that could end its line */
bool output_drained(void);
bool output_answer(l4_slot *saved, bool *waits, struct l4_message *m);
bool output_save(l4_slot *saved, bool *waits);

/* screen.c */
enum turn { TURN_IDLE, TURN_DONE, TURN_HELD, TURN_FULL };
extern bool screen_hurry;		/* lines do not wait for a guest's line to end */
void screen_begin(void);		/* looks at the clock and what is due */
enum turn screen_line(struct client *c);	/* "name| line", all of it or nothing */
bool screen_show(struct client *c);	/* c's unfinished line is the last one; false: no room */
l4_word screen_put(const char *text, l4_word n);	/* behind what is there: how much of it */
void screen_left(void);			/* what was put has ended the last line */
void screen_say(const char *text);	/* a line of the console itself */
void screen_redraw(void);		/* the focus has changed */
bool screen_feed(void);			/* from the ring to the UART; true: all of it */
l4_word screen_wait(void);		/* us until something is due without anyone's doing */

/* input.c */
struct client *input_focus(void);	/* NULL: nobody has it */
void input_char(int c);
void input_rung(void);			/* the guest that has the focus hears of it */
bool input_take(struct client *c, struct l4_message *m, l4_word size);
void input_guest(struct client *c);	/* it speaks in bytes: perhaps it gets the focus */
void input_forget(struct client *c);	/* it is gone or new */

/* A UART whose speed and format are set already. */
struct uart {
	const char *name;		/* what the device's name begins with */
	void (*start)(volatile l4_word *base);
	bool (*put)(unsigned char c);	/* false: no room */
	int (*get)(void);		/* -1: nothing */
	void (*want_room)(bool on);	/* interrupt when there is room again */
};

extern const struct uart pl011, uart8250;
extern const struct uart *uart;

#endif
