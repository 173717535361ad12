/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Global timer (Cortex-A9 MPCore TRM 4.3).  Its comparator is not used: before
 * r2p0 it fires only on equality.
 */
#include "platform/plat.h"
#include "platform/drivers/gtimer.h"

#define LOW	(0x0 / 4)
#define HIGH	(0x4 / 4)
#define CONTROL	(0x8 / 4)
#define ENABLE	1u	/* no comparator, no interrupt, no prescaler */

static volatile uint32_t *timer;

/* The halves are read one after the other: again, if a carry passed between. */
uint64_t plat_clock(void)
{
	uint32_t high, low;

	do {
		high = timer[HIGH];
		low = timer[LOW];
	} while (high != timer[HIGH]);
	return (uint64_t)high << 32 | low;
}

void gtimer_init(void)
{
	timer = plat_map(plat_board.gtimer_base);
	timer[CONTROL] = 0;
	timer[LOW] = 0;
	timer[HIGH] = 0;
	timer[CONTROL] = ENABLE;
}
