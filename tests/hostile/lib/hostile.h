/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What the cells of tests/hostile share: random numbers from a seed that is
 * printed, TAP, and the word that ends the victim.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <stdbool.h>
#include <stddef.h>
#include <l4/stubs.h>
#include <l4x/cell.h>
#include <l4x/ipc.h>
#include <l4x/thread.h>

/* The message that ends the victim; nobody sends it by chance. */
#define END_LABEL	0x600d
#define END_WORD	0x5afe600d

void point(bool good, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int points_done(void);		/* prints the plan; main's result */

/* The cell's argument: a seed (0: from the clock), how many times as long (scale.dtsi). */
l4_word hostile_seed(void);
static inline l4_word hostile_scale(void)
{
	return l4x_arg() >> 24;
}

void random_seed(l4_word seed);
l4_word random_word(void);
/* 0 to n - 1 */
static inline l4_word random_below(l4_word n)
{
	return (l4_word)((uint64_t)random_word() * n >> 32);
}

static inline bool one_in(l4_word n)
{
	return random_below(n) == 0;
}

uint64_t ticks(void);
l4_word ticks_to_ms(uint64_t t);

/* Ends the victim; it answers when it has printed its result. */
void victim_end(void);

/* For set-up: ends the cell with what went wrong. */
void must_be_ok(int err, const char *expr, int line);
#define must(expr) must_be_ok((expr), #expr, __LINE__)

const char *error_name(int error);

#endif
