/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Threads: a stack from malloc, with the thread's block at its top, and a
 * message buffer.  A frame holds eight buffers; root made the first one, and
 * the others follow below it.
 */
#include <stdlib.h>
#include <l4/stubs.h>
#include <l4x/cell.h>
#include <l4x/thread.h>

#define PER_FRAME	(L4_PAGE_SIZE / L4_MSGBUF_SIZE)
#define FRAMES		8
#define BUF_MAP		(L4_MAP_W | L4_MT_WBWA << L4_MAP_TYPE_SHIFT)
#define THREADS		(FRAMES * PER_FRAME)
#define BUF_VA(i)	(L4_MSGBUF_BASE - (i) / PER_FRAME * L4_PAGE_SIZE + \
			 (i) % PER_FRAME * L4_MSGBUF_SIZE)

void l4x_thread_entry(void);	/* crt0.S */
void l4x_thread_main(struct l4x_thread *t);

static struct l4x_lock lock;
static struct l4x_thread *threads;
static l4_slot frame[FRAMES] = { L4_SLOT_FRAME };
static unsigned char buffer_used[THREADS] = { 1 };	/* by the first thread */

/* Makes the frame of buffer i, if it is not there. */
static int frame_get(l4_word i)
{
	l4_word va = BUF_VA(i) & ~(L4_PAGE_SIZE - 1);
	l4_slot slot = frame[i / PER_FRAME];
	int err;

	if (slot)
		return L4_OK;
	slot = l4x_slot_alloc();
	if (!slot)
		return L4_EBUSY;
	err = l4_frame_create(0, slot);
	if (err == L4_OK)
		err = l4_map(L4_SLOT_SPACE, slot, va | BUF_MAP, 0, L4_PAGE_SIZE);
	if (err != L4_OK) {
		(void)!l4_cap_delete(slot);
		l4x_slot_free(slot);
		return err;
	}
	frame[i / PER_FRAME] = slot;
	return L4_OK;
}

static int buffer_get(struct l4x_thread *t)
{
	l4_word i = 0;
	int err;

	while (i < THREADS && buffer_used[i])
		i++;
	if (i == THREADS)
		return L4_ELIMIT;
	err = frame_get(i);
	if (err == L4_OK)
		err = l4_thread_buffer(t->slot, frame[i / PER_FRAME],
				       i % PER_FRAME * L4_MSGBUF_SIZE);
	if (err != L4_OK)
		return err;
	buffer_used[i] = 1;
	t->buf = (struct l4_msgbuf *)BUF_VA(i);
	return L4_OK;
}

static void buffer_put(const struct l4x_thread *t)
{
	for (l4_word i = 1; i < THREADS; i++)
		if (t->buf == (struct l4_msgbuf *)BUF_VA(i))
			buffer_used[i] = 0;
}

/* Undoes all of thread_make, from any point. */
static void thread_unmake(struct l4x_thread *t)
{
	(void)!l4_cap_delete(t->slot);
	l4x_slot_free(t->slot);
	if (t->buf)
		buffer_put(t);
	free(t->stack);
}

static int thread_make(struct l4x_thread *t, l4_word prio)
{
	int err;

	t->slot = l4x_slot_alloc();
	if (!t->slot)
		return L4_EBUSY;
	err = l4_thread_create(0, t->slot, L4_SLOT_SPACE, prio, 0, 0);
	if (err == L4_OK)
		err = buffer_get(t);
	if (err == L4_OK)
		err = l4_thread_start(t->slot, (l4_word)l4x_thread_entry, (l4_word)t, (l4_word)t);
	return err;
}

int l4x_thread_create(void (*fn)(void *arg), void *arg, size_t stack, l4_word prio)
{
	char *memory = malloc(stack + sizeof(struct l4x_thread) + 16);
	struct l4x_thread *t;
	int err;

	if (!memory)
		return L4_EQUOTA;
	t = (struct l4x_thread *)(((l4_word)memory + stack + 7) & ~7u);
	*t = (struct l4x_thread){ .fn = fn, .arg = arg, .stack = memory };
	l4x_lock(&lock);
	err = thread_make(t, prio);
	if (err == L4_OK) {
		t->next = threads;
		threads = t;
		err = (int)t->slot;
	} else {
		thread_unmake(t);
	}
	l4x_unlock(&lock);
	return err;
}

void l4x_thread_main(struct l4x_thread *t)
{
	t->fn(t->arg);
	for (;;)
		(void)!l4_thread_stop(t->slot);
}

void l4x_thread_delete(l4_slot slot)
{
	l4x_lock(&lock);
	for (struct l4x_thread **p = &threads; *p; p = &(*p)->next) {
		struct l4x_thread *t = *p;

		if (t->slot != slot)
			continue;
		*p = t->next;
		thread_unmake(t);
		break;
	}
	l4x_unlock(&lock);
}
