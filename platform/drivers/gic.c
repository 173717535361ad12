/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Interrupt controller (ARM IHI 0048, Cortex-A9 MPCore TRM 3).  In secure state
 * all lines are in group 0 and are signalled as IRQ, since FIQEn stays 0; in
 * non-secure state the same registers show the non-secure view.
 *
 * All register accesses are to device memory of one peripheral: they arrive in
 * program order and need no barriers.
 */
#include "platform/plat.h"
#include "platform/drivers/gic.h"

#define DIST_CTLR	0x000
#define DIST_TYPER	0x004
#define DIST_GROUP	0x080
#define DIST_ENABLE	0x100
#define DIST_DISABLE	0x180
#define DIST_UNPEND	0x280
#define DIST_PRIORITY	0x400
#define DIST_TARGET	0x800
#define DIST_CONFIG	0xc00
#define CPU_CTLR	0x00
#define CPU_PMR		0x04
#define CPU_IAR		0x0c
#define CPU_EOIR	0x10

#ifdef CONFIG_SMP
#define IAR_LINE	0x1fff	/* and the core that sent it: its end must name it too */
#else
#define IAR_LINE	0x3ff
#endif
#define SPI_FIRST	32
#define PRIORITY_ALL	0xa0a0a0a0
#define PRIORITY_MASK	0xf0
#define TARGET_CORE0	0x01010101

static volatile uint32_t *dist, *cpu;

static void write(uint32_t reg, uint32_t index, uint32_t v)
{
	dist[reg / 4 + index] = v;
}

uint32_t plat_irq_take(void)
{
	return cpu[CPU_IAR / 4] & IAR_LINE;
}

void plat_irq_done(uint32_t line)
{
	cpu[CPU_EOIR / 4] = line;
}

void plat_irq_mask(uint32_t line)
{
	write(DIST_DISABLE, line / 32, 1u << (line % 32));
}

void plat_irq_unmask(uint32_t line)
{
	write(DIST_ENABLE, line / 32, 1u << (line % 32));
}

void gic_init(void)
{
	uint32_t lines;

	dist = plat_map(plat_board.gic_dist_base);
	cpu = plat_map(plat_board.gic_cpu_base);
	write(DIST_CTLR, 0, 0);
	lines = 32 * ((dist[DIST_TYPER / 4] & 0x1f) + 1);
	if (plat_board.irq_lines > lines)
		plat_board.irq_lines = lines;
	lines = plat_board.irq_lines;
	for (uint32_t i = 0; i < lines / 32; i++) {
		write(DIST_DISABLE, i, ~0u);
		write(DIST_UNPEND, i, ~0u);
		if (plat_board.secure)
			write(DIST_GROUP, i, 0);
	}
	for (uint32_t i = 0; i < lines / 4; i++)
		write(DIST_PRIORITY, i, PRIORITY_ALL);
	for (uint32_t i = SPI_FIRST / 4; i < lines / 4; i++)
		write(DIST_TARGET, i, TARGET_CORE0);
	for (uint32_t i = SPI_FIRST / 16; i < lines / 16; i++)
		write(DIST_CONFIG, i, 0);	/* level */
	write(DIST_CTLR, 0, 1);
	cpu[CPU_PMR / 4] = PRIORITY_MASK;
	cpu[CPU_CTLR / 4] = 1;
}
