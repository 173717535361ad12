/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * ARM PL011, DDI 0183.
 */
#include "console.h"

enum { DR = 0x00 / 4, FR = 0x18 / 4, LCRH = 0x2c / 4, CR = 0x30 / 4, IFLS = 0x34 / 4,
       IMSC = 0x38 / 4, ICR = 0x44 / 4 };

#define FR_RXFE		0x10
#define FR_TXFF		0x20
#define LCRH_8BIT_FIFO	0x70
#define CR_ON		0x301
#define IFLS_TX_EMPTY	0x00	/* transmit: at one eighth; receive likewise */
#define INT_RX		0x50	/* data, and data that has waited */
#define INT_TX		0x20

static volatile l4_word *reg;

static void start(volatile l4_word *base)
{
	reg = base;
	reg[LCRH] = LCRH_8BIT_FIFO;
	reg[IFLS] = IFLS_TX_EMPTY;
	reg[CR] = CR_ON;
	reg[ICR] = 0x7ff;
	reg[IMSC] = INT_RX;
}

static bool put(unsigned char c)
{
	if (reg[FR] & FR_TXFF)
		return false;
	reg[DR] = c;
	return true;
}

static int get(void)
{
	if (reg[FR] & FR_RXFE)
		return -1;
	return (int)(reg[DR] & 0xff);
}

/*
 * It is raised when the FIFO falls to its mark, so the FIFO was filled before.
 * Nothing is cleared here: reading and writing data does that.
 */
static void want_room(bool on)
{
	reg[IMSC] = on ? INT_RX | INT_TX : INT_RX;
}

const struct uart pl011 = { "pl011", start, put, get, want_room };
