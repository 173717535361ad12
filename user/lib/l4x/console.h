/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What the console cell understands of cells that speak in lines; guests speak in
 * bytes, l4/console.h.  Text travels in words from the second on: the first is
 * the number of bytes.  Programs use printf and stdin, which come here.
 */
#ifndef L4X_CONSOLE_H
#define L4X_CONSOLE_H

#include <l4/bootinfo.h>
#include <l4/console.h>

#define CON_WRITE	1	/* bytes, text: answered when there is room for all of it */
#define CON_READ	2	/* most bytes; the answer: bytes, text.  Waits for a line */
/* Root only: */
#define CON_CLIENT	3	/* badge, name in 4 words, not 0: it lives; what was pending goes */
#define CON_DRAIN	4	/* answered when all output has left */

#define CON_BYTES	((L4_MSG_WORDS - 1) * 4)	/* text in one message */
#define CON_CLIENTS	L4_BOOT_CELLS	/* badges from 1: the cell's place in the description + 1 */
#define CON_ROOT	(CON_CLIENTS + 1)	/* root's own badge */

#endif
