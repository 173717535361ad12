/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A server: adds numbers, and remembers how often each client called.  The
 * badge says who calls; a client cannot choose it.
 */
#include <stdio.h>
#include <l4x/server.h>
#include "echo.h"

static l4_word calls[ECHO_CLIENTS];

/* In: numbers.  Out: their sum, and how many calls this client has made. */
static int serve_add(struct l4_message *m)
{
	l4_word n = l4_words(m->tag), sum = 0;

	if (n > L4_MSG_REGS || m->badge >= ECHO_CLIENTS)
		return L4_EINVAL;
	for (l4_word i = 0; i < n; i++)
		sum += m->mr[i];
	m->mr[0] = sum;
	m->mr[1] = ++calls[m->badge];
	return 2;
}

static const struct server_handler handlers[] = {
	{ ECHO_ADD, 0, serve_add },
};

int main(void)
{
	printf("serving\n");
	server_run(handlers, sizeof(handlers) / sizeof(handlers[0]));
}
