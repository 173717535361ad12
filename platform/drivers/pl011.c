/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * ARM PL011 UART, output only, polled: the kernel's early console.  115200 8N1.
 * It can be a cell's later; the kernel then speaks only at a panic.
 */
#include "platform/plat.h"

#define DR	(0x00 / 4)
#define FR	(0x18 / 4)
#define IBRD	(0x24 / 4)
#define FBRD	(0x28 / 4)
#define LCRH	(0x2c / 4)
#define CR	(0x30 / 4)
#define FR_FULL	0x20u
#define FR_BUSY	0x08u
#define LCRH_8N1_FIFO 0x70u
#define CR_ON	0x301u	/* UART, transmitter, receiver */
#define BAUD	115200u

static volatile uint32_t *uart;

static void init(void)
{
	uint32_t divisor = (4 * plat_board.uart_clock + BAUD / 2) / BAUD;	/* in 1/64 */

	uart = plat_map(plat_board.uart_base);
	while (uart[FR] & FR_BUSY)
		;
	uart[CR] = 0;
	uart[IBRD] = divisor >> 6;
	uart[FBRD] = divisor & 0x3f;
	uart[LCRH] = LCRH_8N1_FIFO;
	uart[CR] = CR_ON;
}

void plat_putc(char c)
{
	if (!uart)
		init();
	if (c == '\n')
		plat_putc('\r');
	while (uart[FR] & FR_FULL)
		;
	uart[DR] = (uint8_t)c;
}
