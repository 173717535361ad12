/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The cell of a mini-guest: copies the guest kernel to its memory, makes the
 * virtual CPU with its space and threads, starts them, and then prints for it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <l4x/cell.h>
#include "../hostile/lib/hostile.h"
#include "loader.h"

int main(void)
{
	struct guest g = { .mode = l4x_arg() };
	struct l4_message m = { .tag = 0 };

	if (hostile_scale())
		return hostile();
	if (g.mode == MODE_DOOMED)
		g.mode = HOSTILE_BUSY;
	guest_memory(&g);
	guest_make(&g);
	guest_start(&g);
	if (g.mode == MODE_INJECT)
		printf("guest memory at %08x\n", (unsigned)l4x_start()->memory[0].base);
	for (;;) {
		if (l4_reply_recv(&m, L4_NEVER) != L4_OK)
			continue;
		if (guest_request(&g, &m))
			return (int)m.mr[0];
	}
}
