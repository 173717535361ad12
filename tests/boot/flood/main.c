/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Writes as fast as it can, and sends the console what it must refuse.
 */
#include <stdio.h>
#include <l4x/cell.h>
#include <l4x/console.h>
#include <l4x/server.h>

#define LINES 500

int main(void)
{
	static const struct {
		l4_word label, words, first;
		int want;
		const char *name;
	} bad[] = {
		{ CON_WRITE, 1, 100, L4_EINVAL, "text that is not in the message" },
		{ CON_WRITE, 1, 0xffffffff, L4_EINVAL, "more text than a message holds" },
		{ CON_READ, 1, 0, L4_EINVAL, "a read of nothing" },
		{ CON_READ, 1, 0x10000, L4_EINVAL, "a read of too much" },
		{ CON_CLIENT, 6, 1, L4_ENOSYS, "a request that is root's" },
		{ CON_DRAIN, 0, 0, L4_ENOSYS, "another one" },
		{ 0xffff, 64, 0, L4_ENOSYS, "an unknown request" },
	};
	int n = (int)(sizeof(bad) / sizeof(bad[0]));

	for (int i = 0; i < LINES; i++)
		printf("flood %d \033[2J\007 and more of it, and more of it, and more of it\n", i);
	printf("1..%d\n", n + 2);
	for (int i = 0; i < n; i++) {
		struct l4_message m = { .mr = { bad[i].first } };
		int got = server_call(L4_SLOT_CONSOLE, bad[i].label, bad[i].words, &m, 1000000);

		printf("%s %d - the console refuses %s\n", got == bad[i].want ? "ok" : "not ok",
		       i + 1, bad[i].name);
	}
	for (int i = 1; i <= 2; i++) {
		struct l4_message m = { .mr = { 80 } };
		int got = server_call(L4_SLOT_CONSOLE, CON_READ, 1, &m, 20000);

		printf("%s %d - read %d ends with its time\n", got == L4_ETIME ? "ok" : "not ok",
		       n + i, i);
	}
	return 0;
}
