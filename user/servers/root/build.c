/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Makes a cell and takes it apart.  A cell that was taken apart and is made
 * again gets the same slots, and its partners their channels to it.
 */
#include <string.h>
#include <l4x/console.h>
#include "root.h"

#define SLOTS	2048
#define RIGHTS_OWN	(L4_R_ALL & ~L4_R_GRANT)

struct cell cells[L4_BOOT_CELLS];
l4_word cell_count;

static unsigned char slot_owner[SLOTS];	/* cell + 1 */

int check(const struct cell *c, const char *what, int err)
{
	if (err != L4_OK)
		say("cell %.16s cannot start: %.40s: %s\n", c->boot->name, what, l4_strerror(err));
	return err;
}

l4_slot slot_new(const struct cell *c)
{
	l4_slot s = l4x_slot_alloc();

	if (s >= SLOTS)
		return L4_SLOT_NULL;
	slot_owner[s] = (unsigned char)(c - cells + 1);
	return s;
}

static l4_word name_word(const struct cell *c, int i)
{
	l4_word w;

	memcpy(&w, c->boot->name + 4 * i, sizeof(w));
	return w;
}

/* A board with fewer cores runs it all the same. */
static void place(const struct cell *c)
{
	if (c->boot->core && l4_thread_core(c->thread, c->boot->core) != L4_OK)
		say("cell %.16s runs on core 0: there is no core %lu\n", c->boot->name,
		    c->boot->core);
}

static int make_cell(struct cell *c)
{
	const struct l4_boot_cell *b = c->boot;
	l4_word name = b->guest ? 'S' : name_word(c, 0);	/* beside Linux's I, F and U */
	int err;

	c->cell = slot_new(c);
	c->space = slot_new(c);
	c->thread = slot_new(c);
	if (!c->thread)
		return check(c, "root's table", L4_EBUSY);
	err = check(c, "quota", l4_cell_create(c->cell, b->quota, b->slots, b->max_prio,
					       name_word(c, 0), name_word(c, 1)));
	if (!err)
		err = check(c, "its space (quota)", l4_space_create(c->cell, c->space, 0));
	if (!err)
		err = check(c, "its thread (quota)",
			    l4_thread_create(c->cell, c->thread, c->space, b->prio, name,
					     b->guest ? 0 : name_word(c, 1)));
	if (!err)
		place(c);
	return err;
}

/* A frame for message buffers. */
static int make_buffer(struct cell *c)
{
	l4_slot frame = slot_new(c);
	int err = frame ? l4_frame_create(c->cell, frame) : L4_EBUSY;

	if (!err && !c->boot->guest)	/* Linux maps it where it likes */
		err = l4_map(c->space, frame, L4_MSGBUF_BASE | L4_MAP_W | MAP_RAM, 0, L4_PAGE_SIZE);
	if (!err)
		err = l4_thread_buffer(c->thread, frame, 0);
	if (!err)
		err = l4_cap_copy(frame, c->cell, L4_SLOT_FRAME, L4_R_ALL, 0);
	err = check(c, "its message buffer (quota)", err);
	return err || !c->boot->heartbeat ? err : watch_start(c, L4_SLOT_NULL, frame);
}

/* Before it runs: what it uses from its first instruction on counts. */
static int limit(const struct cell *c)
{
	const struct l4_boot_cell *b = c->boot;

	return b->budget ? check(c, "its budget (quota)",
				 l4_cell_budget(c->cell, b->budget, b->period)) : L4_OK;
}

static int copy_fixed(struct cell *c)
{
	l4_word flags = c->boot->flags;
	int err;

	err = l4_cap_copy(c->cell, c->cell, L4_SLOT_CELL, RIGHTS_OWN, 0);
	if (!err)
		err = l4_cap_copy(c->space, c->cell, L4_SLOT_SPACE, RIGHTS_OWN, 0);
	if (!err)
		err = l4_cap_copy(c->thread, c->cell, L4_SLOT_THREAD, L4_R_ALL, 0);
	if (!err && (flags & L4_CELL_SYSTEM))
		err = l4_cap_copy(L4_SLOT_SYSTEM, c->cell, L4_SLOT_SYSTEM, RIGHTS_OWN, 0);
	return check(c, "its own capabilities", err);
}

/* Root's thread, with the cell's number as its badge. */
static int supervise(struct cell *c)
{
	l4_slot slot = slot_new(c);
	int err = slot ? l4_cap_copy(L4_SLOT_THREAD, 0, slot, L4_R_SEND, (l4_word)(c - cells) + 1)
		       : L4_EBUSY;

	if (!err)
		err = l4_cell_supervise(c->cell, slot);
	if (!err && c->boot->guest)
		err = guest_supervise(c);
	return check(c, "its supervisor", err);
}

int cell_build(struct cell *c)
{
	int err = make_cell(c);

	if (!err)
		err = make_buffer(c);
	if (!err)
		err = cell_load(c);
	if (!err)
		err = copy_fixed(c);
	if (!err)
		err = limit(c);
	if (!err)
		err = supervise(c);
	if (!err && c->boot->guest)
		err = guest_vcpu(c);
	if (err)
		cell_remove(c);
	else
		c->state = CELL_BUILT;
	return err;
}

static bool exists(const struct cell *c)
{
	return c->state == CELL_BUILT || c->state == CELL_RUNS;
}

/* The console's channel is not in the description: everyone has it. */
static void connect_console(const struct cell *from, const struct cell *to)
{
	int err;

	if (!(to->boot->flags & L4_CELL_CONSOLE))
		return;
	err = l4_cap_copy(to->thread, from->cell, L4_SLOT_CONSOLE, L4_R_SEND,
			  (l4_word)(from - cells) + 1);
	if (err != L4_OK && err != L4_EBUSY)
		say("cell %.16s has no console: %s\n", from->boot->name, l4_strerror(err));
}

/* EBUSY: it is there already, or the client has put something else there. */
static void connect(const struct cell *from, const struct cell *to)
{
	const struct l4_boot_channel *ch = payload_at(payload()->channels_offset);
	int err;

	if (from == to || !exists(from) || !exists(to))
		return;
	connect_console(from, to);
	ch += from->boot->channel;
	for (l4_word i = 0; i < from->boot->channels; i++) {
		if (&cells[ch[i].to] != to)
			continue;
		err = l4_cap_copy(to->thread, from->cell, ch[i].slot, ch[i].rights, ch[i].badge);
		if (err != L4_OK && err != L4_EBUSY)
			say("cell %.16s has no channel to %.16s: %s\n", from->boot->name,
			    to->boot->name, l4_strerror(err));
	}
}

void cell_connect(struct cell *c)
{
	for (l4_word i = 0; i < cell_count; i++) {
		connect(c, &cells[i]);
		connect(&cells[i], c);
	}
}

int cell_start(struct cell *c)
{
	const struct l4_boot_cell *b = c->boot;
	int err;

	if (b->guest)
		err = l4_thread_start(c->thread, L4_GUEST_BASE + L4_GUEST_TEXT, 0, L4_GUEST_BASE);
	else
		err = l4_thread_start(c->thread, b->entry, b->stack_top, b->arg);
	c->started = ticks();
	err = check(c, "its first instruction", err);

	if (err)
		cell_remove(c);
	else
		c->state = CELL_RUNS;
	return err;
}

/*
 * Where no cell has a slot the table should be empty, and only a try can tell: a
 * copy goes nowhere else.
 */
l4_word slots_empty(void)
{
	l4_word n = 0;

	for (l4_slot s = L4_SLOT_FREE; s < SLOTS; s++)
		n += !slot_owner[s] && l4_cap_copy(L4_SLOT_THREAD, 0, s, 0, 0) == L4_OK &&
		     l4_cap_delete(s) == L4_OK;
	return n;
}

void cell_remove(struct cell *c)
{
	unsigned char owner = (unsigned char)(c - cells + 1);
	int err = l4_cap_delete(c->cell);

	if (err)
		say("cell %.16s: its objects cannot be removed: %s\n", c->boot->name,
		    l4_strerror(err));
	for (l4_slot s = L4_SLOT_FREE; s < SLOTS; s++) {
		if (slot_owner[s] != owner)
			continue;
		(void)!l4_cap_delete(s);
		l4x_slot_free(s);
		slot_owner[s] = 0;
	}
	if (!err)	/* else somebody may still use it */
		ram_free(owner);
	c->state = CELL_ABSENT;
}
