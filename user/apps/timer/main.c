/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A driver: an SP804 timer (ARM DDI 0271) that interrupts ten times a second.
 * Its registers and its interrupt are this cell's by capability; nothing in
 * the kernel knows the device.
 */
#include <stdio.h>
#include <l4/stubs.h>
#include <l4x/cell.h>

#define TICKS	10
#define HZ	1000000		/* what the board feeds it with */
#define IRQ_BIT	1

enum { LOAD = 0x00 / 4, CONTROL = 0x08 / 4, INTCLR = 0x0c / 4 };

#define CONTROL_ON	0xe2	/* enabled, periodic, with interrupt, 32 bits */

int main(void)
{
	const struct l4x_device *d = l4x_device("timer");
	volatile l4_word *reg;
	uint64_t start = l4x_microseconds();

	if (!d || d->va == L4X_NOWHERE || !d->irqs) {
		printf("needs a device 'timer' with registers and an interrupt\n");
		return 1;
	}
	if (l4x_irq_bind(d->irq[0], IRQ_BIT) != L4_OK) {
		printf("the interrupt cannot be bound\n");
		return 1;
	}
	reg = (volatile l4_word *)d->va;
	reg[LOAD] = HZ / 10;
	reg[CONTROL] = CONTROL_ON;
	for (int i = 1; i <= TICKS; i++) {
		l4x_irq_wait(IRQ_BIT);
		reg[INTCLR] = 1;
		if (l4_irq_ack(d->irq[0]) != L4_OK)
			return 1;
		if (i % 5 == 0)
			printf("%d interrupts in %u ms\n", i,
			       (unsigned int)((l4x_microseconds() - start) / 1000));
	}
	reg[CONTROL] = 0;
	return 0;
}
