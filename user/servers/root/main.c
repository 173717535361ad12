/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Starts the cells, then waits for their ends.
 *
 * Root calls nobody but the console cell, and that for a limited time: no cell of
 * its own core can hold it.  A console that does not answer in time is not asked
 * again until it has been restarted; the kernel's console takes its place.  A cell
 * that stopped is removed before root waits again.
 */
#include <string.h>
#include <l4x/console.h>
#include <l4x/server.h>
#include <l4x/thread.h>
#include "lib.h"
#include "root.h"

#define REBOOT_TIME	1	/* s, at least, between the start of a Linux and its next */
#define CONSOLE_TIME	2000000	/* us; a full buffer at 115200 baud takes a fifth of it */

static struct cell *console;	/* NULL: none; l4x_console is 0 if it does not answer */

/* Tells the console who a client is, and that it is new or gone. */
static void console_tell(const struct cell *c, bool lives)
{
	struct l4_message m = { .mr = { (l4_word)(c - cells) + 1 } };

	if (!l4x_console || c == console)
		return;
	memcpy(&m.mr[1], c->boot->name, sizeof(c->boot->name));
	m.mr[5] = lives;
	if (server_call(l4x_console, CON_CLIENT, 6, &m, CONSOLE_TIME) >= 0)
		return;
	l4x_console = L4_SLOT_NULL;
	say("the console cell does not answer\n");
}

/* Root's own channel to the console; its text goes there from now on. */
static void console_use(struct cell *c)
{
	l4_slot slot = slot_new(c);

	if (!slot || l4_cap_copy(c->thread, 0, slot, L4_R_SEND, CON_ROOT) != L4_OK)
		return;
	console = c;
	l4x_console = slot;
	for (l4_word i = 0; i < cell_count; i++)
		if (cells[i].state == CELL_BUILT || cells[i].state == CELL_RUNS)
			console_tell(&cells[i], true);
}

/* If c was it: root's text is the kernel's console's again. */
static void console_lost(const struct cell *c)
{
	if (c != console)
		return;
	console = NULL;
	l4x_console = L4_SLOT_NULL;
}

static void power_off(void)
{
	struct l4_message m = { .tag = 0 };

	say("all cells have ended, power off\n");
	if (l4x_console)
		(void)!server_call(l4x_console, CON_DRAIN, 0, &m, CONSOLE_TIME);
	(void)!l4_system(L4_SLOT_SYSTEM, L4_SYS_POWEROFF, 0, 0, 0, 0, NULL, NULL, NULL, NULL);
}

static void power_off_if_done(void)
{
	if (!(payload()->flags & L4_PAYLOAD_POWEROFF))
		return;
	for (l4_word i = 0; i < cell_count; i++)
		if (cells[i].state == CELL_WAITS ||
		    (cells[i].state == CELL_RUNS &&
		     !(cells[i].boot->flags & (L4_CELL_SERVER | L4_CELL_CONSOLE))))
			return;
	power_off();
}

static void launch(struct cell *c)
{
	if (cell_build(c))
		return;
	cell_connect(c);
	console_tell(c, true);
	if (!cell_start(c) && (c->boot->flags & L4_CELL_CONSOLE))
		console_use(c);
}

static bool may_restart(const struct cell *c)
{
	return c->restarts < c->boot->restarts;
}

static void bury(struct cell *c)
{
	cell_remove(c);
	if (c != console)
		console_tell(c, false);
	c->state = CELL_ENDED;
}

/* With a cell gone: what a cell that is restarted again and again must not make less. */
static void say_left(void)
{
	l4_word pool = 0;

	(void)!l4_system(L4_SLOT_SYSTEM, L4_SYS_INFO, 0, 0, 0, 0, NULL, &pool, NULL, NULL);
	say("  left: %lu bytes of kernel memory, %lu KB of RAM, %lu of root's slots\n", pool,
	    ram_left() / 1024, slots_empty());
}

/* After a fault or the end of a program. */
static void restart(struct cell *c)
{
	bury(c);
	if (c->boot->restart != L4_RESTART_ALWAYS)
		return;
	if (!may_restart(c)) {
		say("cell %.16s: no restart, it has had %lu\n", c->boot->name, c->restarts);
		say_left();
		return;
	}
	c->restarts++;
	say("cell %.16s: restart %lu of %lu\n", c->boot->name, c->restarts, c->boot->restarts);
	say_left();
	if (c->boot->guest)
		c->state = CELL_WAITS;
	else
		launch(c);
}

static void handle_exception(struct cell *c, l4_word class, const l4_word *mr)
{
	console_lost(c);
	if (class == L4_EXC_UNDEF && mr[L4_EM_R0 + 7] == L4X_EXIT_MAGIC)
		say("cell %.16s: exited with %ld\n", c->boot->name, (long)mr[L4_EM_R0]);
	else
		report_exception(c->boot->name, class, mr);
	restart(c);
	power_off_if_done();
}

/*
 * Guests that wait: filling their memory keeps everybody else waiting, and one
 * that does nothing but reboot must not make root do nothing else.  Gives the
 * time until the next.
 */
static l4_word launch_waiting(void)
{
	l4_word hz = kernel_info()->hz;
	uint64_t now = ticks();
	l4_word next = L4_NEVER;

	for (l4_word i = 0; i < cell_count; i++) {
		struct cell *c = &cells[i];
		uint64_t due = c->started + (uint64_t)REBOOT_TIME * hz;

		if (c->state != CELL_WAITS)
			continue;
		if (due <= now) {
			c->state = CELL_ENDED;	/* unless it starts */
			launch(c);
			power_off_if_done();
		} else {
			l4_word us = (l4_word)((due - now) * 1000000 / hz) + 1;

			next = us < next ? us : next;
		}
	}
	return next;
}

/* Only a guest can send to root, and only this. */
static void handle_guest(struct cell *c, l4_word label, const l4_word *mr, l4_word words)
{
	switch (guest_ended(c, label, mr, words)) {
	case GUEST_GONE:
		bury(c);
		break;
	case GUEST_AGAIN:	/* its own wish, so it counts for nothing */
		bury(c);
		c->state = CELL_WAITS;
		break;
	case GUEST_FAILED:
		restart(c);
		break;
	default:
		return;
	}
	power_off_if_done();
}

/* Guests that wait are launched, cells that hang are ended; the time until it is due again. */
static l4_word look_after_cells(void)
{
	l4_word launch_in, watch_in;
	struct cell *c;

	while ((c = watch_find())) {
		console_lost(c);
		watch_report(c);
		restart(c);
		power_off_if_done();
	}
	launch_in = launch_waiting();
	watch_in = watch_next();
	return launch_in < watch_in ? launch_in : watch_in;
}

static void supervise_all(void)
{
	struct l4_message m;

	for (;;) {
		l4_word mr[L4_MSG_WORDS] = { 0 };
		l4_word words;
		struct cell *c;

		/* who raised the last exception is gone; if it should not be, it stays stopped */
		m.tag = l4_tag(L4_REPLY_STOP, 0);
		if (l4_reply_recv(&m, look_after_cells()) != L4_OK)
			continue;
		if (m.badge < 1 || m.badge > cell_count || cells[m.badge - 1].state != CELL_RUNS)
			continue;
		c = &cells[m.badge - 1];
		words = l4_words(m.tag) < L4_MSG_WORDS ? l4_words(m.tag) : L4_MSG_WORDS;
		memcpy(mr, m.mr, sizeof(m.mr));
		for (l4_word i = L4_MSG_REGS; i < words; i++)
			mr[i] = l4x_buf()->mr[i];
		if (m.tag & L4_TAG_KERNEL)
			handle_exception(c, l4_label(m.tag), mr);
		else
			handle_guest(c, l4_label(m.tag), mr, words);
	}
}

/* The console first, so that the others' first words have somewhere to go. */
static void launch_console(void)
{
	for (l4_word i = 0; i < cell_count; i++)
		if (cells[i].boot->flags & L4_CELL_CONSOLE)
			launch(&cells[i]);
}

int main(void)
{
	const struct l4_boot_cell *boot = payload_at(payload()->cells_offset);

	l4x_console = L4_SLOT_NULL;
	l4x_console_timeout = CONSOLE_TIME;
	cell_count = payload()->cells < L4_BOOT_CELLS ? payload()->cells : L4_BOOT_CELLS;
	if (payload()->cells > L4_BOOT_CELLS)
		say("the description has %lu cells, the first %d are started\n", payload()->cells,
		    L4_BOOT_CELLS);
	ram_init();
	for (l4_word i = 0; i < cell_count; i++)
		cells[i].boot = &boot[i];
	launch_console();
	for (l4_word i = 0; i < cell_count; i++)
		if (&cells[i] != console)
			(void)!cell_build(&cells[i]);
	for (l4_word i = 0; i < cell_count; i++)
		if (cells[i].state == CELL_BUILT) {
			console_tell(&cells[i], true);
			cell_connect(&cells[i]);
		}
	for (l4_word i = 0; i < cell_count; i++)
		if (cells[i].state == CELL_BUILT)
			(void)!cell_start(&cells[i]);
	power_off_if_done();
	supervise_all();
}
