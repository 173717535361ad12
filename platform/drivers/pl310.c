/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Outer cache maintenance by physical range (ARM DDI 0246).  Line operations
 * are atomic in the controller, so only the sync at the end waits.  Callers
 * bound the range: 128 lines a page.
 *
 * Errata:
 *   588369 (before r2p0)  clean and invalidate leaves clean lines valid: clean,
 *                         then invalidate, with write-back and linefill off
 *   727915 (r2p0 to r3p0) background clean and invalidate by way corrupts: the
 *                         cache is only ever invalidated by way, when it is off
 *   753970 (r3p0)         sync must be written to another register
 *   769419 (before r3p2)  the store buffer may hold a write back: sync drains it
 */
#include <stdbool.h>
#include "platform/plat.h"
#include "platform/drivers/pl310.h"

#define ID		0x000
#define SYNC		0x730
#define SYNC_753970	0x740
#define INV_LINE	0x770
#define INV_WAY		0x77c
#define CLEAN_LINE	0x7b0
#define FLUSH_LINE	0x7f0

#define ID_RELEASE	0x3f
#define ID_R2P0		0x04
#define ID_R3P0		0x05
#define LINE		32u
#define ENABLED		1u
#define DEBUG_OFF	3u	/* no linefill, no write-back: everything writes through */
#define WAYS		0xffffu

static volatile uint32_t *base;
static uint32_t sync_reg;
static bool split_flush;

static void sync(void)
{
	base[sync_reg / 4] = 0;
	while (base[SYNC / 4] & 1)
		;
}

void plat_outer_clean(uint32_t phys, uint32_t size)
{
	uint32_t end = phys + size;

	if (!base)
		return;
	for (phys &= ~(LINE - 1); phys < end; phys += LINE)
		base[CLEAN_LINE / 4] = phys;
	sync();
}

static void flush_588369(uint32_t phys, uint32_t end)
{
	pl310_control(base, PL310_DEBUG, DEBUG_OFF);
	for (; phys < end; phys += LINE) {
		base[CLEAN_LINE / 4] = phys;
		base[INV_LINE / 4] = phys;
	}
	pl310_control(base, PL310_DEBUG, 0);
}

void plat_outer_flush(uint32_t phys, uint32_t size)
{
	uint32_t end = phys + size;

	if (!base)
		return;
	phys &= ~(LINE - 1);
	if (split_flush)
		flush_588369(phys, end);
	else
		for (; phys < end; phys += LINE)
			base[FLUSH_LINE / 4] = phys;
	sync();
}

void pl310_init(void)
{
	uint32_t release;

	base = plat_map(plat_board.pl310_base);
	release = base[ID / 4] & ID_RELEASE;
	split_flush = release < ID_R2P0;
	sync_reg = release == ID_R3P0 ? SYNC_753970 : SYNC;
	if (base[PL310_CONTROL / 4] & ENABLED)
		return;
	base[INV_WAY / 4] = WAYS;
	while (base[INV_WAY / 4] & WAYS)
		;
	sync();
	pl310_control(base, PL310_CONTROL, ENABLED);
}
