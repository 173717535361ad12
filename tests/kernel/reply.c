/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Saved replies, and capabilities that travel in messages.
 */
#include <string.h>
#include "lib/ktest.h"

#define UNKNOWN 1000

static struct client {
	struct l4_message m;
	l4_slot dest, accept;
	l4_word timeout;
	volatile int result;
} client[3];

static void do_call(void *arg)
{
	struct client *c = arg;

	c->result = UNKNOWN;
	c->result = l4_ipc(c->dest, &c->m, c->timeout, c->accept, L4_NR_call);
}

static l4_slot call_main(int i, l4_word timeout)
{
	client[i] = (struct client){ .m = msg(1, 1, 0x10 + (l4_word)i), .dest = L4_SLOT_THREAD,
				     .timeout = timeout };
	return helper(i, do_call, &client[i], HIGH);
}

/* Receives client i's call and saves the right to answer it. */
static void save(int i, l4_slot slot)
{
	struct l4_message m = msg(0, 0, 0);

	(void)call_main(i, L4_NEVER);
	must(l4_recv(&m, 100000));
	must(l4_reply_save(slot));
}

static void test_save(void)
{
	struct l4_message m = msg(0, 0, 0);

	is(reply_save, l4_reply_save(T(0)), L4_EAGAIN, "nobody has called");
	(void)call_main(0, L4_NEVER);
	must(l4_recv(&m, 100000));
	SLOT_ARG(reply_save, 0, T(0));
	is(reply_save, l4_reply_save(T(0)), L4_OK, "somebody waits for an answer");
	is(reply_save, l4_reply_save(T(1)), L4_EAGAIN, "it has been saved already");
	ok(client[0].result == UNKNOWN, "the caller still waits");
	(void)call_main(1, L4_NEVER);
	must(l4_recv(&m, 100000));
	must(l4_reply_save(T(1)));
	m = msg(9, 1, 111);
	is(send, l4_send(T(0), &m, L4_NOWAIT), L4_OK, "a saved caller is answered");
	ok(client[0].result == L4_OK && client[0].m.mr[0] == 111 &&
	   client[0].m.tag == l4_tag(9, 1), "it got the answer");
	is(send, l4_send(T(0), &m, L4_NOWAIT), L4_ECAP, "a saved caller is answered once");
	m = msg(9, 1, 222);
	is(send, l4_send(T(1), &m, L4_NOWAIT), L4_OK, "another order than that of the calls");
	ok(client[1].result == L4_OK && client[1].m.mr[0] == 222, "it got its own answer");
}

static void test_mistakes(void)
{
	struct l4_message m;

	save(0, T(0));
	m = msg(0, L4_MSG_WORDS + 1, 0);
	is(send, l4_send(T(0), &m, L4_NOWAIT), L4_EINVAL, "an answer of 65 words");
	m = msg(0, 1, 0);
	is(call, l4_call(T(0), &m, L4_NOWAIT), L4_ECAP, "a saved reply cannot be called");
	ok(l4_notify(T(0), 1) == L4_ECAP, "nor notified");
	ok(l4_thread_stop(T(0)) == L4_ECAP, "nor stopped");
	ok(l4_cap_copy(T(0), 0, T(1), L4_R_SEND, 0) == L4_ECAP, "nor copied");
	ok(client[0].result == UNKNOWN, "the caller still waits");
	must(l4_cap_move(T(0), 0, T(1)));
	m = msg(0, 1, 5);
	ok(l4_send(T(0), &m, L4_NOWAIT) == L4_ECAP, "a saved reply that moved is gone");
	is(send, l4_send(T(1), &m, L4_NOWAIT), L4_OK, "and works from where it went");
	ok(client[0].result == L4_OK && client[0].m.mr[0] == 5, "the caller has its answer");
}

static void test_drop(void)
{
	struct l4_message m = msg(0, 0, 0);

	save(0, T(0));
	must(l4_cap_delete(T(0)));
	is(call, client[0].result, L4_ECANCEL, "the server drops the saved reply");
	ok(l4_frame_create(0, T(0)) == L4_OK, "its slot is empty");
	save(1, T(1));
	helper_end(1);
	is(send, l4_send(T(1), &m, L4_NOWAIT), L4_ECAP, "the saved caller was destroyed");
	ok(l4_frame_create(0, T(1)) == L4_OK, "its slot is empty");
	(void)call_main(2, 3000);
	must(l4_recv(&m, 100000));
	must(l4_reply_save(T(2)));
	nap(5000);
	is(call, client[2].result, L4_ETIME, "the saved caller's time is over");
	is(send, l4_send(T(2), &m, L4_NOWAIT), L4_ECAP, "nobody waits any more");
}

/* Main's answer by reply_recv, with what a client can make of it. */
static void test_reply_recv(void)
{
	struct l4_message m = msg(0, 0, 0);

	(void)call_main(0, L4_NEVER);
	must(l4_recv(&m, 100000));
	m = msg(3, L4_MSG_WORDS + 1, 0);
	is(reply_recv, l4_reply_recv(&m, L4_NOWAIT), L4_EINVAL, "an answer of 65 words");
	ok(client[0].result == UNKNOWN, "the caller still waits");
	m = msg(3, 1, 77);
	is(reply_recv, l4_reply_recv(&m, L4_NOWAIT), L4_EAGAIN, "answered, and nobody sends");
	ok(client[0].result == L4_OK && client[0].m.mr[0] == 77, "the caller has its answer");
	(void)call_main(1, L4_NEVER);
	must(l4_recv(&m, 100000));
	helper_end(1);
	is(reply_recv, l4_reply_recv(&m, L4_NOWAIT), L4_EAGAIN, "the caller is gone: no harm");
}

/* Helper: receives with capabilities accepted from slot `accept`, answers m. */
static struct receiver {
	l4_slot accept, answer;
	struct l4_message got;
	volatile int result;
} receiver;

static void do_receive(void *arg)
{
	struct receiver *r = arg;

	r->result = UNKNOWN;
	r->result = l4_ipc(0, &r->got, L4_NEVER, r->accept, L4_NR_recv);
	for (;;) {
		struct l4_message m = { .tag = l4_tag(0, 0) | 1 << L4_TAG_CAPS_SHIFT };

		l4x_buf()->caps[0] = r->answer;
		(void)!l4_reply_recv(&m, L4_NEVER);
	}
}

/* Sends n capabilities, from slots T(0) up, to a receiver that accepts at `accept`. */
static l4_word transfer(l4_word n, l4_slot accept)
{
	struct l4_message m = { .tag = l4_tag(1, 0) | n << L4_TAG_CAPS_SHIFT };
	l4_slot to;

	receiver = (struct receiver){ .accept = accept };
	to = helper(0, do_receive, &receiver, HIGH);
	for (l4_word i = 0; i < L4_MSG_CAPS; i++)
		l4x_buf()->caps[i] = T(i);
	must(l4_send(to, &m, L4_NEVER));
	helper_end(0);
	return (receiver.got.tag & L4_TAG_CAPS) >> L4_TAG_CAPS_SHIFT;
}

static bool is_empty(l4_slot s)
{
	int err = l4_cap_move(L4_SLOT_FRAME, 0, s);

	if (err == L4_OK)
		must(l4_cap_move(s, 0, L4_SLOT_FRAME));
	return err == L4_OK;
}

static void test_transfer(void)
{
	for (l4_word i = 0; i < 3; i++)
		must(l4_frame_create(0, T(i)));
	ok(transfer(3, 0) == 0, "who names no slot gets no capability");
	ok(transfer(1, T(10)) == 1 && !is_empty(T(10)) && is_empty(T(11)), "one arrives");
	ok(l4_map(L4_SLOT_SPACE, T(10), RAM_VA | L4_MAP_W | RAM_ATTR, 0, L4_PAGE_SIZE) == L4_OK,
	   "and can be used");
	must(l4_map(L4_SLOT_SPACE, RAM_SLOT, RAM_VA | L4_MAP_W | RAM_ATTR, 0, L4_PAGE_SIZE));
	ok(transfer(3, T(20)) == 3 && !is_empty(T(20)) && !is_empty(T(22)), "three arrive");
	ok(transfer(2, T(20)) == 0, "a slot in use takes none");
	ok(transfer(3, T(18)) == 2 && !is_empty(T(19)), "those before the slot in use arrive");
	must(l4_cap_delete(T(1)));
	ok(transfer(3, T(30)) == 1 && is_empty(T(31)), "an empty slot ends the transfer");
	must(l4_cap_copy(T(2), 0, T(1), L4_R_READ, 0));
	ok(transfer(3, T(40)) == 1 && is_empty(T(41)), "what cannot be granted ends the transfer");
	ok(transfer(1, 0xfffffff0) == 0, "slots behind the table take none");
	must(l4_cap_delete(T(0)));
	ok(is_empty(T(10)) && is_empty(T(20)) && is_empty(T(18)) && !is_empty(T(22)),
	   "with the original go the copies that were sent");
}

static void test_rights(void)
{
	struct l4_message m = msg(0, 0, 0);
	struct fault f;

	must(l4_frame_create(0, T(5)));
	must(l4_cap_copy(T(5), 0, T(0), L4_R_READ | L4_R_GRANT, 0));
	ok(transfer(1, T(10)) == 1, "a weaker copy arrives");
	ok(l4_map(L4_SLOT_SPACE, T(10), RAM_VA | L4_MAP_W | RAM_ATTR, 0, L4_PAGE_SIZE) ==
	   L4_ERIGHT, "and is as weak");
	must(l4_cap_delete(T(0)));
	must(l4_cap_delete(T(10)));
	must(l4_cap_copy(L4_SLOT_THREAD, 0, T(0), L4_R_NOTIFY | L4_R_GRANT, 0x6));
	ok(transfer(1, T(10)) == 1 && l4_notify(T(10), 1) == L4_ERIGHT &&
	   l4_notify(T(10), 2) == L4_OK, "the badge travels with it");
	ok(l4_recv(&m, L4_NOWAIT) == L4_NOTIFIED && m.mr[0] == 2, "and nothing more than it");
	f = probe_read(RAM_VA);
	ok(f.class == NO_FAULT, "the memory is mapped as it was");
}

/* Calls a receiver that answers with the capability in a slot. */
static bool answer_carries(l4_slot cap)
{
	l4_slot to;

	receiver = (struct receiver){ .accept = 0, .answer = cap };
	to = helper(0, do_receive, &receiver, HIGH);
	client[1] = (struct client){ .m = msg(1, 1, 0), .dest = to, .timeout = L4_NEVER,
				     .accept = T(10) };
	(void)helper(1, do_call, &client[1], HIGH);
	helper_end(1);
	helper_end(0);
	return client[1].result == L4_OK && (client[1].m.tag & L4_TAG_CAPS);
}

static void test_answer_caps(void)
{
	must(l4_frame_create(0, T(0)));
	ok(answer_carries(T(0)) && !is_empty(T(10)), "an answer carries a capability");
	must(l4_cap_delete(T(10)));
	ok(!answer_carries(L4_SLOT_SPACE) && is_empty(T(10)),
	   "but none that cannot be granted");
}

int main(void)
{
	static const struct test tests[] = {
		{ "save", test_save },
		{ "mistakes", test_mistakes },
		{ "dropped replies", test_drop },
		{ "answer", test_reply_recv },
		{ "capabilities", test_transfer },
		{ "rights", test_rights },
		{ "capabilities in answers", test_answer_caps },
	};

	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	covered(L4_NR_reply_save);
	return tests_done();
}
