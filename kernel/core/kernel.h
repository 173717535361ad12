/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What every kernel file may use: types, lists, assertions, the early console.
 * No dynamic state is declared here.
 */
#ifndef CORE_KERNEL_H
#define CORE_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <l4/abi.h>

#define must_check	__attribute__((warn_unused_result))
#define noreturn	__attribute__((noreturn))
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#define container_of(p, type, member) \
	((type *)(void *)((char *)(p) - offsetof(type, member)))
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/*
 * Kernel-internal answer of a preemptible operation: an interrupt is pending,
 * start the call again from the user's svc.  Never seen by a user.
 */
#define L4_RESTART	(-100)

/* True when an interrupt is pending: the preemption point of long operations. */
bool preempt_pending(void);

void kprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
noreturn void panic(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* For what the code itself guarantees; never for input. */
#define assert(c) \
	do { \
		if (unlikely(!(c))) \
			panic("%s:%d: %s", __FILE__, __LINE__, #c); \
	} while (0)

void *memset(void *d, int c, size_t n);
void *memcpy(void *restrict d, const void *restrict s, size_t n);
void *memmove(void *d, const void *s, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strnlen(const char *s, size_t max);

/* Circular doubly linked lists, the head being an element. */
struct list {
	struct list *next, *prev;
};

static inline void list_init(struct list *l)
{
	l->next = l->prev = l;
}

static inline bool list_empty(const struct list *l)
{
	return l->next == l;
}

/* Inserts e before l: at the tail, when l is the head. */
static inline void list_add_tail(struct list *l, struct list *e)
{
	e->prev = l->prev;
	e->next = l;
	l->prev->next = e;
	l->prev = e;
}

static inline void list_add(struct list *l, struct list *e)
{
	list_add_tail(l->next, e);
}

/* Leaves e empty, so that a second removal is harmless. */
static inline void list_del(struct list *e)
{
	e->prev->next = e->next;
	e->next->prev = e->prev;
	list_init(e);
}

#endif
