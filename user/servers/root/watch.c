/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Cells that hang.  A few times within its `watchdog` seconds root looks at a
 * guest's register page, and makes an interrupt pending.  One that is still
 * pending at every look of that time is not taken any more: interrupts are
 * masked for ever, or its thread S stands still.  A program with a `heartbeat`
 * changes a word of its message buffers; one that is the same at every look of
 * that time hangs.
 *
 * A cell that merely gets no time must not be taken for one that hangs.  So each
 * has a witness, a thread of root's with the priority of its first thread, on the
 * same core: a look counts only if the witness has run since the one before.  It
 * has no budget; so l4image wants two periods of a cell's in the time of its looks.
 */
#include <l4/vcpu.h>
#include <l4x/ipc.h>
#include <l4x/thread.h>
#include "root.h"

#define LOOKS	4		/* in the time of a watchdog or heartbeat */
#define PAGES	0xe1000000	/* what is looked at, a page by cell */
#define STACK	512

struct watch {
	l4_slot vcpu, witness;	/* vcpu: of a guest */
	uint64_t due;		/* the next look */
	l4_word looks;		/* in a row that showed no life */
	l4_word beat, seen;	/* of a program and of the witness, at the last look */
	volatile l4_word answers;	/* of the witness */
	char stack[STACK] __attribute__((aligned(8)));
};

static struct watch watches[L4_BOOT_CELLS];

static void __attribute__((noreturn)) witness(struct watch *w)
{
	for (;;) {
		struct l4_message m = { .tag = 0 };

		if (l4_recv(&m, L4_NEVER) == L4_NOTIFIED)
			w->answers++;
	}
}

int watch_start(const struct cell *c, l4_slot vcpu, l4_slot frame)
{
	l4_word i = (l4_word)(c - cells), page = PAGES + i * L4_PAGE_SIZE;
	struct watch *w = &watches[i];
	int err;

	w->vcpu = vcpu;
	w->witness = slot_new(c);
	w->looks = 0;
	w->due = 0;
	err = w->witness ? L4_OK : L4_EBUSY;
	if (!err)
		err = l4_map(L4_SLOT_SPACE, frame, page | MAP_RAM, 0, L4_PAGE_SIZE);
	if (!err)
		err = l4_thread_create(0, w->witness, L4_SLOT_SPACE, c->boot->prio, 'W', 0);
	if (!err && c->boot->core)	/* a board with fewer cores: like the cell's thread */
		(void)!l4_thread_core(w->witness, c->boot->core);
	if (!err)
		err = l4_thread_start(w->witness, (l4_word)witness, (l4_word)(w->stack + STACK),
				      (l4_word)w);
	return check(c, "its watchdog", err);
}

/* In ticks; 0: it is not watched, or not now. */
static uint64_t patience(const struct cell *c)
{
	const struct l4_boot_cell *b = c->boot;

	if (c->state != CELL_RUNS)
		return 0;
	if (b->guest)
		return (uint64_t)guest_watchdog(c) * kernel_info()->hz;
	return (uint64_t)b->heartbeat * kernel_info()->hz / 1000;
}

/* Since the last look. */
static bool shows_life(const struct cell *c, struct watch *w)
{
	l4_word page = PAGES + (l4_word)(c - cells) * L4_PAGE_SIZE, before = w->beat;

	if (c->boot->guest)
		return !((const struct l4_vcpu_page *)page)->pending;
	w->beat = ((const volatile l4_word *)page)[L4_MSGBUF_BEAT];
	return w->beat != before;
}

/* Whether LOOKS looks in a row showed no life. */
static bool look(const struct cell *c, struct watch *w, uint64_t now)
{
	bool first = !w->due;

	if (shows_life(c, w) || first)
		w->looks = 0;
	else if (w->answers != w->seen)
		w->looks++;
	w->seen = w->answers;
	w->due = now + patience(c) / LOOKS;
	(void)!l4_notify(w->witness, 1);
	if (c->boot->guest)
		(void)!l4_interrupt(w->vcpu);
	return w->looks >= LOOKS;
}

struct cell *watch_find(void)
{
	uint64_t now = ticks();

	for (l4_word i = 0; i < cell_count; i++)
		if (patience(&cells[i]) && watches[i].due <= now &&
		    look(&cells[i], &watches[i], now))
			return &cells[i];
	return NULL;
}

l4_word watch_next(void)
{
	l4_word hz = kernel_info()->hz, next = L4_NEVER;
	uint64_t now = ticks();

	for (l4_word i = 0; i < cell_count; i++) {
		uint64_t due = watches[i].due;
		l4_word us = due > now ? (l4_word)((due - now) * 1000000 / hz) + 1 : 0;

		if (patience(&cells[i]) && us < next)
			next = us;
	}
	return next;
}

void watch_report(const struct cell *c)
{
	l4_word mr[L4_EM_WORDS] = { 0 };
	const struct l4_regs *regs = (const struct l4_regs *)l4x_buf();

	if (l4_thread_stop(c->thread) == L4_OK &&
	    l4_thread_read(c->thread, L4_REGS_CPU) == L4_OK) {
		mr[L4_EM_PC] = regs->pc;
		mr[L4_EM_PSR] = regs->psr;
		for (int i = 0; i < 15; i++)
			mr[L4_EM_R0 + i] = regs->r[i];
	}
	report_hang(c, mr);
}
