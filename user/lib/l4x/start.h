/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The start page: what the root cell tells a cell about itself, read only at
 * L4X_START_BASE.  So a program finds its devices and partners by the names of
 * the system description, and no slot or address is written into it.
 */
#ifndef L4X_START_H
#define L4X_START_H

#include <l4/bootinfo.h>

#define L4X_START_BASE	0x0000f000	/* in the root cell struct l4_kernel_info is here */
#define L4X_START_MAGIC	0x5334414d

/*
 * A cell's thread ends the whole cell with an undefined instruction, r7 holding
 * this and r0 the exit code: the supervisor is told without any capability.
 */
#define L4X_EXIT_MAGIC	0x45584954

#define L4X_NOWHERE	L4_BOOT_NOWHERE	/* va of what is not mapped */

struct l4x_device {
	char name[16];
	l4_word base, size;		/* physical */
	l4_word va;			/* registers, or L4X_NOWHERE */
	l4_slot slot;			/* section of the registers */
	l4_word irqs;
	l4_slot irq[L4_DEVICE_IRQS];	/* IRQ capabilities */
};

struct l4x_memory {
	char name[16];
	l4_word base, size;		/* physical */
	l4_word va;			/* or L4X_NOWHERE */
	l4_slot slot;
};

struct l4x_channel {
	char name[16];			/* of the cell at the other end, if nothing else is said */
	l4_slot slot;
	l4_word badge;
};

struct l4x_start {
	l4_word magic;
	char name[16];			/* this cell's */
	l4_word hz;			/* ticks a second of l4_clock */
	l4_word heap_base, heap_size;
	l4_word devices, memories, channels;
	struct l4x_device device[L4_CELL_DEVICES];
	struct l4x_memory memory[L4_CELL_MEMORIES];
	struct l4x_channel channel[L4_CELL_CHANNELS];
};

_Static_assert(sizeof(struct l4x_start) <= L4_PAGE_SIZE, "one page");

#endif
