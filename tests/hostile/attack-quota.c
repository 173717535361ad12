/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Takes all kernel memory and all slots that it can get, in every way, and gives
 * them back.  And trees of capabilities, as deep and as wide as they get, that
 * are revoked while another thread makes them grow.
 */
#include "attack.h"

#define FIRST	32
#define RAM	8
#define RIGHTS	(L4_R_READ | L4_R_WRITE | L4_R_GRANT)

static l4_word table_size(void)
{
	l4_word slots = 0;

	must(l4_cell_info(0, NULL, NULL, &slots));
	return slots;
}

static l4_word used(void)
{
	l4_word bytes = 0;

	must(l4_cell_info(0, &bytes, NULL, NULL));
	return bytes;
}

/* One object of some kind into a slot. */
static int make(l4_slot s, l4_word kind)
{
	switch (kind) {
	case 0:
		return l4_frame_create(0, s);
	case 1:
		return l4_thread_create(0, s, L4_SLOT_SPACE, 0, 0, 0);
	case 2:
		return l4_space_create(0, s, 0);
	case 3:
		return l4_cell_create(s, random_below(0x8000), 16 + random_below(2032), 0, 0, 0);
	case 4:
		return l4_section_derive(0, s, RAM, 0, L4_PAGE_SIZE, RIGHTS);
	default:
		return l4_cap_copy(RAM, 0, s, RIGHTS, 0);
	}
}

/* Fills until nothing goes any more; false if it was not for want of quota or slots. */
static bool fill(l4_word kind, l4_word slots)
{
	l4_word failures = 0;
	l4_slot s = FIRST;

	while (s < slots && failures < 20) {
		int err = make(s, kind > 5 ? random_below(6) : kind);

		if (err == L4_OK)
			s++;
		else if (err == L4_EQUOTA)
			failures++;
		else if (err != L4_EBUSY)
			return false;
		else
			s++;
	}
	return true;
}

static void empty(l4_word slots)
{
	for (l4_slot s = slots - 1; s-- > FIRST;)
		(void)!l4_cap_delete(s);
}

int play_quota(void)
{
	uint64_t start = ticks();
	l4_word slots = table_size(), before, rounds = 0, wrong = 0, lost = 0;

	l4x_sleep(1);		/* makes what sleeping needs */
	before = used();
	while (time_left(start, RUN_MS)) {
		wrong += !fill(rounds % 8, slots - 2);
		empty(slots);
		lost += used() != before;
		rounds++;
	}
	point(!wrong, "in %lu rounds it gets EQUOTA or a full table, no other error",
	      rounds);
	point(!lost, "all of the quota is back after each");
	return points_done();
}

/* --- trees --- */

static volatile l4_word grown;

/* Copies copies, wherever there are some: beside the thread that revokes. */
static void grow(void *arg)
{
	l4_word slots = (l4_word)arg;

	for (;;) {
		l4_slot from = FIRST + random_below(slots - FIRST - 2);
		l4_slot to = FIRST + random_below(slots - FIRST - 2);

		if (one_in(16))
			grown += !l4_section_derive(0, to, from, 0, L4_PAGE_SIZE, RIGHTS);
		else
			grown += !l4_cap_copy(from, 0, to, RIGHTS, 0);
	}
}

/* A chain as deep as it gets, and from each link some more. */
static void tree(l4_word slots)
{
	l4_slot s = FIRST;

	if (l4_section_derive(0, s, RAM, 0, 0x10000, RIGHTS) != L4_OK)
		return;
	while (s + 4 < slots && l4_cap_copy(s, 0, s + 1, RIGHTS, 0) == L4_OK) {
		(void)!l4_cap_copy(s, 0, s + 2, RIGHTS, 0);
		(void)!l4_cap_copy(s, 0, s + 3, RIGHTS, 0);
		s += one_in(2) ? 1 : 2;
	}
}

int play_revoke(void)
{
	uint64_t start = ticks();
	l4_word slots = table_size() - 10, rounds = 0, before, wrong = 0;
	int helper = l4x_thread_create(grow, (void *)slots, 4096, 100);

	must(helper);
	while (time_left(start, RUN_MS)) {
		int err;

		tree(slots);
		l4x_sleep(random_below(2000));
		err = l4_cap_revoke(one_in(2) ? RAM : FIRST + random_below(slots - FIRST));
		wrong += err != L4_OK && err != L4_ECAP;
		(void)!l4_cap_delete(FIRST + random_below(slots - FIRST));
		rounds++;
	}
	l4x_thread_delete((l4_slot)helper);
	must(l4_cap_revoke(RAM));
	before = used();
	empty(slots);
	point(!wrong && grown, "%lu revocations end, %lu copies were made beside them", rounds,
	      grown);
	point(used() == before, "a revoked tree leaves nothing behind");
	return points_done();
}
