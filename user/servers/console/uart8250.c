/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The 8250 descendant of TI's OMAP: registers a word apart, 64 bytes of FIFO,
 * and a flag for a full one.  OMAP4430 TRM, chapter 23.3.
 */
#include "console.h"

enum { RHR = 0, THR = 0, IER = 1, FCR = 2, LSR = 5, SSR = 0x44 / 4 };

#define FCR_ON		0x01
#define IER_RX		0x01
#define IER_TX		0x02
#define LSR_RX		0x01
#define SSR_TX_FULL	0x01

static volatile l4_word *reg;

static void start(volatile l4_word *base)
{
	reg = base;
	reg[FCR] = FCR_ON;
	reg[IER] = IER_RX;
}

static bool put(unsigned char c)
{
	if (reg[SSR] & SSR_TX_FULL)
		return false;
	reg[THR] = c;
	return true;
}

static int get(void)
{
	if (!(reg[LSR] & LSR_RX))
		return -1;
	return (int)(reg[RHR] & 0xff);
}

static void want_room(bool on)
{
	reg[IER] = on ? IER_RX | IER_TX : IER_RX;
}

const struct uart uart8250 = { "uart", start, put, get, want_room };
