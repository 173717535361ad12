/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Reading and writing of files.  Nothing here knows what is in them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "file.h"
#include "report.h"

#define FILE_MAX	(512u << 20)	/* more than any image may have */

static const char *read_all(FILE *in, struct file *f)
{
	struct stat st;

	if (fstat(fileno(in), &st))
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "is not a file";
	if (st.st_size > FILE_MAX)
		return "is larger than 512 MB";
	f->size = (size_t)st.st_size;
	f->data = malloc(f->size + 1);
	if (!f->data)
		return "is too large for the memory";
	if (fread(f->data, 1, f->size, in) != f->size)
		return "changed while it was read";
	f->data[f->size] = 0;
	return NULL;
}

const char *file_read(const char *path, struct file *f)
{
	FILE *in = fopen(path, "rb");
	const char *wrong;

	memset(f, 0, sizeof(*f));
	if (!in)
		return strerror(errno);
	wrong = read_all(in, f);
	fclose(in);
	if (wrong)
		file_free(f);
	return wrong;
}

void file_free(struct file *f)
{
	free(f->data);
	memset(f, 0, sizeof(*f));
}

void file_join(char *to, size_t size, const char *dir, const char *name)
{
	int n = snprintf(to, size, "%s/%s", dir, name);

	if (n < 0 || (size_t)n >= size)
		die("%.100s...: the path is too long", dir);
}

const char *file_write(const char *path, const uint8_t *data, size_t size)
{
	char part[4096];
	const char *wrong = NULL;
	FILE *out;
	int n = snprintf(part, sizeof(part), "%s.part", path);

	if (n < 0 || (size_t)n >= sizeof(part))
		return "the path is too long";
	out = fopen(part, "wb");
	if (!out)
		return strerror(errno);
	if (fwrite(data, 1, size, out) != size)
		wrong = strerror(errno);
	if (fclose(out) && !wrong)
		wrong = strerror(errno);
	if (!wrong && rename(part, path))
		wrong = strerror(errno);
	if (wrong)
		unlink(part);
	return wrong;
}
