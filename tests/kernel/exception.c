/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Routes: to a thread, to the supervisor; what the message says, what the
 * answer does; what happens when the handler is not there.
 */
#include <string.h>
#include "lib/ktest.h"

#define STATUS_FS	0x40f
#define STATUS_WRITE	0x800
#define NOWHERE		0x00800000	/* nothing is mapped there */
#define CODE_VA		0x50000000
#define CODE_OFFSET	0x10000

#define UDF		0xe7f000f0	/* udf #0 */
#define BKPT		0xe1200070
#define BX_LR		0xe12fff1e
#define SVC		0xef000000
#define LDRD_R2_R0	0xe1c020d0

/* A page of code: the words, at CODE_VA. */
static void code(const l4_word *words, size_t n)
{
	memcpy((void *)(RAM_VA + CODE_OFFSET), words, n * sizeof(*words));
	must(l4_cache(0, L4_CACHE_CODE, RAM_VA + CODE_OFFSET, L4_PAGE_SIZE));
	must(l4_map(L4_SLOT_SPACE, RAM_SLOT, CODE_VA | L4_MAP_X | RAM_ATTR, CODE_OFFSET,
		    L4_PAGE_SIZE));
}

static void no_code(void)
{
	must(l4_unmap(L4_SLOT_SPACE, CODE_VA, L4_PAGE_SIZE));
}

/* A thread with all registers different, whose faults come with badge 0x77. */
static struct l4_regs make_thread(l4_slot slot, l4_slot badge_slot, l4_word pc)
{
	struct l4_regs r = { .pc = pc, .psr = 0x60000010 };

	for (l4_word i = 0; i < 15; i++)
		r.r[i] = 0xb0000000 + i;
	must(l4_thread_create(0, slot, L4_SLOT_SPACE, LOW, 0, 0));
	must(l4_cap_copy(L4_SLOT_THREAD, 0, badge_slot, L4_R_SEND, 0x77));
	for (l4_word class = 0; class < L4_EXC_STOP; class++)
		is(thread_route, l4_thread_route(slot, class, L4_ROUTE_THREAD, badge_slot), L4_OK,
		   "class %lu to a thread", class);
	return r;
}

static bool regs_match(const struct fault *f, const struct l4_regs *r, l4_word pc)
{
	return f->words == L4_EM_WORDS && f->mr[L4_EM_PC] == pc && f->mr[L4_EM_PSR] == r->psr &&
	       !memcmp(&f->mr[L4_EM_R0], r->r, sizeof(r->r));
}

static void check_fault(const char *what, const struct fault *f, const struct l4_regs *r, int class,
			l4_word pc, l4_word addr)
{
	bool good = f->class == class && f->mr[L4_EM_ADDR] == addr;

	if (!good)
		note("class %d, address %08lx, status %03lx", f->class, f->mr[L4_EM_ADDR],
		     f->mr[L4_EM_STATUS]);
	ok(good, "%s has its class and address", what);
	good = regs_match(f, r, pc);
	if (!good)
		note("%lu words, pc %08lx, psr %08lx, r0 %08lx", f->words, f->mr[L4_EM_PC],
		     f->mr[L4_EM_PSR], f->mr[L4_EM_R0]);
	ok(good, "%s has pc, status and r0 to r14", what);
}

static void test_messages(void)
{
	static const l4_word words[] = { UDF, BKPT, LDRD_R2_R0, SVC, UDF };
	struct l4_regs r;
	struct fault f;

	code(words, 5);
	r = make_thread(T(0), T(1), (l4_word)blob_load);
	r.r[0] = NOWHERE;
	f = probe_thread(T(0), &r);
	check_fault("a read", &f, &r, L4_EXC_DFAULT, r.pc, NOWHERE);
	ok((f.mr[L4_EM_STATUS] & STATUS_WRITE) == 0 && (f.mr[L4_EM_STATUS] & 0x40d) == 5,
	   "a read where nothing is mapped is a translation fault");
	must(l4_thread_stop(T(0)));
	r.pc = (l4_word)blob_store;
	f = probe_thread(T(0), &r);
	check_fault("a write", &f, &r, L4_EXC_DFAULT, r.pc, NOWHERE);
	ok(f.mr[L4_EM_STATUS] & STATUS_WRITE, "its status says that it wrote");
	must(l4_thread_stop(T(0)));
	r.pc = NOWHERE + 0x40;
	f = probe_thread(T(0), &r);
	check_fault("a jump", &f, &r, L4_EXC_PFAULT, r.pc, r.pc);
	must(l4_thread_stop(T(0)));
	r.pc = CODE_VA;
	f = probe_thread(T(0), &r);
	check_fault("an undefined instruction", &f, &r, L4_EXC_UNDEF, r.pc, r.pc);
	must(l4_thread_stop(T(0)));
	r.pc = CODE_VA + 4;
	f = probe_thread(T(0), &r);
	check_fault("a breakpoint", &f, &r, L4_EXC_PFAULT, r.pc, r.pc);
	ok((f.mr[L4_EM_STATUS] & STATUS_FS) == 2, "a breakpoint's status is that of a debug event");
	must(l4_thread_stop(T(0)));
	r.pc = CODE_VA + 8;
	r.r[0] = RAM_VA + 2;
	f = probe_thread(T(0), &r);
	check_fault("an unaligned access", &f, &r, L4_EXC_ALIGN, r.pc, RAM_VA + 2);
	must(l4_thread_stop(T(0)));
	r.pc = CODE_VA + 12;
	f = probe_thread(T(0), &r);
	check_fault("a system call", &f, &r, L4_EXC_SYSCALL, r.pc + 4, 0);
	no_code();
}

/* What was the exception's answer? */
static int answer(struct l4_message *m, l4_word label, l4_word words)
{
	m->tag = l4_tag(label, words);
	return l4_reply_recv(m, 1000000);
}

static void start_at(l4_slot t, const struct l4_regs *r)
{
	memcpy(l4x_buf(), r, sizeof(*r));
	must(l4_thread_write(t, L4_REGS_CPU));
	must(l4_thread_resume(t));
}

static void test_badge(void)
{
	struct l4_regs r = make_thread(T(0), T(1), NOWHERE);
	struct l4_message m = msg(0, 0, 0);

	start_at(T(0), &r);
	must(l4_recv(&m, 1000000));
	ok(m.badge == 0x77 && (m.tag & L4_TAG_KERNEL),
	   "it has the badge of the route's capability");
	must(answer(&m, L4_REPLY_RESUME, 0));
	ok(m.mr[L4_EM_PC] == NOWHERE && (m.tag & L4_TAG_KERNEL),
	   "resumed unchanged, it does the same again");
	m.mr[L4_EM_PC] = NOWHERE + 0x100;
	m.mr[L4_EM_PSR] = 0xffffffdf;
	m.mr[L4_EM_R0] = 1;
	must(answer(&m, L4_REPLY_REGS, 5));
	ok(m.mr[L4_EM_PC] == NOWHERE + 0x100, "the answer's pc is where it goes on");
	ok((m.mr[L4_EM_PSR] & 0xdf) == 0x10, "the answer cannot change its mode");
	ok(m.mr[L4_EM_R0] == 1 && m.mr[L4_EM_R0 + 1] == 0xb0000001,
	   "what the answer is too short for stays as it was");
	m.mr[L4_EM_PSR] = 0x10;
	for (l4_word i = L4_MSG_REGS; i < L4_EM_WORDS; i++)
		l4x_buf()->mr[i] = 0xc0000000 + i;
	must(answer(&m, L4_REPLY_REGS, L4_MSG_WORDS));
	ok(l4x_buf()->mr[L4_EM_WORDS - 1] == 0xc0000000 + L4_EM_WORDS - 1,
	   "a long answer sets all registers");
	ok(answer(&m, L4_REPLY_STOP, 0) == L4_ETIME, "an answer can leave it stopped");
	ok(l4_thread_read(T(0), L4_REGS_CPU) == L4_OK, "then it is");
}

static void test_mend(void)
{
	struct l4_regs r;
	struct l4_message m = msg(0, 0, 0);

	r = make_thread(T(0), T(1), (l4_word)blob_load);
	r.r[0] = CODE_VA;
	must(l4_thread_route(T(0), L4_EXC_SYSCALL, L4_ROUTE_KERNEL, 0));
	*(l4_word *)(RAM_VA + CODE_OFFSET) = 4711;
	start_at(T(0), &r);
	must(l4_recv(&m, 1000000));
	must(l4_map(L4_SLOT_SPACE, RAM_SLOT, CODE_VA | RAM_ATTR, CODE_OFFSET, L4_PAGE_SIZE));
	must(answer(&m, L4_REPLY_RESUME, 0));
	ok(!(m.tag & L4_TAG_KERNEL) && m.mr[0] == 4711,
	   "a pager maps the page, and the access is made");
	no_code();
}

/* A thread without calls of its own: each svc is answered by main. */
static void test_syscalls(void)
{
	static const l4_word words[] = { SVC, SVC, SVC };
	struct l4_regs r;
	struct l4_message m = msg(0, 0, 0);

	code(words, 3);
	r = make_thread(T(0), T(1), CODE_VA);
	r.r[12] = L4_NR_yield;
	start_at(T(0), &r);
	must(l4_recv(&m, 1000000));
	ok(l4_label(m.tag) == L4_EXC_SYSCALL, "the number of a call means nothing there");
	m.mr[L4_EM_R0] = 42;
	must(answer(&m, L4_REPLY_REGS, 5));
	ok(l4_label(m.tag) == L4_EXC_SYSCALL && m.mr[L4_EM_PC] == CODE_VA + 8 &&
	   m.mr[L4_EM_R0] == 42, "its result is what the answer says");
	must(l4_thread_route(T(0), L4_EXC_SYSCALL, L4_ROUTE_KERNEL, 0));
	must(answer(&m, L4_REPLY_RESUME, 0));
	ok(l4_label(m.tag) == L4_EXC_PFAULT || l4_label(m.tag) == L4_EXC_UNDEF ||
	   l4_label(m.tag) == L4_EXC_DFAULT, "given its calls back, it makes them again");
	no_code();
}

static void test_arguments(void)
{
	l4_slot t = T(0), h = T(1);

	must(l4_thread_create(0, t, L4_SLOT_SPACE, LOW, 0, 0));
	must(l4_thread_create(0, h, L4_SLOT_SPACE, LOW, 0, 0));
	CAP_ARG(thread_route, 0, K_THREAD, L4_R_CONTROL, false, t, L4_EXC_UNDEF, L4_ROUTE_THREAD,
		h);
	CAP_ARG(thread_route, 3, K_THREAD, L4_R_SEND, false, t, L4_EXC_UNDEF, L4_ROUTE_THREAD, h);
	is(thread_route, l4_thread_route(t, L4_EXC_STOP, L4_ROUTE_SUPER, 0), L4_EINVAL,
	   "a class that is never routed");
	is(thread_route, l4_thread_route(t, 0xffffffff, L4_ROUTE_SUPER, 0), L4_EINVAL, "class -1");
	is(thread_route, l4_thread_route(t, L4_EXC_UNDEF, 4, 0), L4_EINVAL, "kind 4");
	is(thread_route, l4_thread_route(t, L4_EXC_UNDEF, L4_ROUTE_KERNEL, 0), L4_EINVAL,
	   "faults are not the kernel's own");
	is(thread_route, l4_thread_route(t, L4_EXC_UNDEF, L4_ROUTE_SELF, 0), L4_EINVAL,
	   "self, without a virtual CPU");
	is(thread_route, l4_thread_route(t, L4_EXC_UNDEF, L4_ROUTE_THREAD, t), L4_EINVAL,
	   "to the thread itself");
	is(thread_route, l4_thread_route(t, L4_EXC_UNDEF, L4_ROUTE_SUPER, 0), L4_OK,
	   "to the supervisor");
	is(thread_route, l4_thread_route(t, L4_EXC_SYSCALL, L4_ROUTE_SUPER, 0), L4_OK,
	   "system calls to the supervisor");
}

static void test_supervisor(void)
{
	struct l4_message m = msg(0, 0, 0);

	child_cell(T(0), 65536);
	must(l4_cap_copy(L4_SLOT_THREAD, 0, T(9), L4_R_SEND, 0x5ca1ab1e));
	must(l4_cell_supervise(T(0), T(9)));
	must(l4_thread_start(T(2), NOWHERE, 0, 0));
	must(l4_recv(&m, 1000000));
	ok(m.badge == 0x5ca1ab1e && (m.tag & L4_TAG_KERNEL) && l4_label(m.tag) == L4_EXC_PFAULT &&
	   m.mr[L4_EM_PC] == NOWHERE, "a fault without a route comes to the supervisor");
	m.mr[L4_EM_PC] = BLOB_VA + (l4_word)(blob_report - blob);
	must(answer(&m, L4_REPLY_REGS, 3));
	ok(!(m.tag & L4_TAG_KERNEL), "which can mend it");
	must(l4_thread_route(T(2), L4_EXC_SYSCALL, L4_ROUTE_SUPER, 0));
	must(l4_thread_start(T(2), BLOB_VA + (l4_word)(blob_report - blob), 0, 0));
	must(l4_recv(&m, 1000000));
	ok((m.tag & L4_TAG_KERNEL) && l4_label(m.tag) == L4_EXC_SYSCALL,
	   "system calls can be the supervisor's");
}

/* No supervisor: the thread stops where it was. */
static void test_nobody(void)
{
	must(l4_cell_create(T(0), 65536, 16, MAX_PRIO, 0x65657266, 0));
	must(l4_space_create(T(0), T(1), 0));
	must(l4_thread_create(T(0), T(2), T(1), LOW, 0x74, 0));
	must(l4_thread_start(T(2), NOWHERE, 0, 0));
	nap(2000);
	ok(l4_thread_read(T(2), L4_REGS_CPU) == L4_OK, "without a supervisor it is stopped");
	ok(((struct l4_regs *)(void *)l4x_buf())->pc == NOWHERE, "where it was");
}

static void handler(void *arg)
{
	struct l4_message m = msg(0, 0, 0);

	if (!arg) {	/* does not even receive */
		(void)!l4_thread_stop(l4x_self()->slot);
		return;
	}
	must(l4_recv(&m, L4_NEVER));
	if ((l4_word)arg == 1)
		(void)!l4_thread_stop(l4x_self()->slot);
	(void)!l4_recv(&m, L4_NEVER);
}

/* A child's fault goes to a handler of main's cell that goes away at some point. */
static struct l4_message lost(l4_word how)
{
	struct l4_message m = msg(0, 0, 0);
	l4_slot h = helper(0, handler, (void *)how, HIGH);

	child_cell(T(0), 65536);
	must(l4_thread_route(T(2), L4_EXC_PFAULT, L4_ROUTE_THREAD, h));
	must(l4_thread_prio(T(2), HIGH));
	if (how == 3)
		helper_end(0);
	must(l4_thread_start(T(2), NOWHERE, 0, 0));
	if (how < 2)
		helper_end(0);
	must(l4_recv(&m, 1000000));
	clean_slots();
	return m;
}

static void test_lost(void)
{
	static const char *const text[] = {
		"a handler that is destroyed before it receives",
		"a handler that is destroyed before it answers",
		"a handler that receives again instead of answering",
		"a handler that was destroyed before the fault",
	};

	for (l4_word how = 0; how < 4; how++) {
		struct l4_message m = lost(how);

		ok((m.tag & L4_TAG_KERNEL) && m.mr[L4_EM_PC] == NOWHERE,
		   "%s: the exception goes to the supervisor", text[how]);
	}
}

static void test_many(void)
{
	struct l4_message m = msg(0, 0, 0);
	bool good = true;

	for (l4_word i = 0; i < 6; i++) {
		must(l4_thread_create(0, T(i), L4_SLOT_SPACE, HIGH, 0, 0));
		must(l4_cap_copy(L4_SLOT_THREAD, 0, T(10 + i), L4_R_SEND, i + 1));
		must(l4_thread_route(T(i), L4_EXC_PFAULT, L4_ROUTE_THREAD, T(10 + i)));
		must(l4_thread_start(T(i), NOWHERE + i * 4, 0, 0));
	}
	for (l4_word i = 0; i < 6; i++) {
		must(l4_recv(&m, 1000000));
		must(l4_reply_save(T(20 + i)));
		good = good && m.badge == i + 1 && m.mr[L4_EM_PC] == NOWHERE + i * 4;
	}
	ok(good, "exceptions of many threads wait their turn");
	for (l4_word i = 6; i-- > 0;) {
		m.tag = l4_tag(L4_REPLY_STOP, 0);
		good = good && l4_send(T(20 + i), &m, L4_NOWAIT) == L4_OK &&
		       l4_thread_read(T(i), L4_REGS_CPU) == L4_OK;
	}
	ok(good, "and can be answered later, in any order");
}

int main(void)
{
	static const struct test tests[] = {
		{ "messages", test_messages },	 { "answers", test_badge },
		{ "pager", test_mend },		 { "routed calls", test_syscalls },
		{ "arguments", test_arguments }, { "supervisor", test_supervisor },
		{ "nobody", test_nobody },	 { "lost handlers", test_lost },
		{ "many", test_many },
	};

	/* the table of CODE_VA stays: it is not what is tested here */
	code((const l4_word[]){ BX_LR }, 1);
	no_code();
	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	covered(L4_NR_thread_route);
	return tests_done();
}
