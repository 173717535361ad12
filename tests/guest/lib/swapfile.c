// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
#include <fcntl.h>
#include "check.h"
#include "meminfo.h"
#include "swapfile.h"

bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return good;
}

int swap_file(const char *path, unsigned count)
{
	static char page[PAGE];
	uint32_t header[3] = { 1, count - 1, 0 };	/* version, last page, bad pages */
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	for (unsigned i = 0; i < count; i++) {
		memset(page, 0, PAGE);
		if (i == 0) {
			memcpy(page + 1024, header, sizeof(header));
			memcpy(page + PAGE - 10, "SWAPSPACE2", 10);
		}
		if (write(fd, page, PAGE) != (ssize_t)PAGE)
			return -1;
	}
	return fd;
}

unsigned long swapped(void)
{
	return meminfo("SwapTotal") - meminfo("SwapFree");
}
