/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Attacks on what cells share: the kernel's memory and time, a server.  One
 * program, and the argument of the description says which part a cell plays.
 */
#ifndef ATTACK_H
#define ATTACK_H

#include "lib/hostile.h"

enum part { SERVER = 1, FLOOD, QUOTA, SPIN, REVOKE, JUDGE };

#define RUN_MS		8000	/* how long the attacks go on */
#define FLOOD_MS	700	/* and one life of a flooding cell */

/* The server's requests. */
#define ADD		1	/* mr[0]: answered with mr[0] + 1 */
#define LATER		2	/* answered when the next of these comes, or never */
#define COUNT		3	/* answered with how many were served */

static inline bool time_left(uint64_t start, l4_word ms)
{
	return ticks_to_ms(ticks() - start) < ms;
}

int play_server(void);
int play_flood(void);
int play_quota(void);
int play_spin(void);
int play_revoke(void);
int play_judge(void);

#endif
