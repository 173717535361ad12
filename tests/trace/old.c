// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * A program as old as those that call the helpers in the kernel's page at the top
 * of memory.  Linux makes that page at boot and does not say so to anybody: the
 * first who comes there takes the guest's one fault of the kernel's own range.
 */
#include <stdio.h>

#define VERSION	(*(volatile int *)0xffff0ffc)

int main(void)
{
	printf("trace: kernel helpers of version %d\n", VERSION);
	return 0;
}
