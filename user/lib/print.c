/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Text out of the cell: to the console cell, which names the cell before each
 * line; or where there is none, to the kernel's console, which needs the system
 * capability.  A cell that has neither is silent.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <l4/stubs.h>
#include <l4x/cell.h>
#include <l4x/console.h>
#include <l4x/server.h>
#include <l4x/thread.h>
#include "lib.h"

l4_slot l4x_console = L4_SLOT_CONSOLE;
l4_word l4x_console_timeout = L4_NEVER;

static int console_write(const char *text, size_t size)
{
	struct l4_message m = { .mr = { size } };
	l4_word words = 1 + (size + 3) / 4;
	size_t first = sizeof(m.mr) - sizeof(m.mr[0]);
	int err;

	memcpy(&m.mr[1], text, size < first ? size : first);
	if (size > first)
		memcpy(&l4x_buf()->mr[L4_MSG_REGS], text + first, size - first);
	do {	/* another thread of this cell waits there already */
		err = server_call(l4x_console, CON_WRITE, words, &m, l4x_console_timeout);
	} while (err == L4_EAGAIN && (l4x_sleep(1000), m.mr[0] = size, 1));
	if (err == L4_ETIME)	/* for who has no time to wait: not again */
		l4x_console = L4_SLOT_NULL;
	return err;
}

/* False: not allowed. */
static int early_write(const char *text, size_t size)
{
	for (l4_word w[4]; size; text += sizeof(w), size -= size < sizeof(w) ? size : sizeof(w)) {
		memset(w, 0, sizeof(w));
		memcpy(w, text, size < sizeof(w) ? size : sizeof(w));
		if (l4_system(L4_SLOT_SYSTEM, L4_SYS_PUTS, w[0], w[1], w[2], w[3], NULL, NULL, NULL,
			      NULL) != L4_OK)
			return 0;
	}
	return 1;
}

void l4x_write(const char *text, size_t size)
{
	while (size) {
		size_t n = size < CON_BYTES ? size : CON_BYTES;

		if (console_write(text, n) < 0 && !early_write(text, n))
			return;
		text += n;
		size -= n;
	}
}

void l4x_printf(const char *fmt, ...)
{
	char line[CON_BYTES];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsniprintf(line, sizeof(line), fmt, args);
	va_end(args);
	if (n > 0)
		l4x_write(line, (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1);
}
