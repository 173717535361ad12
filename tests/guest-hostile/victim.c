/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Somebody beside a hostile guest, above it in priority: checks its memory, its
 * timer and a partner who answers, for as many seconds as its argument says,
 * and reports.  With an argument of 0 it is the partner.
 */
#include <stdlib.h>
#include "../hostile/lib/hostile.h"

#define WORDS	0x10000
#define PART	0x200
#define REST_US	2000
#define LATE_US	2000		/* a rest that was this much too long is late */
#define LATE_MAX 20		/* root starts and removes guests above everybody */
#define GAP_MS	150

static l4_word *memory;
static l4_word errors, rounds, late, lost;
static uint64_t worst;

static l4_word pattern(l4_word i)
{
	return (i * 0x9e3779b1) ^ 0x5eed1e55;
}

/* A part is checked and written anew each time. */
static void check_memory(l4_word part)
{
	for (l4_word i = part * PART; i < (part + 1) * PART; i++) {
		if (memory[i] != pattern(i))
			errors++;
		memory[i] = pattern(i);
	}
}

static void check_timer(void)
{
	uint64_t us_ticks = l4x_start()->hz / 1000000, start = ticks(), took;

	l4x_sleep(REST_US);
	took = (ticks() - start) / us_ticks;
	if (took < REST_US)
		errors++;
	if (took > REST_US + LATE_US)
		late++;
	if (took > worst)
		worst = took;
}

static void check_partner(l4_slot partner)
{
	struct l4_message m = { .tag = l4_tag(rounds & 0xff, L4_MSG_REGS) };

	for (l4_word i = 0; i < L4_MSG_REGS; i++)
		m.mr[i] = pattern(rounds + i);
	if (l4_call(partner, &m, 5000000) != L4_OK) {
		lost++;
		return;
	}
	for (l4_word i = 0; i < L4_MSG_REGS; i++)
		if (m.mr[i] != ~pattern(rounds + i))
			lost++;
}

static void __attribute__((noreturn)) partner(void)
{
	struct l4_message m = { .tag = 0 };
	int err = l4_recv(&m, L4_NEVER);

	for (;;) {
		for (l4_word i = 0; i < L4_MSG_REGS; i++)
			m.mr[i] = ~m.mr[i];
		err = err == L4_OK ? l4_reply_recv(&m, L4_NEVER) : l4_recv(&m, L4_NEVER);
	}
}

int main(void)
{
	uint64_t end = ticks() + (uint64_t)l4x_arg() * l4x_start()->hz;
	l4_slot peer;

	if (!l4x_arg())
		partner();
	peer = l4x_channel("partner");
	memory = malloc(WORDS * sizeof(*memory));
	if (!memory)
		return 2;
	for (l4_word i = 0; i < WORDS; i++)
		memory[i] = pattern(i);
	while (ticks() < end) {
		check_memory(rounds % (WORDS / PART));
		check_timer();
		check_partner(peer);
		rounds++;
	}
	for (l4_word i = 0; i < WORDS / PART; i++)
		check_memory(i);
	l4x_printf("# %lu rounds, %lu late, the longest rest took %lu us\n", rounds, late,
		   (l4_word)worst);
	point(errors == 0, "the victim's memory and clock are as they should be");
	point(lost == 0, "its partner answered each time");
	point(rounds > l4x_arg() * 100, "it had its turn all the time");
	point(late <= LATE_MAX && worst < GAP_MS * 1000, "and in time");
	return points_done();
}
