/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Bytes to the console and back.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <l4/stubs.h>
#include <l4x/thread.h>
#include "raw.h"

int raw_put(const void *text, size_t size)
{
	struct l4_message m = { .tag = 0 };
	size_t first = sizeof(m.mr), words = (size + 3) / 4;
	int err;

	memcpy(m.mr, text, size < first ? size : first);
	if (size > first)
		memcpy(&l4x_buf()->mr[L4_MSG_REGS], (const char *)text + first, size - first);
	err = server_call(L4_SLOT_CONSOLE, L4_CON_PUT + (words * 4 - size), words, &m, L4_NEVER);
	return err < 0 ? err : (int)m.mr[0];
}

int raw_get(void *text, size_t size)
{
	struct l4_message m = { .mr = { size } };
	size_t first = sizeof(m.mr) - sizeof(m.mr[0]), n;
	int err = server_call(L4_SLOT_CONSOLE, L4_CON_GET, 1, &m, L4_NEVER);

	if (err < 0)
		return err;
	n = m.mr[0];
	memcpy(text, &m.mr[1], n < first ? n : first);
	if (n > first)
		memcpy((char *)text + first, &l4x_buf()->mr[L4_MSG_REGS], n - first);
	return (int)n;
}

int raw_bell(l4_slot cap, l4_word bits, l4_word caps)
{
	struct l4_message m = { .mr = { bits } };

	for (l4_word i = 0; i < caps; i++)
		l4x_buf()->caps[i] = cap;
	return server_call(L4_SLOT_CONSOLE, L4_CON_BELL, 1 | caps << L4_TAG_CAPS_SHIFT, &m, L4_NEVER);
}

int raw_listen(void)
{
	l4_slot slot = l4x_slot_alloc();
	int err = l4_cap_copy(L4_SLOT_THREAD, 0, slot, L4_R_NOTIFY | L4_R_GRANT, BIT_BELL);

	return err == L4_OK ? raw_bell(slot, BIT_BELL, 1) : err;
}

void raw_wait(l4_word bits)
{
	static l4_word came;

	while (!(came & bits)) {
		struct l4_message m;

		if (l4_recv(&m, L4_NEVER) == L4_NOTIFIED)
			came |= m.mr[0];
	}
	came &= ~bits;
}

void raw_read(char *text, size_t size)
{
	for (size_t done = 0; done < size;) {
		int n = raw_get(text + done, size - done < CON_BYTES ? size - done : CON_BYTES);

		if (n < 0)
			return;
		if (!n)
			raw_wait(BIT_BELL);
		done += (size_t)n;
	}
}

void raw_say(const char *fmt, ...)
{
	char line[L4_CON_PUT_MAX];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsniprintf(line, sizeof(line), fmt, args);
	va_end(args);
	for (int done = 0; done < n;) {
		int taken = raw_put(line + done, (size_t)(n - done));

		if (taken < 0)
			return;
		done += taken;
		if (done < n)
			raw_wait(BIT_BELL);
	}
}
