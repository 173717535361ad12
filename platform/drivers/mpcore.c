/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What a Cortex-A9 MPCore has for its other cores: how many there are, their
 * own parts of interrupt controller and private timer, and interrupts from core
 * to core (Cortex-A9 MPCore TRM 2.2, 3; ARM IHI 0048).  plat_init was done, on
 * the first core.
 */
#include "platform/plat.h"

#define SCU_CONFIG	(0x4 / 4)
#define DIST_GROUP	(0x080 / 4)
#define DIST_DISABLE	(0x180 / 4)
#define DIST_UNPEND	(0x280 / 4)
#define DIST_PRIORITY	(0x400 / 4)
#define DIST_TARGET	0x800
#define DIST_SGI	(0xf00 / 4)
#define CPU_CTLR	(0x00 / 4)
#define CPU_PMR		(0x04 / 4)

#define OWN_LINES	32u		/* the first: each core has its own */
#define PRIORITY_ALL	0xa0a0a0a0	/* as gic.c has it */
#define PRIORITY_MASK	0xf0

static volatile uint32_t *dist;

uint32_t plat_cores(void)
{
	volatile const uint32_t *scu = plat_map(plat_board.scu_base);

	dist = plat_map(plat_board.gic_dist_base);
	return (scu[SCU_CONFIG] & 3) + 1;
}

/* All lines have one priority, so line 0 is as good as any. */
void plat_ipi(uint32_t mask)
{
	dist[DIST_SGI] = mask << 16;
}

void plat_irq_target(uint32_t line, uint32_t core)
{
	((volatile uint8_t *)dist)[DIST_TARGET + line] = (uint8_t)(1u << core);
}

void plat_core_init(void)
{
	volatile uint32_t *cpu = plat_map(plat_board.gic_cpu_base);

	dist[DIST_DISABLE] = ~0u;
	dist[DIST_UNPEND] = ~0u;
	if (plat_board.secure)
		dist[DIST_GROUP] = 0;
	for (uint32_t i = 0; i < OWN_LINES / 4; i++)
		dist[DIST_PRIORITY + i] = PRIORITY_ALL;
	cpu[CPU_PMR] = PRIORITY_MASK;
	cpu[CPU_CTLR] = 1;
	plat_timer_off();
	plat_irq_unmask(plat_board.timer_irq);
}
