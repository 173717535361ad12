// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * The board's clock, PL031: it was set by QEMU, goes on, can be set, and rings.
 */
#include <fcntl.h>
#include <linux/rtc.h>
#include <sys/ioctl.h>
#include <time.h>
#include "lib/check.h"

static int open_clock(void)
{
	return SYS(open("/dev/rtc0", O_RDONLY));
}

static time_t read_clock(int fd)
{
	struct rtc_time t;
	struct tm tm = { 0 };

	SYS(ioctl(fd, RTC_RD_TIME, &t));
	tm.tm_year = t.tm_year;
	tm.tm_mon = t.tm_mon;
	tm.tm_mday = t.tm_mday;
	tm.tm_hour = t.tm_hour;
	tm.tm_min = t.tm_min;
	tm.tm_sec = t.tm_sec;
	return timegm(&tm);
}

static struct rtc_time fields(time_t at)
{
	struct tm tm;

	gmtime_r(&at, &tm);
	return (struct rtc_time){ .tm_year = tm.tm_year, .tm_mon = tm.tm_mon,
		.tm_mday = tm.tm_mday, .tm_hour = tm.tm_hour, .tm_min = tm.tm_min,
		.tm_sec = tm.tm_sec };
}

/* All tests are run from 2026 on, see guest.mk; Linux took its time from there. */
static void says_the_date(void)
{
	int fd = open_clock();
	time_t t = read_clock(fd), system = time(NULL);
	struct tm tm;

	gmtime_r(&t, &tm);
	CHECK_EQ(tm.tm_year, 126);
	CHECK_EQ(tm.tm_mon, 0);
	CHECK(system - t <= 2 && t - system <= 2);
	close(fd);
}

static void goes_on(void)
{
	struct timespec two = { 2, 0 };
	int fd = open_clock();
	time_t before = read_clock(fd), after;

	SYS(nanosleep(&two, NULL));
	after = read_clock(fd);
	CHECK(after - before >= 1 && after - before <= 3);
	close(fd);
}

static void rings(void)
{
	struct rtc_wkalrm alarm = { .enabled = 1 };
	unsigned long what;
	int fd = open_clock();
	time_t now = read_clock(fd);

	alarm.time = fields(now + 3);
	SYS(ioctl(fd, RTC_WKALM_SET, &alarm));
	CHECK_EQ(SYS(read(fd, &what, sizeof(what))), sizeof(what));
	CHECK(what & RTC_AF);
	CHECK(read_clock(fd) >= now + 3);
	close(fd);
}

static void can_be_set(void)
{
	struct rtc_time later;
	int fd = open_clock();
	time_t now = read_clock(fd);

	later = fields(now + 1000000);
	SYS(ioctl(fd, RTC_SET_TIME, &later));
	CHECK(read_clock(fd) >= now + 1000000);
	later = fields(now);
	SYS(ioctl(fd, RTC_SET_TIME, &later));
	CHECK(read_clock(fd) < now + 100);
	close(fd);
}

static const struct test tests[] = {
	T(says_the_date), T(goes_on), T(rings), T(can_be_set),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
