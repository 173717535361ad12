// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * The two disks of a run, found by their serial numbers: "list" and "records".
 * Records are written through, at once: the next test may be the machine's last.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
#include "runner.h"

#define LIST_MOST	(1 << 20)
#define SECTOR		512

static int records = -1;
/* The disk takes whole sectors: the last one is kept until it is full. */
static char sector[SECTOR] __attribute__((aligned(SECTOR)));
static size_t filled;
static off_t at;

static bool has_serial(const char *disk, const char *serial)
{
	char path[128], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), "/sys/block/%s/serial", disk);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = 0;
	close(fd);
	return !strncmp(text, serial, strlen(serial));
}

static int open_disk(const char *serial, int flags)
{
	char path[] = "/dev/vda", name[] = "vda";
	int fd;

	for (char c = 'a'; c <= 'd'; c++) {
		path[7] = name[2] = c;
		if (!has_serial(name, serial))
			continue;
		fd = open(path, flags | O_CLOEXEC);
		if (fd >= 0)
			return fd;
	}
	give_up(serial);
}

void disk_open(void)
{
	records = open_disk("records", O_WRONLY | O_DIRECT | O_SYNC);
}

char *disk_list(void)
{
	int fd = open_disk("list", O_RDONLY);
	char *text = calloc(1, LIST_MOST + 1);
	size_t got = 0;
	ssize_t n;

	if (!text)
		give_up("no memory");
	while (got < LIST_MOST && (n = read(fd, text + got, LIST_MOST - got)) > 0)
		got += n;
	close(fd);
	return text;
}

static void flush(void)
{
	if (pwrite(records, sector, SECTOR, at) != SECTOR)
		give_up("write of a record");
}

static void add(const char *data, size_t size)
{
	while (size) {
		size_t n = size < SECTOR - filled ? size : SECTOR - filled;

		memcpy(sector + filled, data, n);
		data += n, size -= n, filled += n;
		if (filled < SECTOR)
			return;
		flush();
		at += SECTOR;
		filled = 0;
		memset(sector, 0, SECTOR);
	}
}

void disk_line(const char *fmt, ...)
{
	char line[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(line))
		give_up("a test's name is too long");
	add(line, n);
	flush();
}

/* FROM to TO of a file, as a part of the record: TO - FROM bytes in any case. */
void disk_file(int fd, off_t from, off_t to)
{
	char block[4096];
	ssize_t n;

	while (from < to) {
		off_t want = to - from < (off_t)sizeof(block) ? to - from : (off_t)sizeof(block);

		n = pread(fd, block, want, from);
		if (n <= 0) {
			memset(block, ' ', want);
			n = want;
		}
		add(block, n);
		from += n;
	}
	flush();
}
