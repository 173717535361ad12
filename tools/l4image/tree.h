/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Whether a device tree in binary is one.  libfdt's own fdt_check_full (1.6.1)
 * follows a null pointer on some damaged trees, so this comes before any other
 * use of libfdt, and instead of it.
 */
#ifndef TREE_H
#define TREE_H

#include <stdbool.h>
#include <stddef.h>

/* fdt is aligned to 8 bytes.  True: libfdt can walk it without leaving it. */
bool tree_check(const void *fdt, size_t size);

#endif
