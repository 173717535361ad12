/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * From the first instruction to main, and out again.
 */
#include <stdlib.h>
#include <string.h>
#include <l4x/cell.h>
#include <l4x/thread.h>

int main(void);
void _fini(void);
void l4x_entry(l4_word arg) __attribute__((noreturn));
extern void (*__init_array_start[])(void), (*__init_array_end[])(void);

static struct l4x_thread first = {
	.buf = (struct l4_msgbuf *)L4_MSGBUF_BASE,
	.slot = L4_SLOT_THREAD,
};
static l4_word argument;

void l4x_entry(l4_word arg)
{
	__asm__ volatile("mcr p15, 0, %0, c13, c0, 2" : : "r"(&first));
	argument = arg;
	for (void (**f)(void) = __init_array_start; f < __init_array_end; f++)
		(*f)();
	exit(main());
}

l4_word l4x_arg(void)
{
	return argument;
}

/* newlib's exit wants one. */
void _fini(void)
{
}

void l4x_exit(int code)
{
	register int r0 __asm__("r0") = code;
	register l4_word r7 __asm__("r7") = L4X_EXIT_MAGIC;

	for (;;)	/* nobody goes on after this, unless a supervisor wants it */
		__asm__ volatile("udf #0" : : "r"(r0), "r"(r7) : "memory");
}

const struct l4x_device *l4x_device(const char *name)
{
	const struct l4x_start *s = l4x_start();

	for (l4_word i = 0; i < s->devices; i++)
		if (!strncmp(s->device[i].name, name, sizeof(s->device[i].name)))
			return &s->device[i];
	return NULL;
}

const struct l4x_memory *l4x_memory(const char *name)
{
	const struct l4x_start *s = l4x_start();

	for (l4_word i = 0; i < s->memories; i++)
		if (!strncmp(s->memory[i].name, name, sizeof(s->memory[i].name)))
			return &s->memory[i];
	return NULL;
}

l4_slot l4x_channel(const char *name)
{
	const struct l4x_start *s = l4x_start();

	for (l4_word i = 0; i < s->channels; i++)
		if (!strncmp(s->channel[i].name, name, sizeof(s->channel[i].name)))
			return s->channel[i].slot;
	return L4_SLOT_NULL;
}
