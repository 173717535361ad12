/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The model of what is in which slot, and choosing by it.  It is exact about
 * what this cell has made itself; what went with something else that was
 * deleted is still in it, and is then a stale argument.
 */
#include "calls.h"

uint8_t kind_of[LAST];

/* A slot that is not what is wanted: out of range, empty, or of any kind. */
l4_slot junk(void)
{
	static const l4_slot odd[] = { 0, SLOTS, SLOTS + 1, 0x7fffffff, 0x80000000, 0xffffffff,
				       0x08000000 };

	if (one_in(3))
		return odd[random_below(sizeof(odd) / sizeof(odd[0]))];
	return FIRST + random_below(LAST - FIRST);
}

l4_slot find(enum kind k)
{
	l4_slot start = random_below(LAST - FIRST);

	for (l4_slot i = 0; i < LAST - FIRST; i++) {
		l4_slot s = FIRST + (start + i) % (LAST - FIRST);

		if (kind_of[s] == k)
			return s;
	}
	return junk();
}

bool has(enum kind k, l4_word n)
{
	for (l4_slot s = FIRST; s < LAST && n; s++)
		n -= kind_of[s] == k;
	return !n;
}

l4_slot pick(enum kind k)
{
	return one_in(12) ? junk() : find(k);
}

/* A thread of this cell: its faults go to SINK, and it is in safe code. */
void new_thread_ready(l4_slot slot)
{
	for (l4_word class = L4_EXC_PFAULT; class < L4_EXC_STOP; class++)
		must(l4_thread_route(slot, class, L4_ROUTE_THREAD, SINK));
	must(l4_thread_start(slot, (l4_word)safe_loop, 0, 0));
	if (one_in(2))
		must(l4_thread_stop(slot));
}

static void set(l4_slot s, enum kind k)
{
	if (s < LAST)
		kind_of[s] = (uint8_t)k;
}

static void learn_copy(const l4_word *in)
{
	enum kind k = in[0] < LAST ? (enum kind)kind_of[in[0]] : NOTHING;

	if (in[1])
		return;
	/* Weak: of some kind, without the right to control it. */
	if (in[0] < FIRST || !(in[3] & L4_R_CONTROL))
		k = WEAK;
	set(in[2], k);
}

static void learn_made(l4_word nr, const l4_word *in)
{
	switch (nr) {
	case L4_NR_thread_create:
		set(in[1], in[0] ? CHILD_THREAD : THREAD);
		if (!in[0])
			new_thread_ready(in[1]);
		break;
	case L4_NR_cell_create:
		set(in[0], CELL);
		must(l4_cell_supervise(in[0], SINK));
		break;
	case L4_NR_space_create:
		set(in[1], in[0] ? CHILD_SPACE : SPACE);
		break;
	case L4_NR_section_derive:
		set(in[1], in[0] ? CHILD_OTHER : SECTION);
		break;
	case L4_NR_frame_create:
		set(in[1], in[0] ? CHILD_OTHER : one_in(3) ? VFRAME : FRAME);
		break;
	case L4_NR_vcpu_create:
		set(in[1], in[0] ? CHILD_OTHER : VCPU);
		break;
	default:
		break;
	}
}

void learn(l4_word nr, const l4_word *in, int result)
{
	if (result < 0)
		return;
	switch (nr) {
	case L4_NR_cap_copy:
		learn_copy(in);
		break;
	case L4_NR_cap_move:
		if (!in[1])
			set(in[2], in[0] < LAST ? (enum kind)kind_of[in[0]] : NOTHING);
		set(in[0], NOTHING);
		break;
	case L4_NR_cap_delete:
		set(in[0], NOTHING);
		break;
	case L4_NR_reply_save:
		set(in[0], WEAK);
		break;
	case L4_NR_vcpu_bind:
		set(in[1], BOUND);
		break;
	default:
		learn_made(nr, in);
	}
}
