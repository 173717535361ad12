/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Scenes: what chance would hardly bring about, because it takes several
 * threads in a certain order.  Each leaves its slots empty.
 */
#include <string.h>
#include <l4/vcpu.h>
#include "calls.h"

static volatile l4_word answer[4];	/* results of scenes' threads; PENDING: none yet */
#define PENDING 0x7fffffff

static l4_slot s(l4_word n)
{
	return SCENE + n;
}

#define C(call, ...)	c(L4_NR_##call, (const l4_word[7]){ __VA_ARGS__ })

static int c(l4_word nr, const l4_word *args)
{
	l4_word r[13] = { 0 };

	memcpy(r, args, 7 * sizeof(*r));
	r[10] = L4_NOWAIT;
	return do_call(nr, r);
}

/* A message call of main's with a timeout. */
static int ipc(l4_word nr, l4_slot dest, l4_word timeout)
{
	l4_word r[13] = { dest, l4_tag(1, 1) };

	r[10] = timeout;
	return do_call(nr, r);
}

static void clean(void)
{
	for (int i = 0; i < 2; i++)
		for (l4_slot n = SCENE; n < SCENE_END; n++)
			(void)!l4_cap_delete(n);
	for (l4_slot n = ACCEPT; n < ACCEPT + 3; n++)
		(void)!l4_cap_delete(n);
}

/* Takes what is there for main, so that a scene's message is what it gets. */
static void drain(void)
{
	for (int i = 0; i < 50; i++) {
		struct l4_message m = { .tag = 0 };

		if (l4_recv(&m, L4_NOWAIT) < 0)
			return;
	}
}

/* Thread n of the cell makes one call; the result goes to answer[n % 4]. */
static void make_thread(l4_word n, l4_word prio)
{
	(void)C(thread_create, 0, s(n), L4_SLOT_SPACE, prio);
	for (l4_word class = L4_EXC_PFAULT; class < L4_EXC_STOP; class++)
		(void)!l4_thread_route(s(n), class, L4_ROUTE_THREAD, SINK);
}

static void thread_calls(l4_word n, l4_word nr, l4_word a0, l4_word a1, l4_word a2)
{
	struct l4_regs *r = (struct l4_regs *)(void *)l4x_buf();

	answer[n % 4] = PENDING;
	memset(r, 0, sizeof(*r));
	r->r[0] = a0;
	r->r[1] = a1;
	r->r[2] = a2;
	r->r[10] = L4_NEVER;
	r->r[12] = nr;
	r->r[13] = (l4_word)&answer[n % 4];
	r->pc = (l4_word)safe_call;
	r->psr = 0x10;
	(void)C(thread_write, s(n), L4_REGS_CPU);
	(void)C(thread_resume, s(n));
}

static void counted(l4_word n, l4_word nr)
{
	if (answer[n % 4] != PENDING)
		count(nr, (int)answer[n % 4]);
}

/* The partner is destroyed. */
static void scene_dead(void)
{
	make_thread(0, TOP_PRIO);
	make_thread(1, TOP_PRIO);
	(void)C(thread_create, 0, s(3), L4_SLOT_SPACE, 0);
	thread_calls(0, L4_NR_call, s(3), 0, 0);
	thread_calls(1, L4_NR_send, s(3), 0, 0);
	(void)C(cap_delete, s(3));
	counted(0, L4_NR_call);
	counted(1, L4_NR_send);
}

/* Stopped in the middle, and resumed. */
static void scene_cancel(void)
{
	static const l4_word nr[] = { L4_NR_call, L4_NR_send, L4_NR_recv, L4_NR_reply_recv };

	(void)C(thread_create, 0, s(4), L4_SLOT_SPACE, 0);
	for (l4_word i = 0; i < 4; i++) {
		make_thread(i, TOP_PRIO);
		thread_calls(i, nr[i], s(4), 0, 0);
		(void)C(thread_stop, s(i));
		(void)C(thread_resume, s(i));
		counted(i, nr[i]);
	}
}

static void scene_time(void)
{
	(void)C(thread_create, 0, s(0), L4_SLOT_SPACE, 0);
	drain();
	(void)ipc(L4_NR_call, s(0), 20);
	(void)ipc(L4_NR_send, s(0), 20);
	(void)ipc(L4_NR_recv, 0, 20);
	(void)ipc(L4_NR_reply_recv, 0, 20);
	(void)ipc(L4_NR_call, ECHO, 1000000);
	(void)ipc(L4_NR_send, ECHO, 1000000);
}

/* Main as a server: saves a caller, and answers. */
static void scene_save(void)
{
	drain();
	(void)C(reply_save, s(10));
	make_thread(0, TOP_PRIO);
	thread_calls(0, L4_NR_call, L4_SLOT_THREAD, l4_tag(1, 2), 7);
	(void)ipc(L4_NR_recv, 0, L4_NOWAIT);
	(void)C(reply_save, L4_SLOT_SPACE);
	(void)C(reply_save, SLOTS);
	(void)C(reply_save, s(10));
	(void)ipc(L4_NR_send, s(10), L4_NOWAIT);
	counted(0, L4_NR_call);
	make_thread(1, TOP_PRIO);
	thread_calls(1, L4_NR_call, L4_SLOT_THREAD, l4_tag(1, 2), 7);
	(void)ipc(L4_NR_reply_recv, 0, L4_NOWAIT);
	(void)ipc(L4_NR_reply_recv, 0, L4_NOWAIT);
	counted(1, L4_NR_call);
	make_thread(2, TOP_PRIO);
	thread_calls(2, L4_NR_call, L4_SLOT_THREAD, l4_tag(1, 2), 7);
	(void)ipc(L4_NR_recv, 0, L4_NOWAIT);
	l4_word r[13] = { 0, L4_MSG_WORDS + 1 };

	(void)do_call(L4_NR_reply_recv, r);
	thread_calls(3, L4_NR_recv, 0, 0, 0);
}

/* S's own calls.  Its code runs, whatever it is told. */
static void s_calls(l4_word nr, l4_word a0)
{
	(void)C(thread_stop, s(0));
	thread_calls(0, nr, a0, 0, 0);
	counted(0, nr);
}

/* An item in the map queue of the register page that is mapped below SANDBOX. */
static void page_item(struct l4_map_item item)
{
	struct l4_vcpu_page *page = (void *)(SANDBOX - 0x1000);

	item.gen += page->gen;
	page->queue[0] = item;
	page->qcount = 1;
}

static void queue_item(struct l4_map_item item)
{
	page_item(item);
	s_calls(L4_NR_queue_map, 0);
}

static void scene_vcpu(void)
{
	const l4_word va = SANDBOX | RAM_ATTR;

	make_thread(0, TOP_PRIO);
	(void)C(frame_create, 0, s(10));
	if (C(map, L4_SLOT_SPACE, s(10), (SANDBOX - 0x1000) | L4_MAP_W | RAM_ATTR, 0, 0x1000))
		return;
	(void)C(vcpu_create, 0, s(11), s(10), 0x1000);
	if (C(vcpu_bind, s(11), s(0), L4_ROLE_S) != L4_OK)
		return;
	(void)C(space_create, 0, s(12), 0);
	(void)C(cap_copy, L4_SLOT_SPACE, 0, s(13), L4_R_READ, 0);
	(void)C(section_derive, 0, s(14), RAM, 0, 0x1000, L4_R_READ);
	s_calls(L4_NR_space_switch, L4_SLOT_SPACE);
	s_calls(L4_NR_space_switch, s(10));
	s_calls(L4_NR_space_switch, s(13));
	(void)C(cell_create, s(15), 0x8000, 16, 0);
	(void)C(space_create, s(15), s(16), 0);
	s_calls(L4_NR_space_switch, s(16));
	(void)C(space_switch, L4_SLOT_SPACE);
	queue_item((struct l4_map_item){ s(14), 0, va, 0 });
	queue_item((struct l4_map_item){ s(14), 0, va, 1 });
	queue_item((struct l4_map_item){ s(14), 0, va | L4_MAP_W, 0 });
	queue_item((struct l4_map_item){ s(14), 0x1000, va, 0 });
	queue_item((struct l4_map_item){ s(90), 0, va, 0 });
	(void)C(queue_map, 0);
	(void)C(wait, 0);
	(void)C(interrupt, 0);
	s_calls(L4_NR_wait, 0);
	(void)C(interrupt, s(11));
	counted(0, L4_NR_wait);
	s_calls(L4_NR_interrupt, 0);
	(void)C(vcpu_entry, s(11), 3, 0x1000);
}

/* Copies of copies, sections of sections, as far as it goes. */
static void scene_deep(void)
{
	l4_word n = 0;

	(void)C(frame_create, 0, s(0));
	while (n < 70 && C(cap_copy, s(n), 0, s(n + 1), L4_R_ALL, 0) == L4_OK)
		n++;
	(void)C(cap_revoke, s(0));
	(void)C(section_derive, 0, s(1), RAM, 0, 0x1000, MEM_RIGHTS);
	for (n = 1; n < 70; n++)
		if (C(section_derive, 0, s(n + 1), s(n), 0, 0x1000, MEM_RIGHTS) != L4_OK)
			break;
	(void)C(cap_revoke, s(1));
}

/* More threads than the kernel has timers for. */
static void scene_threads(void)
{
	if (C(cell_create, s(0), 1100 * 1024, 16, 0) != L4_OK)
		return;
	(void)C(space_create, s(0), s(1), 0);
	for (l4_word n = 0; n < 1100; n++)
		if (C(thread_create, s(0), MANY + n, s(1), 0) != L4_OK)
			break;
}

/* Nothing left to pay with. */
static void scene_quota(void)
{
	(void)C(cell_create, s(0), 17 * 1024, 16, 0);
	(void)C(space_create, s(0), s(1), 0);
	(void)C(section_derive, s(0), s(2), RAM, 0, 0x100000, MEM_RIGHTS);
	(void)C(map, s(1), s(2), 0x100000 | RAM_ATTR, 0, 0x100000);
	for (l4_word n = 0; n < 20; n++)
		if (C(section_derive, s(0), s(10 + n), RAM, 0, 0x1000, MEM_RIGHTS) != L4_OK)
			break;
	(void)C(thread_create, s(0), s(50), s(1), 0);
	(void)C(frame_create, s(0), s(50));
	(void)C(cell_budget, s(0), 1000, 10000);
	(void)C(space_create, s(0), s(50), 0);
	(void)C(space_share, s(1), 0x40000000, 0x100000);
	(void)C(map, s(1), s(2), 0x200000 | RAM_ATTR, 0, 0x1000);
	(void)C(unmap, s(1), 0x101000, 0x1000);
	(void)C(protect, s(1), 0x101000, 0x1000);
	*(struct l4_map_item *)(void *)l4x_buf() =
		(struct l4_map_item){ s(2), 0, 0x200000 | RAM_ATTR, 1 };
	(void)C(map_batch, s(1), 1);
	(void)C(cell_create, s(51), 0x7fffffff, 16, 0);
}

/* A thread of a child makes one call, from code at SANDBOX; PENDING if it did not. */
static int child_calls(l4_slot thread, l4_word nr)
{
	struct l4_regs *r = (struct l4_regs *)(void *)l4x_buf();

	memset(r, 0, sizeof(*r));
	r->r[0] = PENDING;
	r->r[12] = nr;
	r->pc = SANDBOX;
	r->psr = 0x10;
	(void)C(thread_write, thread, L4_REGS_CPU);
	(void)C(thread_resume, thread);
	l4x_sleep(300);
	(void)C(thread_stop, thread);
	(void)C(thread_read, thread, L4_REGS_CPU);
	return (int)r->r[0];
}

/* A virtual CPU in a cell that cannot pay for another, or for a table. */
static void scene_guest_quota(void)
{
	int err = L4_OK;

	(void)C(cell_create, s(0), 26 * 1024, 16, MAIN_PRIO);
	(void)C(cell_supervise, s(0), SINK);
	(void)C(space_create, s(0), s(1), 0);
	(void)C(frame_create, s(0), s(2));
	(void)C(thread_create, s(0), s(3), s(1), MAIN_PRIO);
	(void)C(section_derive, s(0), s(4), RAM, ONE_CALL, 0x1000, MEM_RIGHTS);
	(void)C(cap_copy, s(4), s(0), 8, MEM_RIGHTS);
	(void)C(map, s(1), s(4), SANDBOX | L4_MAP_X | RAM_ATTR, 0, 0x1000);
	(void)C(vcpu_create, s(0), s(5), s(2), 0x1000);
	(void)C(vcpu_bind, s(5), s(3), L4_ROLE_S);
	for (l4_word n = 0; n < 40 && err == L4_OK; n++)
		err = C(vcpu_create, s(0), s(6 + n), s(2), 0x1000);
	if (C(map, L4_SLOT_SPACE, s(2), (SANDBOX - 0x1000) | L4_MAP_W | RAM_ATTR, 0, 0x1000))
		return;
	page_item((struct l4_map_item){ 8, 0, 0x60000000 | RAM_ATTR, 0 });
	err = child_calls(s(3), L4_NR_queue_map);
	if (err != PENDING)
		count(L4_NR_queue_map, err);
}

/* Capabilities without any right, for every call that asks for one. */
static void scene_rights(void)
{
	static const struct {
		l4_word nr, index;
		l4_word kind;		/* slot with one of that kind */
	} asks[] = {
		{ L4_NR_call, 0, 0 }, { L4_NR_send, 0, 0 }, { L4_NR_notify, 0, 0 },
		{ L4_NR_thread_create, 0, 1 }, { L4_NR_thread_buffer, 0, 0 },
		{ L4_NR_thread_start, 0, 0 }, { L4_NR_thread_stop, 0, 0 },
		{ L4_NR_thread_resume, 0, 0 }, { L4_NR_thread_read, 0, 0 },
		{ L4_NR_thread_write, 0, 0 }, { L4_NR_thread_prio, 0, 0 },
		{ L4_NR_thread_route, 0, 0 }, { L4_NR_cell_supervise, 0, 1 },
		{ L4_NR_cell_info, 0, 1 }, { L4_NR_space_create, 0, 1 },
		{ L4_NR_space_share, 0, 2 }, { L4_NR_map, 0, 2 }, { L4_NR_map_batch, 0, 2 },
		{ L4_NR_unmap, 0, 2 }, { L4_NR_protect, 0, 2 }, { L4_NR_cache, 0, 2 },
		{ L4_NR_section_derive, 0, 1 }, { L4_NR_frame_create, 0, 1 },
		{ L4_NR_vcpu_create, 0, 1 }, { L4_NR_vcpu_entry, 0, 3 },
		{ L4_NR_vcpu_bind, 0, 3 }, { L4_NR_interrupt, 0, 3 }, { L4_NR_alarm, 0, 0 },
		{ L4_NR_irq_bind, 0, 4 }, { L4_NR_irq_ack, 0, 4 }, { L4_NR_irq_mask, 0, 4 },
		{ L4_NR_system, 0, 5 }, { L4_NR_cap_copy, 1, 1 }, { L4_NR_cap_move, 1, 1 },
	};

	(void)C(thread_create, 0, s(0), L4_SLOT_SPACE, 0);
	(void)C(cell_create, s(1), 0x2000, 16, 0);
	(void)C(space_create, 0, s(2), 0);
	(void)C(frame_create, 0, s(6));
	(void)C(vcpu_create, 0, s(3), s(6), 0x1000);
	for (l4_word n = 0; n < 4; n++)
		(void)C(cap_copy, s(n), 0, s(10 + n), 0, 0);
	(void)C(cap_copy, IRQ, 0, s(14), 0, 0);
	(void)C(cap_copy, L4_SLOT_SYSTEM, 0, s(15), 0, 0);
	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++) {
		l4_word args[7] = { s(6), s(20), 0, 0, 0 };

		args[asks[i].index] = s(10 + asks[i].kind);
		(void)c(asks[i].nr, args);
	}
}

static void scene_irq(void)
{
	drain();
	(void)C(irq_bind, IRQ, L4_SLOT_THREAD, 1);
	(void)C(irq_ack, IRQ);
	(void)C(irq_mask, IRQ);
	(void)C(irq_bind, IRQ, 0, 0);
	(void)C(irq_ack, IRQ);
	(void)C(cap_copy, IRQ, 0, s(0), L4_R_READ, 0);
	(void)C(irq_bind, s(0), L4_SLOT_THREAD, 1);
	(void)C(irq_ack, s(0));
	(void)C(irq_mask, s(0));
}

/* Destroyed in the middle of a call, on either side. */
static void scene_die(void)
{
	drain();
	make_thread(0, TOP_PRIO);
	make_thread(1, TOP_PRIO);
	thread_calls(0, L4_NR_recv, 0, 0, 0);
	thread_calls(1, L4_NR_call, s(0), 0, 0);
	(void)C(cap_delete, one_in(2) ? s(0) : s(1));
	counted(1, L4_NR_call);
	make_thread(2, TOP_PRIO);
	thread_calls(2, L4_NR_call, L4_SLOT_THREAD, 0, 0);
	(void)ipc(L4_NR_recv, 0, L4_NOWAIT);
	(void)C(cap_delete, s(2));
}

void scene(l4_word n)
{
	static void (*const scenes[SCENES])(void) = {
		scene_dead, scene_cancel, scene_time, scene_save, scene_vcpu, scene_deep,
		scene_threads, scene_quota, scene_guest_quota, scene_irq, scene_die, scene_rights,
		scene_time,
	};

	clean();
	scenes[n]();
	clean();
}
