/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The mistakes that can be made with any capability argument.  Objects of each
 * kind are made once a test in the slots below, and deleted by clean_slots.
 */
#include "ktest.h"

enum {
	A_CELL = T(440), A_THREAD, A_SPACE, A_SECTION, A_FRAME, A_IRQ, A_VCPU, A_VFRAME, A_STALE,
	A_WEAK, A_EMPTY, A_REPLY,
};

int raw(l4_word nr, const l4_word *args)
{
	register l4_word r0 __asm__("r0") = args[0];
	register l4_word r1 __asm__("r1") = args[1];
	register l4_word r2 __asm__("r2") = args[2];
	register l4_word r3 __asm__("r3") = args[3];
	register l4_word r4 __asm__("r4") = args[4];
	register l4_word r5 __asm__("r5") = args[5];
	register l4_word r6 __asm__("r6") = args[6];
	register l4_word r10 __asm__("r10") = L4_NOWAIT;
	register l4_word r11 __asm__("r11") = 0;
	register l4_word r12 __asm__("r12") = nr;

	__asm__ volatile("svc #0"
		: "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r10)
		: "r"(r11), "r"(r12)
		: "r7", "r8", "r9", "memory");
	return (int)r0;
}

static void call_me(void *arg)
{
	struct l4_message m = msg(0, 0, 0);

	(void)arg;
	(void)!l4_call(L4_SLOT_THREAD, &m, L4_NEVER);
}

/* One object of each kind, a saved reply, a slot whose object is gone. */
static void make_objects(void)
{
	struct l4_message m = msg(0, 0, 0);
	l4_word slots;
	int err;

	must(l4_cell_info(0, NULL, NULL, &slots));
	must(l4_cell_create(A_CELL, 8192, 16, MAX_PRIO, 0, 0));
	must(l4_space_create(0, A_SPACE, 0));
	must(l4_thread_create(0, A_THREAD, L4_SLOT_SPACE, LOW, 0, 0));
	must(l4_section_derive(0, A_SECTION, RAM_SLOT, RAM_SIZE - 2 * L4_PAGE_SIZE, L4_PAGE_SIZE,
			       L4_MEM));
	must(l4_frame_create(0, A_FRAME));
	must(l4_frame_create(0, A_VFRAME));
	err = l4_vcpu_create(0, A_VCPU, A_VFRAME, 0x1000);
	if (err != L4_ENOSYS)	/* a kernel without: an empty slot is as wrong */
		must(err);
	must(l4_frame_create(0, A_STALE));
	must(l4_cap_delete(A_STALE));
	(void)helper(HELPERS - 1, call_me, NULL, HIGH);
	must(l4_recv(&m, 1000000));
	must(l4_reply_save(A_REPLY));
}

static void unmake_objects(void)
{
	for (l4_slot s = A_CELL; s <= A_REPLY; s++)
		if (s != A_SPACE && s != A_VFRAME)
			must(l4_cap_delete(s));
	must(l4_cap_delete(A_SPACE));
	must(l4_cap_delete(A_VFRAME));
	helper_end(HELPERS - 1);
	ram_map();
}

static bool same_kind(enum kind want, enum kind k)
{
	/* Frames are sections where memory is mapped: see section_lookup. */
	return want == k || (want == K_SECTION && k == K_FRAME);
}

static void wrong_kinds(const struct cap_arg *a, l4_word *args)
{
	static const struct {
		enum kind kind;
		l4_slot slot;
	} all[] = {
		{ K_CELL, A_CELL }, { K_THREAD, A_THREAD }, { K_SPACE, A_SPACE },
		{ K_SECTION, A_SECTION }, { K_FRAME, A_FRAME }, { K_VCPU, A_VCPU },
		{ K_SYSTEM, L4_SLOT_SYSTEM },
	};
	int wrong = 0;

	for (unsigned int i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (same_kind(a->kind, all[i].kind))
			continue;
		args[a->index] = all[i].slot;
		if (raw(a->nr, args) != L4_ECAP) {
			note("kind %d as argument %u gives %s", all[i].kind, a->index,
			     error_name(raw(a->nr, args)));
			wrong++;
		}
	}
	ok(!wrong, "%s refuses other kinds of objects as argument %u", a->name, a->index);
}

static void wrong_slots(const struct cap_arg *a, l4_word *args)
{
	l4_word slots, bad[] = { A_EMPTY, A_STALE, A_REPLY, 0, 0xffffffff, 0x80000000, 0 };
	int wrong = 0;

	must(l4_cell_info(0, NULL, NULL, &slots));
	bad[3] = slots;
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(bad[0]) - (a->null ? 1 : 0); i++) {
		/* A saved reply is what send takes. */
		if (a->nr == L4_NR_send && bad[i] == A_REPLY)
			continue;
		args[a->index] = bad[i];
		if (raw(a->nr, args) != L4_ECAP) {
			note("slot %lx as argument %u gives %s", bad[i], a->index,
			     error_name(raw(a->nr, args)));
			wrong++;
		}
	}
	ok(!wrong, "%s refuses empty, stale, impossible and reply slots as argument %u", a->name,
	   a->index);
	args[a->index] = A_EMPTY;
	result(a->nr, raw(a->nr, args), L4_ECAP, "argument %u is an empty slot", a->index);
}

/* All that the good one has, but this right. */
static void weak_copy(l4_slot good, l4_word right)
{
	l4_word rights = 0;

	for (l4_word r = 1; r < L4_R_ALL; r <<= 1) {
		if (r == right || l4_cap_copy(good, 0, A_WEAK, r, 0) != L4_OK)
			continue;
		rights |= r;
		must(l4_cap_delete(A_WEAK));
	}
	must(l4_cap_copy(good, 0, A_WEAK, rights, 0));
}

void cap_argument(const struct cap_arg *a)
{
	l4_word args[7];
	l4_slot good = a->args[a->index];

	for (int i = 0; i < 7; i++)
		args[i] = a->args[i];
	make_objects();
	wrong_slots(a, args);
	wrong_kinds(a, args);
	if (a->right) {
		weak_copy(good, a->right);
		args[a->index] = A_WEAK;
		result(a->nr, raw(a->nr, args), L4_ERIGHT, "argument %u lacks a right", a->index);
	}
	unmake_objects();
}

void slot_argument(l4_word nr, const char *name, const l4_word *list, unsigned int index)
{
	l4_word args[7], slots;

	(void)name;
	for (int i = 0; i < 7; i++)
		args[i] = list[i];
	must(l4_cell_info(0, NULL, NULL, &slots));
	args[index] = L4_SLOT_THREAD;
	result(nr, raw(nr, args), L4_EBUSY, "the slot to fill is in use");
	args[index] = slots;
	result(nr, raw(nr, args), L4_EINVAL, "the slot to fill is behind the table");
	args[index] = 0xffffffff;
	result(nr, raw(nr, args), L4_EINVAL, "the slot to fill is -1");
	args[index] = 0;
	result(nr, raw(nr, args), L4_EINVAL, "the slot to fill is slot 0");
}
