/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Which part this cell plays; the server, the judge, and who only spins.
 */
#include "attack.h"

#define HELD	16		/* slots of saved callers */
#define HELD_AT	100

/* Answers quickly and correctly, whoever asks for whatever. */
int play_server(void)
{
	struct l4_message m = { .tag = 0 };
	l4_word served = 0, held = 0, last = 0;
	int err = l4_recv(&m, L4_NEVER);

	for (;;) {
		l4_word label = l4_label(m.tag);

		if (err != L4_OK) {
			m.tag = 0;
			err = l4_recv(&m, L4_NEVER);
			continue;
		}
		served++;
		if (label == LATER && l4_reply_save(HELD_AT + held) == L4_OK) {
			held = (held + 1) % HELD;
			/* it may be gone: then its slot is empty */
			m.tag = l4_tag(0, 1);
			(void)!l4_send(HELD_AT + held, &m, L4_NOWAIT);
			(void)!l4_cap_delete(HELD_AT + held);
			err = l4_recv(&m, L4_NEVER);
			continue;
		}
		last = label == ADD ? m.mr[0] + 1 : served;
		m.mr[0] = last;
		m.tag = l4_tag(0, 1);
		err = l4_reply_recv(&m, L4_NEVER);
	}
}

/* At the highest priority that it can get. */
int play_spin(void)
{
	uint64_t start = ticks();
	int err = L4_OK;
	l4_word prio;

	for (prio = 0; prio < 256 && err == L4_OK; prio++)
		err = l4_thread_prio(L4_SLOT_THREAD, prio);
	point(err == L4_EINVAL && prio == 102, "no priority above its own: up to %lu", prio - 2);
	point(l4_thread_create(0, 20, L4_SLOT_SPACE, prio - 1, 0, 0) == L4_EINVAL,
	      "nor for a thread of it");
	while (time_left(start, RUN_MS))
		for (volatile int i = 0; i < 100000; i++)
			;
	point(true, "it spun for %lu ms", ticks_to_ms(ticks() - start));
	return points_done();
}

/* An ordinary client beside all that. */
int play_judge(void)
{
	l4_slot server = l4x_channel("server");
	uint64_t start = ticks(), worst = 0;
	l4_word calls = 0, wrong = 0;
	struct l4_message m;

	while (time_left(start, RUN_MS + 1000)) {
		uint64_t t = ticks();
		l4_word n = (l4_word)t;

		m = (struct l4_message){ .tag = l4_tag(ADD, 1), .mr = { n } };
		wrong += l4_call(server, &m, 5000000) != L4_OK || m.mr[0] != n + 1;
		t = ticks() - t;
		worst = t > worst ? t : worst;
		calls++;
		l4x_sleep(500);
	}
	m = (struct l4_message){ .tag = l4_tag(COUNT, 0) };
	must(l4_call(server, &m, L4_NEVER));
	l4x_printf("# %lu calls, the longest took %lu ms; the server had %lu\n", calls,
		   ticks_to_ms(worst), m.mr[0]);
	point(!wrong && calls > 20, "a client is answered, and correctly");
	point(ticks_to_ms(worst) < 3000, "in time");
	point(m.mr[0] > 1000, "the others did flood the server");
	victim_end();
	return points_done();
}

int main(void)
{
	static int (*const parts[])(void) = {
		[SERVER] = play_server, [FLOOD] = play_flood, [QUOTA] = play_quota,
		[SPIN] = play_spin,	[REVOKE] = play_revoke, [JUDGE] = play_judge,
	};

	random_seed((l4_word)ticks() | 1);
	return parts[l4x_arg()]();
}
