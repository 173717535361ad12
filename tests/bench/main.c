/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Walks each path of paths.S many times, for a plugin that counts.  It prints
 * nothing but that it is done: the numbers come from outside.
 *
 * Runs as two cells from this one program: `bench`, and `bench-server`, whose
 * argument is 1, which answers bench_call from a space of its own.
 */
#include <stdio.h>
#include <l4/stubs.h>
#include <l4/vcpu.h>
#include <l4x/cell.h>
#include <l4x/thread.h>

#define ROUNDS	1000
#define STACK	4096

#define PRIO_LOW	5	/* what an interrupt interrupts */
#define PRIO_MAIN	10
#define PRIO_HIGH	20	/* whom a notification wakes */
#define SERVER		1	/* argument of the second cell */

#define WINDOW		0x08000000	/* nothing else is mapped there */
#define PAGES		17
#define PAGE_VA		0x09000000
#define GUEST_PAGE_VA	0x0a000000

void bench_null(void);
void bench_call(l4_slot server);
void bench_serve(void) __attribute__((noreturn));
int bench_notify(l4_slot thread, l4_word bits);
void bench_sleep(void) __attribute__((noreturn));
void bench_irq_wait(void);
int bench_map1(l4_slot space, l4_slot section, l4_word va, l4_word offset, l4_word size);
int bench_map17(l4_slot space, l4_slot section, l4_word va, l4_word offset, l4_word size);
uint32_t bench_touch(volatile uint32_t *p);
extern char bench_u[], bench_s_entry[], bench_s_resume[], bench_s_start[];

static l4_slot memory;	/* a section of PAGES pages */
static int failures;

static void expect(int result, const char *what)
{
	if (result < 0) {
		printf("not ok: %s: %s\n", what, l4_strerror(result));
		failures++;
	}
}

static void sleeper(void *arg)
{
	(void)arg;
	bench_sleep();
}

static void notify_path(void)
{
	int t = l4x_thread_create(sleeper, NULL, STACK, PRIO_HIGH);

	expect(t, "notified thread");
	for (int i = 0; i < ROUNDS; i++)
		expect(bench_notify((l4_slot)t, 1), "notify");
}

static void map_path(void)
{
	const l4_word attr = L4_MAP_W | L4_MT_WBWA << L4_MAP_TYPE_SHIFT;

	for (int i = 0; i < ROUNDS; i++) {
		expect(bench_map1(L4_SLOT_SPACE, memory, WINDOW | attr, 0, L4_PAGE_SIZE), "map");
		expect(l4_unmap(L4_SLOT_SPACE, WINDOW, L4_PAGE_SIZE), "unmap");
		expect(bench_map17(L4_SLOT_SPACE, memory, WINDOW | attr, 0,
				   PAGES * L4_PAGE_SIZE), "map 17");
		expect(l4_unmap(L4_SLOT_SPACE, WINDOW, PAGES * L4_PAGE_SIZE), "unmap 17");
	}
}

/* Maps the page that a fault message names, and answers. */
static void pager(void *arg)
{
	l4_word tag = 0, w0 = 0, w1 = 0, badge;

	(void)arg;
	for (;;) {
		if (l4_reply_recv_regs(&tag, &w0, &w1, &badge) != L4_OK)
			continue;
		expect(l4_map(L4_SLOT_SPACE, memory,
			      (w0 & ~0xfffu) | L4_MT_WBWA << L4_MAP_TYPE_SHIFT, 0, L4_PAGE_SIZE),
		       "pager's map");
		tag = L4_REPLY_RESUME << L4_TAG_LABEL_SHIFT;
	}
}

static void fault_path(void)
{
	int t = l4x_thread_create(pager, NULL, STACK, PRIO_HIGH);

	expect(t, "pager");
	expect(l4_thread_route(L4_SLOT_THREAD, L4_EXC_DFAULT, L4_ROUTE_THREAD, (l4_slot)t),
	       "route");
	for (int i = 0; i < ROUNDS; i++) {
		bench_touch((volatile uint32_t *)PAGE_VA);
		expect(l4_unmap(L4_SLOT_SPACE, PAGE_VA, L4_PAGE_SIZE), "unmap");
	}
	expect(l4_thread_route(L4_SLOT_THREAD, L4_EXC_DFAULT, L4_ROUTE_SUPER, 0), "route back");
}

/* S and U in this cell's own space: what a process and its kernel do. */
static void guest_path(void)
{
	l4_slot frame = l4x_slot_alloc(), vcpu = l4x_slot_alloc();
	l4_slot s = l4x_slot_alloc(), u = l4x_slot_alloc();

	expect(l4_frame_create(0, frame), "register page");
	expect(l4_vcpu_create(0, vcpu, frame, GUEST_PAGE_VA), "vcpu");
	expect(l4_map(L4_SLOT_SPACE, frame,
		      GUEST_PAGE_VA | L4_MAP_W | L4_MT_WBWA << L4_MAP_TYPE_SHIFT, 0,
		      L4_PAGE_SIZE), "map of the register page");
	expect(l4_thread_create(0, s, L4_SLOT_SPACE, PRIO_MAIN, 'S', 0), "S");
	expect(l4_thread_create(0, u, L4_SLOT_SPACE, PRIO_MAIN, 'U', 0), "U");
	expect(l4_vcpu_bind(vcpu, s, L4_ROLE_S), "bind S");
	expect(l4_vcpu_bind(vcpu, u, L4_ROLE_U), "bind U");
	expect(l4_vcpu_entry(vcpu, L4_ENTRY_SVC, (l4_word)bench_s_entry), "entry");
	expect(l4_vcpu_entry(vcpu, L4_ENTRY_RESUME, (l4_word)bench_s_resume), "resume");
	((struct l4_vcpu_page *)GUEST_PAGE_VA)->user.pc = (l4_word)bench_u;
	expect(l4_thread_start(s, (l4_word)bench_s_start, 0, L4_SLOT_THREAD), "start");
	l4x_irq_wait(1);
}

static void spin(void *arg)
{
	(void)arg;
	for (;;)
		__asm__ volatile("");
}

/* SP804: load, control (one shot, interrupt, 32 bit), clear. */
static void irq_path(void)
{
	const struct l4x_device *d = l4x_device("timer");
	volatile uint32_t *reg;

	if (!d) {
		expect(L4_ECAP, "device timer");
		return;
	}
	reg = (volatile uint32_t *)d->va;
	expect(l4x_irq_bind(d->irq[0], 1), "bind");
	expect(l4x_thread_create(spin, NULL, STACK, PRIO_LOW), "spinner");
	for (int i = 0; i < ROUNDS; i++) {
		reg[0] = 20;
		reg[2] = 0xa3;
		bench_irq_wait();
		reg[3] = 1;
		expect(l4_irq_ack(d->irq[0]), "ack");
	}
}

static void call_path(void)
{
	l4_slot server = l4x_channel("bench-server");

	for (int i = 0; i < ROUNDS; i++)
		bench_call(server);
}

int main(void)
{
	if (l4x_arg() == SERVER)
		bench_serve();
	memory = l4x_start()->memory[0].slot;
	for (int i = 0; i < ROUNDS; i++)
		bench_null();
	call_path();
	notify_path();
	map_path();
	fault_path();
	guest_path();
	irq_path();
	printf("%s\n", failures ? "bench failed" : "bench done");
	return failures != 0;
}
