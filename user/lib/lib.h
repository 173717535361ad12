/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What the files of the library, and the root cell, share beyond <l4x/...>.
 */
#ifndef LIB_H
#define LIB_H

#include <l4/abi.h>

extern l4_slot l4x_console;		/* where text goes */
extern l4_word l4x_console_timeout;	/* for root, which must not wait for others */

#endif
