/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The loop of a server, and the client's half of its convention.
 */
#include <l4/stubs.h>
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

static int wait_for(const struct server_wait *wait, struct l4_message *m, l4_word nr)
{
	return l4_ipc(0, m, wait->before ? wait->before() : L4_NEVER, wait->accept, nr);
}

/* What no handler has moved away. */
static void drop_caps(const struct server_wait *wait, l4_word tag)
{
	for (l4_word i = 0; i < (tag & L4_TAG_CAPS) >> L4_TAG_CAPS_SHIFT; i++)
		(void)!l4_cap_delete(wait->accept + i);
}

void server_run_with(const struct server_handler *handlers, size_t n,
		     const struct server_wait *wait)
{
	struct l4_message m = { .tag = 0 };
	int result = wait_for(wait, &m, L4_NR_recv);

	for (;;) {
		int answer;
		l4_word label = message_label(result, &m), tag = m.tag;

		if (result < 0) {
			result = wait_for(wait, &m, L4_NR_recv);
			continue;
		}
		answer = dispatch(handlers, n, label, &m);
		drop_caps(wait, tag);
		if (label == SERVER_NOTIFIED || answer == SERVER_LATER) {
			result = wait_for(wait, &m, L4_NR_recv);
			continue;
		}
		m.tag = answer < 0 ? l4_tag((l4_word)-answer, 0) : (l4_word)answer;
		result = wait_for(wait, &m, L4_NR_reply_recv);
	}
}

void server_run(const struct server_handler *handlers, size_t n)
{
	static const struct server_wait forever;

	server_run_with(handlers, n, &forever);
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
