/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Floods a server with messages of every kind, from several threads that are
 * destroyed in the middle of them.  Then the whole cell ends while its threads
 * wait, and root starts it again.
 */
#include "attack.h"

#define THREADS 4

static l4_slot server;

/* Right and wrong, short and long, with and without capabilities. */
static void flood_once(void)
{
	struct l4_message m = { .tag = random_word() & 0xffff0000 };
	l4_word timeout = random_below(3) ? random_below(300) : L4_NOWAIT;

	m.tag |= one_in(3) ? l4_tag(ADD, 1) : random_below(80);
	m.tag |= one_in(8) ? random_below(4) << L4_TAG_CAPS_SHIFT : 0;
	for (int i = 0; i < L4_MSG_CAPS; i++)
		l4x_buf()->caps[i] = random_below(70);
	if (one_in(2))
		(void)!l4_call(server, &m, timeout);
	else
		(void)!l4_send(server, &m, timeout);
}

static void flooder(void *arg)
{
	(void)arg;
	for (;;) {
		struct l4_message m = { .tag = l4_tag(LATER, 1) };

		for (int i = 0; i < 20; i++)
			flood_once();
		(void)!l4_call(server, &m, one_in(2) ? L4_NEVER : 1000);
	}
}

int play_flood(void)
{
	uint64_t start = ticks();
	int thread[THREADS] = { 0 };

	server = l4x_channel("server");
	while (time_left(start, FLOOD_MS)) {
		l4_word i = random_below(THREADS);

		if (thread[i] > 0)
			l4x_thread_delete((l4_slot)thread[i]);
		thread[i] = l4x_thread_create(flooder, NULL, 4096, 100);
		for (int n = 0; n < 50; n++)
			flood_once();
		l4x_sleep(random_below(3000));
	}
	return 0;
}
