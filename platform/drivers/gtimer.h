/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The Cortex-A9 global timer: the kernel's clock, 64 bits that only count up.
 */
#ifndef DRIVERS_GTIMER_H
#define DRIVERS_GTIMER_H

void gtimer_init(void);	/* starts it at 0 */

#endif
