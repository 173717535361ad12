/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Cells with a heartbeat (tests/boot/heartbeat.dts); the argument says which part
 * this one plays.  Those that stop know of their former lives by shared memory.
 */
#include <stdio.h>
#include <l4/stubs.h>
#include <l4x/cell.h>

enum { BEATS, STOPS, STARVES, HOG };

#define HEARTBEAT	20000	/* us: the description's */

static void spin(uint64_t us)
{
	uint64_t start = l4x_microseconds();

	while (l4x_microseconds() - start < us)
		;
}

/* Longer than it would live without. */
static void beat(void)
{
	for (int i = 0; i < 40; i++) {
		l4x_heartbeat();
		l4x_sleep(HEARTBEAT / 4);
	}
	printf("1..1\nok 1 - whoever beats lives on\n");
}

/* Its first life ends in a loop, its second asleep; in its third it is well. */
static void stop(void)
{
	l4_word *lives = (l4_word *)l4x_memory("past")->va;

	l4x_heartbeat();
	l4x_sleep(HEARTBEAT / 2);
	l4x_heartbeat();
	++*lives;
	if (*lives == 1)
		for (;;)
			;
	if (*lives == 2)
		l4x_sleep(L4_NEVER);
	printf("1..1\n%sok 1 - whoever stops is started anew (%lu lives)\n",
	       *lives == 3 ? "" : "not ", *lives);
}

/* Somebody above it has all the time: it cannot beat, but does not hang. */
static void starve(void)
{
	l4_word *lives = (l4_word *)l4x_memory("past")->va;

	if (++*lives > 1)
		return;		/* a program that ends is started anew, too */
	for (int i = 0; i < 8; i++) {
		l4x_heartbeat();
		spin(HEARTBEAT / 4);
	}
	printf("1..1\nok 1 - whoever gets no time does not hang\n");
}

int main(void)
{
	switch (l4x_arg()) {
	case BEATS:
		beat();
		break;
	case STOPS:
		stop();
		break;
	case STARVES:
		starve();
		break;
	case HOG:
		l4x_sleep(HEARTBEAT);
		spin(5 * HEARTBEAT);
		break;
	}
	return 0;
}
