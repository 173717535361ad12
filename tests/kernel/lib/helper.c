/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Helper threads, time, and probes: accesses that may fault, made by a thread
 * whose exceptions come to main.
 */
#include <string.h>
#include <l4/bootinfo.h>
#include "ktest.h"

#define STACK	4096

void l4x_thread_entry(void);	/* of libl4: sets the thread's block, calls fn */

static struct l4x_thread block[HELPERS];
static volatile bool done[HELPERS];
static char stack[HELPERS][STACK] __attribute__((aligned(8)));
static struct {
	void (*fn)(void *);
	void *arg;
} job[HELPERS];

static void run_job(void *arg)
{
	l4_word i = (l4_word)arg;

	job[i].fn(job[i].arg);
	done[i] = true;
}

l4_slot helper(int i, void (*fn)(void *), void *arg, l4_word prio)
{
	l4_slot slot = HELPER + (l4_word)i;
	l4_word offset = (l4_word)(i + 1) * L4_MSGBUF_SIZE;

	job[i].fn = fn;
	job[i].arg = arg;
	done[i] = false;
	block[i] = (struct l4x_thread){ .buf = (struct l4_msgbuf *)(L4_MSGBUF_BASE + offset),
					.slot = slot, .fn = run_job, .arg = (void *)i };
	must(l4_thread_create(0, slot, L4_SLOT_SPACE, prio, 0x706c6568, 0x30 + (l4_word)i));
	must(l4_thread_buffer(slot, L4_SLOT_FRAME, offset));
	must(l4_thread_start(slot, (l4_word)l4x_thread_entry, (l4_word)stack[i] + STACK,
			     (l4_word)&block[i]));
	return slot;
}

void helper_end(int i)
{
	must(l4_cap_delete(HELPER + (l4_word)i));
}

bool helper_done(int i)
{
	return done[i];
}

uint64_t now(void)
{
	l4_word lo, hi;

	l4_clock(&lo, &hi);
	return (uint64_t)hi << 32 | lo;
}

l4_word ticks_per_us(void)
{
	static l4_word hz;

	/* not from the start page: the root cell has none */
	if (!hz)
		must(l4_system(L4_SLOT_SYSTEM, L4_SYS_INFO, 0, 0, 0, 0, &hz, NULL, NULL, NULL));
	return hz / 1000000;
}

void nap(l4_word us)
{
	l4x_sleep(us);
}

void spin_us(l4_word us)
{
	uint64_t end = now() + (uint64_t)us * ticks_per_us();

	while (now() < end)
		;
}

void route_faults(l4_slot thread)
{
	for (l4_word class = L4_EXC_PFAULT; class < L4_EXC_STOP; class++)
		must(l4_thread_route(thread, class, L4_ROUTE_THREAD, L4_SLOT_THREAD));
}

/* The next message, an exception or a report; a probe that hangs ends the cell. */
static struct fault probe_wait(void)
{
	struct fault f = { .class = NO_FAULT };
	struct l4_message m = msg(0, 0, 0);

	must(l4_recv(&m, 5000000));
	f.words = l4_words(m.tag);
	memcpy(f.mr, m.mr, sizeof(m.mr));
	for (l4_word i = L4_MSG_REGS; i < f.words && i < L4_EM_WORDS; i++)
		f.mr[i] = l4x_buf()->mr[i];
	f.value = m.mr[0];
	if (m.tag & L4_TAG_KERNEL)
		f.class = (int)l4_label(m.tag);
	return f;
}

struct fault probe_thread(l4_slot thread, const struct l4_regs *regs)
{
	memcpy(l4x_buf(), regs, sizeof(*regs));
	must(l4_thread_write(thread, L4_REGS_CPU));
	must(l4_thread_resume(thread));
	return probe_wait();
}

struct fault probe(l4_slot space, l4_word pc, l4_word r0, l4_word r1)
{
	const l4_slot slot = HELPER + HELPERS - 1;
	struct l4_regs regs = { .r = { r0, r1 }, .pc = pc, .psr = 0x10 };
	struct fault f;

	must(l4_thread_create(0, slot, space, LOW, 0x626f7270, 0));
	route_faults(slot);
	f = probe_thread(slot, &regs);
	must(l4_cap_delete(slot));
	return f;
}

struct fault probe_read(l4_word va)
{
	return probe(L4_SLOT_SPACE, (l4_word)blob_load, va, 0);
}

struct fault probe_write(l4_word va, l4_word value)
{
	return probe(L4_SLOT_SPACE, (l4_word)blob_store, va, value);
}

struct fault probe_exec(l4_word va)
{
	return probe(L4_SLOT_SPACE, (l4_word)blob_exec, va, 0);
}

void blob_place(l4_word ram_offset)
{
	memcpy((void *)(RAM_VA + ram_offset), blob, (size_t)(blob_end - blob));
	must(l4_cache(0, L4_CACHE_CODE, RAM_VA + ram_offset, L4_PAGE_SIZE));
}

void child_cell(l4_slot s, l4_word quota)
{
	ram_map();
	blob_place(RAM_SIZE - L4_PAGE_SIZE);
	must(l4_cell_create(s, quota, 32, MAX_PRIO, 0x6c696863, 0x64));
	must(l4_space_create(s, s + 1, 0));
	must(l4_thread_create(s, s + 2, s + 1, LOW, 0x6c696863, 0x64));
	must(l4_section_derive(s, s + 3, RAM_SLOT, RAM_SIZE - L4_PAGE_SIZE, L4_PAGE_SIZE,
			       L4_R_READ | L4_R_EXEC));
	must(l4_map(s + 1, s + 3, BLOB_VA | L4_MAP_X | RAM_ATTR, 0, L4_PAGE_SIZE));
	must(l4_cell_supervise(s, L4_SLOT_THREAD));
	must(l4_cap_copy(L4_SLOT_THREAD, s, L4_SLOT_THREAD, L4_R_SEND, 0));
}
