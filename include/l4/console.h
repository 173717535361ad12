/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * How a guest speaks to the console cell, its channel in L4_SLOT_CONSOLE: bytes
 * as they are, both ways.  A request's label is one of these; an answer's is 0 or
 * the absolute value of an error.  Nothing waits.  docs/console.md says more;
 * programs that write lines have l4x/console.h.
 */
#ifndef L4_CONSOLE_H
#define L4_CONSOLE_H

#include <l4/abi.h>

/*
 * A bell: a capability that may notify and be granted, and in word 0 the bits.
 * It is rung when input has come, when there is room after a put that did not
 * fit, and when it is given.  Without a capability: no bell any more.
 */
#define L4_CON_BELL	5

/* Word 0: most bytes.  The answer: bytes (0: none is there), then the text. */
#define L4_CON_GET	6
#define L4_CON_GET_MAX	((L4_MSG_WORDS - 1) * 4)
#define L4_CON_GET_REGS	((L4_MSG_REGS - 1) * 4)	/* needs no message buffer */

/*
 * All words are text.  The label says how many bytes of the last one are not:
 * L4_CON_PUT to L4_CON_PUT + 3.  The answer: how many bytes were taken, from 0
 * on; and whether the console has a bell, which it forgets when it is restarted.
 */
#define L4_CON_PUT	8
#define L4_CON_PUT_MAX	(L4_MSG_WORDS * 4)
#define L4_CON_PUT_REGS	(L4_MSG_REGS * 4)

#endif
