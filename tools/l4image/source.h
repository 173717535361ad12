/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Device-tree source to binary: the C preprocessor, then dtc, as Linux does it.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include "file.h"

struct source {
	const char *path;
	char **include;		/* folders of -I */
	unsigned int includes;
	char **define;		/* of -D */
	unsigned int defines;
	const char *deps;	/* dependency file to write, or NULL */
	const char *target;	/* its target */
};

/* Reads a .dtb as it is, anything else as source.  Dies on errors, which dtc has told. */
void source_read(const struct source *s, struct file *dtb);

/* Appends more prerequisites to the dependency file. */
void source_add_dep(const struct source *s, const char *path);

#endif
