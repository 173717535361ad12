/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/*
 * A Linux module that turns its guest into a hostile one.  It is about what
 * Armature allows, so it goes past Linux: it puts its own entries into the
 * virtual CPU, tries what must not work, and looks how that ended.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <linux/kernel.h>
#include <linux/types.h>
#include <asm/l4-calls.h>

/* What the init script looks up in /proc/kallsyms, in this order. */
enum {
	SYM_RESUME, SYM_SVC, SYM_PABT_USR, SYM_DABT_USR, SYM_UND_USR, SYM_IRQ_USR,
	SYM_PABT_SVC, SYM_DABT_SVC, SYM_UND_SVC, SYM_IRQ_SVC, SYMBOLS
};
extern unsigned long symbols[SYMBOLS];

/* How an attempt ended: the number of the entry that it came back through, or none. */
#define CAME_BACK	(-1)
#define K(class)	(L4_ENTRY_K + (class))
#define U(class)	(L4_ENTRY_U + (class))

/*
 * Between these two interrupts are masked, and every entry leads back to
 * attempt().  No printing, no `current`.  The register page is put right at the end.
 */
void hostile_begin(void);
void hostile_end(void);
int attempt(void (*fn)(unsigned long), unsigned long arg);

/* code.S */
int hostile_try(void (*fn)(unsigned long), unsigned long arg);
void hostile_resume(unsigned long which);	/* 0, 4, 8: see l4/vcpu.h */
void hostile_sleep(unsigned long us);		/* for helper threads */
extern const u32 hostile_stubs[L4_ENTRY_COUNT][2];
extern const u32 hostile_pads[], hostile_pads_end[];	/* Arm code, then Thumb code */
#define PAD_THUMB	16

/* Says it at once, even if it is the last thing. */
void breach(const char *what, unsigned long a, unsigned long b);
u32 random_word(void);
u32 weird(void);			/* values that somebody might trust */

void try_read(unsigned long addr);
void try_write(unsigned long addr);
void try_jump(unsigned long addr);

/* RAM of the guest's: slot and offset in it. */
bool own_ram(phys_addr_t phys, l4_slot *section, l4_word *offset);

/* The attacks; each gives how much it did. */
unsigned int attack_instructions(unsigned int rounds);
unsigned int attack_maps(unsigned int rounds);
unsigned int attack_queue(unsigned int rounds);
unsigned int attack_memory(unsigned int rounds);
unsigned int attack_page(unsigned int rounds);
unsigned int attack_frames(unsigned int rounds);
unsigned int attack_busy(unsigned int rounds);
unsigned int attack_live(unsigned int rounds);
unsigned int attack_flood(unsigned int rounds);
unsigned int attack_quota(unsigned int rounds);
unsigned int attack_calls(unsigned int rounds);

#endif
