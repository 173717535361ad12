/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The smallest cell that is worth copying: prints, allocates, looks at the
 * clock, ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <l4x/cell.h>

int main(void)
{
	char *text = malloc(100);

	if (!text) {
		printf("no memory: has the description given this cell a heap?\n");
		return 1;
	}
	strcpy(text, "Hello from a cell of its own");
	printf("%s, %u ms after boot; its argument is %lu\n", text,
	       (unsigned int)(l4x_microseconds() / 1000), l4x_arg());
	free(text);
	return 0;
}
