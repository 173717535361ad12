/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Reads a line and says it.  With an argument it dies while it reads.
 */
#include <stdio.h>
#include <string.h>
#include <l4/stubs.h>
#include <l4x/cell.h>
#include <l4x/thread.h>

static void die(void *arg)
{
	(void)arg;
	l4x_sleep(50000);
	__builtin_trap();
}

int main(void)
{
	char line[80];

	if (l4x_arg() && l4x_thread_create(die, NULL, 4096, 100) < 0)
		return 1;
	printf("name?\n");
	if (!fgets(line, sizeof(line), stdin))
		return 1;
	line[strcspn(line, "\n")] = '\0';
	printf("you typed '%s'\n", line);
	return 0;
}
