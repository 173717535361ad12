/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Messages: what arrives, in which order, and how a call ends when it does not
 * go well.  Capabilities in messages and saved replies are in reply.c.
 */
#include <string.h>
#include "lib/ktest.h"

/* What a partner does, and how it went. */
struct partner {
	l4_slot dest;
	l4_word timeout, nr;
	struct l4_message m;
	volatile int result;
	volatile bool over;
};

#define UNKNOWN 1000

static struct partner partner[4];

/* One message call, as described. */
static void do_ipc(void *arg)
{
	struct partner *p = arg;

	p->over = false;
	p->result = UNKNOWN;
	p->result = l4_ipc(p->dest, &p->m, p->timeout, 0, p->nr);
	p->over = true;
}

static l4_slot start_ipc(int i, l4_word nr, l4_slot dest, l4_word timeout, l4_word prio)
{
	partner[i] = (struct partner){ .dest = dest, .timeout = timeout, .nr = nr,
				       .m = msg(1, 1, 0x100 + (l4_word)i) };
	return helper(i, do_ipc, &partner[i], prio);
}

/* Answers each word inverted, then the badge; ends at label 99. */
static void inverter(void *arg)
{
	struct l4_message m = msg(0, 0, 0);
	int err = l4_recv(&m, L4_NEVER);

	(void)arg;
	while (err == L4_OK && l4_label(m.tag) != 99) {
		for (l4_word i = 0; i < L4_MSG_REGS; i++)
			m.mr[i] = ~m.mr[i];
		for (l4_word i = L4_MSG_REGS; i < L4_MSG_WORDS; i++)
			l4x_buf()->mr[i] = ~l4x_buf()->mr[i];
		if (l4_label(m.tag) == 7)
			m.mr[0] = m.badge;
		m.tag = l4_tag(l4_label(m.tag) + 1, l4_words(m.tag)) | (m.tag & L4_TAG_KERNEL);
		err = l4_reply_recv(&m, L4_NEVER);
	}
}

/* Receives, and then neither answers nor goes on. */
static void swallow(void *arg)
{
	struct l4_message m = msg(0, 0, 0);

	(void)arg;
	must(l4_recv(&m, L4_NEVER));
	(void)!l4_thread_stop(l4x_self()->slot);
}

static void test_short(void)
{
	l4_slot server = helper(0, inverter, NULL, HIGH);
	struct l4_message m = { .tag = l4_tag(5, 8), .mr = { 1, 2, 3, 4, 5, 6, 7, 0xffffffff } };
	bool good = true;
	l4_word tag, w0, w1;

	is(call, l4_call(server, &m, L4_NEVER), L4_OK, "a call is answered");
	for (l4_word i = 0; i < 7; i++)
		good = good && m.mr[i] == ~(i + 1);
	ok(good && m.mr[7] == 0, "eight words arrive and come back");
	ok(m.tag == l4_tag(6, 8), "label and length arrive and come back");
	ok(m.badge == 0, "an answer has no badge");
	must(l4_cap_copy(server, 0, T(0), L4_R_SEND, 0xbadbeef));
	m = msg(7, 1, 0);
	must(l4_call(T(0), &m, L4_NEVER));
	ok(m.mr[0] == 0xbadbeef, "the badge of the capability arrives");
	m = msg(5, 1, 1);
	m.tag |= L4_TAG_KERNEL;
	must(l4_call(server, &m, L4_NEVER));
	ok(!(m.tag & L4_TAG_KERNEL), "the kernel's mark in a tag cannot be forged");
	tag = l4_tag(5, 2);
	w0 = 10;
	w1 = 20;
	must(l4_call_regs(server, &tag, &w0, &w1));
	ok(w0 == ~10u && w1 == ~20u && l4_label(tag) == 6, "the fast form says the same");
}

static void test_long(void)
{
	l4_slot server = helper(0, inverter, NULL, HIGH);
	struct l4_message m = msg(5, L4_MSG_WORDS, 1);
	bool good = true;

	for (l4_word i = L4_MSG_REGS; i < L4_MSG_WORDS; i++)
		l4x_buf()->mr[i] = 0x1000 + i;
	must(l4_call(server, &m, L4_NEVER));
	for (l4_word i = L4_MSG_REGS; i < L4_MSG_WORDS; i++)
		good = good && l4x_buf()->mr[i] == ~(0x1000 + i);
	ok(good && l4_words(m.tag) == L4_MSG_WORDS, "64 words arrive and come back");
	good = true;
	for (l4_word i = L4_MSG_REGS; i < L4_MSG_WORDS; i++)
		l4x_buf()->mr[i] = i;
	m = msg(5, 20, 1);
	must(l4_call(server, &m, L4_NEVER));
	for (l4_word i = 20; i < L4_MSG_WORDS; i++)
		good = good && l4x_buf()->mr[i] == i;
	ok(good, "words behind a message's length are left alone");
	for (l4_word n = L4_MSG_WORDS + 1; n <= L4_TAG_WORDS; n += 31) {
		m = msg(5, n, 0);
		is(call, l4_call(server, &m, L4_NEVER), L4_EINVAL, "%lu words", n);
		is(send, l4_send(server, &m, L4_NEVER), L4_EINVAL, "%lu words", n);
	}
}

/* A thread without a message buffer makes one call. */
static struct fault bare_call(l4_word nr, l4_word dest, l4_word tag, l4_word timeout)
{
	const l4_slot slot = HELPER + HELPERS - 1;
	struct l4_regs regs = { .pc = (l4_word)blob_svc, .psr = 0x10 };
	struct fault f;

	regs.r[0] = dest;
	regs.r[1] = tag;
	regs.r[10] = timeout;
	regs.r[12] = nr;
	must(l4_thread_create(0, slot, L4_SLOT_SPACE, LOW, 0, 0));
	f = probe_thread(slot, &regs);
	must(l4_cap_delete(slot));
	return f;
}

static void bare_receiver(void)
{
	const l4_slot slot = HELPER + HELPERS - 1;
	struct l4_regs regs = { .pc = (l4_word)blob_svc, .psr = 0x10 };
	struct l4_message m = msg(3, 40, 0x77);

	regs.r[10] = L4_NEVER;
	regs.r[12] = L4_NR_recv;
	must(l4_thread_create(0, slot, L4_SLOT_SPACE, HIGH, 0, 0));
	memcpy(l4x_buf(), &regs, sizeof(regs));
	must(l4_thread_write(slot, L4_REGS_CPU));
	must(l4_thread_resume(slot));
	is(send, l4_send(slot, &m, L4_NEVER), L4_OK, "a long message to a thread without buffer");
	must(l4_recv(&m, 1000000));
	ok(m.mr[0] == L4_OK && m.mr[1] == l4_tag(3, L4_MSG_REGS) && m.mr[2] == 0x77,
	   "who has no buffer gets the first eight words");
	must(l4_cap_delete(slot));
}

static void test_no_buffer(void)
{
	l4_slot server = helper(0, inverter, NULL, HIGH);

	result(L4_NR_call, (int)bare_call(L4_NR_call, server, l4_tag(1, 9), L4_NEVER).value,
	       L4_EINVAL, "nine words without a buffer");
	result(L4_NR_send, (int)bare_call(L4_NR_send, server, l4_tag(1, 9), L4_NEVER).value,
	       L4_EINVAL, "nine words without a buffer");
	result(L4_NR_call,
	       (int)bare_call(L4_NR_call, server, 1 << L4_TAG_CAPS_SHIFT, L4_NEVER).value,
	       L4_EINVAL, "capabilities without a buffer");
	result(L4_NR_call, (int)bare_call(L4_NR_call, server, l4_tag(1, 8), L4_NEVER).value,
	       L4_OK, "eight words need no buffer");
	bare_receiver();
}

static void test_arguments(void)
{
	struct l4_message m = msg(0, 1, 0);

	must(l4_thread_create(0, T(0), L4_SLOT_SPACE, LOW, 0, 0));
	CAP_ARG(call, 0, K_THREAD, L4_R_SEND, false, T(0), 0);
	CAP_ARG(send, 0, K_THREAD, L4_R_SEND, false, T(0), 0);
	is(call, l4_call(L4_SLOT_THREAD, &m, L4_NEVER), L4_EINVAL, "to oneself");
	is(send, l4_send(L4_SLOT_THREAD, &m, L4_NEVER), L4_EINVAL, "to oneself");
}

static bool took(uint64_t start, l4_word us)
{
	l4_word t = (l4_word)((now() - start) / ticks_per_us());

	if (t < us || t > us + 20000)
		note("it took %lu us instead of %lu", t, us);
	return t >= us && t <= us + 20000;
}

static void test_poll(void)
{
	struct l4_message m = msg(0, 1, 0);
	l4_slot asleep;

	must(l4_thread_create(0, T(0), L4_SLOT_SPACE, LOW, 0, 0));
	is(call, l4_call(T(0), &m, L4_NOWAIT), L4_EAGAIN, "nobody receives, no wait");
	is(send, l4_send(T(0), &m, L4_NOWAIT), L4_EAGAIN, "nobody receives, no wait");
	is(recv, l4_recv(&m, L4_NOWAIT), L4_EAGAIN, "nobody sends, no wait");
	is(reply_recv, l4_reply_recv(&m, L4_NOWAIT), L4_EAGAIN, "nobody sends, no wait");
	asleep = start_ipc(0, L4_NR_recv, 0, L4_NEVER, HIGH);
	m = msg(0, 1, 55);
	is(send, l4_send(asleep, &m, L4_NOWAIT), L4_OK, "somebody receives, no wait");
	ok(partner[0].result == L4_OK && partner[0].m.mr[0] == 55, "it got the message");
	(void)start_ipc(1, L4_NR_send, L4_SLOT_THREAD, L4_NEVER, HIGH);
	is(recv, l4_recv(&m, L4_NOWAIT), L4_OK, "somebody sends, no wait");
	(void)start_ipc(2, L4_NR_send, L4_SLOT_THREAD, L4_NEVER, HIGH);
	is(reply_recv, l4_reply_recv(&m, L4_NOWAIT), L4_OK, "somebody sends, no wait");
	ok(partner[1].result == L4_OK && partner[2].result == L4_OK, "the senders went on");
}

static void test_timeouts(void)
{
	struct l4_message m = msg(0, 1, 0);
	uint64_t t;

	must(l4_thread_create(0, T(0), L4_SLOT_SPACE, LOW, 0, 0));
	t = now();
	is(send, l4_send(T(0), &m, 3000), L4_ETIME, "3 ms");
	ok(took(t, 3000), "a send waits as long as it says");
	t = now();
	is(call, l4_call(T(0), &m, 3000), L4_ETIME, "3 ms, not received");
	ok(took(t, 3000), "a call that is not received waits as long as it says");
	t = now();
	is(recv, l4_recv(&m, 3000), L4_ETIME, "3 ms");
	ok(took(t, 3000), "a receive waits as long as it says");
	t = now();
	is(reply_recv, l4_reply_recv(&m, 3000), L4_ETIME, "3 ms");
	ok(took(t, 3000), "reply and receive waits as long as it says");
	(void)start_ipc(1, L4_NR_call, L4_SLOT_THREAD, L4_NEVER, HIGH);
	must(l4_recv(&m, 3000));
	m = msg(0, L4_MSG_WORDS + 1, 0);
	is(reply_recv, l4_reply_recv(&m, 3000), L4_EINVAL, "an answer of 65 words");
	helper_end(1);
	(void)helper(0, swallow, NULL, HIGH);
	t = now();
	m = msg(0, 1, 0);
	is(call, l4_call(HELPER, &m, 3000), L4_ETIME, "3 ms, received and not answered");
	ok(took(t, 3000), "a call that is not answered waits as long as it says");
	helper_end(0);
	(void)helper(0, inverter, NULL, HIGH);
	m = msg(5, 1, 1);
	is(call, l4_call(HELPER, &m, 1000), L4_OK, "answered in time");
	spin_us(3000);
	must(l4_call(HELPER, &m, L4_NEVER));
	ok(true, "the time limit of a call that is over does not end the next");
}

/* The server of a call or the receiver of a send goes away. */
static void test_dead(void)
{
	l4_slot server;

	must(l4_thread_create(0, T(0), L4_SLOT_SPACE, LOW, 0, 0));
	(void)start_ipc(0, L4_NR_call, T(0), L4_NEVER, HIGH);
	(void)start_ipc(1, L4_NR_send, T(0), L4_NEVER, HIGH);
	(void)start_ipc(2, L4_NR_send, T(0), 5000000, HIGH);
	ok(!partner[0].over && !partner[1].over && !partner[2].over, "three wait for a thread");
	must(l4_cap_delete(T(0)));
	is(call, partner[0].result, L4_EDEAD, "not received, the receiver is destroyed");
	is(send, partner[1].result, L4_EDEAD, "the receiver is destroyed");
	ok(partner[2].result == L4_EDEAD, "also with a time limit");
	server = helper(3, swallow, NULL, HIGH);
	helper_end(0);
	(void)start_ipc(0, L4_NR_call, server, L4_NEVER, HIGH);
	ok(!partner[0].over, "one waits for an answer");
	helper_end(3);
	is(call, partner[0].result, L4_EDEAD, "received, the server is destroyed");
}

/* Receives and receives again: who called before gets no answer. */
static void ignore(void *arg)
{
	struct l4_message m = msg(0, 0, 0);

	(void)arg;
	must(l4_recv(&m, L4_NEVER));
	(void)!l4_recv(&m, L4_NEVER);
}

static void test_cancel(void)
{
	l4_slot server = helper(3, ignore, NULL, HIGH), t;
	struct l4_message m = msg(0, 0, 0);
	static const struct {
		l4_word nr;
		const char *text;
	} waits[] = {
		{ L4_NR_call, "stopped while it waits to be received" },
		{ L4_NR_send, "stopped while it waits to be received" },
		{ L4_NR_recv, "stopped while it waits" },
		{ L4_NR_reply_recv, "stopped while it waits" },
	};

	(void)start_ipc(0, L4_NR_call, server, L4_NEVER, HIGH);
	is(call, partner[0].result, L4_ECANCEL, "the server receives again instead");
	helper_end(0);
	must(l4_thread_create(0, T(0), L4_SLOT_SPACE, LOW, 0, 0));
	for (int i = 0; i < 4; i++) {
		t = start_ipc(0, waits[i].nr, T(0), 1000000, HIGH);
		must(l4_thread_stop(t));
		ok(!partner[0].over, "a stopped thread does not run");
		must(l4_thread_resume(t));
		result(waits[i].nr, partner[0].result, L4_ECANCEL, "%s", waits[i].text);
		helper_end(0);
	}
	helper_end(3);
	server = helper(3, swallow, NULL, HIGH);
	t = start_ipc(0, L4_NR_call, server, L4_NEVER, HIGH);
	must(l4_thread_stop(t));
	must(l4_thread_resume(t));
	is(call, partner[0].result, L4_ECANCEL, "stopped while it waits for the answer");
	helper_end(0);
	helper_end(3);
	server = helper(3, swallow, NULL, HIGH);
	(void)start_ipc(0, L4_NR_call, server, L4_NEVER, HIGH);
	ok(!partner[0].over, "one waits for an answer");
	must(l4_thread_start(server, (l4_word)blob_report, 0, 0));
	is(call, partner[0].result, L4_ECANCEL, "the server is started anew");
	must(l4_recv(&m, 1000000));	/* blob_report's */
}

/* Who waits for a thread that is stopped only goes on waiting. */
static void test_stopped_server(void)
{
	l4_slot server = helper(3, inverter, NULL, HIGH);

	must(l4_thread_stop(server));
	(void)start_ipc(0, L4_NR_call, server, L4_NEVER, HIGH);
	ok(!partner[0].over, "a call waits for a stopped server");
	must(l4_thread_resume(server));
	ok(!partner[0].over, "its receive was cancelled, and it ended");
	helper_end(3);
	ok(partner[0].result == L4_EDEAD, "until the server is destroyed");
}

static char trace[32];
static volatile l4_word steps;

static void step(char c)
{
	if (steps < sizeof(trace) - 1)
		trace[steps++] = c;
}

static void trace_clear(void)
{
	memset(trace, 0, sizeof(trace));
	steps = 0;
}

static bool traced(const char *want)
{
	if (strcmp(trace, want))
		note("order was '%s', not '%s'", trace, want);
	return !strcmp(trace, want);
}

static void stepper(void *arg)
{
	char c = (char)(l4_word)arg;
	struct l4_message m = msg(0, 0, 0);
	int err = l4_recv(&m, L4_NEVER);

	for (;;) {
		step(c);
		err = l4_reply_recv(&m, L4_NEVER);
		if (err != L4_OK)
			return;
	}
}

static void test_switch(void)
{
	l4_slot high = helper(0, stepper, (void *)'h', HIGH);
	l4_slot equal = helper(1, stepper, (void *)'e', MAIN_PRIO);
	l4_slot low = helper(2, stepper, (void *)'l', LOW);
	struct l4_message m = msg(0, 0, 0);

	nap(2000);	/* all of them receive */
	trace_clear();
	must(l4_call(high, &m, L4_NEVER));
	step('1');
	must(l4_call(equal, &m, L4_NEVER));
	step('2');
	must(l4_call(low, &m, L4_NEVER));
	step('3');
	ok(traced("h1e2l3"), "a call runs its server at once, whatever its priority");
	trace_clear();
	must(l4_send(low, &m, L4_NEVER));
	step('1');
	must(l4_send(equal, &m, L4_NEVER));
	step('2');
	must(l4_send(high, &m, L4_NEVER));
	step('3');
	nap(2000);
	ok(traced("12h3el"), "a send runs a higher receiver at once, others later");
}

static void test_order(void)
{
	struct l4_message m = msg(0, 0, 0);
	bool good = true;

	for (int i = 0; i < 4; i++)
		(void)start_ipc(i, L4_NR_send, L4_SLOT_THREAD, L4_NEVER, HIGH - (l4_word)i);
	for (l4_word i = 0; i < 4; i++) {
		must(l4_recv(&m, 100000));
		good = good && m.mr[0] == 0x100 + i && l4_label(m.tag) == 1;
	}
	ok(good, "messages are received in the order in which they were sent");
}

/* Who is destroyed or cancelled leaves the queue that it stands in. */
static void test_queue(void)
{
	struct l4_message m = msg(0, 0, 0);

	for (int i = 0; i < 4; i++)
		(void)start_ipc(i, i & 1 ? L4_NR_call : L4_NR_send, L4_SLOT_THREAD,
				i == 2 ? 1000 : L4_NEVER, HIGH);
	helper_end(1);
	nap(5000);
	ok(partner[2].result == L4_ETIME, "the third one's time is over");
	must(l4_recv(&m, 100000));
	ok(m.mr[0] == 0x100, "the first comes first");
	must(l4_recv(&m, 100000));
	ok(m.mr[0] == 0x103, "a destroyed sender and one whose time was over are gone");
	ok(l4_recv(&m, L4_NOWAIT) == L4_EAGAIN, "nothing else is there");
	ok(partner[3].result == L4_ECANCEL, "the last was a call and got no answer");
}

static void test_combined(void)
{
	struct l4_message m = msg(0, 0, 0);

	(void)start_ipc(0, L4_NR_send, L4_SLOT_THREAD, L4_NEVER, HIGH);
	must(l4_notify(L4_SLOT_THREAD, 0x5));
	must(l4_notify(L4_SLOT_THREAD, 0x80000000));
	is(recv, l4_recv(&m, L4_NEVER), L4_NOTIFIED, "bits and a message are there");
	ok(m.mr[0] == 0x80000005 && m.tag == 0, "the bits come together, and first");
	is(recv, l4_recv(&m, L4_NEVER), L4_OK, "the message is still there");
	ok(m.mr[0] == 0x100, "and is what was sent");
	must(l4_notify(L4_SLOT_THREAD, 1));
	is(reply_recv, l4_reply_recv(&m, L4_NEVER), L4_NOTIFIED, "bits are there");
	is(recv, l4_recv(&m, L4_NOWAIT), L4_EAGAIN, "bits come once");
}

int main(void)
{
	static const struct test tests[] = {
		{ "short messages", test_short },   { "long messages", test_long },
		{ "no buffer", test_no_buffer },    { "arguments", test_arguments },
		{ "no wait", test_poll },	    { "time limits", test_timeouts },
		{ "dead partners", test_dead },	    { "cancelled", test_cancel },
		{ "stopped server", test_stopped_server },
		{ "who runs", test_switch },	    { "order", test_order },
		{ "queue", test_queue },	    { "combined wait", test_combined },
	};

	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	covered(L4_NR_call);
	covered(L4_NR_send);
	covered(L4_NR_recv);
	covered(L4_NR_reply_recv);
	return tests_done();
}
