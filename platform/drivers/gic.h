/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * ARM generic interrupt controller, version 1, as it stands in a Cortex-A9
 * MPCore.  All lines at one priority, level triggered, none nested; the shared ones
 * go to the first core until somebody says otherwise.
 */
#ifndef DRIVERS_GIC_H
#define DRIVERS_GIC_H

void gic_init(void);

#endif
