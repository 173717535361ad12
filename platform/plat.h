/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What a board is to the kernel: one table, and the hooks of the few devices
 * that the kernel drives itself.  No physical address stands outside platform/.
 */
#ifndef PLATFORM_PLAT_H
#define PLATFORM_PLAT_H

#include <stdbool.h>
#include <stdint.h>

struct plat_range {
	uint32_t base, size;
};

/* A counter of 32 bits that goes up, at `offset` of a page that everyone may read. */
struct plat_counter {
	uint32_t page, offset, hz;	/* hz 0: there is none */
};

#define PLAT_RANGES 8

struct plat_board {
	const char *name;
	struct plat_range ram[2];		/* all of it; the kernel takes its own part out */
	struct plat_range device[PLAT_RANGES];	/* what cells may be given */
	struct plat_range reserved[PLAT_RANGES];	/* within those: the kernel's, never a cell's */
	struct plat_counter counter;
	uint32_t uart_base, uart_clock;
	uint32_t gic_dist_base, gic_cpu_base;
	uint32_t gtimer_base;			/* A9 global timer */
	uint32_t ptimer_base;			/* A9 private timer */
	uint32_t pl310_base;			/* 0: none */
	uint32_t scu_base;
	uint32_t timer_hz;			/* both timers */
	uint32_t irq_lines;
	uint32_t timer_irq;			/* private timer */
	uint32_t secure;			/* not 0: the kernel starts in secure state */
};

/* Nothing but plat_init writes it, and only what the board has to be asked for. */
extern struct plat_board plat_board;

/* Polls out one character; works as soon as C runs, before plat_init. */
void plat_putc(char c);
/*
 * Assembly, before MMU and stack: prints the text at physical address r0, as
 * far as the boot loader has set the console up.  Clobbers r0-r3.
 */
void plat_early_puts(const char *text);
/*
 * Assembly, before MMU and stack, on another core than the first: waits for
 * plat_core_start and goes where that says.
 */
void plat_park(void);
/* With the MMU on: interrupt controller, timers, outer cache. */
void plat_init(void);
/* ioremap for drivers: the kernel's mapping of a device page. */
void *plat_map(uint32_t phys);

#define PLAT_IRQ_NONE 1023
#define PLAT_IRQ_LINE 0x3ffu	/* of what plat_irq_take says; above it: which core sent it */
#define PLAT_IPIS 16u		/* lines below are interrupts from core to core */
uint32_t plat_irq_take(void);	/* acknowledge: the line, or PLAT_IRQ_NONE */
void plat_irq_done(uint32_t line);
void plat_irq_mask(uint32_t line);
void plat_irq_unmask(uint32_t line);

/* For several cores. */
uint32_t plat_cores(void);			/* how many there are */
/* Lets core n begin at a physical address, in any privileged mode, MMU off; plat_init was done. */
void plat_core_start(uint32_t n, uint32_t phys);
/* On a core that was started: its part of interrupt controller and timers. */
void plat_core_init(void);
void plat_ipi(uint32_t mask);			/* interrupts these cores */
void plat_irq_target(uint32_t line, uint32_t core);	/* where a line's interrupts go */

uint64_t plat_clock(void);		/* ticks since boot, monotonic */
void plat_timer_set(uint64_t when);	/* interrupt then; in the past: at once */
void plat_timer_off(void);

void plat_outer_clean(uint32_t phys, uint32_t size);
void plat_outer_flush(uint32_t phys, uint32_t size);

void plat_poweroff(void);
void plat_reset(void);

#endif
