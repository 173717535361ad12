/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Two cores, one object: in each round two actors make a call each at the same
 * time, on the same thread, section, cell or mapping, after a random delay.  Each
 * pair of calls comes in turn, the argument of the cell is how many rounds there
 * are.  What may come of a call is in the table below; what was destroyed is made
 * again between the rounds.
 *
 * Beside them a reader on some core reads the page that is mapped, unmapped and
 * revoked.  Page n of the section holds n, each mapping is of the next page, and
 * `newest` says which one has replaced all before: to read an older one after
 * that is a stale translation.  Its faults go to a pager that lets it try again.
 */
#include <string.h>
#include "../kernel/lib/ktest.h"

#define PAGE_VA	  0x28000000
#define PAGES	  256u
#define PARENT	  T(10)
#define SECTION	  T(11)
#define CELL	  T(20)	/* and its space, its thread */
#define CELL_SPACE T(21)
#define CELL_MAIN T(22)
#define TARGET	  T(0)
#define COPY(a)	  (T(1) + (a))
#define MOVED(a)  (T(4) + (a))
#define READER	  (HELPER + 1)
#define PAGER	  (HELPER + 2)
#define LATELY	  100	/* mappings: a reader that was away for longer proves nothing */

#define E(name)	  (1u << -L4_##name)
#define DONE	  1u

struct actor {
	l4_word number;
	uint32_t random;
	volatile l4_word round;
	char spare[48];
};

static struct actor actor[2];
static l4_word cores;
static volatile l4_word newest, maps, stale, reads, over;
static volatile int map_lock;
static char target_stack[1024] __attribute__((aligned(8)));

static uint32_t pick(struct actor *a, uint32_t below)
{
	a->random ^= a->random << 13;
	a->random ^= a->random >> 17;
	a->random ^= a->random << 5;
	return (a->random >> 8) % below;
}

/* --- who is there beside the actors --- */

/* Works a little, answers, waits for a message or the bits of the next round. */
static void target(void)
{
	struct l4_message m = msg(0, 0, 0);

	for (;;) {
		for (volatile int i = 0; i < 100; i++)
			__asm__ volatile(".fpu neon\n\tvmov s0, %0" : : "r"(i));
		m.tag = l4_tag(0, 1);
		(void)!l4_reply_recv(&m, L4_NEVER);
	}
}

static void reader(void *arg)
{
	struct l4_message m = msg(0, 0, 0);

	(void)arg;
	while (!over) {
		for (int i = 0; i < 200; i++) {
			l4_word before = newest, n = *(volatile l4_word *)PAGE_VA;

			stale += (int8_t)(n - before) < 0 && newest - before < LATELY;
			reads++;
		}
		(void)!l4_recv(&m, L4_NEVER);
	}
}

static void pager(void *arg)
{
	struct l4_message m = msg(0, 0, 0);
	int err = l4_recv(&m, L4_NEVER);

	(void)arg;
	for (;;) {
		if (err == L4_OK)
			nap(50);
		m.tag = l4_tag(L4_REPLY_RESUME, 0);
		err = l4_reply_recv(&m, L4_NEVER);
	}
}

/* --- the calls --- */

static int op_call(struct actor *a)
{
	struct l4_message m = msg(1, 1, a->number);

	return l4_call(COPY(a->number), &m, 300);
}

static int op_send(struct actor *a)
{
	struct l4_message m = msg(1, 1, a->number);

	return l4_send(COPY(a->number), &m, pick(a, 2) ? L4_NOWAIT : 100);
}

static int op_notify(struct actor *a)
{
	return l4_notify(COPY(a->number), 1);
}

static int op_stop(struct actor *a)
{
	(void)a;
	return l4_thread_stop(TARGET);
}

static int op_resume(struct actor *a)
{
	(void)a;
	return l4_thread_resume(TARGET);
}

static int op_start(struct actor *a)
{
	(void)a;
	return l4_thread_start(TARGET, (l4_word)target, (l4_word)target_stack + sizeof(target_stack),
			       0);
}

static int op_move(struct actor *a)
{
	return l4_thread_core(TARGET, pick(a, cores));
}

static int op_prio(struct actor *a)
{
	return l4_thread_prio(TARGET, MAIN_PRIO + 1 + pick(a, 20));
}

static int op_read(struct actor *a)
{
	return l4_thread_read(TARGET, pick(a, 2) ? L4_REGS_CPU : L4_REGS_VFP);
}

static int op_route(struct actor *a)
{
	return l4_thread_route(TARGET, L4_EXC_DFAULT,
			       pick(a, 2) ? L4_ROUTE_THREAD : L4_ROUTE_SUPER, PAGER);
}

static int op_alarm(struct actor *a)
{
	l4_word lo, hi;

	l4_clock(&lo, &hi);
	return l4_alarm(TARGET, 1, lo + pick(a, 20000), hi);
}

/* What would be in the way goes first, every other time: else only luck makes room. */
static void make_room(struct actor *a, l4_slot slot)
{
	if (pick(a, 2))
		(void)!l4_cap_delete(slot);
}

static int op_copy(struct actor *a)
{
	make_room(a, COPY(a->number));
	return l4_cap_copy(TARGET, 0, COPY(a->number), L4_R_ALL, 0);
}

static int op_move_cap(struct actor *a)
{
	make_room(a, MOVED(a->number));
	return l4_cap_move(COPY(a->number), 0, MOVED(a->number));
}

static int op_revoke(struct actor *a)
{
	(void)a;
	return l4_cap_revoke(TARGET);
}

static int op_destroy(struct actor *a)
{
	(void)a;
	return l4_cap_delete(TARGET);
}

static int op_map(struct actor *a)
{
	l4_word n;
	int err;

	(void)a;
	while (__atomic_exchange_n(&map_lock, 1, __ATOMIC_ACQUIRE))
		;
	n = maps + 1;
	err = l4_map(L4_SLOT_SPACE, SECTION, PAGE_VA | RAM_ATTR, n % PAGES * L4_PAGE_SIZE,
		     L4_PAGE_SIZE);
	if (err == L4_OK)
		newest = maps = n;
	__atomic_store_n(&map_lock, 0, __ATOMIC_RELEASE);
	return err;
}

static int op_unmap(struct actor *a)
{
	return l4_unmap(L4_SLOT_SPACE, PAGE_VA, pick(a, 2) ? L4_PAGE_SIZE : 0x100000);
}

static int op_protect(struct actor *a)
{
	(void)a;
	return l4_protect(L4_SLOT_SPACE, PAGE_VA, L4_PAGE_SIZE);
}

static int derive(void)
{
	return l4_section_derive(0, SECTION, PARENT, 0, PAGES * L4_PAGE_SIZE, L4_MEM);
}

static int op_derive(struct actor *a)
{
	make_room(a, SECTION);
	return derive();
}

static int op_delete_section(struct actor *a)
{
	(void)a;
	return l4_cap_delete(SECTION);
}

static int op_revoke_section(struct actor *a)
{
	(void)a;
	return l4_cap_revoke(PARENT);
}

static int op_move_reader(struct actor *a)
{
	return l4_thread_core(READER, pick(a, cores));
}

/* Its thread faults at once, on some core, and nobody is told: it is stopped. */
static int op_make_cell(struct actor *a)
{
	int err = l4_cell_create(CELL, 0x10000, 16, MAIN_PRIO, 0, 0);

	if (err == L4_OK)
		err = l4_space_create(CELL, CELL_SPACE, 0);
	if (err == L4_OK)
		err = l4_thread_create(CELL, CELL_MAIN, CELL_SPACE, MAIN_PRIO, 0, 0);
	if (err == L4_OK)
		err = l4_thread_core(CELL_MAIN, pick(a, cores));
	if (err == L4_OK)
		err = l4_thread_start(CELL_MAIN, 0x1000, 0, 0);
	return err;
}

static int op_delete_cell(struct actor *a)
{
	(void)a;
	return l4_cap_delete(CELL);
}

static int op_delete_space(struct actor *a)
{
	if (pick(a, 2))
		(void)!l4_cap_delete(CELL_MAIN);
	return l4_cap_delete(CELL_SPACE);
}

static const struct op {
	const char *name;
	int (*run)(struct actor *a);
	uint32_t allowed;
} ops[] = {
	{ "call", op_call, DONE | E(ECAP) | E(EDEAD) | E(ETIME) | E(ECANCEL) },
	{ "send", op_send, DONE | E(ECAP) | E(EDEAD) | E(ETIME) | E(ECANCEL) | E(EAGAIN) },
	{ "notify", op_notify, DONE | E(ECAP) },
	{ "stop", op_stop, DONE | E(ECAP) },
	{ "resume", op_resume, DONE | E(ECAP) | E(EINVAL) },
	{ "start", op_start, DONE | E(ECAP) },
	{ "move", op_move, DONE | E(ECAP) },
	{ "prio", op_prio, DONE | E(ECAP) },
	{ "read", op_read, DONE | E(ECAP) | E(EAGAIN) },
	{ "route", op_route, DONE | E(ECAP) },
	{ "alarm", op_alarm, DONE | E(ECAP) },
	{ "copy", op_copy, DONE | E(ECAP) | E(EBUSY) },
	{ "move the capability", op_move_cap, DONE | E(ECAP) | E(EBUSY) },
	{ "revoke", op_revoke, DONE | E(ECAP) },
	{ "destroy", op_destroy, DONE },
	{ "map", op_map, DONE | E(ECAP) },
	{ "unmap", op_unmap, DONE },
	{ "protect", op_protect, DONE },
	{ "derive", op_derive, DONE | E(ECAP) | E(EBUSY) },
	{ "delete the section", op_delete_section, DONE },
	{ "revoke the section", op_revoke_section, DONE | E(ECAP) },
	{ "move the reader", op_move_reader, DONE },
	{ "make a cell", op_make_cell, DONE | E(ECAP) | E(EBUSY) },
	{ "delete the cell", op_delete_cell, DONE },
	{ "delete its space", op_delete_space, DONE | E(EBUSY) },
};

#define OPS (sizeof(ops) / sizeof(ops[0]))

/* --- the rounds --- */

static volatile l4_word wrong, done[OPS];

/* Both are here before either goes on.  A host that is busy gets a core back. */
static void meet(struct actor *a)
{
	const struct actor *other = &actor[1 - a->number];
	l4_word round = a->round + 1, spins = 0;

	__atomic_store_n(&a->round, round, __ATOMIC_SEQ_CST);
	while ((int32_t)(__atomic_load_n(&other->round, __ATOMIC_SEQ_CST) - round) < 0)
		if (++spins % 2000 == 0)
			nap(20);
}

static void act(struct actor *a, l4_word i)
{
	const struct op *op = &ops[i];
	int err;

	for (volatile uint32_t d = pick(a, 64); d; d--)
		;
	err = op->run(a);
	if (err == L4_OK)
		done[i]++;
	if (err > 0 || err <= L4_ELAST || !(op->allowed >> -err & 1)) {
		wrong++;
		l4x_printf("# %s gave %s\n", op->name, error_name(err));
	}
}

/* What a round may have left without: the target with its copies, section, mapping. */
static void mend(void)
{
	int err = l4_thread_create(0, TARGET, L4_SLOT_SPACE, MAIN_PRIO + 1, 0x67726174, 0x7465);

	if (err == L4_OK)
		must(op_start(&actor[0]));
	else
		(void)!l4_thread_resume(TARGET);
	for (l4_word n = 0; n < 2; n++)
		(void)!l4_cap_copy(TARGET, 0, COPY(n), L4_R_ALL, 0);
	(void)!derive();
}

static l4_word rounds;

static void second(void *arg)
{
	(void)arg;
	for (l4_word r = 0; r < rounds; r++) {
		meet(&actor[1]);
		act(&actor[1], r / OPS % OPS);
		meet(&actor[1]);
	}
}

static void first(void)
{
	for (l4_word r = 0; r < rounds; r++) {
		must(l4_notify(READER, 1));
		(void)!l4_notify(TARGET, 1);
		meet(&actor[0]);
		act(&actor[0], r % OPS);
		meet(&actor[0]);
		mend();
		if (r % 8 == 0)
			must(op_map(&actor[0]));
		if ((r + 1) % 10000 == 0)
			note("%lu rounds", r + 1);
	}
}

static void prepare(void)
{
	l4_word lo;

	l4_clock(&lo, NULL);
	must(l4_system(L4_SLOT_SYSTEM, L4_SYS_INFO, 0, 0, 0, 0, NULL, NULL, &cores, NULL));
	rounds = l4x_arg();
	for (l4_word n = 0; n < 2; n++) {
		actor[n].number = n;
		actor[n].random = (lo * 2654435761u + n) | 1;
	}
	note("%lu rounds, %lu cores, seed %08lx", rounds, cores, lo);
	for (l4_word i = 0; i < PAGES; i++)
		*(volatile l4_word *)(RAM_VA + i * L4_PAGE_SIZE) = i;
	must(l4_section_derive(0, PARENT, RAM_SLOT, 0, PAGES * L4_PAGE_SIZE, L4_MEM));
	mend();
	must(op_map(&actor[0]));
}

static void test_pairs(void)
{
	l4_word never = 0;

	prepare();
	(void)helper(2, pager, NULL, HIGH + 1);
	(void)helper(1, reader, NULL, LOW);
	must(l4_thread_route(READER, L4_EXC_DFAULT, L4_ROUTE_THREAD, PAGER));
	must(l4_thread_core(READER, cores - 1));
	must(l4_thread_prio(READER, HIGH));
	(void)helper(0, second, NULL, LOW);
	must(l4_thread_core(HELPER, 1));
	must(l4_thread_prio(HELPER, MAIN_PRIO));
	first();
	ok(!wrong, "no call gives what it may not, %lu times", wrong);
	ok(!stale, "no reader sees a page that was replaced, %lu times of %lu", stale, reads);
	ok(reads > rounds / 10, "the reader reads");
	for (l4_word i = 0; i < OPS; i++) {
		if (!done[i])
			note("%s has never succeeded", ops[i].name);
		never += !done[i];
	}
	ok(!never, "each call has succeeded, %lu have not", never);
	must(op_map(&actor[0]));
	over = 1;
	for (int i = 0; i < 10000 && !(helper_done(0) && helper_done(1)); i++) {
		must(l4_notify(READER, 1));
		nap(1000);
	}
	ok(helper_done(0) && helper_done(1), "actor and reader come to their end");
	must(l4_cap_delete(CELL));
	must(l4_cap_delete(PARENT));
	must(l4_unmap(L4_SLOT_SPACE, PAGE_VA, 0x100000));	/* and its table */
	ram_map();
}

int main(void)
{
	static const struct test tests[] = { { "two cores", test_pairs } };

	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	return tests_done();
}
