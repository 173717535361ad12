/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A cell that speaks to the console as a Linux guest's driver does; main.c has
 * the parts that it plays, raw.c how it speaks, pest.c what must be refused.
 */
#ifndef RAW_H
#define RAW_H

#include <stddef.h>
#include <l4x/cell.h>
#include <l4x/console.h>
#include <l4x/server.h>

#define BIT_BELL	1	/* of the first thread: the console's */
#define BIT_GO		6	/* another part's: go on */

/* One request: an error, or how many bytes. */
int raw_put(const void *text, size_t size);
int raw_get(void *text, size_t size);
int raw_bell(l4_slot cap, l4_word bits, l4_word caps);

int raw_listen(void);			/* to a bell of our own */
void raw_wait(l4_word bits);		/* until one of them came */
void raw_read(char *text, size_t size);	/* all of it, however long it takes */
void raw_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));	/* a line */

int pest_attack(void);			/* how much was not as it should be */

#endif
