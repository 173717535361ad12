/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A world for tests of kernel/mm: the real pool, spaces, tables and ASIDs on the
 * model of a TLB; in place of kernel/object a cell with slots, a quota, and
 * some sections; a few callers, each of which can be in a preempted call.
 */
#ifndef TESTS_HOST_SPACE_WORLD_H
#define TESTS_HOST_SPACE_WORLD_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "core/syscall.h"
#include "arch/arm/pte.h"
#include "mm/pool.h"
#include "mm/space.h"
#include "tlb_model.h"

#define SPACES	 6
#define SECTIONS 5
#define CALLERS	 3

/* slots of the cell */
#define SPACE(i)   (10u + (i))
#define SECTION(i) (20u + (i))

/* sections */
#define BIG    0 /* 6 MB, aligned */
#define SMALL  1 /* 1.5 MB, not aligned */
#define DEVICE 2
#define LOW    3 /* at physical address 0 */
#define PART   4 /* three pages inside BIG */

#define RW  (L4_MAP_W | L4_MT_WBWA << L4_MAP_TYPE_SHIFT)
#define RO  (L4_MT_WBWA << L4_MAP_TYPE_SHIFT)
#define RX  (L4_MAP_X | RO)
#define RWX (L4_MAP_X | RW)

extern struct cell *cell, *other_cell;
extern struct section sections[SECTIONS];
extern struct thread callers[CALLERS];
/* One in so many preemption points finds an interrupt; 0: none. */
extern unsigned preempt_rate;
extern unsigned quota_left; /* allocations that still succeed */

int world_begin(void **state);
/* Destroys all spaces; fails if anything is still in use. */
int world_end(void **state);

struct space *space_at(unsigned i); /* NULL: none */
/* After each call: nothing is pending, nothing stale in the TLB. */
void check_tlb(void);

/* A call once, or until it is through; checks the TLB after each part. */
typedef int call_fn(struct thread *cur);
int call_once(call_fn *fn, struct thread *t);
int call(call_fn *fn, uint32_t r0, uint32_t r1, uint32_t r2, uint32_t r3, uint32_t r4);
#define MAP(s, sec, va, off, size) call(sys_map, SPACE(s), SECTION(sec), va, off, size)
#define UNMAP(s, va, size)	   call(sys_unmap, SPACE(s), va, size, 0, 0)
#define PROTECT(s, va, size)	   call(sys_protect, SPACE(s), va, size, 0, 0)
#define CREATE(s, base)		   call(sys_space_create, 0, SPACE(s), base, 0, 0)
#define SHARE(s, va, size)	   call(sys_space_share, SPACE(s), va, size, 0, 0)
int destroy_once(unsigned i);
int destroy(unsigned i);
int revoke_once(unsigned sec, uint16_t *ticket);
void load(unsigned i);

/* What a page is mapped to: address and attributes as in struct tlb_entry; false: nothing. */
bool mapped(unsigned s, uint32_t va, uint32_t *pa, uint32_t *attr);
bool is_mapped(unsigned s, uint32_t va);
uint32_t attr_of(uint32_t map_attr);

/* what the cache operations were, and for how many bytes */
extern uint32_t cache_bytes[4];
enum { CLEAN_POC, FLUSH_POC, CLEAN_POU, DROP_CODE };

#define MB	 0x100000u
#define KERNEL	 0xc0000000u /* where a guest kernel's range is */
#define PAGES(n) ((n) * 0x1000u)

/* Fails unless va is mapped so. */
void maps_to(unsigned s, uint32_t va, uint32_t pa, uint32_t map_attr);
/* Space 0, which shares 1 GB from KERNEL; two megabytes of BIG are at its start. */
void share_kernel(void);

/* space_revoke.c */
void revocation_reaches_every_space_of_the_cell(void **state);
void revoking_a_frame_leaves_the_kernel_its_own_mapping(void **state);
void scans_that_meet_both_remove_everything(void **state);
void a_scan_survives_the_end_of_the_space_it_is_in(void **state);
void a_scan_survives_the_end_of_the_table_it_is_in(void **state);

/* space_random.c */
void random_use_leaves_nothing_stale(void **state);

#endif
