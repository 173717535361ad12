/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The cell of random calls: a model of what is in which slot, arguments that
 * are right, half right or wrong, and scenes for what needs several threads.
 *
 * The cell must survive its own calls, or there would be few of them.  So:
 *   slots below FIRST are not deleted, moved or given away, the cell itself, its
 *   space and main thread are copied with weak rights only;
 *   what is mapped, unmapped or protected in its own space is above SANDBOX;
 *   threads of the cell itself run calls-code.S only, their faults go to a
 *   thread that never answers; child cells' threads run anything, below main.
 */
#ifndef CALLS_H
#define CALLS_H

#include "lib/hostile.h"

#define SLOTS		2048	/* of the table */
#define RAM		8	/* 4 MB */
#define MEM_RIGHTS	(L4_R_READ | L4_R_WRITE | L4_R_EXEC | L4_R_GRANT)
#define LOG		9	/* shared: outlives a restart */
#define DEVICE		10
#define IRQ		11
#define SINK		12	/* who gets the faults */
#define ECHO		13	/* a thread that answers */
#define ACCEPT		16	/* three slots: where ECHO takes capabilities */
#define SCENE		20	/* slots of scenes: to SCENE_END - 1 */
#define SCENE_END	100
#define FIRST		100	/* random ones: to LAST - 1 */
#define LAST		512
#define MANY		520	/* slots of a scene that needs a thousand */

#define RAM_VA		0x20000000
#define ONE_CALL	0x3ff000	/* offset of a page of RAM: one call, then nothing */
#define LOG_VA		0x30000000
#define SANDBOX		0x40000000
#define SANDBOX_SIZE	0x10000000

#define MAIN_PRIO	100
#define CHILD_PRIO	90	/* never above main, or main would wait for them */
#define TOP_PRIO	110
#define RAM_ATTR	(L4_MT_WBWA << L4_MAP_TYPE_SHIFT)

enum kind {
	NOTHING, FRAME, VFRAME, SECTION, SPACE, THREAD, BOUND, VCPU, CELL, CHILD_SPACE,
	CHILD_THREAD, CHILD_OTHER, IRQS, WEAK, KINDS
};

extern uint8_t kind_of[LAST];

/* r0 to r12; outputs come back into it.  Counts the result. */
int do_call(l4_word nr, l4_word *r);
void count(l4_word nr, int result);

/* calls-code.S */
void fuzz_call(l4_word *r);
extern char safe_loop[], safe_echo[], safe_call[];

/* calls-args.c: fills r for call nr. */
void make_args(l4_word nr, l4_word *r);

/* calls-model.c */
l4_slot junk(void);		/* out of range, empty, or of any kind */
l4_slot find(enum kind k);	/* one of the kind; junk if there is none */
l4_slot pick(enum kind k);	/* mostly one of the kind */
bool has(enum kind k, l4_word n);	/* at least n of them */
/* What a call has changed. */
void learn(l4_word nr, const l4_word *in, int result);
void new_thread_ready(l4_slot slot);

/* calls-scene.c: one of them, now and then; or all of them once. */
#define SCENES 13
void scene(l4_word n);

#endif
