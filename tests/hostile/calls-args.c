/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Arguments.  Most are right, so that most calls get past their first check;
 * each has a chance of its own to be wrong.
 */
#include <string.h>
#include "calls.h"

static l4_slot empty_slot(void)
{
	static const l4_slot odd[] = { 0, 1, 3, 8, SLOTS, 0xffffffff };

	if (one_in(16))
		return odd[random_below(6)];
	return one_in(16) ? FIRST + random_below(LAST - FIRST) : find(NOTHING);
}

static l4_word cell(void)
{
	return one_in(2) ? 0 : pick(CELL);
}

/* To receive, notify or be told: also main, weakly. */
static l4_slot any_thread(void)
{
	static const enum kind k[] = { THREAD, THREAD, CHILD_THREAD, BOUND, WEAK };

	if (one_in(8))
		return L4_SLOT_THREAD;
	return pick(k[random_below(5)]);
}

/* To be started, stopped, changed: never main. */
static l4_slot thread(void)
{
	static const enum kind k[] = { THREAD, CHILD_THREAD, BOUND, WEAK };

	return pick(k[random_below(4)]);
}

static bool is_child(l4_slot s)
{
	return s < LAST && kind_of[s] == CHILD_THREAD;
}

/* Where a thread may go on. */
static l4_word pc_for(l4_slot s)
{
	if (!is_child(s))
		return (l4_word)safe_loop;
	switch (random_below(4)) {
	case 0:
		return random_word();
	case 1:
		return SANDBOX + random_below(16) * 0x100000;
	case 2:
		return L4_KERNEL_BASE + random_below(L4_KERNEL_SIZE);
	default:
		return SANDBOX;
	}
}

static l4_word va(void)
{
	l4_word v = SANDBOX + random_below(16) * 0x100000 + random_below(256) * 0x1000;

	switch (random_below(16)) {
	case 0:
		return L4_KERNEL_BASE + random_below(L4_KERNEL_SIZE / 0x1000) * 0x1000;
	case 1:
		return v + random_below(0x1000);
	case 2:
		return v & ~0xfffffu;
	case 3:
		return 0xfffff000 - random_below(4) * 0x1000;
	default:
		return v;
	}
}

static l4_word attributes(void)
{
	static const uint8_t types[] = { 7, 7, 7, 3, 1, 0, 4, 2, 5, 6 };
	l4_word a = types[random_below(one_in(4) ? 10 : 3)] << L4_MAP_TYPE_SHIFT;

	a |= one_in(2) ? L4_MAP_W : 0;
	a |= one_in(3) ? L4_MAP_X : 0;
	return a | (one_in(6) ? L4_MAP_KERNEL : 0);
}

static l4_word size(void)
{
	switch (random_below(16)) {
	case 0:
		return 0;
	case 1:
		return random_word();
	case 2:
		return 0x100000 * random_below(5);
	case 3:
		return 0u - 0x1000 * random_below(16);
	case 4:
		return random_below(0x4000);
	default:
		return 0x1000 * (1 + random_below(16));
	}
}

static l4_word offset(void)
{
	switch (random_below(10)) {
	case 0:
		return random_word();
	case 1:
		return random_below(0x400000);
	case 2:
		return 0x100000 * random_below(5);
	default:
		return 0x1000 * random_below(1024);
	}
}

static l4_slot memory(void)
{
	switch (random_below(6)) {
	case 0:
		return pick(FRAME);
	case 1:
		return pick(WEAK);
	case 2:
		return DEVICE;
	case 3:
		return RAM;
	default:
		return pick(SECTION);
	}
}

/* Whose removals stay in the sandbox: see va() and span(). */
static l4_slot space(void)
{
	static const enum kind k[] = { SPACE, CHILD_SPACE, WEAK };

	return one_in(2) ? L4_SLOT_SPACE : pick(k[random_below(3)]);
}

/* A size that does not reach beyond the end of addresses and round to our own. */
static l4_word span(l4_word at)
{
	l4_word n = size();

	return n > 0u - at && one_in(2) ? 0x1000 : n;
}

static l4_word rights(void)
{
	return one_in(2) ? L4_R_ALL : one_in(16) ? random_word() : random_below(0x80);
}

/* Seldom, and never long: the victim has its time slice before main is back. */
static l4_word timeout(void)
{
	return one_in(100) ? 1 + random_below(30) : L4_NOWAIT;
}

static void message(l4_word *r)
{
	for (int i = 2; i < 10; i++)
		r[i] = random_word();
	r[1] = random_word() & (L4_TAG_KERNEL | 0xffff0000);
	r[1] |= one_in(4) ? random_below(128) : random_below(9);
	r[1] |= one_in(4) ? random_below(4) << L4_TAG_CAPS_SHIFT : 0;
	r[10] = timeout();
	r[11] = one_in(8) ? ACCEPT : 0;
	for (int i = 0; i < L4_MSG_CAPS; i++)
		l4x_buf()->caps[i] = one_in(4) ? junk() : find(FRAME);
}

static l4_slot destination(void)
{
	return one_in(2) ? ECHO : any_thread();
}

/* Registers for thread_write, in the message buffer. */
static void registers(l4_slot s)
{
	struct l4_regs *r = (struct l4_regs *)(void *)l4x_buf();

	for (int i = 0; i < 15; i++)
		r->r[i] = random_word();
	r->r[12] = random_below(L4_NR_COUNT);
	r->r[10] = random_below(100);
	r->pc = pc_for(s);
	r->psr = is_child(s) ? random_word() : 0x10;
	r->tpidrurw = random_word();
	r->tpidruro = random_word();
}

static void args_thread(l4_word nr, l4_word *r)
{
	r[0] = thread();
	switch (nr) {
	case L4_NR_thread_create:
		r[0] = one_in(2) ? 0 : pick(CELL);
		r[1] = empty_slot();
		r[2] = r[0] ? pick(CHILD_SPACE) : one_in(16) ? pick(WEAK) : L4_SLOT_SPACE;
		r[3] = one_in(16) ? random_word() : random_below(CHILD_PRIO);
		break;
	case L4_NR_thread_buffer:
		r[1] = one_in(12) ? pick(WEAK) : find(FRAME);
		r[2] = one_in(8) ? random_word() : random_below(9) * L4_MSGBUF_SIZE;
		break;
	case L4_NR_thread_start:
		if (one_in(20))
			r[0] = L4_SLOT_THREAD;
		r[1] = pc_for(r[0]);
		break;
	case L4_NR_thread_read:
	case L4_NR_thread_write:
		registers(r[0]);
		r[1] = random_below(5);
		break;
	case L4_NR_thread_prio:
		r[1] = one_in(8) ? random_word() : random_below(CHILD_PRIO);
		break;
	case L4_NR_thread_route:
		r[1] = one_in(16) ? random_word() : random_below(8);
		r[2] = is_child(r[0]) ? random_below(5) : one_in(2) ? L4_ROUTE_THREAD : 4;
		r[3] = is_child(r[0]) ? any_thread() : one_in(8) ? SLOTS : SINK;
		if (one_in(32)) {	/* to itself */
			r[2] = L4_ROUTE_THREAD;
			r[3] = r[0];
		}
		break;
	default:
		break;
	}
}

static void batch(void)
{
	struct l4_map_item *item = (struct l4_map_item *)(void *)l4x_buf();

	for (int i = 0; i < 16; i++)
		item[i] = (struct l4_map_item){ memory(), offset(), va() | attributes(),
						one_in(16) ? random_word() : 1 + random_below(4) };
}

static void args_space(l4_word nr, l4_word *r)
{
	r[0] = space();
	switch (nr) {
	case L4_NR_space_create:
		/* few of our own: all are looked through when a section goes */
		r[0] = has(SPACE, 4) ? find(CELL) : cell();
		r[1] = empty_slot();
		r[2] = one_in(3) ? (one_in(2) ? L4_SLOT_SPACE : pick(SPACE)) : 0;
		break;
	case L4_NR_space_share:
		r[0] = one_in(8) ? space() : pick(SPACE);
		r[1] = one_in(4) ? va() : va() & ~0xfffffu;
		r[2] = one_in(3) ? size() : random_below(4) * 0x100000;
		break;
	case L4_NR_map:
		r[1] = memory();
		r[2] = va() | attributes();
		r[3] = offset();
		r[4] = size();
		break;
	case L4_NR_map_batch:
		batch();
		r[1] = one_in(16) ? random_word() : random_below(17);
		break;
	case L4_NR_unmap:
		r[1] = va();
		r[2] = span(r[1]);
		break;
	case L4_NR_protect:
		r[1] = va() | (one_in(2) ? L4_MAP_X : 0) | (one_in(2) ? L4_MAP_W : 0);
		r[2] = span(r[1]);
		break;
	default:
		r[0] = one_in(3) ? 0 : space();
		r[1] = random_below(6);
		r[2] = va();
		r[3] = span(r[2]) % 0x100000;
	}
}

static void args_cap(l4_word nr, l4_word *r)
{
	r[0] = FIRST + random_below(LAST - FIRST);
	if (one_in(16))
		r[0] = junk();
	if (r[0] < FIRST && nr != L4_NR_cap_copy)
		r[0] = SLOTS;
	switch (nr) {
	case L4_NR_cap_copy:
		r[1] = cell();
		r[2] = r[1] ? random_below(34) : empty_slot();
		r[3] = rights();
		r[4] = one_in(4) ? random_word() : 0;
		if (one_in(4))
			r[0] = L4_SLOT_CELL + random_below(3);
		else if (one_in(3))
			r[0] = find((enum kind)(1 + random_below(KINDS - 1)));
		/* what must not come back with more power: see calls.h */
		if (r[0] == L4_SLOT_SPACE || r[0] == L4_SLOT_CELL)
			r[3] &= L4_R_READ;
		else if (r[0] == L4_SLOT_THREAD)
			r[3] &= L4_R_SEND | L4_R_NOTIFY | L4_R_GRANT;
		else if (r[1])
			r[3] &= ~(l4_word)L4_R_CONTROL;
		break;
	case L4_NR_cap_move:
		r[1] = one_in(3) ? pick(CELL) : 0;
		r[2] = r[1] ? random_below(34) : empty_slot();
		if (r[1] && r[0] < LAST && kind_of[r[0]] != FRAME && kind_of[r[0]] != SECTION)
			r[0] = find(FRAME);
		break;
	default:
		if (nr == L4_NR_cap_revoke && one_in(64))
			r[0] = L4_SLOT_THREAD;
	}
}

static void args_guest(l4_word nr, l4_word *r)
{
	r[0] = one_in(12) ? pick(WEAK) : pick(VCPU);
	switch (nr) {
	case L4_NR_vcpu_create:
		r[0] = cell();
		r[1] = empty_slot();
		r[2] = one_in(12) ? pick(WEAK) : find(VFRAME);
		r[3] = va();
		break;
	case L4_NR_vcpu_bind:
		r[1] = one_in(12) ? pick(WEAK) : find(one_in(8) ? BOUND : THREAD);
		r[2] = random_below(4);
		break;
	case L4_NR_vcpu_entry:
		r[1] = random_below(L4_NR_COUNT);
		r[2] = va() & (one_in(3) ? ~0u : ~3u);
		break;
	case L4_NR_alarm:
		r[0] = one_in(2) ? 0 : any_thread();
		r[1] = one_in(3) ? 0 : random_word();
		r[2] = (l4_word)ticks() + random_below(100000);
		r[3] = (l4_word)(ticks() >> 32);
		break;
	default:
		break;
	}
}

static void args_other(l4_word nr, l4_word *r)
{
	switch (nr) {
	case L4_NR_reply_save:
		r[0] = empty_slot();
		break;
	case L4_NR_notify:
		r[0] = any_thread();
		break;
	case L4_NR_cell_create:
		r[0] = empty_slot();
		r[1] = one_in(8) ? random_word() : 0x8000 + random_below(0x10000);
		r[2] = one_in(8) ? random_word() : 16 + random_below(32);
		r[3] = one_in(8) ? random_word() : random_below(CHILD_PRIO);
		break;
	case L4_NR_cell_supervise:
		r[0] = one_in(12) ? pick(WEAK) : one_in(12) ? 0 : find(CELL);
		r[1] = any_thread();
		break;
	case L4_NR_cell_budget:
		r[0] = one_in(12) ? pick(WEAK) : one_in(12) ? 0 : find(CELL);
		r[1] = one_in(8) ? random_word() : 100 + random_below(900);
		r[2] = one_in(8) ? random_word() : 1000 + random_below(9000);
		break;
	case L4_NR_thread_core:
		r[0] = one_in(16) ? L4_SLOT_THREAD : thread();
		r[1] = one_in(8) ? random_word() : random_below(4);
		break;
	case L4_NR_cell_info:
		r[0] = one_in(8) ? L4_SLOT_CELL : cell();
		break;
	case L4_NR_section_derive:
		r[0] = cell();
		r[1] = empty_slot();
		r[2] = one_in(2) ? RAM : one_in(8) ? pick(WEAK) : pick(SECTION);
		r[3] = offset();
		r[4] = size();
		r[5] = rights();
		break;
	case L4_NR_frame_create:
		r[0] = cell();
		r[1] = empty_slot();
		break;
	case L4_NR_irq_create:
		r[0] = junk();
		r[1] = empty_slot();
		r[2] = random_below(100);
		break;
	case L4_NR_irq_bind:
	case L4_NR_irq_ack:
	case L4_NR_irq_mask:
		r[0] = one_in(2) ? IRQ : one_in(2) ? pick(IRQS) : pick(WEAK);
		r[1] = one_in(3) ? 0 : any_thread();
		r[2] = one_in(4) ? 0 : random_word();
		break;
	default:	/* system: anything but the end */
		r[0] = one_in(3) ? junk() : L4_SLOT_SYSTEM;
		r[1] = one_in(2) ? L4_SYS_INFO : 4 + random_below(1000);
	}
}

/* Registers that a call does not use have anything in them. */
void make_args(l4_word nr, l4_word *r)
{
	for (int i = 0; i < 13; i++)
		r[i] = random_word();
	if (nr <= L4_NR_reply_recv) {
		message(r);
		r[0] = destination();
	} else if (nr >= L4_NR_thread_create && nr <= L4_NR_thread_route) {
		args_thread(nr, r);
	} else if (nr >= L4_NR_space_create && nr <= L4_NR_cache) {
		args_space(nr, r);
	} else if (nr >= L4_NR_cap_copy && nr <= L4_NR_cap_revoke) {
		args_cap(nr, r);
	} else if (nr >= L4_NR_vcpu_create && nr <= L4_NR_alarm) {
		args_guest(nr, r);
	} else {
		args_other(nr, r);
	}
}
