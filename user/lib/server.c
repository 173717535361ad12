/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The loop of a server, and the client's half of its convention.
 */
#include <l4x/server.h>

/* Calls the handler; what it gives is the answer, or SERVER_LATER. */
static int dispatch(const struct server_handler *h, size_t n, l4_word label, struct l4_message *m)
{
	for (size_t i = 0; i < n; i++)
		if (h[i].label == label && (!h[i].badge || h[i].badge == m->badge))
			return h[i].fn(m);
	return label == SERVER_NOTIFIED ? SERVER_LATER : L4_ENOSYS;
}

static l4_word message_label(int result, const struct l4_message *m)
{
	if (result == L4_NOTIFIED)
		return SERVER_NOTIFIED;
	return l4_label(m->tag) | (m->tag & L4_TAG_KERNEL ? SERVER_EXCEPTION : 0);
}

void server_run(const struct server_handler *handlers, size_t n)
{
	struct l4_message m = { .tag = 0 };
	int result = l4_recv(&m, L4_NEVER);

	for (;;) {
		int answer;
		l4_word label = message_label(result, &m);

		if (result < 0) {
			result = l4_recv(&m, L4_NEVER);
			continue;
		}
		answer = dispatch(handlers, n, label, &m);
		if (label == SERVER_NOTIFIED || answer == SERVER_LATER) {
			result = l4_recv(&m, L4_NEVER);
			continue;
		}
		m.tag = answer < 0 ? l4_tag((l4_word)-answer, 0) : (l4_word)answer;
		result = l4_reply_recv(&m, L4_NEVER);
	}
}

int server_call(l4_slot server, l4_word label, l4_word words, struct l4_message *m,
		l4_word timeout)
{
	int err;

	m->tag = l4_tag(label, words);
	err = l4_call(server, m, timeout);
	if (err != L4_OK)
		return err;
	if (l4_label(m->tag))
		return -(int)l4_label(m->tag);
	return (int)l4_words(m->tag);
}
