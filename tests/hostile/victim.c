/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Somebody who did nothing wrong.  Beside the hostile cells, at their priority,
 * it checks its memory, its registers and its progress, until one of them
 * sends it the word.  Any other message is as hostile as its sender.
 */
#include <stdlib.h>
#include "lib/hostile.h"

#define WORDS	0x10000
#define PART	0x400
#define REST	1000	/* us */
#define GAP_MS	3000	/* with QEMU on a busy machine; its turn comes every few 10 ms */

static l4_word *memory;
static l4_word errors, rounds, messages;
static bool over;

static l4_word pattern(l4_word i)
{
	return (i * 0x9e3779b1) ^ 0x0badf00d;
}

static void check_memory(l4_word part)
{
	for (l4_word i = part * PART; i < (part + 1) * PART; i++)
		if (memory[i] != pattern(i))
			errors++;
}

/* Registers that the compiler does not touch between these two. */
static void check_registers(void)
{
	l4_word wrong, loops = 2000;

	__asm__ volatile(
		"vmov	d16, %1, %1\n"
		"vmov	d31, %1, %2\n"
		"vmov	s7, %2\n"
		"mov	r4, %1\n"
		"mov	r8, %2\n"
		"mov	%0, #0\n"
		"1:	vmov	r5, r6, d16\n"
		"cmp	r5, %1\n"
		"cmpeq	r6, %1\n"
		"vmoveq	r5, r6, d31\n"
		"cmpeq	r5, %1\n"
		"cmpeq	r6, %2\n"
		"vmoveq	r5, s7\n"
		"cmpeq	r5, %2\n"
		"cmpeq	r4, %1\n"
		"cmpeq	r8, %2\n"
		"movne	%0, #1\n"
		"subs	%3, %3, #1\n"
		"bne	1b\n"
		: "=&r"(wrong), "+&r"(rounds), "+&r"(messages), "+&r"(loops)
		: : "r4", "r5", "r6", "r8", "cc", "d16", "d31", "s7");
	errors += wrong;
}

static bool is_end(int err, const struct l4_message *m)
{
	return err == L4_OK && m->tag == l4_tag(END_LABEL, 2) && m->mr[0] == END_WORD &&
	       m->mr[1] == ~(l4_word)END_WORD;
}

/* A rest, then a few messages: somebody may send them for ever. */
static void take_messages(void)
{
	struct l4_message m = { .tag = 0 };
	int err = l4_recv(&m, REST);

	for (int i = 0; err >= 0 && i < 8; i++) {
		messages++;
		over = over || is_end(err, &m);
		if (over)
			return;
		m.tag = 0;
		err = l4_reply_recv(&m, L4_NOWAIT);
	}
}

int main(void)
{
	uint64_t start = ticks(), last = start, gap = 0, t;
	struct l4_message m = { .tag = 0 };
	int status;

	memory = malloc(WORDS * sizeof(*memory));
	if (!memory)
		return 2;
	for (l4_word i = 0; i < WORDS; i++)
		memory[i] = pattern(i);
	while (!over) {
		check_memory(rounds % (WORDS / PART));
		check_registers();
		take_messages();
		rounds++;
		t = ticks();
		gap = t - last > gap ? t - last : gap;
		last = t;
	}
	for (l4_word i = 0; i < WORDS / PART; i++)
		check_memory(i);
	l4x_printf("# %lu rounds and %lu messages in %lu ms, at most %lu ms without its turn\n",
		   rounds, messages, ticks_to_ms(last - start), ticks_to_ms(gap));
	point(errors == 0, "the victim's memory and registers are as it left them");
	point(rounds > 10 && ticks_to_ms(gap) < GAP_MS, "it had its turn all the time");
	status = points_done();
	(void)!l4_reply_recv(&m, L4_NOWAIT);
	return status;
}
