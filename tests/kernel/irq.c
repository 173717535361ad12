/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Interrupts by capability, with the SP804 timer of the Versatile Express.
 * This program is the root cell of its image: nobody else can make interrupt
 * capabilities.
 */
#include <l4/bootinfo.h>
#include "lib/ktest.h"

#define SP804		0x10011000
#define SP804_LINE	34
#define SPARE_LINE	50
#define TIMER_VA	DEV_VA

enum { LOAD = 0, VALUE = 1, CONTROL = 2, CLEAR = 3 };
#define ONE_SHOT	0xa3	/* enabled, 32 bits, interrupt, once */

static volatile l4_word *const timer = (volatile l4_word *)TIMER_VA;

static void timer_start(l4_word us)
{
	timer[CONTROL] = 0;
	timer[CLEAR] = 1;
	timer[LOAD] = us;
	timer[CONTROL] = ONE_SHOT;
}

static void timer_stop(void)
{
	timer[CONTROL] = 0;
	timer[CLEAR] = 1;
}

static void map_timer(void)
{
	const struct l4_kernel_info *k = (const struct l4_kernel_info *)L4_KINFO_BASE;

	for (l4_word i = 0; i < k->resources; i++) {
		const struct l4_boot_resource *r = &k->resource[i];

		if (SP804 - r->base < r->size)
			must(l4_map(L4_SLOT_SPACE, L4_SLOT_FREE + i,
				    TIMER_VA | L4_MAP_W | DEV_ATTR, SP804 - r->base, L4_PAGE_SIZE));
	}
}

static l4_word bits_within(l4_word us)
{
	struct l4_message m = msg(0, 0, 0);

	return l4_recv(&m, us) == L4_NOTIFIED ? m.mr[0] : 0;
}

static void test_create(void)
{
	static const l4_word bad[] = { 0, 15, 16, 29, 31, 96, 256, 1023, 0x80000022, 0xffffffff };
	l4_word used, quota;

	is(irq_create, l4_irq_create(L4_SLOT_IRQ, T(0), SP804_LINE), L4_OK, "a line");
	is(irq_create, l4_irq_create(L4_SLOT_IRQ, T(1), SP804_LINE), L4_EBUSY, "a line in use");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		is(irq_create, l4_irq_create(L4_SLOT_IRQ, T(1), bad[i]), L4_EINVAL, "line %lu",
		   bad[i]);
	SLOT_ARG(irq_create, 1, L4_SLOT_IRQ, T(1), SPARE_LINE);
	CAP_ARG(irq_create, 0, K_IRQS, L4_R_CONTROL, false, L4_SLOT_IRQ, T(1), SPARE_LINE);
	must(l4_cap_delete(T(0)));
	is(irq_create, l4_irq_create(L4_SLOT_IRQ, T(0), SP804_LINE), L4_OK,
	   "the line is free again");
	must(l4_cell_info(0, &used, &quota, NULL));
	must(l4_cell_create(T(2), quota - used - 512 - 256, 16, LOW, 0, 0));
	must(l4_cell_info(0, &used, &quota, NULL));
	while (quota - used >= 64 &&
	       l4_irq_create(L4_SLOT_IRQ, T(10) + used % 64, SPARE_LINE) == L4_OK)
		break;
	for (l4_word line = SPARE_LINE + 1; line < 96; line++) {
		int err = l4_irq_create(L4_SLOT_IRQ, T(20) + line, line);

		if (err == L4_OK)
			continue;
		is(irq_create, err, L4_EQUOTA, "when the quota is used up");
		break;
	}
}

static void test_bind(void)
{
	must(l4_irq_create(L4_SLOT_IRQ, T(0), SP804_LINE));
	must(l4_thread_create(0, T(1), L4_SLOT_SPACE, LOW, 0, 0));
	is(irq_ack, l4_irq_ack(T(0)), L4_EAGAIN, "not bound");
	CAP_ARG(irq_bind, 0, K_IRQ, L4_R_CONTROL, false, T(0), T(1), 1);
	CAP_ARG(irq_bind, 1, K_THREAD, L4_R_NOTIFY, true, T(0), T(1), 1);
	is(irq_bind, l4_irq_bind(T(0), T(1), 0), L4_EINVAL, "no bits");
	must(l4_cap_copy(T(1), 0, T(2), L4_R_ALL, 0x6));
	is(irq_bind, l4_irq_bind(T(0), T(2), 0x8), L4_ERIGHT, "a bit that is not in the badge");
	is(irq_bind, l4_irq_bind(T(0), T(2), 0x4), L4_OK, "a bit of the badge");
	is(irq_ack, l4_irq_ack(T(0)), L4_OK, "bound");
	CAP_ARG(irq_ack, 0, K_IRQ, L4_R_CONTROL, false, T(0));
	CAP_ARG(irq_mask, 0, K_IRQ, L4_R_CONTROL, false, T(0));
	is(irq_mask, l4_irq_mask(T(0)), L4_OK, "bound");
	is(irq_bind, l4_irq_bind(T(0), 0, 0), L4_OK, "no thread: it is unbound");
	is(irq_ack, l4_irq_ack(T(0)), L4_EAGAIN, "unbound");
	must(l4_irq_bind(T(0), T(1), 1));
	must(l4_cap_delete(T(1)));
	is(irq_ack, l4_irq_ack(T(0)), L4_EAGAIN, "its thread was destroyed");
	is(irq_mask, l4_irq_mask(T(0)), L4_OK, "not bound");
}

static void test_interrupt(void)
{
	must(l4_irq_create(L4_SLOT_IRQ, T(0), SP804_LINE));
	timer_stop();
	must(l4_irq_bind(T(0), L4_SLOT_THREAD, 0x20));
	must(l4_irq_ack(T(0)));
	timer_start(1000);
	ok(bits_within(1000000) == 0x20, "the device's interrupt sets the bits");
	ok(bits_within(2000) == 0, "a line that is still high interrupts once");
	timer_stop();
	timer_start(500);
	ok(bits_within(5000) == 0, "before it is acknowledged no interrupt comes");
	must(l4_irq_ack(T(0)));
	ok(bits_within(5000) == 0x20, "it comes when it is");
	timer_stop();
	must(l4_irq_ack(T(0)));
	must(l4_irq_mask(T(0)));
	timer_start(500);
	ok(bits_within(5000) == 0, "a masked line does not interrupt");
	must(l4_irq_ack(T(0)));
	ok(bits_within(5000) == 0x20, "opened, it does");
	timer_stop();
	must(l4_irq_ack(T(0)));
	must(l4_irq_bind(T(0), 0, 0));
	timer_start(500);
	ok(bits_within(5000) == 0, "an unbound line does not interrupt");
	must(l4_irq_bind(T(0), L4_SLOT_THREAD, 0x40));
	ok(bits_within(5000) == 0x40, "bound anew, it does, with other bits");
	timer_stop();
	must(l4_irq_ack(T(0)));
	timer_start(500);
	must(l4_cap_delete(T(0)));
	ok(bits_within(5000) == 0, "a deleted capability's line does not interrupt");
	timer_stop();
}

static volatile l4_word interrupts;

static void handler(void *arg)
{
	struct l4_message m = msg(0, 0, 0);

	(void)arg;
	while (l4_recv(&m, L4_NEVER) == L4_NOTIFIED) {
		interrupts++;
		timer_start(200);
		(void)!l4_irq_ack(T(0));
	}
}

static void test_driver(void)
{
	l4_slot t = helper(0, handler, NULL, HIGH);

	must(l4_irq_create(L4_SLOT_IRQ, T(0), SP804_LINE));
	interrupts = 0;
	timer_stop();
	must(l4_irq_bind(T(0), t, 1));
	timer_start(200);
	spin_us(50000);
	ok(interrupts > 20, "a driver above a spinning thread gets its interrupts");
	timer_stop();
}

int main(void)
{
	static const struct test tests[] = {
		{ "create", test_create },
		{ "bind", test_bind },
		{ "interrupt", test_interrupt },
		{ "driver", test_driver },
	};
	int status;

	must(l4_map(L4_SLOT_SPACE, RAM_SLOT, RAM_VA | L4_MAP_W | RAM_ATTR, 0, RAM_SIZE));
	map_timer();
	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	covered(L4_NR_irq_create);
	covered(L4_NR_irq_bind);
	covered(L4_NR_irq_ack);
	covered(L4_NR_irq_mask);
	status = tests_done();
	(void)!l4_system(L4_SLOT_SYSTEM, L4_SYS_POWEROFF, 0, 0, 0, 0, NULL, NULL, NULL, NULL);
	return status;
}
