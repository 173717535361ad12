/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Hostile guests, one after the other, each in a cell of its own that this one
 * makes, supervises and destroys.  A guest lives until it is stopped or its
 * time is over; then all of its memory must come back.  Beside this cell a
 * victim checks that nothing of it is seen.  Lives are short: with QEMU's
 * -icount they always get as far.
 */
#include <stdio.h>
#include "../hostile/lib/hostile.h"
#include "loader.h"

#define LIVES		(40 * hostile_scale())	/* of each kind */
#define LIFE_US		3000
#define ACTS_MIN	(LIVES * 3 / 4)
#define QUOTA		0x30000
#define SLOTS		128
#define GUEST_TOP	(GUEST_PRIO + 2)

/* How lives ended. */
struct ends {
	unsigned stopped[L4_EXC_COUNT], gave_up, alive;
	unsigned acts;		/* what they have done until then */
};

static const char *const kinds[] = {
	"thread I writes over the register page", "S writes over the register page",
	"resume with impossible frames", "a fault while its frame is in use",
	"a map queue of nonsense", "random calls on its own objects",
	"no entry for a fault of a process",
};

static l4_word used(void)
{
	l4_word bytes = 0;

	need(l4_cell_info(0, &bytes, NULL, NULL), "cell_info");
	return bytes;
}

/* True: the life is over. */
static bool message(const struct guest *g, struct l4_message *m, struct ends *ends)
{
	if (m->tag & L4_TAG_KERNEL) {
		ends->stopped[l4_label(m->tag) % L4_EXC_COUNT]++;
		return true;
	}
	if (l4_label(m->tag) == LOADER_PRINT)
		m->mr[1] = 0;	/* what it has to say is of no interest */
	if (guest_request(g, m)) {
		ends->gave_up++;
		return true;
	}
	return false;
}

static void live(const struct guest *g, struct ends *ends)
{
	uint64_t end = l4x_microseconds() + LIFE_US, now;
	struct l4_message m = { .tag = 0 };
	int err = l4_recv(&m, LIFE_US);

	for (;;) {
		if (err == L4_OK && message(g, &m, ends))
			return;
		now = l4x_microseconds();
		if (now >= end)
			break;
		err = l4_reply_recv(&m, (l4_word)(end - now));
	}
	ends->alive++;
}

static void one_life(l4_word kind, struct ends *ends)
{
	struct guest g = { .cell = SLOT_CELL, .mode = HOSTILE + kind, .seed = random_word() | 1 };
	l4_word name = 'h' | 'o' << 8 | 's' << 16 | 't' << 24;

	need(l4_cell_create(SLOT_CELL, QUOTA, SLOTS, GUEST_TOP, name, 0), "cell_create");
	need(l4_cell_supervise(SLOT_CELL, L4_SLOT_THREAD), "cell_supervise");
	guest_memory(&g);
	guest_make(&g);
	guest_start(&g);
	live(&g, ends);
	ends->acts += ((struct mini_boot *)(g.ram + BOOT_OFFSET))->acts;
	need(l4_cap_delete(SLOT_CELL), "cap_delete");
}

static void say(const char *kind, const struct ends *e)
{
	unsigned stopped = 0;

	for (unsigned i = 0; i < L4_EXC_STOP; i++)
		stopped += e->stopped[i];
	l4x_printf("# %s: %u acts, %u double faults, %u other stops, %u gave up, %u lived on\n",
		   kind, e->acts, e->stopped[L4_EXC_STOP], stopped, e->gave_up, e->alive);
}

int hostile(void)
{
	l4_word seed = hostile_seed();

	l4x_printf("# SEED=%lu gives the same again\n", seed);
	random_seed(seed);
	for (l4_word kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
		struct ends ends = { .alive = 0 };
		l4_word before = used();

		for (l4_word i = 0; i < LIVES; i++)
			one_life(kind, &ends);
		say(kinds[kind], &ends);
		point(ends.acts >= ACTS_MIN, "%s: most of them came to do it", kinds[kind]);
		point(used() == before, "all of what their cells had came back");
		if (HOSTILE + kind == HOSTILE_BUSY)
			point(ends.stopped[L4_EXC_STOP] == LIVES,
			      "each double fault was told to the supervisor");
		if (HOSTILE + kind == HOSTILE_NOENTRY)
			point(ends.stopped[L4_EXC_DFAULT] == LIVES,
			      "and each fault that the guest has no entry for");
	}
	victim_end();
	return points_done();
}
