/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * 8250-like UART with 32 bit registers, output only, polled: the early console.
 * Speed and mode are as the boot loader set them.
 */
#include "platform/plat.h"

#define THR	(0x00 / 4)
#define LSR	(0x14 / 4)
#define LSR_THRE 0x20u

static volatile uint32_t *uart;

void plat_putc(char c)
{
	if (!uart)
		uart = plat_map(plat_board.uart_base);
	if (c == '\n')
		plat_putc('\r');
	while (!(uart[LSR] & LSR_THRE))
		;
	uart[THR] = (uint8_t)c;
}
