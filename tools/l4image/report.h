/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What is wrong with a description: one line each, with the node and the
 * property.  Reading goes on after an error, so that one run shows them all;
 * nothing is written when there was one.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>

/* In front of each line: the description's file name. */
void report_begin(const char *file);
/* Count, but print nothing: for fuzzing. */
void report_quiet(void);
/* where: path of the node ("" is the root node); property: NULL if it is the node itself. */
void report(const char *where, const char *property, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Since report_begin. */
unsigned int report_errors(void);

/* What does not belong to a node: prints and ends the program with status 1. */
void die(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
