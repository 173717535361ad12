/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Pandaboard: TI OMAP4430 and OMAP4460 (TRM SWPU231, SWPU235).  The ROM leaves
 * the cores in non-secure state and keeps a few services for what needs more.
 */
#include "platform/plat.h"
#include "platform/drivers/gic.h"
#include "platform/drivers/gtimer.h"
#include "platform/drivers/pl310.h"
#include "platform/drivers/ptimer.h"

#define MB	0x100000u

/* Services of the ROM. */
#define ROM_PL310_DEBUG		0x100u
#define ROM_PL310_CONTROL	0x102u

#define COUNTER_32K	0x4a304010u	/* counts at 32768 Hz, whatever else runs */
#define COUNTER_TICKS	1024u		/* how long the timers are measured: 31 ms */
#define RSTCTRL		0x4a307b00u
#define RSTCTRL_WARM	1u

struct plat_board plat_board = {
	.name = "omap4",
	.ram = { { 0x80000000, CONFIG_RAM_MB * MB } },
	.device = {
		{ 0x48000000, 0x01000000 },	/* L4 PER */
		{ 0x49000000, 0x01000000 },	/* L4 ABE, as DMA sees it */
		{ 0x4a000000, 0x01000000 },	/* L4 CFG and WKUP */
		{ 0x50000000, 0x01000000 },	/* GPMC */
		{ 0x52000000, 0x02000000 },	/* ISS */
		{ 0x55000000, 0x01000000 },	/* Cortex-M3 subsystem */
		{ 0x56000000, 0x02000000 },	/* SGX */
		{ 0x58000000, 0x01000000 },	/* DSS */
	},
	.reserved = {
		{ 0x48240000, 0x00003000 },	/* SCU, interrupts, timers, PL310 */
		{ 0x48281000, 0x00001000 },	/* wake-up generator, in front of the GIC */
		{ 0x4a307000, 0x00001000 },	/* reset: behind the system capability */
	},
	.uart_base = 0x48020000,
	.uart_clock = 48000000,
	.gic_dist_base = 0x48241000,
	.gic_cpu_base = 0x48240100,
	.gtimer_base = 0x48240200,
	.ptimer_base = 0x48240600,
	.pl310_base = 0x48242000,
	.scu_base = 0x48240000,
	.timer_hz = 0,	/* half the core's clock, which the boot loader chose: measured */
	.irq_lines = 160,
	.timer_irq = 29,
	.secure = 0,
};

void rom_call(uint32_t value, uint32_t service);

void pl310_control(volatile uint32_t *base, uint32_t reg, uint32_t v)
{
	(void)base;
	rom_call(v, reg == PL310_DEBUG ? ROM_PL310_DEBUG : ROM_PL310_CONTROL);
}

static uint32_t next_tick(volatile const uint32_t *counter)
{
	uint32_t now = *counter;

	while (*counter == now)
		;
	return *counter;
}

/* From one edge of the 32 kHz clock to a later one; a whole number of MHz. */
static uint32_t measure_hz(void)
{
	volatile const uint32_t *counter = plat_map(COUNTER_32K);
	uint32_t first = next_tick(counter);
	uint64_t start = plat_clock();
	uint32_t ticks;

	while (*counter - first < COUNTER_TICKS)
		;
	ticks = (uint32_t)(plat_clock() - start);
	return (ticks * (32768 / COUNTER_TICKS) + 500000) / 1000000 * 1000000;
}

void plat_init(void)
{
	gic_init();
	gtimer_init();
	ptimer_init();
	pl310_init();
	plat_board.timer_hz = measure_hz();
}

/* The supply is switched by a chip on an I2C bus, which a cell may own. */
void plat_poweroff(void)
{
	static const char text[] = "\nIt is now safe to switch the board off.\n";

	for (const char *p = text; *p; p++)
		plat_putc(*p);
	for (;;)
		;
}

void plat_reset(void)
{
	volatile uint32_t *rstctrl = plat_map(RSTCTRL);

	*rstctrl |= RSTCTRL_WARM;
	for (;;)
		;
}
