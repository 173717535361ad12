// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * The system's memory, as /proc/meminfo has it.
 */
#include <fcntl.h>
#include "check.h"
#include "meminfo.h"

unsigned long meminfo(const char *name)
{
	char text[4096], *p;
	int fd = SYS(open("/proc/meminfo", O_RDONLY));
	ssize_t n = SYS(read(fd, text, sizeof(text) - 1));

	close(fd);
	text[n] = 0;
	p = strstr(text, name);
	if (!p || p[strlen(name)] != ':')
		FAIL("/proc/meminfo has no %s", name);
	return strtoul(p + strlen(name) + 1, NULL, 10);
}

/* Pages on a CPU's own list are free, but not counted so; since Linux 6.7 they can be many. */
unsigned long available(void)
{
	FILE *f = fopen("/proc/zoneinfo", "r");
	unsigned long sum = meminfo("MemAvailable"), pages;
	char line[200];

	if (!f)
		FAIL("no /proc/zoneinfo");
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, " count: %lu", &pages) == 1)
			sum += pages * (PAGE / 1024);
	fclose(f);
	return sum;
}

void drop_caches(void)
{
	int fd = SYS(open("/proc/sys/vm/drop_caches", O_WRONLY));

	SYS(write(fd, "3", 1));
	close(fd);
}

unsigned long quota_used(void)
{
	FILE *f = fopen("/proc/armature", "r");
	unsigned long quota, used;

	if (!f)
		return 0;
	if (fscanf(f, "quota %lu used %lu", &quota, &used) != 2 || !used || used > quota)
		FAIL("/proc/armature is not as it should be");
	fclose(f);
	return used;
}
