/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A client: finds its server by the name in the system description, calls it,
 * and measures what a call takes.
 */
#include <stdio.h>
#include <l4x/cell.h>
#include <l4x/server.h>
#include "../echo-server/echo.h"

#define ROUNDS 1000

int main(void)
{
	l4_slot server = l4x_channel("echo-server");
	struct l4_message m = { .mr = { 30, 12 } };
	uint64_t start;
	int words;

	if (!server) {
		printf("the description gives this cell no channel to echo-server\n");
		return 1;
	}
	words = server_call(server, ECHO_ADD, 2, &m, L4_NEVER);
	if (words < 2) {
		printf("echo-server: %s\n", l4_strerror(words));
		return 1;
	}
	printf("30 + 12 = %lu, says the server\n", m.mr[0]);

	start = l4x_microseconds();
	for (int i = 0; i < ROUNDS; i++)
		if (server_call(server, ECHO_ADD, 2, &m, L4_NEVER) < 0)
			return 1;
	printf("%d calls took %u us; it has counted %lu\n", ROUNDS,
	       (unsigned int)(l4x_microseconds() - start), m.mr[1]);
	return 0;
}
