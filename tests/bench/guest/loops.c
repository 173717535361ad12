/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Plain loops around what a process can ask of a kernel: no calibration, nothing
 * subtracted.  Under icount they give the instructions of one round, with the
 * process's own.
 *
 *   loops NAME		prints "NAME: N.NNNN microseconds", the median of some passes
 *   loops NAME ROUNDS	one pass of so many rounds between two marks, for a plugin;
 *			a mark is a sethostname
 *   loops exit		ends: what the exec loop executes
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "loops.h"

#define PASSES 11

void loops_die(const char *what)
{
	perror(what);
	exit(1);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double pass(const struct loop *l, int rounds)
{
	double begin, end;

	if (l->prepare)
		l->prepare(rounds);
	begin = now();
	l->run(rounds);
	end = now();
	if (l->finish)
		l->finish(rounds);
	return (end - begin) / rounds;
}

static void measure(const struct loop *l)
{
	double sample[PASSES];

	pass(l, l->rounds);
	for (int i = 0; i < PASSES; i++)
		sample[i] = pass(l, l->rounds);
	qsort(sample, PASSES, sizeof(sample[0]), ascending);
	printf("%s: %.4f microseconds\n", l->name, sample[PASSES / 2]);
}

static void mark(void)
{
	if (sethostname("mark", 4))
		loops_die("sethostname");
}

/* Between the marks are the rounds alone. */
static void between_marks(const struct loop *l, int rounds)
{
	pass(l, rounds);
	if (l->prepare)
		l->prepare(rounds);
	mark();
	l->run(rounds);
	mark();
	if (l->finish)
		l->finish(rounds);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "exit") == 0)
		return 0;
	for (const struct loop *l = loops; argc > 1 && l->name; l++) {
		if (strcmp(l->name, argv[1]))
			continue;
		if (argc > 2)
			between_marks(l, atoi(argv[2]));
		else
			measure(l);
		return 0;
	}
	fprintf(stderr, "loops: NAME [ROUNDS]; the names are:");
	for (const struct loop *l = loops; l->name; l++)
		fprintf(stderr, " %s", l->name);
	fprintf(stderr, "\n");
	return 2;
}
