/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What the image builder hands to the kernel and to the root cell, in binary:
 * nobody parses text at run time.
 *
 * The image is  kernel | payload.  The payload is contiguous in memory, page
 * aligned, right behind the kernel's own memory (L4_IMAGE_ALIGN), and begins
 * with struct l4_payload.  The kernel reads only that header, starts the root
 * cell from it, and gives root
 *   slots 1-7            as in abi.h; L4_SLOT_INFO is a section that covers the
 *                        whole payload
 *   L4_SLOT_FREE + i     a section for resource i of struct l4_boot_resource
 *                        in the list that the kernel appends (l4_kernel_info)
 * The rest of the payload is for root: offsets are from the payload's start.
 *
 * The image builder (tools/l4image) is the only writer.  What it promises about
 * the contents is said at each structure; docs/system-description.md says where
 * each value comes from.  Names are unique among their kind, at most 15
 * characters, and padded with zeros.
 */
#ifndef L4_BOOTINFO_H
#define L4_BOOTINFO_H

#include <l4/abi.h>

#define L4_PAYLOAD_MAGIC	0x3441524d	/* "MRA4" */
#define L4_PAYLOAD_VERSION	4
#define L4_IMAGE_ALIGN		0x100000	/* the payload starts on a megabyte */

/* Where root finds things: its image is linked at ROOT_BASE. */
#define L4_ROOT_BASE		0x00010000
#define L4_KINFO_BASE		0x0000f000	/* struct l4_kernel_info, read only */
#define L4_PAYLOAD_BASE		0x10000000	/* the payload, read only */
#define L4_MSGBUF_BASE		0x0000e000	/* root's first message buffer */

struct l4_payload {
	l4_word magic;
	l4_word version;
	l4_word size;		/* of the whole payload, a multiple of a page */
	l4_word crc;		/* CRC-32 of what follows this word, up to size */
	l4_word root_offset;	/* root's image: text (r-x), then data (rw-), page aligned */
	l4_word root_text;	/* bytes, a multiple of a page */
	l4_word root_data;	/* bytes with bss and stack, a multiple of a page */
	l4_word root_entry;	/* its address; sp starts at the end of data */
	l4_word root_prio;
	l4_word cells, cells_offset;		/* struct l4_boot_cell[] */
	l4_word memory, memory_offset;		/* struct l4_boot_memory[] */
	l4_word devices, devices_offset;	/* struct l4_boot_device[] */
	l4_word channels, channels_offset;	/* struct l4_boot_channel[] */
	l4_word segments, segments_offset;	/* struct l4_boot_segment[] */
	l4_word flags;		/* L4_PAYLOAD_ */
	l4_word guests, guests_offset;		/* struct l4_boot_guest[] */
};

#define L4_PAYLOAD_POWEROFF	0x1	/* root powers off when all cells but servers have ended */

/* The most that a description can have: of cells, and of a cell's own things. */
#define L4_BOOT_CELLS		32
#define L4_CELL_SEGMENTS	16
#define L4_CELL_MEMORIES	16
#define L4_CELL_DEVICES		16
#define L4_CELL_CHANNELS	32
#define L4_BOOT_CORES		4	/* the most that a board has */

/* What the kernel tells root about the machine. */
#define L4_RES_RAM	1	/* free memory */
#define L4_RES_DEVICE	2	/* device registers */
#define L4_RES_COUNTER	3	/* a page to be read only: the counter that l4_kernel_info has */

struct l4_boot_resource {
	l4_word kind;
	l4_word base, size;	/* physical */
};

#define L4_KINFO_RESOURCES 24

struct l4_kernel_info {
	l4_word magic;		/* L4_PAYLOAD_MAGIC */
	l4_word hz;		/* ticks a second */
	l4_word counter_offset, counter_hz;	/* in its page; hz 0: the board has none */
	l4_word cpus;
	l4_word payload_base;	/* physical */
	l4_word irq_lines;
	l4_word root_frame;	/* slot of the frame with root's message buffer */
	l4_word resources;
	char platform[16];
	struct l4_boot_resource resource[L4_KINFO_RESOURCES];
};

/* Restart policy. */
#define L4_RESTART_NEVER	0
#define L4_RESTART_ALWAYS	1	/* at most `restarts` times */

#define L4_CELL_TRUSTED_DMA	0x1	/* may drive bus masters */
#define L4_CELL_CONSOLE		0x2	/* serves the others' output: started first, gets their channel */
#define L4_CELL_SYSTEM		0x4	/* gets the system capability (power off) */
#define L4_CELL_GUEST		0x8	/* its memory is mapped only where the description says va */
#define L4_CELL_SERVER		0x10	/* never ends by itself: a power-off does not wait for it */

/*
 * A heartbeat is a change of this word of a cell's first message buffer, the last
 * one, which no message reaches.  Root reads it in a mapping of its own.
 */
#define L4_MSGBUF_BEAT		(L4_MSGBUF_SIZE / 4 - 1)

#define L4_BOOT_NOWHERE		0xffffffff	/* va of what root does not map */

/*
 * No two ranges of a cell's space overlap: segments, stack, heap, memory,
 * devices, and the two pages from L4_MSGBUF_BASE (message buffers, start page).
 * An unmapped page lies below the stack and below the heap.  A slot is used
 * once, none is below L4_SLOT_FREE, and all are within the table.
 * A console cell has L4_CELL_SERVER too.  L4_SLOT_CONSOLE of the others has no
 * entry in the list of channels: root fills it.
 */

struct l4_boot_cell {
	char name[16];
	l4_word flags;
	l4_word entry;		/* address of the first instruction */
	l4_word stack;		/* bytes of its first thread's stack, below stack_top; whole pages */
	l4_word stack_top;
	l4_word prio, max_prio;
	l4_word core;		/* that its first thread starts on, if there are so many */
	l4_word quota;		/* kernel memory in bytes */
	l4_word slots;		/* size of its capability table */
	l4_word heap_base, heap_size;	/* zeroed memory that root maps */
	l4_word restart, restarts;
	l4_word arg;		/* r0 of its first thread */
	l4_word budget, period;	/* microseconds that it runs of each period; 0: no limit */
	l4_word heartbeat;	/* milliseconds within which it has to show that it lives; 0: any */
	/* indices into the lists: first and count */
	l4_word segment, segments;
	l4_word memory_first, memories;
	l4_word device, devices;
	l4_word channel, channels;
	l4_word guest;		/* 1 + index of its Linux in the list of guests; 0: a program */
};

/* A part of the program: copied to fresh memory at each start when writable. */
struct l4_boot_segment {
	l4_word va;		/* page aligned */
	l4_word size;		/* in memory, a multiple of a page */
	l4_word file_offset;	/* in the payload, page aligned */
	l4_word file_size;	/* bytes that come from there; the rest is zero */
	l4_word rights;		/* L4_R_READ | WRITE | EXEC */
};

/*
 * Memory of the cell's own; root gives it a section in slot.  Memory with a base
 * is in RAM behind the payload and overlaps no other's, so nothing else may be
 * put there, also not for a cell that starts earlier.  Memory of a megabyte or
 * more that root places itself begins on a megabyte.
 */
struct l4_boot_memory {
	char name[16];
	l4_word base;		/* physical; 0: root chooses */
	l4_word size;
	l4_word slot;
	l4_word va;		/* where root maps it, or L4_BOOT_NOWHERE */
	l4_word rights;		/* L4_R_READ | WRITE | EXEC | GRANT */
	l4_word shared;		/* not 0: all entries with this number are the same memory */
};

/*
 * The Linux of a cell that has no program, stack, heap and start page; see
 * guest.h for how it is started.  RAM's entry in the list of memory has a base
 * and L4_GUEST_BASE as its va.  What is copied to a physical address is within
 * RAM, behind the kernel, and overlaps nothing else that is.
 */
struct l4_boot_guest {
	l4_word ram;		/* index in the list of memory */
	l4_word image_offset, image_size;	/* in the payload; to L4_GUEST_TEXT */
	l4_word dtb_offset, dtb_size;
	l4_word dtb_base;	/* physical */
	l4_word initrd_offset, initrd_size;	/* size 0: none */
	l4_word initrd_base;	/* physical */
	l4_slot supervisor;	/* slot for its way to tell the end */
	l4_word watchdog;	/* seconds without an interrupt after which it hangs; 0: any */
};

/* Registers and interrupts of a device. */
#define L4_DEVICE_IRQS 4

struct l4_boot_device {
	char name[16];
	l4_word base, size;	/* physical; size 0: interrupts only */
	l4_word slot;		/* section */
	l4_word va;		/* where root maps it, or L4_BOOT_NOWHERE */
	l4_word irqs;
	l4_word irq[L4_DEVICE_IRQS];		/* line */
	l4_word irq_slot[L4_DEVICE_IRQS];
};

/* A capability to another cell's first thread.  A client finds it by its name. */
struct l4_boot_channel {
	char name[16];
	l4_word to;		/* index of the cell */
	l4_word slot;		/* in the client's table */
	l4_word badge;
	l4_word rights;
};

#endif
