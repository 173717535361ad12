/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A virtual CPU whose S and U run a few instructions in a cell of their own,
 * main being its supervisor: an svc that is no resume any more, interrupts that
 * come while the guest is stopped or held in an exception message, interrupts
 * that S asks for itself.  The calls' arguments are in guest.c.
 *
 * Each entry of the guest kernel leads to code that reports to main: that of an
 * interrupt reports r0 of the frame.
 */
#include <string.h>
#include <l4/vcpu.h>
#include "lib/ktest.h"

#define PAGE_VA		0x61000000	/* the register page, here */
#define GUEST_PAGE	0x00200000	/* and there */
#define NOWHERE		0x00800000
#define PSR_THERE	0x60000010	/* flags of user code: Z, C */
#define IN_BLOB(f)	(BLOB_VA + (l4_word)((f) - blob))
#define ENDLESS		5000000

enum { CELL = T(0), SPACE, S, CODE, FRAME, VCPU, U, VCPU_SLOT = 8 };

static struct l4_vcpu_page *const page = (struct l4_vcpu_page *)PAGE_VA;

static void prepare(void)
{
	child_cell(CELL, 131072);
	must(l4_frame_create(CELL, FRAME));
	must(l4_map(L4_SLOT_SPACE, FRAME, PAGE_VA | L4_MAP_W | RAM_ATTR, 0, L4_PAGE_SIZE));
	must(l4_map(SPACE, FRAME, GUEST_PAGE | L4_MAP_W | RAM_ATTR, 0, L4_PAGE_SIZE));
	must(l4_vcpu_create(CELL, VCPU, FRAME, GUEST_PAGE));
	must(l4_thread_create(CELL, U, SPACE, LOW, 0x55, 0));
}

static void bind(void)
{
	must(l4_vcpu_bind(VCPU, S, L4_ROLE_S));
	must(l4_vcpu_bind(VCPU, U, L4_ROLE_U));
	must(l4_cap_copy(VCPU, CELL, VCPU_SLOT, L4_R_CONTROL, 0));
	must(l4_vcpu_entry(VCPU, L4_ENTRY_RESUME, IN_BLOB(blob_svc)));
	must(l4_vcpu_entry(VCPU, L4_ENTRY_SVC, IN_BLOB(blob_report)));
	must(l4_vcpu_entry(VCPU, L4_ENTRY_UIRQ, IN_BLOB(blob_load)));
	must(l4_vcpu_entry(VCPU, L4_ENTRY_KIRQ, IN_BLOB(blob_load)));
}

static void make(void)
{
	prepare();
	bind();
}

/* S goes on at pc, with r2 as a mark. */
static void run_s(l4_word pc, l4_word vif, l4_word r0, l4_word r12)
{
	struct l4_regs r = { .r = { r0, 0, 0x5e5e }, .pc = pc, .psr = PSR_THERE };

	r.r[12] = r12;
	must(l4_thread_stop(S));
	memcpy(l4x_buf(), &r, sizeof(r));
	must(l4_thread_write(S, L4_REGS_CPU));
	page->vif = vif;
	must(l4_thread_resume(S));
}

/* S resumes U at pc. */
static void run_u(l4_word pc)
{
	page->user = (struct l4_vcpu_ret){ .pc = pc, .psr = PSR_THERE };
	run_s(IN_BLOB(blob_svc), L4_VIF_MASKED, 0x70707070, 0);
}

/* What S reports next; NO_REPORT, or an exception's class + 1000. */
#define NO_REPORT	0xdead0000
static l4_word report(l4_word us)
{
	struct l4_message m = msg(0, 0, 0);

	if (l4_recv(&m, us) != L4_OK)
		return NO_REPORT;
	return m.tag & L4_TAG_KERNEL ? 1000 + l4_label(m.tag) : m.mr[0];
}

/* The answer to an exception message. */
static void let_go_on(void)
{
	struct l4_message m = msg(L4_REPLY_RESUME, 0, 0);

	ok(l4_reply_recv(&m, L4_NOWAIT) == L4_EAGAIN, "it is let go on");
}

/* It entered by an interrupt of the guest kernel at pc, which had this r0. */
static void entered_kernel(l4_word pc, l4_word r0)
{
	struct l4_vcpu_frame *f = &page->kframe[L4_CLASS_IRQ];

	ok(report(ENDLESS) == r0, "S takes the interrupt");
	ok(f->r0 == r0 && f->pc == pc && f->busy &&
	   (f->psr & (0xe0000000 | L4_VIF_MASKED)) == (PSR_THERE & 0xe0000000),
	   "its frame says where S was");
	ok(!page->pending && page->vif == L4_VIF_MASKED, "nothing is pending, S is masked");
	f->busy = 0;
}

static void entered_user(l4_word pc)
{
	ok(report(ENDLESS) == page->uframe.r0, "S takes the interrupt");
	ok(page->uframe.pc == pc && page->user.pc == pc && page->user.psr == PSR_THERE,
	   "the process's frame says where it was");
	ok(!page->pending && page->vif == L4_VIF_MASKED, "nothing is pending, S is masked");
}

static void test_resume(void)
{
	make();
	run_u(IN_BLOB(blob_svc));
	ok(report(ENDLESS) == 0x5e5e, "S resumes U, whose call comes to S");
	ok(page->user.pc == IN_BLOB(blob_svc) + 4, "the page says where from");
	must(l4_cap_delete(U));
	run_s(IN_BLOB(blob_svc), L4_VIF_MASKED, 0, L4_NR_null);
	ok(report(ENDLESS) == 1000 + L4_EXC_STOP, "without U, a resume is told to the supervisor");
	must(l4_thread_stop(S));
}

/* The entry is taken back: the same instruction is a call like any other. */
static void check_ordinary(const char *when)
{
	run_s(IN_BLOB(blob_svc), L4_VIF_MASKED, 0, L4_NR_null);
	ok(report(ENDLESS) == L4_OK, "%s, it is an ordinary call", when);
	run_s(IN_BLOB(blob_svc), L4_VIF_MASKED, 0, L4_NR_COUNT);
	ok((int)report(ENDLESS) == L4_ENOSYS, "%s, an unknown call", when);
	run_s(IN_BLOB(blob_svc), L4_VIF_MASKED, VCPU_SLOT, L4_NR_interrupt);
	ok(report(ENDLESS) == L4_OK && page->pending, "%s, with an interrupt pending", when);
	run_s(IN_BLOB(blob_svc), L4_VIF_MASKED, 0, L4_NR_null);
	ok(report(ENDLESS) == L4_OK, "%s, still an ordinary call", when);
}

static void test_no_resume(void)
{
	make();
	must(l4_vcpu_entry(VCPU, L4_ENTRY_RESUME, 0));
	check_ordinary("without a resume entry");
	must(l4_cap_delete(U));
	check_ordinary("without U too");
	must(l4_vcpu_entry(VCPU, L4_ENTRY_RESUME, IN_BLOB(blob_svc)));
	must(l4_vcpu_entry(VCPU, L4_ENTRY_RESUME, 0));
	check_ordinary("set and taken back");
}

static void test_stopped_kernel(void)
{
	make();
	run_s(IN_BLOB(blob_spin), 0, 0x1234, 0);
	nap(1000);
	must(l4_thread_stop(S));
	must(l4_interrupt(VCPU));
	ok(report(3000) == NO_REPORT && page->pending, "while S is stopped it stays pending");
	must(l4_thread_resume(S));
	entered_kernel(IN_BLOB(blob_spin), 0x1234);
	run_s(IN_BLOB(blob_spin), L4_VIF_MASKED, 0, 0);
	must(l4_thread_stop(S));
	must(l4_interrupt(VCPU));
	must(l4_thread_resume(S));
	ok(report(3000) == NO_REPORT && page->pending, "masked, S goes on where it was");
}

static void test_stopped_user(void)
{
	make();
	run_u(IN_BLOB(blob_spin));
	nap(1000);
	must(l4_thread_stop(S));
	must(l4_interrupt(VCPU));
	ok(report(3000) == NO_REPORT && page->pending, "while U is stopped it stays pending");
	must(l4_thread_resume(S));
	entered_user(IN_BLOB(blob_spin));
}

/* No entry for faults: they go to main, who keeps S or U waiting for the answer. */
static void test_held_kernel(void)
{
	make();
	run_s(NOWHERE, 0, 0x1234, 0);
	ok(report(ENDLESS) == 1000 + L4_EXC_PFAULT, "the supervisor is told of S's fault");
	must(l4_interrupt(VCPU));
	ok(page->pending, "meanwhile it stays pending");
	let_go_on();
	entered_kernel(NOWHERE, 0x1234);
	run_s(NOWHERE, L4_VIF_MASKED, 0, 0);
	ok(report(ENDLESS) == 1000 + L4_EXC_PFAULT, "the supervisor is told of S's fault");
	must(l4_interrupt(VCPU));
	let_go_on();
	ok(report(ENDLESS) == 1000 + L4_EXC_PFAULT && page->pending,
	   "masked, S goes on: to the same fault");
	must(l4_thread_stop(S));
}

static void test_held_user(void)
{
	make();
	run_u(NOWHERE);
	ok(report(ENDLESS) == 1000 + L4_EXC_PFAULT, "the supervisor is told of U's fault");
	must(l4_interrupt(VCPU));
	ok(page->pending, "meanwhile it stays pending");
	let_go_on();
	entered_user(NOWHERE);
}

/* S asks by the slot of its own virtual CPU, which sets pending, or by slot 0. */
static void test_own_interrupt(void)
{
	make();
	must(l4_vcpu_entry(VCPU, L4_ENTRY_RESUME, 0));
	run_s(IN_BLOB(blob_svc), L4_VIF_MASKED, 0, L4_NR_interrupt);
	ok(report(ENDLESS) == L4_OK && !page->pending, "slot 0, masked, with nothing pending");
	run_s(IN_BLOB(blob_svc), 0, 0, L4_NR_interrupt);
	ok(report(ENDLESS) == L4_OK && !page->kframe[L4_CLASS_IRQ].busy,
	   "slot 0, unmasked, with nothing pending");
	run_s(IN_BLOB(blob_svc), 0, VCPU_SLOT, L4_NR_interrupt);
	entered_kernel(IN_BLOB(blob_svc) + 4, L4_OK);
	run_s(IN_BLOB(blob_svc), L4_VIF_MASKED, VCPU_SLOT, L4_NR_interrupt);
	ok(report(ENDLESS) == L4_OK && page->pending, "its own slot, masked: pending");
	run_s(IN_BLOB(blob_svc), L4_VIF_MASKED, 0, L4_NR_interrupt);
	ok(report(ENDLESS) == L4_OK && page->pending, "slot 0, masked: still pending");
	/* As S unmasks: the store, then the call.  S is below main, and has not run yet. */
	run_s(IN_BLOB(blob_svc), L4_VIF_MASKED, 0, L4_NR_interrupt);
	page->vif = 0;
	entered_kernel(IN_BLOB(blob_svc) + 4, L4_OK);
}

static void sends(void *arg)
{
	struct l4_message m = msg(0, 0, 0);

	(void)!l4_send((l4_slot)arg, &m, L4_NEVER);
}

/* Somebody higher waits for S, which takes U's place in a queue. */
static void check_place(const char *when)
{
	run_u(IN_BLOB(blob_spin));
	nap(1000);
	must(l4_interrupt(VCPU));
	ok(report(ENDLESS) == page->uframe.r0, "%s: S takes the interrupt of a process", when);
	must(l4_thread_stop(S));	/* and receives nothing */
	nap(1000);
}

static void test_place(void)
{
	prepare();
	(void)helper(0, sends, (void *)S, LOW + 10);
	nap(1000);
	bind();
	check_place("somebody higher has waited when it was bound");
	(void)helper(1, sends, (void *)S, LOW + 20);
	nap(1000);
	check_place("another one came later");
	helper_end(1);
	check_place("and went");
	helper_end(0);
}

int main(void)
{
	static const struct test tests[] = {
		{ "resume", test_resume },
		{ "no resume", test_no_resume },
		{ "stopped kernel", test_stopped_kernel },
		{ "stopped process", test_stopped_user },
		{ "held kernel", test_held_kernel },
		{ "held process", test_held_user },
		{ "own interrupt", test_own_interrupt },
		{ "one place in a queue", test_place },
	};

	/* a table that stays */
	must(l4_map(L4_SLOT_SPACE, RAM_SLOT, PAGE_VA | RAM_ATTR, 0, L4_PAGE_SIZE));
	must(l4_unmap(L4_SLOT_SPACE, PAGE_VA, L4_PAGE_SIZE));
	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	return tests_done();
}
