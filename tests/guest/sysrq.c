// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * The magic keys that leave the system alive: what each puts into the log.  Those
 * that end it are in tests/guest/ends.
 */
#include <sys/klog.h>
#include "lib/check.h"
#include "lib/swapfile.h"

static void press(char key, const char *const *words)
{
	static char log[1 << 17];
	char text[2] = { key };
	int n;

	CHECK(put("/proc/sys/kernel/sysrq", "1"));
	SYS(klogctl(6, NULL, 0));		/* not on the console */
	SYS(klogctl(5, NULL, 0));
	CHECK(put("/proc/sysrq-trigger", text));
	n = SYS(klogctl(3, log, sizeof(log) - 1));
	SYS(klogctl(7, NULL, 0));
	log[n] = 0;
	for (; *words; words++)
		if (!strstr(log, *words))
			FAIL("key %c puts no \"%s\" into the log", key, *words);
}

static void help(void)
{
	press('h', (const char *const[]){ "HELP", "show-memory-usage", NULL });
}

static void memory(void)
{
	press('m', (const char *const[]){ "Mem-Info:", "pages RAM", NULL });
}

/* Every task with its stack: init, this one, and threads of the kernel. */
static void tasks(void)
{
	press('t', (const char *const[]){ "task:init", "task:sysrq", "task:kthreadd",
		"sys_write", "__schedule", NULL });
}

static void registers(void)
{
	press('p', (const char *const[]){ "Show Regs", NULL });
}

static void timers(void)
{
	press('q', (const char *const[]){ "clock 0", "Tick Device", NULL });
}

static const struct test tests[] = {
	T(help), T(memory), T(tasks), T(registers), T(timers),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
