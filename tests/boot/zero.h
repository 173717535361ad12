/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * For cells that look whether the memory that they are given is zero.
 */
#ifndef TESTS_BOOT_ZERO_H
#define TESTS_BOOT_ZERO_H

#include <stdbool.h>
#include <stddef.h>
#include <l4/types.h>

static inline bool is_zero(const void *p, size_t size)
{
	const l4_word *w = p;

	for (size_t i = 0; i < size / sizeof(*w); i++)
		if (w[i])
			return false;
	return true;
}

#endif
