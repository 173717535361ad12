/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Finds empty slots.  What the system description and others put into the table
 * is known to the kernel only, so a slot is tried: a copy goes into an empty
 * one and nowhere else.  A copy of a thread, because the end of a section's or
 * frame's copy would take the cell's mappings with it.  The slots of channels are
 * never given: while a server is restarted they are empty.
 */
#include <l4/stubs.h>
#include <l4x/cell.h>
#include <l4x/thread.h>

#define SLOTS 2048	/* the largest table */

static uint32_t given[SLOTS / 32];	/* by l4x_slot_alloc, filled or not */
static l4_word size;
static struct l4x_lock lock;

static int is_empty(l4_slot slot)
{
	if (l4_cap_copy(L4_SLOT_THREAD, 0, slot, 0, 0) != L4_OK)
		return 0;
	return l4_cap_delete(slot) == L4_OK;
}

static void keep_channels(void)
{
	const struct l4x_start *start = l4x_start();

	if (start->magic != L4X_START_MAGIC)	/* root's page is another */
		return;
	for (l4_word i = 0; i < start->channels && i < L4_CELL_CHANNELS; i++)
		if (start->channel[i].slot < SLOTS)
			given[start->channel[i].slot / 32] |= 1u << start->channel[i].slot % 32;
}

static l4_slot find(void)
{
	for (l4_slot s = L4_SLOT_FREE; s < size; s++) {
		if (given[s / 32] & 1u << s % 32 || !is_empty(s))
			continue;
		given[s / 32] |= 1u << s % 32;
		return s;
	}
	return L4_SLOT_NULL;
}

l4_slot l4x_slot_alloc(void)
{
	l4_slot s;

	l4x_lock(&lock);
	if (!size) {
		keep_channels();
		if (l4_cell_info(0, NULL, NULL, &size) || size > SLOTS)
			size = SLOTS;
	}
	s = find();
	l4x_unlock(&lock);
	return s;
}

void l4x_slot_free(l4_slot s)
{
	l4x_lock(&lock);
	if (s < SLOTS)
		given[s / 32] &= ~(1u << s % 32);
	l4x_unlock(&lock);
}
