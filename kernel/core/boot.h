/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What only the boot path needs of the objects.
 */
#ifndef CORE_BOOT_H
#define CORE_BOOT_H

#include "object/cell.h"
#include "object/section.h"

/* Where boot.S ends. */
noreturn void kernel_main(void);

/* Where the linker script and the image builder agree that the payload is. */
uint32_t payload_base(void);

struct frame *frame_boot(struct slot *slot);
void system_boot(struct slot *slot);

#endif
