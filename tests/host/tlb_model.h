/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A model of one core's TLB and table walker, as lax as ARMv7 allows:
 *
 *   - it walks speculatively, at any time, any address, by the tables that are
 *     in memory, and keeps what it finds for as long as it likes; a section it
 *     may keep as a whole or as a page of it;
 *   - a write to a table is seen by walks at some time between the write and
 *     the next DSB; TLB maintenance takes effect at the DSB after it;
 *   - a write of TTBR0 or CONTEXTIDR takes effect, each on its own, at some time
 *     before the next ISB or exception return;
 *   - a walk can begin before something and end after it, but not across a DSB,
 *     and is then entered under the ASID of its end (erratum 754322).
 *
 * It fails the test when two different translations of an address meet in the
 * TLB: a break before make was left out.
 */
#ifndef TESTS_HOST_TLB_MODEL_H
#define TESTS_HOST_TLB_MODEL_H

#include <stdbool.h>
#include <stdint.h>

struct tlb_entry {
	uint32_t va, size;	/* size 0: no entry */
	uint32_t asid;
	bool global;
	bool section;		/* made from a section descriptor */
	uint32_t pa;
	uint32_t attr;		/* of the descriptor, as a page has it; domain << 16 */
};

#define MODEL_ENTRIES 192

extern struct tlb_entry model_tlb[MODEL_ENTRIES];
extern unsigned model_tlbi;	/* maintenance operations so far */
extern unsigned model_switches;	/* writes of CONTEXTIDR so far */
extern unsigned model_walks;	/* entries made so far */
extern bool model_speculates;	/* walks by itself */
extern uint64_t model_seed;

/* Addresses that are worth walking: the test's. */
extern uint32_t (*model_address)(void);

/* The boot's table, which lies outside the pool. */
void model_reset(uint32_t boot_ttbr, const uint32_t *boot_l1);
uint32_t model_random(uint32_t below);
/* Something may happen now. */
void model_tick(void);
/* An exception return: the program of the current space goes on. */
void model_return(void);
/* True while a walk is under way that began with this TTBR0. */
bool model_walking(uint32_t ttbr);
/* False while a write to a table, or maintenance, waits for a DSB. */
bool model_settled(void);
uint32_t model_ttbr0(void);
uint32_t model_asid(void);

/* What tables in memory say, with nothing pending: false for a fault. */
bool model_walk(const uint32_t *l1, uint32_t va, struct tlb_entry *e);

#endif
