/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * -v: what each cell gets, for people.
 */
#ifndef PRINT_H
#define PRINT_H

#include "desc.h"

void print_image(const struct desc *d, const struct kernel *k, uint32_t payload_size);

#endif
