/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Requests of guests: bytes in, bytes out, and nobody waits.  A guest that is
 * told that not all was taken, or that nothing is there, is rung when this has
 * changed; and asks again.
 */
#include <string.h>
#include <l4/stubs.h>
#include <l4x/thread.h>
#include "console.h"

l4_slot received;

/* A client that makes such a request is a guest; not while it waits for a line. */
static struct client *guest_of(const struct l4_message *m, int *err)
{
	struct client *c = client_of(m);

	*err = !c ? L4_ERIGHT : L4_EBUSY;
	if (!c || c->writer_waits || c->reader_waits)
		return NULL;
	if (!c->raw) {
		c->raw = true;
		c->line_asks = false;
		c->in_ready = c->in_size;
		if (!c->was_raw)
			input_guest(c);
		c->was_raw = true;
	}
	return c;
}

/* It may be anything that was sent as a bell: then the kernel says no. */
void raw_ring(struct client *c)
{
	if (c->bell_bits)
		(void)!l4_notify(c->bell, c->bell_bits);
}

void raw_forget(struct client *c)
{
	if (c->bell_bits)
		(void)!l4_cap_delete(c->bell);
	c->bell_bits = 0;
	c->bell_room = false;
}

int serve_bell(struct l4_message *m)
{
	int err;
	struct client *c = guest_of(m, &err);

	if (!c)
		return err;
	raw_forget(c);
	if (!(m->tag & L4_TAG_CAPS))
		return 0;
	if (l4_words(m->tag) < 1 || !m->mr[0])
		return L4_EINVAL;
	if (!c->bell)
		c->bell = l4x_slot_alloc();
	if (!c->bell)
		return L4_EQUOTA;
	err = l4_cap_move(received, 0, c->bell);
	if (err != L4_OK)
		return err;
	err = l4_notify(c->bell, m->mr[0]);
	if (err == L4_OK)
		c->bell_bits = m->mr[0];
	else
		(void)!l4_cap_delete(c->bell);
	return err;
}

int serve_get(struct l4_message *m)
{
	int err;
	struct client *c = guest_of(m, &err);

	if (!c)
		return err;
	if (l4_words(m->tag) < 1 || m->mr[0] < 1 || m->mr[0] > L4_CON_GET_MAX)
		return L4_EINVAL;
	(void)input_take(c, m, m->mr[0]);
	return (int)(1 + (m->mr[0] + 3) / 4);
}

int serve_put(struct l4_message *m)
{
	int err;
	struct client *c = guest_of(m, &err);
	l4_word size, taken, first = sizeof(m->mr);

	if (!c)
		return err;
	if (!l4_words(m->tag))
		return L4_EINVAL;
	size = l4_words(m->tag) * 4 - (l4_label(m->tag) - L4_CON_PUT);
	taken = output_add(c, m->mr, size < first ? size : first);
	if (size > first && taken == first)
		taken += output_add(c, &l4x_buf()->mr[L4_MSG_REGS], size - first);
	c->bell_room |= taken < size;
	m->mr[0] = taken;
	m->mr[1] = c->bell_bits != 0;
	return 2;
}
