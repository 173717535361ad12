/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The loop of a server.  A request's label says what is wanted; the answer's
 * label is 0, or an error's absolute value.
 */
#ifndef L4X_SERVER_H
#define L4X_SERVER_H

#include <stddef.h>
#include <l4x/ipc.h>

/* Not labels of requests: notification bits (in mr[0]), and exceptions by class. */
#define SERVER_NOTIFIED		0x10000
#define SERVER_EXCEPTION	0x20000

/* No answer now: the handler saved it with l4_reply_save, or was told by send. */
#define SERVER_LATER		0x1000

/*
 * Finds the request in m and leaves the answer's words there (and in the message
 * buffer).  Gives their number, an error, or SERVER_LATER.  An exception's
 * handler gives its answer's words with the label in bits 16 and up.
 */
typedef int (*server_fn)(struct l4_message *m);

struct server_handler {
	l4_word label;
	l4_word badge;		/* only for messages with this badge; 0: for all */
	server_fn fn;
};

/* Serves for ever.  The first handler that fits is called; nobody's are refused. */
__attribute__((noreturn)) void server_run(const struct server_handler *handlers, size_t n);

/* For a server that does more than to answer. */
struct server_wait {
	/*
	 * A request's capabilities arrive in this slot and, as far as they are empty,
	 * the two behind it.  The handler moves away what it wants; the rest is
	 * deleted.  0: none are taken.
	 */
	l4_slot accept;
	/* Called each time before it waits: gives for how long, in us.  NULL: for ever. */
	l4_word (*before)(void);
};

__attribute__((noreturn)) void server_run_with(const struct server_handler *handlers, size_t n,
					       const struct server_wait *wait);

/* The client's side: calls, and gives the error or the number of words. */
int server_call(l4_slot server, l4_word label, l4_word words, struct l4_message *m,
		l4_word timeout) must_check;

#endif
