/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Private timer (Cortex-A9 MPCore TRM 4.2).  32 bits: a later deadline gives an
 * early interrupt, after which the kernel asks again.
 */
#include "platform/plat.h"
#include "platform/drivers/ptimer.h"

#define LOAD	(0x0 / 4)
#define CONTROL	(0x8 / 4)
#define STATUS	(0xc / 4)
#define START	5u	/* enable, interrupt; once, no prescaler */
#define EVENT	1u

static volatile uint32_t *timer;

void plat_timer_set(uint64_t when)
{
	uint64_t now = plat_clock();
	uint64_t ticks = when > now ? when - now : 1;

	/* The event first: a short count may end before the next line. */
	timer[STATUS] = EVENT;
	timer[LOAD] = ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks;
	timer[CONTROL] = START;
}

void plat_timer_off(void)
{
	timer[CONTROL] = 0;
	timer[STATUS] = EVENT;
}

void ptimer_init(void)
{
	timer = plat_map(plat_board.ptimer_base);
	plat_timer_off();
	plat_irq_unmask(plat_board.timer_irq);
}
