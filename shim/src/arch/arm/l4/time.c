// SPDX-License-Identifier: GPL-2.0
/* Copyright the Armature authors */
/*
 * Time: a counter that the board lets everyone read, else the kernel's clock;
 * and the alarm of thread I as the event, on the kernel's clock.
 */
#include <linux/clockchips.h>
#include <linux/clocksource.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/of.h>
#include <linux/sched_clock.h>
#include <asm/l4-calls.h>

#define COUNTER_VA	0xfe002000	/* in the same megabyte as L4_VP */

static u64 notrace now(void)
{
	l4_word lo, hi;

	(void)!l4_clock(&lo, &hi);
	return (u64)hi << 32 | lo;
}

/* A board's counter, which is read without a call. */
static const volatile u32 *counter;

static u64 notrace count(void)
{
	return *counter;
}

static u64 notrace read_source(struct clocksource *cs)
{
	return counter ? count() : now();
}

static struct clocksource source = {
	.name = "armature",
	.rating = 250,
	.read = read_source,
	.mask = CLOCKSOURCE_MASK(64),
	.flags = CLOCK_SOURCE_IS_CONTINUOUS,
};

static int set_event(unsigned long delta, struct clock_event_device *dev)
{
	u64 at = now() + delta;

	return l4_alarm(L4_SLOT_I, 1u << L4_BIT_TIMER, at, at >> 32) == L4_OK ? 0 : -ETIME;
}

static int stop_event(struct clock_event_device *dev)
{
	(void)!l4_alarm(L4_SLOT_I, 0, 0, 0);
	return 0;
}

static struct clock_event_device event = {
	.name = "armature",
	.features = CLOCK_EVT_FEAT_ONESHOT,
	.rating = 350,
	.set_next_event = set_event,
	.set_state_shutdown = stop_event,
	.set_state_oneshot_stopped = stop_event,
};

static irqreturn_t timer_interrupt(int irq, void *dev)
{
	event.event_handler(&event);
	return IRQ_HANDLED;
}

static unsigned long read_delay(void)
{
	return read_source(NULL);
}

static struct delay_timer delay = {
	.read_current_timer = read_delay,
};

/* Ticks a second of what is read: the counter's, or those of the call. */
static unsigned long __init find_counter(void)
{
	const l4_word attr = L4_MAP_KERNEL | L4_MT_DEVICE << L4_MAP_TYPE_SHIFT;

	if (!l4_guest.counter_hz || l4_map(L4_SLOT_SPACE, L4_GUEST_SLOT_COUNTER,
					   COUNTER_VA | attr, 0, PAGE_SIZE) != L4_OK)
		return l4_guest.hz;
	counter = (const volatile u32 *)(COUNTER_VA + l4_guest.counter_offset % PAGE_SIZE);
	source.mask = CLOCKSOURCE_MASK(32);
	return l4_guest.counter_hz;
}

static int __init l4_time_init(struct device_node *node)
{
	unsigned long hz = find_counter();
	int irq = l4_virq(L4_BIT_TIMER);

	if (irq <= 0 || request_irq(irq, timer_interrupt, IRQF_TIMER, "armature-timer", &event))
		panic("Armature: no timer interrupt");
	event.cpumask = cpumask_of(0);
	event.irq = irq;
	delay.freq = hz;
	register_current_timer_delay(&delay);
	sched_clock_register(counter ? count : now, counter ? 32 : 64, hz);
	clocksource_register_hz(&source, hz);
	clockevents_config_and_register(&event, l4_guest.hz, 100, 0x7fffffff);
	return 0;
}
TIMER_OF_DECLARE(l4, "armature,timer", l4_time_init);
