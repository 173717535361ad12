/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Interrupts.  Thread I owns the lines and the timer, and is the guest's
 * interrupt controller: it leaves bits in irq_bits and makes S take them.  It
 * never waits for S, and they share nothing else.
 */
#include <l4/stubs.h>
#include <l4x/ipc.h>
#include "kernel/kernel.h"

#define BIT_TICK	0x100
#define TICK_HZ		500
#define HOSTILE_HZ	20011

static uint32_t irq_bits;

/* In S, interrupts masked. */
void do_irq(struct regs *regs)
{
	uint32_t bits = __atomic_exchange_n(&irq_bits, 0, __ATOMIC_RELAXED);

	(void)regs;
	for (uint32_t i = 0; i < LINES; i++)
		if (bits & 1u << i)
			inject.handled[i]++;
	if (bits & BIT_TICK)
		counters[COUNT_TICKS]++;
	if (bits)
		wake_all();
}

static void next_tick(void)
{
	l4_word lo, hi;
	uint64_t when;

	l4_clock(&lo, &hi);
	when = ((uint64_t)hi << 32 | lo) + BOOT->hz / (hostile() ? HOSTILE_HZ : TICK_HZ);
	if (l4_alarm(0, BIT_TICK, (l4_word)when, (l4_word)(when >> 32)) != L4_OK)
		die("alarm", 0, 0);
}

static volatile uint32_t *device(uint32_t line, uint32_t reg)
{
	return (volatile uint32_t *)(DEVICE_BASE + line * L4_PAGE_SIZE + reg);
}

static void take(uint32_t bits)
{
	for (uint32_t i = 0; i < BOOT->lines; i++) {
		if (!(bits & 1u << i))
			continue;
		inject.seen[i]++;
		*device(i, UART_ICR) = UART_TX;
		if (l4_irq_ack(SLOT_IRQ + i) != L4_OK)
			die("irq_ack", i, 0);
	}
	if (bits & BIT_TICK)
		next_tick();
	if (hostile())
		hostile_tick();
	__atomic_fetch_or(&irq_bits, bits, __ATOMIC_RELAXED);
	if (l4_interrupt(0) != L4_OK)
		die("interrupt", 0, 0);
}

void i_main(void)
{
	for (uint32_t i = 0; i < BOOT->lines; i++) {
		if (l4_irq_bind(SLOT_IRQ + i, SLOT_I, 1u << i) != L4_OK ||
		    l4_irq_ack(SLOT_IRQ + i) != L4_OK)
			die("irq_bind", i, 0);
		*device(i, UART_IMSC) = UART_TX;
	}
	if (BOOT->mode != MODE_INJECT)
		next_tick();
	for (;;) {
		l4_word tag = 0, bits = 0, unused = 0, badge;

		if (l4_reply_recv_regs(&tag, &bits, &unused, &badge) == L4_NOTIFIED)
			take(bits);
	}
}
