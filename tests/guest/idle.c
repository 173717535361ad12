// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * An idle system has no tick, and one that works has.  /proc/stat counts every
 * interrupt.
 */
#include <fcntl.h>
#include <time.h>
#include "lib/check.h"

#define SECONDS	5
#define HZ	100	/* shim/configs/base.config */

static unsigned long interrupts(void)
{
	static char text[65536];
	int fd = SYS(open("/proc/stat", O_RDONLY));
	ssize_t n = SYS(read(fd, text, sizeof(text) - 1));
	char *p;

	close(fd);
	text[n] = 0;
	p = strstr(text, "\nintr ");
	CHECK(p);
	return strtoul(p + 6, NULL, 10);
}

static double idle_time(void)
{
	double up, idle;
	FILE *f = fopen("/proc/uptime", "r");

	CHECK(f && fscanf(f, "%lf %lf", &up, &idle) == 2);
	fclose(f);
	return idle;
}

static int64_t now(void)
{
	struct timespec t;

	SYS(clock_gettime(CLOCK_MONOTONIC, &t));
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static void sleeps_without_ticks(void)
{
	struct timespec some = { SECONDS, 0 };
	unsigned long before = interrupts();
	double idle = idle_time();

	SYS(nanosleep(&some, NULL));
	CHECK(interrupts() - before < SECONDS * HZ / 5);
	CHECK(idle_time() - idle > SECONDS * 0.9);
}

static void works_with_ticks(void)
{
	unsigned long before = interrupts();
	double idle = idle_time();
	int64_t end = now() + 1000000000;

	while (now() < end)
		;
	CHECK(interrupts() - before >= HZ * 9 / 10);
	CHECK(idle_time() - idle < 0.5);
}

static const struct test tests[] = {
	T(sleeps_without_ticks), T(works_with_ticks),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
