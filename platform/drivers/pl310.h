/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * ARM PL310 (L2C-310) outer cache.  A board gives pl310_control a way to write
 * the two registers that need secure state; all else works in either.
 */
#ifndef DRIVERS_PL310_H
#define DRIVERS_PL310_H

#include <stdint.h>

#define PL310_CONTROL	0x100
#define PL310_DEBUG	0xf40

/* Makes it empty and turns it on, if it is not on already. */
void pl310_init(void);

/* The board's: writes PL310_CONTROL or PL310_DEBUG. */
void pl310_control(volatile uint32_t *base, uint32_t reg, uint32_t v);

#endif
