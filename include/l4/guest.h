/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What a Linux guest and the root cell agree on: how the guest is started, what
 * it is told about itself, and how it says that it has ended.
 *
 * Start.  Root zeroes the guest's RAM, copies the kernel to L4_GUEST_TEXT behind
 * its start and device tree and initrd to its end, writes struct l4_guest_info
 * at its start, and maps all of it at L4_GUEST_BASE in the guest's first space:
 * by whole megabytes, L4_MAP_KERNEL, writable, executable, L4_MT_WBWA.  It makes
 * a virtual CPU, whose register page is at L4_GUEST_PAGE; nothing else is mapped.
 * The first thread is S of that virtual CPU.  It begins at L4_GUEST_BASE +
 * L4_GUEST_TEXT, in Arm state, interrupts masked in the register page, with
 * r0 = L4_GUEST_BASE and all other registers 0; no entry is set.
 *
 * Slots: those of abi.h, with the thread's message buffer at the start of the
 * frame in L4_SLOT_FRAME; what else it has is named in struct l4_guest_info, and
 * slots from L4_GUEST_SLOT_FREE on are empty.
 */
#ifndef L4_GUEST_H
#define L4_GUEST_H

#include <l4/types.h>

#define L4_GUEST_MAGIC		0x47524d41	/* "AMRG" */
/* What the compatible strings of the guest's drivers begin with: "armature,timer". */
#define L4_GUEST_COMPATIBLE	"armature,"
#define L4_GUEST_VERSION	2

#define L4_GUEST_BASE		0xc0000000	/* where RAM is mapped at the start */
#define L4_GUEST_TEXT		0x00008000	/* of the kernel, in RAM */
#define L4_GUEST_PAGE		0xfe000000	/* the register page: one immediate */
#define L4_GUEST_SLOT_COUNTER	255	/* a page to be read only, if info.counter_hz is not 0 */
#define L4_GUEST_SLOT_FREE	256
#define L4_GUEST_RAM_ALIGN	0x01000000	/* of RAM's physical address */
#define L4_GUEST_RAM_MAX	0x30000000

#define L4_GUEST_DEVICES	16
#define L4_GUEST_IRQS		24	/* its other bits are for what has no line */

/*
 * The end.  The guest sends one message to info.supervisor, from any of its
 * threads and with no time limit; tag: label << L4_TAG_LABEL_SHIFT | words.
 * A call does not return, unless root does not know the label; after a send the
 * cell may run on for a moment.  POWEROFF, HALT and REBOOT have no words.  PANIC
 * carries text, four characters a word from word 0 on, as memcpy puts them there;
 * it ends with the words or a zero byte.
 */
#define L4_GUEST_POWEROFF	1	/* the cell is removed */
#define L4_GUEST_REBOOT		2	/* started anew, from fresh copies of everything */
#define L4_GUEST_HALT		3	/* as POWEROFF, and called so in the report */
#define L4_GUEST_PANIC		4	/* reported; then the cell's restart policy decides */
#define L4_GUEST_TEXT_WORDS	50	/* the most that a panic's text has */

#ifndef __ASSEMBLER__
struct l4_guest_device {
	l4_word base, size;	/* physical */
	l4_slot slot;		/* of the section */
};

struct l4_guest_irq {
	l4_word line;		/* the interrupt controller's number: 32 and up */
	l4_slot slot;
};

struct l4_guest_info {
	l4_word magic, version;
	l4_word ram_base, ram_size;	/* physical */
	l4_slot ram;			/* section of all of it */
	l4_word dtb, dtb_size;		/* physical; size as in its header */
	l4_word initrd, initrd_size;	/* physical; size 0: none */
	l4_word prio;			/* of the first thread; the cell may use two more */
	l4_word hz;			/* ticks a second of the call clock */
	l4_word counter_offset, counter_hz;	/* of 32 bits, in its page; hz 0: there is none */
	l4_slot supervisor;		/* thread to tell the end to */
	l4_word devices, irqs;		/* how many there are of each */
	struct l4_guest_device device[L4_GUEST_DEVICES];
	struct l4_guest_irq irq[L4_GUEST_IRQS];
};

_Static_assert(sizeof(struct l4_guest_info) == 64 + 12 * L4_GUEST_DEVICES + 8 * L4_GUEST_IRQS,
	       "the guest reads it with another compiler");
#endif

#endif
