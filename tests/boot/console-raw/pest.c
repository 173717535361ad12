/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What a guest should not send.  Each is refused, and costs the console nothing
 * that it does not get back: it is sent oftener than the console has slots.
 */
#include <l4/stubs.h>
#include "raw.h"

#define ROUNDS	200	/* the console has 128 slots */

static int bad;

static void expect(const char *what, int got, int want)
{
	if (got == want)
		return;
	bad++;
	raw_say("wrong: %s: %d instead of %d\r\n", what, got, want);
}

static void bad_requests(void)
{
	static const struct {
		l4_word label, words, first;
		int want;
		const char *name;
	} request[] = {
		{ L4_CON_PUT, 0, 0, L4_EINVAL, "a put of nothing" },
		{ L4_CON_PUT + 3, 0, 0, L4_EINVAL, "a put of less than nothing" },
		{ L4_CON_PUT + 4, 1, 0, L4_ENOSYS, "a label behind put" },
		{ L4_CON_GET, 0, 1, L4_EINVAL, "a get without a number" },
		{ L4_CON_GET, 1, 0, L4_EINVAL, "a get of nothing" },
		{ L4_CON_GET, 1, CON_BYTES + 1, L4_EINVAL, "a get of too much" },
		{ L4_CON_GET, 1, 0xffffffff, L4_EINVAL, "a get of far too much" },
		{ CON_CLIENT, 6, 1, L4_ENOSYS, "a request that is root's" },
		{ CON_DRAIN, 0, 0, L4_ENOSYS, "another one" },
		{ 0, 0, 0, L4_ENOSYS, "no request at all" },
	};

	for (size_t i = 0; i < sizeof(request) / sizeof(request[0]); i++) {
		struct l4_message m = { .mr = { request[i].first } };

		expect(request[i].name, server_call(L4_SLOT_CONSOLE, request[i].label,
						    request[i].words, &m, L4_NEVER),
		       request[i].want);
	}
}

static void bad_bells(l4_slot send_only, l4_slot badged)
{
	expect("a bell that cannot be rung", raw_bell(send_only, 1, 1), L4_ERIGHT);
	expect("a bell with others' bits", raw_bell(badged, BIT_BELL | BIT_GO, 1), L4_ERIGHT);
	expect("a bell without bits", raw_bell(badged, 0, 1), L4_EINVAL);
	expect("a frame for a bell", raw_bell(L4_SLOT_FRAME, 1, 1), L4_ECAP);
	expect("three frames for a bell", raw_bell(L4_SLOT_FRAME, 1, 3), L4_ECAP);
	expect("a bell that is no more", raw_bell(badged, BIT_BELL, 3), 0);
	expect("its end", l4_cap_revoke(badged), L4_OK);
}

/* A capability where none is expected, and where nobody reads the answer. */
static void gifts(void)
{
	struct l4_message m = { .mr = { 1 } };

	expect("a gift", server_call(L4_SLOT_CONSOLE, L4_CON_GET, 1 | 3 << L4_TAG_CAPS_SHIFT, &m,
				     L4_NEVER), 1);
	m.tag = l4_tag(L4_CON_GET, 1);
	expect("a request that nobody waits for", l4_send(L4_SLOT_CONSOLE, &m, L4_NEVER), L4_OK);
}

int pest_attack(void)
{
	l4_slot send_only = l4x_slot_alloc(), badged = l4x_slot_alloc();

	expect("a copy", l4_cap_copy(L4_SLOT_THREAD, 0, send_only, L4_R_SEND | L4_R_GRANT, 0), L4_OK);
	expect("a copy", l4_cap_copy(L4_SLOT_THREAD, 0, badged, L4_R_NOTIFY | L4_R_GRANT, BIT_BELL),
	       L4_OK);
	for (int i = 0; i < ROUNDS && !bad; i++) {
		bad_requests();
		bad_bells(send_only, badged);
		gifts();
	}
	return bad;
}
