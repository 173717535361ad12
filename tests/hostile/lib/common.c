/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
#include <stdarg.h>
#include <stdio.h>
#include "hostile.h"

static unsigned int points, failures;
static uint64_t state = 1;

void point(bool good, const char *fmt, ...)
{
	char text[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	points++;
	if (!good)
		failures++;
	l4x_printf("%sok %u - %s\n", good ? "" : "not ", points, text);
}

int points_done(void)
{
	l4x_printf("1..%u\n", points);
	return failures ? 1 : 0;
}

l4_word hostile_seed(void)
{
	l4_word seed = l4x_arg() & 0xffffff;

	return seed ? seed : ((l4_word)ticks() & 0xffffff) | 1;
}

void random_seed(l4_word seed)
{
	state = (uint64_t)seed << 32 | 0x9e3779b9;
}

/* xorshift64*: Vigna, 2016. */
l4_word random_word(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (l4_word)(state * 0x2545f4914f6cdd1dull >> 32);
}

uint64_t ticks(void)
{
	l4_word lo, hi;

	l4_clock(&lo, &hi);
	return (uint64_t)hi << 32 | lo;
}

l4_word ticks_to_ms(uint64_t t)
{
	return (l4_word)(t / (l4x_start()->hz / 1000));
}

void victim_end(void)
{
	struct l4_message m = { .tag = l4_tag(END_LABEL, 2), .mr = { END_WORD, ~END_WORD } };
	int err = l4_call(l4x_channel("victim"), &m, 10000000);

	if (err != L4_OK)
		point(false, "the victim answers: %s", error_name(err));
}

void must_be_ok(int err, const char *expr, int line)
{
	if (err >= 0)
		return;
	l4x_printf("Bail out! line %d: %s gives %s\n", line, expr, error_name(err));
	l4x_exit(1);
}

const char *error_name(int error)
{
	static const char *const names[] = {
		"OK", "ENOSYS", "ECAP", "ERIGHT", "EINVAL", "EQUOTA", "EBUSY", "EAGAIN", "ETIME",
		"EDEAD", "ECANCEL", "ESTALE", "EFAULT", "ELIMIT",
	};

	_Static_assert(sizeof(names) / sizeof(names[0]) == -L4_ELAST, "every error has its name");
	return error <= 0 && error > L4_ELAST ? names[-error] : "no error that there is";
}
