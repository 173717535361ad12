/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Interrupts for drivers, and time.
 */
#include <l4/stubs.h>
#include <l4x/cell.h>
#include <l4x/thread.h>

int l4x_irq_bind(l4_slot irq, l4_word bits)
{
	int err = l4_irq_bind(irq, l4x_self()->slot, bits);

	return err == L4_OK ? l4_irq_ack(irq) : err;
}

l4_word l4x_irq_wait(l4_word bits)
{
	struct l4_message m = { .tag = 0 };
	int result = l4_recv(&m, L4_NEVER);

	while (result != L4_NOTIFIED || !(m.mr[0] & bits)) {
		m.tag = l4_tag(-L4_ENOSYS, 0);
		result = l4_reply_recv(&m, L4_NEVER);
	}
	return m.mr[0] & bits;
}

uint64_t l4x_microseconds(void)
{
	l4_word lo, hi, hz = l4x_start()->hz;
	uint64_t ticks;

	l4_clock(&lo, &hi);
	ticks = (uint64_t)hi << 32 | lo;
	return ticks / hz * 1000000 + ticks % hz * 1000000 / hz;
}
