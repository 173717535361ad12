/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * ARM Versatile Express with the Cortex-A9 daughter board, legacy memory map
 * (ARM DUI 0447, DUI 0448), as QEMU's vexpress-a9 has it.
 */
#include "platform/plat.h"
#include "platform/drivers/gic.h"
#include "platform/drivers/gtimer.h"
#include "platform/drivers/pl310.h"
#include "platform/drivers/ptimer.h"

#define MB	0x100000u

/* Configuration registers of the mother board. */
#define SYSREGS		0x10000000u
#define CFGDATA		(0xa0 / 4)
#define CFGCTRL		(0xa4 / 4)
#define CFG_SHUTDOWN	0xc0800000u	/* start, write, function 8 */
#define CFG_REBOOT	0xc0900000u	/* start, write, function 9 */

struct plat_board plat_board = {
	.name = "vexpress",
	.ram = { { 0x60000000, CONFIG_RAM_MB * MB } },
	.device = {
		{ 0x10000000, 0x00030000 },	/* mother board's peripherals, CLCD, HDLCD */
		{ 0x100e0000, 0x00010000 },	/* daughter board's: memory and bus controllers, timers */
		{ 0x40000000, 0x0c000000 },	/* flash, SRAM */
		{ 0x4c000000, 0x04000000 },	/* video RAM, Ethernet, USB */
	},
	.reserved = {
		{ 0x10000000, 0x00002000 },	/* power, clocks: behind the system capability */
		{ 0x100e0000, 0x00002000 },	/* memory controllers */
	},
	/* SYS_24MHZ; reading the registers beside it does nothing. */
	.counter = { 0x10000000, 0x5c, 24000000 },
	.uart_base = 0x10009000,
	.uart_clock = 24000000,
	.gic_dist_base = 0x1e001000,
	.gic_cpu_base = 0x1e000100,
	.gtimer_base = 0x1e000200,
	.ptimer_base = 0x1e000600,
	.pl310_base = 0x1e00a000,
	.scu_base = 0x1e000000,
	.timer_hz = 100000000,
	.irq_lines = 96,
	.timer_irq = 29,
	.secure = 1,
};

static volatile uint32_t *sysregs;

void pl310_control(volatile uint32_t *base, uint32_t reg, uint32_t v)
{
	base[reg / 4] = v;
}

void plat_init(void)
{
	sysregs = plat_map(SYSREGS);
	gic_init();
	gtimer_init();
	ptimer_init();
	pl310_init();
}

/* Also at a panic before plat_init.  Does not return: the board takes a while. */
static void configure(uint32_t what)
{
	if (!sysregs)
		sysregs = plat_map(SYSREGS);
	sysregs[CFGDATA] = 0;
	sysregs[CFGCTRL] = what;
	for (;;)
		__asm__ volatile("wfi");
}

void plat_poweroff(void)
{
	configure(CFG_SHUTDOWN);
}

void plat_reset(void)
{
	configure(CFG_REBOOT);
}
