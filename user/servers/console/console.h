/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The console cell: owns the UART, writes whole lines with the name of the cell
 * before them, gives what is typed to the cell that has the focus.
 *
 *   main.c     requests, root's news of clients
 *   output.c   from the clients' text to the UART, line by line
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

#define LINE	240	/* a longer line goes out in parts */
#define INPUT	256

struct client {
	bool lives;
	char name[17];
	/* output */
	unsigned char text[CON_BYTES];	/* of the last write */
	l4_word text_size, text_done;
	l4_slot writer;			/* who waits until it is done, a saved reply */
	bool writer_waits;
	char line[LINE];		/* not complete yet */
	l4_word line_size;
	/* input */
	char in[INPUT];			/* complete lines, then what is being typed */
	l4_word in_ready, in_size;
	l4_slot reader;
	bool reader_waits;
	l4_word reader_size;
};

/* Indexed by badge; root's lines come from the last, our own from the first. */
extern struct client client[CON_ROOT + 1];

/* output.c */
bool output_client(struct client *c);	/* its text to lines; true: all of it */
void output_partial(struct client *c);	/* what has no line end yet, without one */
void output_line(const char *text);	/* of the console itself */
void output_echo(const char *text);
void output_uart(void);			/* from the ring to the UART, then who waits for room */
bool output_drained(void);
bool output_answer(l4_slot *saved, bool *waits, struct l4_message *m);
bool output_save(l4_slot *saved, bool *waits);

/* input.c */
void input_char(int c);
bool input_take(struct client *c, struct l4_message *m, l4_word size);
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
