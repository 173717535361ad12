/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A periodic real-time cell: an alarm each millisecond, then a job, for as many
 * periods as its argument says.  It notes how late each job began and whether it
 * was done before the next alarm was due, and prints a histogram at the end:
 *
 *   ticker: periods N missed N job-errors N
 *   ticker: latency LEAST MEAN MOST ns, response MOST ns
 *   hist: MICROSECONDS COUNT	began so late, rounded down; lines without a count are left out
 *
 * Nothing is printed before, so that no console is waited for.
 */
#include <stdbool.h>
#include <stdio.h>
#include <l4/stubs.h>
#include <l4x/cell.h>

#define PERIOD_US	1000
#define BITS		1
#define BINS		PERIOD_US	/* the last one has all that is later, too */
#define TAPS		64

static l4_word histogram[BINS];
static uint64_t latency_sum, latency_least = UINT64_MAX, latency_most, response_most;
static l4_word missed, job_errors;

static uint64_t ticks(void)
{
	l4_word lo, hi;

	l4_clock(&lo, &hi);
	return (uint64_t)hi << 32 | lo;
}

/* A filter's step; its state and its result are known. */
static bool job(l4_word n)
{
	static float delay[TAPS];
	float sum = 0;

	delay[n % TAPS] = (float)(n % TAPS + 1);
	for (int i = 0; i < TAPS; i++)
		sum += delay[i] * 0.5f;
	return n < TAPS || sum == TAPS * (TAPS + 1) * 0.25f;
}

static void note(uint64_t release, uint64_t begin, uint64_t end, uint64_t ticks_per_us)
{
	uint64_t latency = begin - release, us = latency / ticks_per_us;

	histogram[us < BINS ? us : BINS - 1]++;
	latency_sum += latency;
	if (latency < latency_least)
		latency_least = latency;
	if (latency > latency_most)
		latency_most = latency;
	if (end - release > response_most)
		response_most = end - release;
	missed += end - release > PERIOD_US * ticks_per_us;
}

static l4_word ns(uint64_t t)
{
	return (l4_word)(t * 1000000 / (l4x_start()->hz / 1000));
}

static void report(l4_word periods)
{
	printf("ticker: periods %lu missed %lu job-errors %lu\n", periods, missed, job_errors);
	printf("ticker: latency %lu %lu %lu ns, response %lu ns\n", ns(latency_least),
	       ns(latency_sum / periods), ns(latency_most), ns(response_most));
	for (int i = 0; i < BINS; i++)
		if (histogram[i])
			printf("hist: %d %lu\n", i, histogram[i]);
	printf("1..2\n%sok 1 - every deadline is met\n", missed ? "not " : "");
	printf("%sok 2 - every job is done right\n", job_errors ? "not " : "");
}

int main(void)
{
	uint64_t us = l4x_start()->hz / 1000000, release = ticks() + PERIOD_US * us, begin;
	l4_word periods = l4x_arg();

	for (l4_word n = 0; n < periods; n++, release += PERIOD_US * us) {
		if (l4_alarm(L4_SLOT_THREAD, BITS, (l4_word)release, (l4_word)(release >> 32)))
			return 1;
		l4x_irq_wait(BITS);
		begin = ticks();
		job_errors += !job(n);
		note(release, begin, ticks(), us);
		l4x_heartbeat();
	}
	report(periods);
	return 0;
}
