/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The Cortex-A9 private timer: the kernel's one comparator, counts down once.
 */
#ifndef DRIVERS_PTIMER_H
#define DRIVERS_PTIMER_H

void ptimer_init(void);	/* stopped, its interrupt line open */

#endif
