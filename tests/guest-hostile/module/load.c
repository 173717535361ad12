// SPDX-License-Identifier: GPL-2.0
/* Copyright the Armature authors */
/*
 * Too much of what is allowed: interrupts, alarms, objects; and calls at random.
 */
#include <linux/delay.h>
#include "hostile.h"

#define FIRST		1540	/* slots that the shim does not use */
#define LAST		2040

/* --- interrupts --- */

unsigned int attack_flood(unsigned int rounds)
{
	unsigned int i;
	l4_word lo, hi;

	for (i = 0; i < rounds * 16; i++) {
		switch (i % 4) {
		case 0:
			(void)!l4_interrupt(0);
			break;
		case 1:
			/* in the past: at once; Linux's own alarm comes back with its next */
			(void)!l4_alarm(L4_SLOT_I, 1u << L4_BIT_TIMER, 0, 0);
			break;
		case 2:
			(void)!l4_notify(L4_SLOT_I, 1u << L4_BIT_TIMER);
			break;
		default:
			l4_clock(&lo, &hi);
			(void)!l4_alarm(L4_SLOT_I, 1u << L4_BIT_TIMER, lo + 1, hi);
		}
	}
	return i;
}

/* --- the quota --- */

static int make(unsigned int kind, l4_slot slot)
{
	switch (kind) {
	case 0:
		return l4_space_create(0, slot, L4_SLOT_SPACE);
	case 1:
		return l4_frame_create(0, slot);
	case 2:
		return l4_thread_create(0, slot, L4_SLOT_SPACE, 1, 'x', 0);
	default:
		return l4_space_create(0, slot, 0);
	}
}

static l4_word used(void)
{
	l4_word bytes = 0, quota, slots;

	(void)!l4_cell_info(0, &bytes, &quota, &slots);
	return bytes;
}

/* Some of each kind, then spaces to the end. */
static unsigned int exhaust(l4_slot *end)
{
	static const u8 some[] = { 60, 40, 40, 255 };
	unsigned int kind, i;
	l4_slot slot = FIRST;
	int err = L4_OK;

	for (kind = 0; kind < ARRAY_SIZE(some) && err == L4_OK; kind++)
		for (i = 0; i < some[kind] && slot < LAST; i++, slot++) {
			err = make(kind, slot);
			if (err != L4_OK)
				break;
		}
	if (err != L4_EQUOTA)
		breach("the quota has another end", slot, err);
	*end = slot;
	return slot - FIRST;
}

unsigned int attack_quota(unsigned int rounds)
{
	unsigned int done = 0, i;
	l4_word before, full;
	l4_slot slot, end;

	for (i = 0; i < 4; i++) {
		hostile_begin();
		before = used();
		done += exhaust(&end);
		full = used();
		for (slot = FIRST; slot < end; slot++)
			if (l4_cap_delete(slot) != L4_OK)
				breach("cannot be deleted", slot, i);
		if (full <= before || used() != before)
			breach("the quota before and after", before, used());
		hostile_end();
	}
	/* and Linux has to live with what is left: nothing */
	done += exhaust(&end);
	return done;
}

/* --- calls at random, on whatever is there --- */

static void any_call(unsigned long nr)
{
	u32 v[] = { random_word() & 1 ? random_word() % 320 : weird(),
		    random_word() & 1 ? random_word() % 2048 : weird(),
		    weird(), weird(), weird(), weird(), random_word() % 1000 };
	register u32 r0 asm("r0") = v[0];
	register u32 r1 asm("r1") = v[1];
	register u32 r2 asm("r2") = v[2];
	register u32 r3 asm("r3") = v[3];
	register u32 r4 asm("r4") = v[4];
	register u32 r5 asm("r5") = v[5];
	register u32 r10 asm("r10") = v[6];
	register u32 r12 asm("r12") = nr;

	asm volatile("svc #0" : "+r" (r0), "+r" (r1), "+r" (r2), "+r" (r3), "+r" (r4), "+r" (r5),
		     "+r" (r10), "+r" (r12) : : "r6", "r7", "r8", "r9", "lr", "cc", "memory");
}

unsigned int attack_calls(unsigned int rounds)
{
	unsigned int i;

	msleep(500);
	hostile_begin();
	for (i = 0; i < rounds; i++)
		(void)attempt(any_call, random_word() % 60);
	hostile_end();
	return i;
}
