/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Error lines.  What comes out of a description may be any bytes, so only
 * printable characters reach the terminal.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "report.h"

static const char *file = "l4image";
static unsigned int errors;
static bool quiet;

void report_begin(const char *name)
{
	file = name;
	errors = 0;
}

void report_quiet(void)
{
	quiet = true;
}

unsigned int report_errors(void)
{
	return errors;
}

static void print_line(char *line)
{
	for (char *c = line; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	fprintf(stderr, "%s\n", line);
}

void report(const char *where, const char *property, const char *fmt, ...)
{
	char text[256], line[768];
	va_list ap;

	errors++;
	if (quiet)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	snprintf(line, sizeof(line), "%s: %s%s%s%s%s", file, where, *where ? ": " : "",
		 property ? property : "", property ? ": " : "", text);
	print_line(line);
}

void die(const char *fmt, ...)
{
	char text[512], line[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	snprintf(line, sizeof(line), "l4image: %s", text);
	print_line(line);
	exit(1);
}
