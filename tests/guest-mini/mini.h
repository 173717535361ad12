/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The mini-guest: a kernel of a few hundred lines, shaped as Linux will be on
 * Armature, to find before Linux what corrupts Linux silently.  Read in this
 * order:
 *
 *   mini.h            addresses, slots and numbers that its parts agree on
 *   loader.c          makes the virtual CPU, its space and its threads
 *   kernel/entry.S    the ways in and out, as the register page's contract has it
 *   kernel/           tasks, memory, interrupts (thread I), the pager (thread F)
 *   process/          the two processes, which test all of it from inside
 *   inject/           an interrupt at every instruction, through QEMU's gdb stub
 *   hostile.c         what a guest with a broken or malicious kernel can do: nothing
 *
 * Guest-physical addresses are offsets in the guest's memory section, which the
 * guest kernel sees at KERNEL_BASE.
 */
#ifndef MINI_H
#define MINI_H

#include <l4/vcpu.h>

#define RAM_SIZE	0x00200000	/* two sections, aligned like them */
#define KERNEL_BASE	0xc0000000
#define BOOT_OFFSET	0x000ff000	/* struct mini_boot, at the end of the kernel's megabyte */
#define PAGES_OFFSET	0x00100000	/* the second one: what the page allocator gives out */

/* Kernel memory that is mapped by pages, in tables that all spaces share. */
#define VMALLOC_BASE	0xc0200000
#define VMALLOC_PAGES	512
#define VMALLOC_END	0xc0400000
#define SHARED_SIZE	(VMALLOC_END - KERNEL_BASE)

/* Registers of the devices whose lines a test sets: PL011s that nobody writes to. */
#define DEVICE_BASE	0xc03f0000
#define UART_IMSC	0x38
#define UART_ICR	0x44
#define UART_TX		0x20		/* something was written to the data register */

#define VCPU_PAGE	0xfe000000	/* the register page: one immediate */

/* A process: its program, then areas that are mapped on demand. */
#define USER_BASE	0x00010000
#define USER_END	0x00400000
#define USER_PAGES	(USER_END >> L4_PAGE_SHIFT)
#define ANON_BASE	0x00100000	/* zero until written */
#define ANON_END	0x00140000
#define COW_BASE	0x00180000	/* one page of both, private once written */
#define COW_END		0x00184000
#define SHARED_BASE	0x00200000	/* memory of both */
#define SHARED_END	0x00204000
#define STACK_END	0x00300000
#define STACK_BASE	(STACK_END - 0x4000)

/* The guest's page tables: an offset and these. */
#define PTE_PRESENT	0x001
#define PTE_WRITE	0x002
#define PTE_EXEC	0x004
#define PTE_COW		0x008		/* a write gets a page of its own */
#define PTE_FLAGS	0xfff

#define FSR_WRITE	0x800		/* of a data abort's status */

/* Slots: in the loader's table, and in the guest's where that is another. */
#define SLOT_RAM	64		/* section of the guest's memory */
#define SLOT_FRAME	65		/* the register page */
#define SLOT_BASE	66		/* the space that the others share the kernel's range with */
#define SLOT_VCPU	67
#define SLOT_S		68
#define SLOT_I		69
#define SLOT_F		70
#define SLOT_U		71
#define SLOT_LOADER	72		/* prints for the guest, ends it */
#define SLOT_IRQ	73		/* and 74: two lines */
#define SLOT_CELL	75		/* of the guest, where it is not the loader's */
#define SLOT_SPACES	80		/* of the processes, one each */
#define SLOT_LAST	82

#define LINES		2		/* interrupt lines that a test can set */
#define GUEST_PRIO	20		/* of S and U; F and I are above */

/* What the guest asks of its loader. */
#define LOADER_PRINT	1		/* offset of text in guest memory, bytes */
#define LOADER_EXIT	2		/* code */

/* What this guest is for: the argument of the cell in the system description. */
#define MODE_TEST	0		/* tests itself, prints TAP */
#define MODE_INJECT	1		/* does what inject.py wants, for ever */
/* a seed and a scale, as in tests/hostile/scale.dtsi: hostile guests, see hostile.c */
#define MODE_DOOMED	3		/* is hostile itself: root sees how it ends */

/* What a guest kernel is for, in its boot page: these modes, or a way to be hostile. */
#define HOSTILE		0x100
#define HOSTILE_PAGE_I	(HOSTILE + 0)	/* thread I writes over the register page */
#define HOSTILE_PAGE_S	(HOSTILE + 1)	/* S does, before it resumes */
#define HOSTILE_FRAMES	(HOSTILE + 2)	/* resumes with impossible status, pc, sp */
#define HOSTILE_BUSY	(HOSTILE + 3)	/* faults while its frame is in use */
#define HOSTILE_QUEUE	(HOSTILE + 4)	/* a map queue of nonsense */
#define HOSTILE_CALLS	(HOSTILE + 5)	/* random calls on its own threads, spaces, virtual CPU */
#define HOSTILE_NOENTRY	(HOSTILE + 6)	/* a fault of a process that it has no entry for */

/* System calls of the processes: the number in r7, as Linux has it. */
#define SYS_NULL	0		/* returns its first argument + 1 */
#define SYS_REPORT	1		/* result, name: a line of TAP */
#define SYS_YIELD	2
#define SYS_SLEEP	3		/* until the next interrupt */
#define SYS_COUNT	4		/* a counter of the kernel: COUNT_ */
#define SYS_CATCH	5		/* where faults that nobody resolves go on */
#define SYS_UNMAP	6		/* forgets a page: table and real mapping; not 0: looks */
#define SYS_DROP	7		/* removes the real mapping only */
#define SYS_READONLY	8		/* takes the right to write a page */
#define SYS_WRITE_TO	9		/* the kernel writes a word of the process: value, address */
#define SYS_READ_FROM	10		/* the kernel reads one */
#define SYS_HOOK	11		/* HOOK_: what goes wrong at the next fault */
#define SYS_KERNEL	12		/* a test that the kernel makes: KTEST_ */
#define SYS_EXIT	13
#define SYS_TLS		14		/* sets TPIDRURO */

#define SYS_ROUND	15		/* mistakes seen: the next CASE_ */

#define COUNT_TICKS	0
#define COUNT_LOGICAL	1		/* faults that the guest's tables did not cover */
#define COUNT_SHADOW	2		/* faults that only the real tables did not cover */
#define COUNT_SWITCH	3
#define COUNT_VMALLOC	4		/* faults of the shared kernel range */
#define COUNT_CASE	5		/* what inject.py wants: CASE_ */
#define COUNT_MAX	6

#define HOOK_RECLAIM	1		/* the page goes between the fault's handling and resume */
#define HOOK_OLDGEN	2		/* the addition is made under an older generation */

#define CASE_NONE	0
#define CASE_SVC	1
#define CASE_YIELD	2		/* two processes switch, with VFP */
#define CASE_DEMAND	3		/* a page's first read */
#define CASE_COW	4		/* its first write */
#define CASE_SHADOW	5
#define CASE_READ	6		/* the kernel reads a page that the real tables lack */
#define CASE_WRITE	7		/* and writes one that nobody has */
#define CASE_SLEEP	8
#define CASE_ADD	9		/* no kernel, but for interrupts */

#define KTEST_VMALLOC	0		/* shared tables: mapped here, seen there */
#define KTEST_STALE	1		/* an addition under an older generation: ESTALE */
#define KTEST_FAULT	2		/* the kernel reads an address that nobody maps */
#define KTEST_MAX	3

/* What a process's fault handler gets: r0 class, r1 status, r2 address, r3 pc. */

#ifndef __ASSEMBLER__
/* At the start of the guest kernel's image: what the loader starts. */
struct mini_header {
	l4_word s_pc;
	l4_word i_pc, i_sp;
	l4_word f_pc, f_sp;
};

struct mini_boot {
	l4_word mode;
	l4_word hz;		/* of the clock */
	l4_word seed;
	l4_word lines;		/* how many there are */
	l4_word acts;		/* of a hostile guest: it counts them here */
};
#endif

#endif
