/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * TAP, and the record of results that is held against syscalls.def.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "ktest.h"

static unsigned int points, failures;
static const char *group = "";

#define L4_SYSCALL(name, group, in, out, errors, text) { #name, errors },
static const struct {
	const char *name, *errors;
} calls[] = {
#include <l4/syscalls.def>
};
#undef L4_SYSCALL

static uint32_t seen[ALL_CALLS];	/* bit n: error -n; bit 0: success */

static const char *const names[] = {
	"OK", "ENOSYS", "ECAP", "ERIGHT", "EINVAL", "EQUOTA", "EBUSY", "EAGAIN", "ETIME", "EDEAD",
	"ECANCEL", "ESTALE", "EFAULT", "ELIMIT",
};

_Static_assert(sizeof(names) / sizeof(names[0]) == -L4_ELAST, "every error has its name");

const char *error_name(int error)
{
	if (error == L4_NOTIFIED)
		return "NOTIFIED";
	return error <= 0 && error > L4_ELAST ? names[-error] : "an unknown error";
}

static void point(bool good, const char *fmt, va_list args)
{
	char text[160];

	vsnprintf(text, sizeof(text), fmt, args);
	points++;
	if (!good)
		failures++;
	l4x_printf("%sok %u - %s: %s\n", good ? "" : "not ", points, group, text);
}

void ok(bool good, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	point(good, fmt, args);
	va_end(args);
}

void note(const char *fmt, ...)
{
	char text[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	l4x_printf("# %s\n", text);
}

static void record(l4_word nr, int got)
{
	if (got > L4_ELAST)
		seen[nr] |= 1u << (got > 0 ? 0 : -got);
	else
		note("%s gave %d, which is no error that there is", calls[nr].name, got);
}

void result(l4_word nr, int got, int want, const char *fmt, ...)
{
	char text[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	record(nr, got);
	ok(got == want, "%s gives %s: %s", calls[nr].name, error_name(want), text);
	if (got != want)
		note("got %s (%d)", error_name(got), got);
}

void must_be(int got, int want, const char *expr, const char *file, int line)
{
	if (got == want)
		return;
	l4x_printf("Bail out! %s:%d: %s gives %s (%d)\n", file, line, expr, error_name(got), got);
	l4x_exit(1);
}

static bool listed(const char *errors, const char *name)
{
	size_t n = strlen(name);

	for (const char *e = errors; (e = strstr(e, name)) != NULL; e += n)
		if ((e == errors || e[-1] == ' ') && (e[n] == ' ' || e[n] == '\0'))
			return true;
	return false;
}

void covered(l4_word nr)
{
	bool good = seen[nr] & 1;

	group = "coverage";
	if (!good)
		note("%s never succeeded", calls[nr].name);
	for (int e = 1; e < -L4_ELAST; e++) {
		bool should = listed(calls[nr].errors, names[e]), did = seen[nr] >> e & 1;

		if (should != did)
			note("%s: %s is %s", calls[nr].name, names[e],
			     did ? "not documented, but came" : "documented, but never came");
		good = good && should == did;
	}
	ok(good, "%s succeeds, gives each documented error and no other", calls[nr].name);
}

struct memory memory_now(void)
{
	struct memory m;

	must(l4_system(L4_SLOT_SYSTEM, L4_SYS_INFO, 0, 0, 0, 0, NULL, &m.pool, NULL, NULL));
	must(l4_cell_info(0, &m.used, NULL, NULL));
	return m;
}

bool memory_is(struct memory before)
{
	struct memory after = memory_now();

	if (after.used != before.used)
		note("the cell used %lu bytes of its quota, and now %lu", before.used, after.used);
	if (after.pool != before.pool)
		note("the kernel had %lu free bytes, and has now %lu", before.pool, after.pool);
	return after.used == before.used && after.pool == before.pool;
}

void clean_slots(void)
{
	for (l4_slot s = HELPER; s < HELPER + HELPERS; s++)
		(void)!l4_cap_delete(s);
	/* Twice: what was in use the first time is free the second. */
	for (int i = 0; i < 2; i++)
		for (l4_slot s = TMP; s < TMP + TMPS; s++)
			(void)!l4_cap_delete(s);
	ram_map();
}

void ram_map(void)
{
	must(l4_map(L4_SLOT_SPACE, RAM_SLOT, RAM_VA | L4_MAP_W | RAM_ATTR, 0, RAM_SIZE));
}

void run_tests(const struct test *tests, size_t n)
{
	nap(1);		/* makes the thread that naps wait for */
	for (size_t i = 0; i < n; i++) {
		struct memory before = memory_now();

		group = tests[i].name;
		tests[i].run();
		clean_slots();
		ok(memory_is(before), "all kernel memory and quota is back");
	}
}

int tests_done(void)
{
	l4x_printf("1..%u\n", points);
	return failures ? 1 : 0;
}
