/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What the echo server understands: the labels of its requests.
 */
#ifndef ECHO_H
#define ECHO_H

#define ECHO_ADD	1	/* up to eight numbers; the answer: their sum, your calls so far */

#define ECHO_CLIENTS	16	/* badges below this */

#endif
