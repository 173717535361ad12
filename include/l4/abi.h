/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The binary interface of the kernel's calls: registers, message tags, rights,
 * attributes.  The calls themselves are listed in syscalls.def.
 *
 * A call is `svc #0` with its number in r12 and its arguments from r0 upwards.
 * It answers in r0 (enum l4_error) and, where the list says so, in r1 and up.
 * Every register that is not a result is preserved, but a call that can be
 * preempted (map, unmap, protect, cache) advances its own arguments.
 */
#ifndef L4_ABI_H
#define L4_ABI_H

#include <l4/error.h>
#include <l4/types.h>

/*
 * Messages.  For call, send, recv and reply_recv:
 *
 *          in                                out
 *   r0     destination slot                  enum l4_error
 *   r1     tag                               tag
 *   r2-r9  message words 0-7                 message words 0-7
 *   r10    timeout in us                     badge of the capability sent through
 *   r11    first slot for received           preserved
 *          capabilities, 0: refuse them
 *   r12    call number                       preserved
 *
 * All of r2-r9 travel, however few words the tag says: a sender that has secrets
 * in them clears them.  An svc must not stand in a Thumb IT block: a preempted call
 * is executed again.
 *
 * Words 8 and up, and the slots of the capabilities that a message carries,
 * are in the thread's message buffer (struct l4_msgbuf).
 */
#define L4_MSG_REGS	8
#define L4_MSG_WORDS	64
#define L4_MSG_CAPS	3
#define L4_MSGBUF_SIZE	512	/* a frame holds eight buffers */

#define L4_TAG_WORDS	0x0000007f	/* words in the message, at most L4_MSG_WORDS */
#define L4_TAG_CAPS	0x00000300	/* capabilities it carries */
#define L4_TAG_CAPS_SHIFT 8
#define L4_TAG_KERNEL	0x00008000	/* the kernel made it: an exception; cannot be forged */
#define L4_TAG_LABEL_SHIFT 16		/* the upper half belongs to the partners */

#define L4_NEVER	0xffffffff	/* timeout: wait as long as it takes */
#define L4_NOWAIT	0		/* timeout: do not block */

/* Rights of a capability.  Which ones mean something depends on its object. */
#define L4_R_READ	0x01	/* section: map readable */
#define L4_R_WRITE	0x02	/* section: map writable */
#define L4_R_EXEC	0x04	/* section: map executable */
#define L4_R_SEND	0x08	/* thread: send, call */
#define L4_R_NOTIFY	0x10	/* thread: notify, within the badge if that is not 0 */
#define L4_R_CONTROL	0x20	/* any object: change, bind, start, stop */
#define L4_R_GRANT	0x40	/* the capability can be copied to another cell */
#define L4_R_ALL	0x7f

/*
 * Attributes of a mapping, in the low bits of its address.  Readable is
 * implied.  The memory type is Linux's TEX-remap index (TEX[0], C, B).
 */
#define L4_MAP_W	0x001
#define L4_MAP_X	0x002
#define L4_MAP_KERNEL	0x004	/* in the guest kernel's domain */
#define L4_MAP_TYPE_SHIFT 4
#define L4_MAP_TYPE	0x070
#define L4_MAP_MASK	0x077

#define L4_MT_STRONG	0	/* strongly ordered */
#define L4_MT_UNCACHED	1	/* normal, not cached (Linux: bufferable, write-combining) */
#define L4_MT_WT	2	/* normal, write-through */
#define L4_MT_WB	3	/* normal, write-back */
#define L4_MT_DEVICE	4	/* device */
#define L4_MT_WBWA	7	/* normal, write-back, write-allocate: what RAM should use */

#define L4_MTMASK_RAM	((1 << L4_MT_UNCACHED) | (1 << L4_MT_WT) | (1 << L4_MT_WB) | \
			 (1 << L4_MT_WBWA) | (1 << L4_MT_STRONG))
#define L4_MTMASK_DEV	((1 << L4_MT_STRONG) | (1 << L4_MT_DEVICE))

/* cache: what to do with a range of addresses. */
#define L4_CACHE_CLEAN	1	/* write back to memory */
#define L4_CACHE_INV	2	/* discard (cleans first: nobody's dirty line is lost) */
#define L4_CACHE_FLUSH	3	/* clean and invalidate */
#define L4_CACHE_CODE	4	/* make what was written executable */

/* Classes of exceptions; each has a route. */
#define L4_EXC_SYSCALL	0
#define L4_EXC_PFAULT	1	/* prefetch abort */
#define L4_EXC_DFAULT	2	/* data abort, but alignment */
#define L4_EXC_UNDEF	3
#define L4_EXC_ALIGN	4
#define L4_EXC_FP	5	/* FP use while its enable is off (virtual CPUs) */
#define L4_EXC_STOP	6	/* never routed: the kernel stopped the thread (double fault) */
#define L4_EXC_COUNT	7

/* thread_route: where a class goes. */
#define L4_ROUTE_KERNEL	0	/* system calls are the kernel's own; the rest to the supervisor */
#define L4_ROUTE_SUPER	1	/* the cell's supervisor */
#define L4_ROUTE_THREAD	2	/* a thread */
#define L4_ROUTE_SELF	3	/* the thread's own entry (needs a virtual CPU) */

/*
 * An exception message: label = class, L4_TAG_KERNEL set, badge = the badge of
 * the route.  Words as follows; a reply with label L4_REPLY_REGS puts words 2-14
 * back into the thread; any other reply resumes it unchanged.
 */
#define L4_REPLY_RESUME	0
#define L4_REPLY_REGS	1
#define L4_REPLY_STOP	2	/* leave it stopped */
#define L4_EM_ADDR	0	/* fault address; system call: 0 */
#define L4_EM_STATUS	1	/* fault status register */
#define L4_EM_PC	2
#define L4_EM_PSR	3
#define L4_EM_R0	4	/* r0 to r14 follow: words 4 to 18 */
#define L4_EM_WORDS	19

/* thread_read, thread_write: which registers, in the caller's message buffer. */
#define L4_REGS_CPU	1	/* struct l4_regs at the start of the buffer */
#define L4_REGS_VFP	2	/* struct l4_vfp at the start of the buffer; not with the above */

/* vcpu_bind: a thread's part in a virtual CPU. */
#define L4_ROLE_S	0	/* runs the guest kernel */
#define L4_ROLE_U	1	/* runs the guest's processes */
#define L4_ROLE_X	2	/* helper in the guest kernel's space: I, F and the like */

/* system: operations, on the system capability. */
#define L4_SYS_POWEROFF	0
#define L4_SYS_RESET	1
#define L4_SYS_PUTS	2	/* up to 16 characters in r2-r5, ends at a zero byte */
#define L4_SYS_INFO	3	/* r1: ticks a second, r2: free pool bytes, r3: CPUs, r4: pool bytes */
/*
 * r2: kinds to trace from now on (l4/trace.h); r3: slot for a section of the trace,
 * 0: none.  r1: kinds so far, r2: bytes.  EINVAL: no trace in this kernel, or no such slot.
 */
#define L4_SYS_TRACE	4

/* Slots that the kernel fills in the root cell; see bootinfo.h for the rest. */
#define L4_SLOT_NULL	0	/* never a capability: "own" where a cell or vcpu is asked for */
#define L4_SLOT_CELL	1	/* the cell itself */
#define L4_SLOT_SPACE	2	/* its first space */
#define L4_SLOT_THREAD	3	/* its first thread */
#define L4_SLOT_SYSTEM	4	/* root: power, console */
#define L4_SLOT_IRQ	5	/* root: makes IRQ capabilities */
#define L4_SLOT_INFO	6	/* root: section with the boot information */
#define L4_SLOT_CONSOLE	6	/* others: channel to the console cell */
#define L4_SLOT_FRAME	7	/* the frame with its threads' message buffers */
#define L4_SLOT_FREE	8	/* first slot without a fixed meaning */

#ifndef __ASSEMBLER__
struct l4_msgbuf {
	l4_word mr[L4_MSG_WORDS];
	l4_word caps[L4_MSG_CAPS];
	l4_word free[L4_MSGBUF_SIZE / 4 - L4_MSG_WORDS - L4_MSG_CAPS];
};

struct l4_regs {
	l4_word r[15];		/* r0 to r14 */
	l4_word pc;
	l4_word psr;
	l4_word tpidrurw;
	l4_word tpidruro;
};

struct l4_vfp {
	uint64_t d[32];
	l4_word fpscr;
	l4_word pad;
};

/* One item of map_batch, and of a virtual CPU's map queue. */
struct l4_map_item {
	l4_slot section;
	l4_word offset;		/* in the section, a multiple of the page size */
	l4_word va;		/* address, or-ed with L4_MAP_ attributes */
	l4_word gen;		/* map queue: the generation it was read under; batch: pages */
};

_Static_assert(sizeof(struct l4_msgbuf) == L4_MSGBUF_SIZE, "eight message buffers a frame");
_Static_assert(sizeof(struct l4_vfp) == 264, "VFP context");
_Static_assert(sizeof(struct l4_map_item) == 16, "map items are indexed by shifting");
#endif

#endif
