// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Linux's own tracer: functions that are called, and events.
 */
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include "lib/check.h"
#include "lib/swapfile.h"

#define AT	"/tmp/tracing"

static char text[1 << 16];

static void must_put(const char *name, const char *value)
{
	char path[80];

	snprintf(path, sizeof(path), AT "/%s", name);
	if (!put(path, value))
		FAIL("%s does not take %s", name, value);
}

static void clear(const char *name)
{
	char path[80];

	snprintf(path, sizeof(path), AT "/%s", name);
	close(SYS(open(path, O_WRONLY | O_TRUNC)));
}

static void begin(void)
{
	mkdir(AT, 0700);
	if (mount("none", AT, "tracefs", 0, NULL) < 0) {
		if (errno == ENODEV)
			skip("without CONFIG_FTRACE");
		FAIL("tracefs: %s", strerror(errno));
	}
	must_put("tracing_on", "0");
	clear("trace");
}

static const char *recorded(void)
{
	int fd = SYS(open(AT "/trace", O_RDONLY));
	size_t size = 0;
	ssize_t n;

	while ((n = SYS(read(fd, text + size, sizeof(text) - 1 - size))) > 0)
		size += n;
	text[size] = 0;
	close(fd);
	return text;
}

static void some_calls(void)
{
	struct stat s;

	must_put("tracing_on", "1");
	for (int i = 0; i < 20; i++)
		SYS(stat("/proc/version", &s));
	must_put("tracing_on", "0");
}

static unsigned lines_with(const char *word)
{
	unsigned count = 0;

	for (const char *p = recorded(); (p = strstr(p, word)); p++)
		count++;
	return count;
}

/* The next tracer begins with an empty record. */
static void functions(void)
{
	unsigned seen;

	begin();
	if (access(AT "/set_ftrace_filter", F_OK) < 0)
		skip("without CONFIG_FUNCTION_TRACER");
	must_put("set_ftrace_filter", "vfs_statx");
	must_put("current_tracer", "function");
	some_calls();
	seen = lines_with("vfs_statx <-");
	must_put("current_tracer", "nop");
	clear("set_ftrace_filter");
	SYS(umount(AT));
	CHECK(seen >= 20);
}

/* Every function of the kernel, also those of entries and interrupts. */
static void all_functions(void)
{
	unsigned seen;

	begin();
	if (access(AT "/set_ftrace_filter", F_OK) < 0)
		skip("without CONFIG_FUNCTION_TRACER");
	must_put("current_tracer", "function");
	some_calls();
	seen = lines_with(" <-");
	must_put("current_tracer", "nop");
	SYS(umount(AT));
	CHECK(seen >= 100);
}

static void events(void)
{
	unsigned seen;

	begin();
	must_put("events/sched/sched_switch/enable", "1");
	must_put("tracing_on", "1");
	usleep(20000);
	must_put("tracing_on", "0");
	must_put("events/sched/sched_switch/enable", "0");
	seen = lines_with("sched_switch:");
	SYS(umount(AT));
	CHECK(seen >= 1);
}

static const struct test tests[] = {
	T(functions), T(all_functions), T(events),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
