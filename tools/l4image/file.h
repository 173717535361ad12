/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Whole files in memory, and files that are there completely or not at all.
 */
#ifndef FILE_H
#define FILE_H

#include <stddef.h>
#include <stdint.h>

struct file {
	uint8_t *data;		/* from malloc; a zero byte follows it */
	size_t size;
};

/* NULL, or why it cannot be read. */
const char *file_read(const char *path, struct file *f);
void file_free(struct file *f);

/* Writes beside it, then renames.  NULL, or why not; then nothing is left behind. */
const char *file_write(const char *path, const uint8_t *data, size_t size);

/* "dir/name" into to; dies when that is too long. */
void file_join(char *to, size_t size, const char *dir, const char *name);

#endif
