/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What newlib needs from below: the console as stdin, stdout and stderr, a
 * heap, a clock, an end.  There are no files.
 *
 * newlib is built for one thread: malloc has a lock (lock.c), stdio and errno
 * have none.  One thread of a cell uses printf, the others l4x_printf.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/times.h>
#include <l4x/cell.h>
#include <l4x/console.h>
#include <l4x/server.h>
#include <l4x/thread.h>
#include "lib.h"

#undef errno
extern int errno;	/* as newlib's own wrappers have it */

int _write(int fd, const char *text, int size);
int _read(int fd, char *text, int size);
void *_sbrk(ptrdiff_t by);
int _close(int fd);
int _fstat(int fd, struct stat *st);
int _isatty(int fd);
int _lseek(int fd, int offset, int whence);
int _kill(int pid, int sig);
int _getpid(void);
int _gettimeofday(struct timeval *tv, void *zone);
clock_t _times(struct tms *t);
void _exit(int code) __attribute__((noreturn));

int _write(int fd, const char *text, int size)
{
	(void)fd;
	l4x_write(text, (size_t)size);
	return size;
}

/* One line, or as much of it as fits. */
int _read(int fd, char *text, int size)
{
	struct l4_message m = { .tag = 0 };
	size_t first = sizeof(m.mr) - sizeof(m.mr[0]), n;
	int err;

	(void)fd;
	m.mr[0] = size < (int)CON_BYTES ? (l4_word)size : CON_BYTES;
	err = server_call(l4x_console, CON_READ, 1, &m, L4_NEVER);
	if (err < 1 || m.mr[0] > (l4_word)size || m.mr[0] > CON_BYTES) {
		errno = EIO;
		return -1;
	}
	n = m.mr[0];
	memcpy(text, &m.mr[1], n < first ? n : first);
	if (n > first)
		memcpy(text + first, &l4x_buf()->mr[L4_MSG_REGS], n - first);
	return (int)n;
}

void *_sbrk(ptrdiff_t by)
{
	static size_t used;
	const struct l4x_start *s = l4x_start();

	if (s->magic != L4X_START_MAGIC || (by > 0 && (size_t)by > s->heap_size - used) ||
	    (by < 0 && (size_t)-by > used)) {
		errno = ENOMEM;
		return (void *)-1;
	}
	used += (size_t)by;
	return (void *)(s->heap_base + used - (size_t)by);
}

int _fstat(int fd, struct stat *st)
{
	(void)fd;
	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFCHR;
	return 0;
}

int _isatty(int fd)
{
	return fd <= 2;
}

int _close(int fd)
{
	(void)fd;
	return 0;
}

int _lseek(int fd, int offset, int whence)
{
	(void)fd;
	(void)offset;
	(void)whence;
	errno = ESPIPE;
	return -1;
}

int _getpid(void)
{
	return 1;
}

/* abort() and assert() come here. */
int _kill(int pid, int sig)
{
	(void)pid;
	l4x_exit(128 + sig);
}

int _gettimeofday(struct timeval *tv, void *zone)
{
	uint64_t us = l4x_microseconds();

	(void)zone;
	tv->tv_sec = (time_t)(us / 1000000);
	tv->tv_usec = (suseconds_t)(us % 1000000);
	return 0;
}

clock_t _times(struct tms *t)
{
	clock_t now = (clock_t)(l4x_microseconds() * CLOCKS_PER_SEC / 1000000);

	*t = (struct tms){ .tms_utime = now };
	return now;
}

void _exit(int code)
{
	l4x_exit(code);
}
