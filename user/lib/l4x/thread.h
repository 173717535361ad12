/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Threads of a cell, and locks between them.  Each thread has a block that
 * TPIDRURW points to: where its message buffer is, its slot.
 */
#ifndef L4X_THREAD_H
#define L4X_THREAD_H

#include <stddef.h>
#include <l4x/ipc.h>

struct l4x_thread {
	struct l4_msgbuf *buf;
	l4_slot slot;		/* of the thread's capability */
	struct l4x_thread *next;	/* all but the first thread */
	void (*fn)(void *arg);
	void *arg;
	void *stack;		/* from malloc */
};

static inline struct l4x_thread *l4x_self(void)
{
	struct l4x_thread *t;

	__asm__("mrc p15, 0, %0, c13, c0, 2" : "=r"(t));
	return t;
}

/* The calling thread's message buffer. */
static inline struct l4_msgbuf *l4x_buf(void)
{
	return l4x_self()->buf;
}

/*
 * Runs fn(arg) in a new thread with a stack of that many bytes.  Gives its
 * slot, which is also where messages to it go, or an error.  A thread whose fn
 * returns stops and keeps its memory until l4x_thread_delete; nobody may delete
 * itself.
 */
int l4x_thread_create(void (*fn)(void *arg), void *arg, size_t stack, l4_word prio) must_check;
void l4x_thread_delete(l4_slot slot);

/* A lock that its holder can take again.  Whoever waits for it sleeps. */
struct l4x_lock {
	struct l4x_thread *holder;
	l4_word depth;
};

void l4x_lock(struct l4x_lock *lock);
void l4x_unlock(struct l4x_lock *lock);

#endif
