// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Goes through the list; runner.h says what is in it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
#include "runner.h"

void give_up(const char *what)
{
	printf("conformance: failed: %s: %s\n", what, strerror(errno));
	fflush(stdout);
	machine_off();
}

static void run_line(char *line)
{
	char *limit, *command;

	if (*line == '=') {
		putenv(line + 1);
		return;
	}
	limit = strchr(line, '\t');
	command = limit ? strchr(limit + 1, '\t') : NULL;
	if (!command)
		return;
	*limit = *command = 0;
	test_run(line, atoi(limit + 1), command + 1);
	machine_clean();
}

int main(void)
{
	char *line, *end;

	machine_setup();
	disk_open();
	for (line = disk_list(); *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end)
			break;
		*end = 0;
		run_line(line);
	}
	disk_line("@done\n");
	machine_off();
}
