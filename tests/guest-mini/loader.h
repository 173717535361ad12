/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Making a guest, in the loader's own cell or in one below it.
 */
#ifndef MINI_LOADER_H
#define MINI_LOADER_H

#include <stdbool.h>
#include <l4x/ipc.h>
#include "mini.h"

struct guest {
	l4_slot cell;		/* 0: the loader's own */
	l4_word mode, seed;
	char *ram;		/* the loader's view of its memory */
};

/* guest.c; all end the cell with a message when a call fails. */
void guest_memory(struct guest *g);	/* the cell's first memory, with the guest kernel in it */
void guest_make(struct guest *g);
void guest_start(const struct guest *g);
/* Serves a request; true: the guest has ended, with the code in mr[0]. */
bool guest_request(const struct guest *g, struct l4_message *m);

/* hostile.c: what main returns. */
int hostile(void);

/* Ends the cell when err is not L4_OK. */
void need(int err, const char *what);

#endif
