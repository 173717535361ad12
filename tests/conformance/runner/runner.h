/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The first process of a conformance run.  It reads a list of tests from one
 * disk, runs them one after the other, and writes a record of each to another:
 * the host reads that while the machine runs, so nothing is lost when it hangs.
 * The list is text, one test a line, up to the first byte 0:
 *
 *	NAME <tab> SECONDS <tab> COMMAND	for bash; SECONDS is its limit
 *
 * and lines that begin with '=' are environment variables for all that follow.
 * A record is a line, and the bytes that the test printed behind it:
 *
 *	@begin NAME
 *	@end NAME STATUS MILLISECONDS TAINT BYTES
 *	@done
 *
 * STATUS is the exit status, 256 and the number of a signal that ended it, 512 for a
 * test that reached its limit, 513 if processes of it could not be ended.
 */
#ifndef RUNNER_H
#define RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATUS_SIGNAL	256
#define STATUS_LIMIT	512
#define STATUS_STUCK	513

/* Ends the run: what no test can go on without has failed. */
void give_up(const char *what) __attribute__((noreturn));

/* machine.c */
void machine_setup(void);
void machine_clean(void);
void machine_off(void) __attribute__((noreturn));

/* disk.c */
char *disk_list(void);
void disk_open(void);
void disk_line(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void disk_file(int fd, off_t from, off_t to);

/* test.c */
int64_t now_ms(void);
void test_run(const char *name, int limit, const char *command);

#endif
