/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Memory pressure on purpose: a file to swap to, and files of the kernel to set.
 */
#ifndef SWAPFILE_H
#define SWAPFILE_H

#include <stdbool.h>

bool put(const char *path, const char *text);		/* into a file that is there */
/* An area as mkswap makes it, in a file with all its pages there; -1: no room. */
int swap_file(const char *path, unsigned pages);
unsigned long swapped(void);				/* KB that are in swap */

#endif
