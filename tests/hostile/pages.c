/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Memory that a cell shares with the kernel changes at any time: a thread above
 * all others wakes after some microseconds, writes nonsense into the message
 * buffers, and sleeps again.  Beside it threads use these buffers for messages
 * with capabilities, map_batch, registers, and answers to exceptions.  (The
 * register page and the map queue: tests/guest-mini/kernel/hostile.c.)
 */
#include <l4/vcpu.h>
#include "lib/hostile.h"

#define RAM		8
#define RAM_SIZE	0x100000
#define CELL		40		/* slots: a child cell, its space, threads, memory */
#define SPACE		41
#define STILL		42		/* a thread that never runs */
#define RESTLESS	43		/* one whose every instruction is an exception */
#define MEMORY		44
#define TOKEN		45		/* a frame that is sent about; not one that is mapped */
#define ACCEPT		50		/* three slots: what the echo takes */
#define WAKE_BIT	1
#define STACK		4096
#define RAM_ATTR	(L4_MT_WBWA << L4_MAP_TYPE_SHIFT)
#define BUFFER_WORDS	(L4_MSGBUF_SIZE / sizeof(l4_word))
#define SCRIBBLES	20000		/* times the scale */

enum { ECHO, CLIENT, MAPPER, REGISTERS, KEEPER, WORKERS };
static const char *const names[WORKERS] = {
	"messages echoed", "messages sent", "batches mapped", "registers written and read",
	"exceptions answered",
};

static volatile l4_word scribbles, done[WORKERS];
static l4_word *volatile buffer[WORKERS];
static l4_slot slot[WORKERS];

/* Half of the words are close to what somebody might trust. */
static l4_word nonsense(void)
{
	static const l4_word close[] = {
		0, 1, 16, 255, 256, 4096, L4_SLOT_SPACE, L4_SLOT_CELL, RAM, CELL, SPACE, MEMORY,
		RESTLESS, 0x10, 0x13, 0x1f, 0x400000, 0x100000, 0x10000000, 0xfffff000,
		L4_KERNEL_BASE, L4_KERNEL_END - 4, 0x80000000, 0xffffffff,
	};

	return one_in(2) ? random_word() : close[random_below(sizeof(close) / sizeof(close[0]))];
}

static void scribble(void *arg)
{
	struct l4_message m = { .tag = 0 };

	(void)arg;
	for (;;) {
		uint64_t when = ticks() + (1 + random_below(60)) *
				(uint64_t)(l4x_start()->hz / 1000000);
		l4_word *b = buffer[random_below(WORKERS)];

		must(l4_alarm(0, WAKE_BIT, (l4_word)when, (l4_word)(when >> 32)));
		(void)!l4_recv(&m, L4_NEVER);
		for (l4_word n = 1 + random_below(32); b && n; n--)
			b[random_below(BUFFER_WORDS)] = nonsense();
		scribbles++;
	}
}

/* At each turn: where its buffer is, and how often it came here. */
static void turn(int worker)
{
	buffer[worker] = l4x_buf()->mr;
	done[worker]++;
}

static l4_word random_tag(void)
{
	return l4_tag(random_word() & 0xffff, random_below(L4_MSG_WORDS + 2)) |
	       random_below(4) << L4_TAG_CAPS_SHIFT;
}

static void echo(void *arg)
{
	struct l4_message m = { .tag = 0 };

	(void)arg;
	for (;;) {
		turn(ECHO);
		(void)!l4_ipc(0, &m, L4_NEVER, ACCEPT, L4_NR_reply_recv);
		for (l4_slot s = ACCEPT; s < ACCEPT + 3; s++)
			(void)!l4_cap_delete(s);
		m.tag = random_tag();
	}
}

static void client(void *arg)
{
	(void)arg;
	for (;;) {
		struct l4_message m = { .tag = random_tag() };

		turn(CLIENT);
		for (int i = 0; i < L4_MSG_CAPS; i++)
			l4x_buf()->caps[i] = TOKEN;
		(void)!l4_ipc(slot[ECHO], &m, 1000, 0, L4_NR_call);
	}
}

static void mapper(void *arg)
{
	(void)arg;
	for (;;) {
		struct l4_map_item *item = (struct l4_map_item *)(void *)l4x_buf();

		turn(MAPPER);
		for (l4_word i = 0; i < 16; i++)
			item[i] = (struct l4_map_item){
				MEMORY, random_below(256) * L4_PAGE_SIZE,
				(random_below(0x2000) * L4_PAGE_SIZE) | RAM_ATTR | random_below(8),
				1 + random_below(16) };
		(void)!l4_map_batch(SPACE, 1 + random_below(16));
		if (one_in(8))
			(void)!l4_unmap(SPACE, random_below(32) * 0x100000,
					(1 + random_below(4)) * 0x100000);
	}
}

static void registers(void *arg)
{
	(void)arg;
	for (;;) {
		l4_word *words = (l4_word *)(void *)l4x_buf();

		turn(REGISTERS);
		for (l4_word i = 0; i < sizeof(struct l4_vfp) / sizeof(*words); i++)
			words[i] = random_word();
		(void)!l4_thread_write(STILL, 1 + random_below(2));
		(void)!l4_thread_read(STILL, 1 + random_below(2));
	}
}

/* Its thread goes on with whatever is in the buffer. */
static void keeper(void *arg)
{
	struct l4_message m = { .tag = 0 };

	(void)arg;
	for (;;) {
		turn(KEEPER);
		(void)!l4_reply_recv(&m, L4_NEVER);
		m.tag = l4_tag(L4_REPLY_REGS, L4_EM_WORDS);
		m.mr[L4_EM_PC] = nonsense();
		m.mr[L4_EM_PSR] = nonsense();
	}
}

static void make_child(void)
{
	must(l4_cell_create(CELL, 0x20000, 64, 90, 0x65676170, 0x73));
	must(l4_cell_supervise(CELL, slot[KEEPER]));
	must(l4_space_create(CELL, SPACE, 0));
	must(l4_thread_create(CELL, STILL, SPACE, 90, 0x6c697473, 0));
	must(l4_thread_create(CELL, RESTLESS, SPACE, 80, 0x74736572, 0));
	must(l4_section_derive(CELL, MEMORY, RAM, 0, RAM_SIZE, L4_R_READ | L4_R_WRITE | L4_R_EXEC));
	must(l4_thread_start(RESTLESS, 0, 0, 0));
}

/* What the kernel has of a thread, in a buffer that nobody else writes to. */
static bool status_sound(void)
{
	const struct l4_regs *r = (const struct l4_regs *)(const void *)l4x_buf();

	must(l4_thread_read(STILL, L4_REGS_CPU));
	return (r->psr & ~(l4_word)L4_PSR_USER) == 0x10;
}

static l4_word pool_free(void)
{
	l4_word bytes = 0;

	must(l4_system(L4_SLOT_SYSTEM, L4_SYS_INFO, 0, 0, 0, 0, NULL, &bytes, NULL, NULL));
	return bytes;
}

static void make_workers(void)
{
	static void (*const work[WORKERS])(void *) = { echo, client, mapper, registers, keeper };

	for (int i = 0; i < WORKERS; i++) {
		int err = l4x_thread_create(work[i], NULL, STACK, 80);

		must(err);
		slot[i] = (l4_slot)err;
	}
	must(l4x_thread_create(scribble, NULL, STACK, 105));
}

int main(void)
{
	l4_word seed = hostile_seed(), before, said = 0;
	struct l4_message m = { .tag = 0 };
	bool sound = true;

	l4x_printf("# SEED=%lu gives the same again\n", seed);
	random_seed(seed);
	must(l4_frame_create(0, TOKEN));
	make_workers();
	before = pool_free();
	make_child();
	while (scribbles < SCRIBBLES * hostile_scale()) {
		(void)!l4_recv(&m, 5000);
		sound &= status_sound();
		if (scribbles >= said) {
			l4x_printf("# %lu times nonsense written\n", scribbles);
			said += SCRIBBLES / 4;
		}
	}
	must(l4_cap_delete(CELL));
	for (int i = 0; i < WORKERS; i++)
		point(done[i] > SCRIBBLES / 20, "%s all the while: %lu", names[i], done[i]);
	point(sound, "a thread's status is user mode's, whatever was written");
	point(pool_free() == before, "kernel memory is back: %lu %lu", before, pool_free());
	victim_end();
	return points_done();
}
