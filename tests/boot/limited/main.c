/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Spins above all others, with the budget of its description: 2 of each 10 ms.
 * What it does not get it sees as gaps of its clock.
 */
#include <stdio.h>
#include <l4x/cell.h>

#define BUDGET	2000	/* us */
#define PERIOD	10000
#define PERIODS	10
#define SLICE	20	/* that a budget may be exceeded by: docs/performance.md */
#define NOISE	10	/* a shorter gap is an interrupt */

int main(void)
{
	uint64_t start = l4x_microseconds(), last = start, now, gaps = 0;

	while ((now = l4x_microseconds()) - start < PERIODS * PERIOD) {
		if (now - last > NOISE)
			gaps += now - last;
		last = now;
	}
	gaps = last - start - gaps;
	printf("1..2\n# it ran for %lu us of %u\n", (unsigned long)gaps, PERIODS * PERIOD);
	printf("%sok 1 - the budget of a description holds\n",
	       gaps <= (PERIODS + 1) * (BUDGET + SLICE) ? "" : "not ");
	printf("%sok 2 - and is there to be used\n",
	       gaps >= (PERIODS - 1) * BUDGET ? "" : "not ");
	return 0;
}
