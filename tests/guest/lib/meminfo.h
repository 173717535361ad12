/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The system's memory, for tests that use much of it and give it back.
 */
#ifndef MEMINFO_H
#define MEMINFO_H

unsigned long meminfo(const char *name);	/* in KB */
unsigned long available(void);			/* the same, with what CPUs keep for themselves */
void drop_caches(void);
unsigned long quota_used(void);			/* of a guest's cell, in bytes; natively 0 */

#endif
