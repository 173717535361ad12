/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Locks between the threads of a cell, and sleeping.
 *
 * A thread that finds a lock taken sleeps for a moment and tries again: the
 * holder may have a lower priority, so that yielding would not let it run.
 */
#include <malloc.h>
#include <l4/stubs.h>
#include <l4x/cell.h>
#include <l4x/thread.h>

#define MOMENT 100	/* us */

void __malloc_lock(struct _reent *r);
void __malloc_unlock(struct _reent *r);

/*
 * A thread that never runs: who sends to it waits until its time is over, and
 * gets no messages meanwhile as it would in a receive.  It is made when it is
 * first needed, in the table's last empty slot: the others are given from below.
 */
static l4_slot nobody(void)
{
	static l4_slot made;
	l4_slot slot = made;
	l4_word slots = 0;
	int err = L4_EBUSY;

	if (made || l4_cell_info(0, NULL, NULL, &slots) != L4_OK)
		return made;
	for (slot = slots - 1; err == L4_EBUSY && slot > L4_SLOT_FREE; slot--)
		err = l4_thread_create(0, slot, L4_SLOT_SPACE, 0, 0, 0);
	if (err == L4_OK)
		made = slot + 1;
	return made;
}

void l4x_sleep(l4_word us)
{
	struct l4_message m = { .tag = 0 };

	if (us == L4_NOWAIT || l4_send(nobody(), &m, us) != L4_ETIME)
		l4_yield();
}

static int try(struct l4x_lock *l, struct l4x_thread *self)
{
	struct l4x_thread *none = NULL;

	return __atomic_compare_exchange_n(&l->holder, &none, self, 0, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

void l4x_lock(struct l4x_lock *l)
{
	struct l4x_thread *self = l4x_self();

	if (l->holder != self)
		while (!try(l, self))
			l4x_sleep(MOMENT);
	l->depth++;
}

void l4x_unlock(struct l4x_lock *l)
{
	if (--l->depth == 0)
		__atomic_store_n(&l->holder, NULL, __ATOMIC_RELEASE);
}

/* newlib calls these around its heap. */
static struct l4x_lock heap;

void __malloc_lock(struct _reent *r)
{
	(void)r;
	l4x_lock(&heap);
}

void __malloc_unlock(struct _reent *r)
{
	(void)r;
	l4x_unlock(&heap);
}
