/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Image files: the kernel's ELF file with one more segment, and a flat binary.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include "desc.h"

/* NULL, or what is wrong with it. */
const char *kernel_read(struct kernel *k, const char *path);

/* Each gives NULL, or why the file could not be written. */
const char *image_write_elf(const struct kernel *k, const uint8_t *payload, uint32_t size,
			    const char *path);
const char *image_write_flat(const struct kernel *k, const uint8_t *payload, uint32_t size,
			     const char *path);

#endif
