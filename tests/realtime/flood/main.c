/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A flood of interrupts: an SP804 timer (ARM DDI 0271), each of whose interrupts
 * is taken and acknowledged at once, as many a second as the argument says.
 */
#include <stdio.h>
#include <l4/stubs.h>
#include <l4x/cell.h>

#define HZ	1000000		/* what the board feeds the timer with */
#define IRQ_BIT	1

enum { LOAD = 0x00 / 4, CONTROL = 0x08 / 4, INTCLR = 0x0c / 4 };

#define CONTROL_ON	0xe2	/* enabled, periodic, with interrupt, 32 bits */

int main(void)
{
	const struct l4x_device *d = l4x_device("timer");
	volatile l4_word *reg = (volatile l4_word *)d->va;
	l4_word count = 0;

	if (l4x_irq_bind(d->irq[0], IRQ_BIT) != L4_OK)
		return 1;
	reg[LOAD] = HZ / l4x_arg();
	reg[CONTROL] = CONTROL_ON;
	for (;;) {
		l4x_irq_wait(IRQ_BIT);
		reg[INTCLR] = 1;
		if (l4_irq_ack(d->irq[0]) != L4_OK)
			return 1;
		if (++count % (10 * l4x_arg()) == 0)
			l4x_printf("flood: %lu interrupts\n", count);
	}
}
