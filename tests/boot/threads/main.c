/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Threads of the library: more than a frame has message buffers, at several
 * priorities, sharing a lock, the heap and the console.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <l4/stubs.h>
#include <l4x/cell.h>
#include <l4x/thread.h>

#define THREADS	20
#define ROUNDS	200

static struct l4x_lock lock;
static volatile unsigned int counter, finished, broken;
static int points;

static void ok(bool good, const char *name)
{
	printf("%s %d - %s\n", good ? "ok" : "not ok", ++points, name);
}

static void count(void *arg)
{
	unsigned char mark = (unsigned char)(l4_word)arg;
	unsigned int seen;

	for (int i = 0; i < ROUNDS; i++) {
		size_t size = 16 + (size_t)(i * 7 % 200);
		unsigned char *p = malloc(size);

		l4x_lock(&lock);
		seen = counter;
		if (i % 16 == 0)
			l4_yield();
		counter = seen + 1;
		l4x_unlock(&lock);
		if (!p) {
			broken++;
			continue;
		}
		memset(p, mark, size);
		if (i % 8 == 0)
			l4x_sleep(10);
		for (size_t j = 0; j < size; j++)
			broken += p[j] != mark;
		free(p);
	}
	l4x_lock(&lock);
	finished++;
	l4x_unlock(&lock);
}

/* Answers with its message buffer's address. */
static void answer(void *arg)
{
	struct l4_message m = { .tag = 0 };

	(void)arg;
	if (l4_recv(&m, L4_NEVER) != L4_OK)
		return;
	for (;;) {
		m.mr[0] = l4x_buf()->mr[8] + 1;
		m.tag = l4_tag(0, 1);
		if (l4_reply_recv(&m, L4_NEVER) != L4_OK)
			return;
	}
}

int main(void)
{
	l4_slot slot[THREADS];
	struct l4_message m = { .tag = l4_tag(1, 9) };
	bool made = true, talk = true;
	uint64_t start;
	int err;

	printf("1..6\n");
	for (l4_word i = 0; i < THREADS; i++) {
		err = l4x_thread_create(count, (void *)(i + 1), 4096, 40 + i % 3 * 10);
		made = made && err > 0;
		slot[i] = (l4_slot)err;
	}
	ok(made, "more threads than a frame has buffers");
	for (int i = 0; i < 2000 && finished < THREADS; i++)
		l4x_sleep(1000);
	ok(counter == THREADS * ROUNDS, "a lock keeps threads apart");
	ok(!broken, "the heap is shared without damage");
	for (l4_word i = 0; i < THREADS; i++)
		l4x_thread_delete(slot[i]);

	for (l4_word i = 0; i < 3 * THREADS; i++) {
		err = l4x_thread_create(answer, NULL, 4096, 60);
		l4x_buf()->mr[8] = i;
		m.tag = l4_tag(1, 9);
		talk = talk && err > 0 && l4_call((l4_slot)err, &m, 1000000) == L4_OK &&
		       m.mr[0] == i + 1;
		l4x_thread_delete((l4_slot)err);
	}
	ok(talk, "threads come and go, and each has a message buffer");

	start = l4x_microseconds();
	l4x_sleep(20000);
	ok(l4x_microseconds() - start >= 20000, "sleep is not short");
	ok(l4x_channel("nobody") == 0 && !l4x_device("nothing"),
	   "names that are not described are not found");
	return 0;
}
