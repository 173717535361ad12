/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Threads: made, given a buffer, started, stopped, resumed, read and written.
 * Priorities are in sched.c, routes in exception.c.
 */
#include <string.h>
#include "lib/ktest.h"

static void test_create(void)
{
	struct memory before = memory_now(), after;

	is(thread_create, l4_thread_create(0, T(0), L4_SLOT_SPACE, LOW, 0x41414141, 0x42424242),
	   L4_OK, "in the own cell");
	after = memory_now();
	ok(after.used == before.used + 1024 && after.pool == before.pool - 1024,
	   "a thread costs 1 KB of quota");
	SLOT_ARG(thread_create, 1, 0, T(1), L4_SLOT_SPACE, LOW);
	CAP_ARG(thread_create, 2, K_SPACE, L4_R_CONTROL, false, 0, T(1), L4_SLOT_SPACE, LOW);
	is(thread_create, l4_thread_create(0, T(1), L4_SLOT_SPACE, MAX_PRIO + 1, 0, 0), L4_EINVAL,
	   "a priority above the cell's highest");
	is(thread_create, l4_thread_create(0, T(1), L4_SLOT_SPACE, 0xffffff00, 0, 0), L4_EINVAL,
	   "a priority above 255");
	must(l4_cell_create(T(2), 65536, 16, LOW, 0, 0));
	CAP_ARG(thread_create, 0, K_CELL, L4_R_CONTROL, true, T(2), T(1), L4_SLOT_SPACE, LOW);
	is(thread_create, l4_thread_create(T(2), T(1), L4_SLOT_SPACE, LOW, 0, 0), L4_EINVAL,
	   "another cell's space");
	must(l4_space_create(T(2), T(3), 0));
	is(thread_create, l4_thread_create(T(2), T(1), T(3), LOW + 1, 0, 0), L4_EINVAL,
	   "a priority above the other cell's highest");
	is(thread_create, l4_thread_create(T(2), T(1), T(3), LOW, 0, 0), L4_OK, "in a child cell");
}

static void test_quota(void)
{
	int err = L4_OK;
	l4_word n = 0;

	must(l4_cell_create(T(0), 32768, 16, LOW, 0, 0));
	must(l4_space_create(T(0), T(1), 0));
	while (n < 40) {
		err = l4_thread_create(T(0), T(2) + n, T(1), LOW, 0, 0);
		if (err != L4_OK)
			break;
		n++;
	}
	is(thread_create, err, L4_EQUOTA, "after %lu threads in 32 KB", n);
	ok(n > 4 && n < 32, "the quota paid for space and threads");
	must(l4_cap_delete(T(2)));
	is(thread_create, l4_thread_create(T(0), T(2), T(1), LOW, 0, 0), L4_OK,
	   "one was destroyed, its quota is back");
}

/* A cell that spends its quota on threads, each with an alarm, takes nothing from others. */
static void test_neighbour(void)
{
	struct l4_message m = msg(0, 0, 0);
	uint64_t when = now() + 60000000ull * ticks_per_us();
	l4_word n = 0;
	int err = L4_OK;

	must(l4_cell_create(T(0), 1200 * 1024, 16, LOW, 0, 0));
	must(l4_space_create(T(0), T(1), 0));
	while (n < 1200) {
		err = l4_thread_create(T(0), T(480) + n, T(1), LOW, 0, 0);
		if (err != L4_OK)
			break;
		must(l4_alarm(T(480) + n, 1, (l4_word)when, (l4_word)(when >> 32)));
		when += 1;
		n++;
	}
	is(thread_create, err, L4_EQUOTA, "after %lu threads", n);
	ok(n > 1100, "only the quota ends it");
	is(thread_create, l4_thread_create(0, T(2), L4_SLOT_SPACE, LOW, 0, 0), L4_OK,
	   "another cell can");
	when = now() + 2000 * ticks_per_us();
	must(l4_alarm(0, 4, (l4_word)when, (l4_word)(when >> 32)));
	ok(l4_recv(&m, 1000000) == L4_NOTIFIED && m.mr[0] == 4, "and its alarm comes");
	must(l4_cap_delete(T(0)));
	ok(l4_recv(&m, 2000) == L4_ETIME, "and its time limits, when those threads are gone");
}

static volatile l4_word ran;

static void count_run(void *arg)
{
	ran += (l4_word)arg;
}

static void test_buffer(void)
{
	must(l4_thread_create(0, T(0), L4_SLOT_SPACE, LOW, 0, 0));
	must(l4_frame_create(0, T(1)));
	is(thread_buffer, l4_thread_buffer(T(0), T(1), 0), L4_OK, "the frame's first");
	is(thread_buffer, l4_thread_buffer(T(0), T(1), 7 * 512), L4_OK, "the frame's last");
	is(thread_buffer, l4_thread_buffer(T(0), T(1), 8 * 512), L4_EINVAL, "behind the frame");
	is(thread_buffer, l4_thread_buffer(T(0), T(1), 0xfffffe00), L4_EINVAL, "before the frame");
	is(thread_buffer, l4_thread_buffer(T(0), T(1), 256), L4_EINVAL, "half a buffer");
	is(thread_buffer, l4_thread_buffer(T(0), T(1), 4), L4_EINVAL, "a word");
	CAP_ARG(thread_buffer, 0, K_THREAD, L4_R_CONTROL, false, T(0), T(1), 0);
	CAP_ARG(thread_buffer, 1, K_FRAME, L4_R_CONTROL, false, T(0), T(1), 0);
	must(l4_cell_create(T(2), 65536, 16, LOW, 0, 0));
	must(l4_frame_create(T(2), T(3)));
	is(thread_buffer, l4_thread_buffer(T(0), T(3), 0), L4_EINVAL, "another cell's frame");
	ok(l4_cap_delete(T(1)) == L4_EBUSY, "a frame with a buffer in use cannot be deleted");
	must(l4_cap_delete(T(0)));
	ok(l4_cap_delete(T(1)) == L4_OK, "it can when the thread is gone");
}

static void test_start(void)
{
	l4_slot t;

	ran = 0;
	t = helper(0, count_run, (void *)1, HIGH);
	ok(ran == 1, "a thread runs from where it is started, with its argument");
	is(thread_start, l4_thread_start(L4_SLOT_THREAD, 0, 0, 0), L4_EINVAL, "oneself");
	must(l4_thread_create(0, T(0), L4_SLOT_SPACE, LOW, 0, 0));
	CAP_ARG(thread_start, 0, K_THREAD, L4_R_CONTROL, false, T(0), (l4_word)blob_spin);
	helper_end(0);
	t = helper(0, count_run, (void *)0, HIGH);
	must(l4_thread_prio(t, LOW));
	is(thread_start, l4_thread_start(t, (l4_word)blob_spin, 0, 0), L4_OK, "a stopped one");
	is(thread_start, l4_thread_start(t, (l4_word)blob_spin, 0, 0), L4_OK, "a ready one");
}

static void read_regs(l4_slot t, struct l4_regs *r)
{
	must(l4_thread_read(t, L4_REGS_CPU));
	memcpy(r, l4x_buf(), sizeof(*r));
}

static void test_start_state(void)
{
	struct l4_regs r;
	bool zero = true;

	must(l4_thread_create(0, T(0), L4_SLOT_SPACE, LOW, 0, 0));
	must(l4_thread_start(T(0), 0x12345678, 0x2000, 99));
	must(l4_thread_stop(T(0)));
	read_regs(T(0), &r);
	for (int i = 1; i < 15; i++)
		zero = zero && (i == 13 || r.r[i] == 0);
	ok(r.r[0] == 99 && r.r[13] == 0x2000 && r.pc == 0x12345678 && zero,
	   "argument, stack and pc are as given, the other registers 0");
	ok(r.psr == 0x10, "its status is user mode, ARM");
	must(l4_thread_start(T(0), 0x12345679, 0, 0));
	must(l4_thread_stop(T(0)));
	read_regs(T(0), &r);
	ok(r.psr == 0x30 && r.pc == 0x12345678, "an odd pc starts in Thumb");
}

static void test_stop(void)
{
	must(l4_thread_create(0, T(0), L4_SLOT_SPACE, LOW, 0, 0));
	is(thread_stop, l4_thread_stop(T(0)), L4_OK, "one that is stopped");
	is(thread_resume, l4_thread_resume(T(0)), L4_OK, "one that was never started");
	must(l4_thread_stop(T(0)));
	must(l4_thread_start(T(0), (l4_word)blob_spin, 0, 0));
	is(thread_resume, l4_thread_resume(T(0)), L4_EINVAL, "one that is not stopped");
	nap(1000);
	is(thread_stop, l4_thread_stop(T(0)), L4_OK, "one that spins");
	is(thread_resume, l4_thread_resume(T(0)), L4_OK, "one that was stopped");
	CAP_ARG(thread_stop, 0, K_THREAD, L4_R_CONTROL, false, T(0));
	must(l4_thread_stop(T(0)));
	CAP_ARG(thread_resume, 0, K_THREAD, L4_R_CONTROL, false, T(0));
}

static volatile l4_word counting;

static void test_resume(void)
{
	l4_word n;

	counting = 0;
	must(l4_thread_create(0, T(0), L4_SLOT_SPACE, LOW, 0, 0));
	must(l4_thread_start(T(0), (l4_word)blob_loops, 0, (l4_word)&counting));
	nap(5000);
	must(l4_thread_stop(T(0)));
	n = counting;
	ok(n > 0, "it counted");
	nap(5000);
	ok(counting == n, "while it is stopped it does not");
	must(l4_thread_resume(T(0)));
	nap(5000);
	ok(counting > n, "resumed, it goes on where it was");
}

static void write_regs(l4_slot t, const struct l4_regs *r)
{
	memcpy(l4x_buf(), r, sizeof(*r));
	is(thread_write, l4_thread_write(t, L4_REGS_CPU), L4_OK, "a stopped thread");
}

static void test_registers(void)
{
	struct l4_regs in, out;
	l4_slot t = T(0);
	int err;

	must(l4_thread_create(0, t, L4_SLOT_SPACE, LOW, 0, 0));
	for (l4_word i = 0; i < 15; i++)
		in.r[i] = 0xa0000000 + i;
	in.pc = 0x1000;
	in.psr = 0x10 | 0xf0000000;
	in.tpidrurw = 0x111;
	in.tpidruro = 0x222;
	write_regs(t, &in);
	/* printing uses the buffer too */
	err = l4_thread_read(t, L4_REGS_CPU);
	memcpy(&out, l4x_buf(), sizeof(out));
	is(thread_read, err, L4_OK, "a stopped thread");
	ok(!memcmp(&out, &in, sizeof(in)), "all registers are read as they were written");
	for (l4_word mode = 0; mode < 0x20; mode++) {
		in.psr = 0xffffffc0 | mode;
		memcpy(l4x_buf(), &in, sizeof(in));
		must(l4_thread_write(t, L4_REGS_CPU));
		read_regs(t, &out);
		if ((out.psr & 0xdf) != 0x10)
			break;
		in.psr = out.psr;
	}
	ok((out.psr & 0xdf) == 0x10, "whatever is written, it stays user mode with interrupts on");
	ok((out.psr & 0xfe0ffe00) == 0xfe0ffe00, "flags, GE, IT and E are the writer's");
}

static void test_vfp(void)
{
	struct l4_vfp *v = (struct l4_vfp *)(void *)l4x_buf();
	bool good = true;
	int written, read;

	must(l4_thread_create(0, T(0), L4_SLOT_SPACE, LOW, 0, 0));
	for (unsigned int i = 0; i < 32; i++)
		v->d[i] = 0x123456789abcdef0ull + i;
	v->fpscr = 0xf0c00000;
	written = l4_thread_write(T(0), L4_REGS_VFP);
	memset(v, 0, sizeof(*v));
	read = l4_thread_read(T(0), L4_REGS_VFP);
	for (unsigned int i = 0; i < 32; i++)
		good = good && v->d[i] == 0x123456789abcdef0ull + i;
	good = good && v->fpscr == 0xf0c00000;
	is(thread_write, written, L4_OK, "VFP registers");
	is(thread_read, read, L4_OK, "VFP registers");
	ok(good, "all 32 and FPSCR are read as they were written");
	v->fpscr = 0xffffffff;
	must(l4_thread_write(T(0), L4_REGS_VFP));
	must(l4_thread_read(T(0), L4_REGS_VFP));
	ok(!(v->fpscr & 0x00006060), "bits of FPSCR that are not there stay 0");
	must(l4_thread_create(0, T(1), L4_SLOT_SPACE, LOW, 0, 0));
	must(l4_thread_read(T(1), L4_REGS_VFP));
	for (unsigned int i = 0; i < 32; i++)
		good = good && v->d[i] == 0;
	ok(good && v->fpscr == 0, "a new thread's are all 0");
}

static void test_access(void)
{
	l4_slot t = T(0);
	struct l4_regs r = { .pc = (l4_word)blob_svc, .psr = 0x10 };

	must(l4_thread_create(0, t, L4_SLOT_SPACE, LOW, 0, 0));
	CAP_ARG(thread_read, 0, K_THREAD, L4_R_CONTROL, false, t, L4_REGS_CPU);
	memset(l4x_buf(), 0, sizeof(r));
	CAP_ARG(thread_write, 0, K_THREAD, L4_R_CONTROL, false, t, L4_REGS_CPU);
	for (l4_word set = 0; set < 5; set++) {
		if (set == L4_REGS_CPU || set == L4_REGS_VFP)
			continue;
		is(thread_read, l4_thread_read(t, set), L4_EINVAL, "register set %lu", set);
		is(thread_write, l4_thread_write(t, set), L4_EINVAL, "register set %lu", set);
	}
	is(thread_read, l4_thread_read(L4_SLOT_THREAD, L4_REGS_CPU), L4_EAGAIN, "oneself");
	is(thread_write, l4_thread_write(L4_SLOT_THREAD, L4_REGS_CPU), L4_EAGAIN, "oneself");
	must(l4_thread_start(t, (l4_word)blob_spin, 0, 0));
	is(thread_read, l4_thread_read(t, L4_REGS_CPU), L4_EAGAIN, "a ready thread");
	is(thread_write, l4_thread_write(t, L4_REGS_VFP), L4_EAGAIN, "a ready thread");
	must(l4_thread_create(0, T(1), L4_SLOT_SPACE, LOW, 0, 0));
	r.r[0] = T(2);
	r.r[1] = L4_REGS_CPU;
	must(l4_thread_create(0, T(2), L4_SLOT_SPACE, LOW, 0, 0));
	r.r[12] = L4_NR_thread_read;
	result(L4_NR_thread_read, (int)probe_thread(T(1), &r).value, L4_EINVAL,
	       "by a thread without a buffer");
	must(l4_cap_delete(T(1)));
	must(l4_thread_create(0, T(1), L4_SLOT_SPACE, LOW, 0, 0));
	r.r[12] = L4_NR_thread_write;
	result(L4_NR_thread_write, (int)probe_thread(T(1), &r).value, L4_EINVAL,
	       "by a thread without a buffer");
}

/* A thread that deletes its own capability's original is gone at once. */
static void suicide(void *arg)
{
	(void)arg;
	(void)!l4_cap_delete(l4x_self()->slot);
	ran = 1;
}

static void test_suicide(void)
{
	ran = 0;
	(void)helper(0, suicide, NULL, HIGH);
	nap(1000);
	ok(ran == 0, "a thread that deletes itself is gone at once");
	ok(l4_thread_stop(HELPER) == L4_ECAP, "its slot is empty");
	/* All others sleep: the core has nothing to go on with. */
	(void)helper(0, suicide, NULL, LOW);
	nap(1000);
	ok(ran == 0 && l4_thread_stop(HELPER) == L4_ECAP, "also when nobody else is ready");
}

int main(void)
{
	static const struct test tests[] = {
		{ "create", test_create },	   { "quota", test_quota },
		{ "neighbour", test_neighbour },   { "buffer", test_buffer },
		{ "start", test_start },	   { "start state", test_start_state },
		{ "stop", test_stop },		   { "resume", test_resume },
		{ "registers", test_registers },   { "VFP registers", test_vfp },
		{ "access", test_access },	   { "deletes itself", test_suicide },
	};

	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	covered(L4_NR_thread_create);
	covered(L4_NR_thread_buffer);
	covered(L4_NR_thread_start);
	covered(L4_NR_thread_resume);
	covered(L4_NR_thread_read);
	covered(L4_NR_thread_write);
	return tests_done();
}
