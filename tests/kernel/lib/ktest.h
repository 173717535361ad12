/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What the cells of tests/kernel share: TAP, a record of which error each call
 * gave, helper threads, probes of single accesses, and the checks that every
 * capability argument has in common.
 *
 * The main thread has priority MAIN_PRIO.  A helper above it runs at once until
 * it blocks, one below it runs only while main waits: no test depends on luck.
 * Slots: 0 to 7 and what the description adds, HELPER up for helper threads,
 * TMP up for everything else.  Both ranges are emptied after each test, and the
 * kernel's free memory and the cell's used quota must then be what they were.
 */
#ifndef KTEST_H
#define KTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <l4/stubs.h>
#include <l4x/cell.h>
#include <l4x/ipc.h>
#include <l4x/thread.h>

#define MAIN_PRIO	100
#define MAX_PRIO	200	/* of the cell, in its description */
#define HIGH		150
#define LOW		50

#define RAM_SLOT	8	/* 4 MB of memory */
#define RAM_VA		0x20000000
#define RAM_SIZE	0x400000
#define L4_MEM		(L4_R_READ | L4_R_WRITE | L4_R_EXEC | L4_R_GRANT) /* what it allows */
#define DEV_SLOT	9	/* what else a description gives: a device, its interrupt */
#define DEV_VA		0x30000000
#define IRQ_SLOT	10

#define HELPER		40	/* slots of helper threads */
#define HELPERS		7
#define TMP		48
#define TMPS		480	/* TMP to TMP + TMPS - 1 */
#define T(n)		(TMP + (n))

#define RAM_ATTR	(L4_MT_WBWA << L4_MAP_TYPE_SHIFT)
#define DEV_ATTR	(L4_MT_DEVICE << L4_MAP_TYPE_SHIFT)
#define ALL_CALLS	L4_NR_COUNT

/* --- TAP --- */

void ok(bool good, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The result of call number nr; it goes into the record. */
void result(l4_word nr, int got, int want, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* For set-up: says what went wrong and ends the cell if it is an error. */
void must_be(int got, int want, const char *expr, const char *file, int line);
void note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#define is(name, expr, want, ...)	result(L4_NR_##name, (expr), (want), __VA_ARGS__)
#define must(expr)			must_be((expr), L4_OK, #expr, __FILE__, __LINE__)

struct test {
	const char *name;
	void (*run)(void);
};

/* Runs them, each between two looks at the kernel's memory. */
void run_tests(const struct test *tests, size_t n);
/*
 * Every error that syscalls.def lists for the call must have been seen, and no
 * other; so must success, unless the call never returns.
 */
void covered(l4_word nr);
/* Prints the plan: main's result. */
int tests_done(void);

const char *error_name(int error);

/* --- memory --- */

struct memory {
	l4_word pool, used;
};

struct memory memory_now(void);
bool memory_is(struct memory before);	/* says what is missing if it is not */
void clean_slots(void);			/* empties HELPER and TMP slots */
/*
 * Maps RAM at RAM_VA again: a capability of memory that goes takes all of its
 * cell's mappings of that memory with it, also those made by another.
 */
void ram_map(void);

/* --- helper threads --- */

/* Runs fn(arg) in thread i, with buffer and stack; its slot. */
l4_slot helper(int i, void (*fn)(void *), void *arg, l4_word prio);
void helper_end(int i);
bool helper_done(int i);	/* fn has returned */

uint64_t now(void);		/* ticks */
l4_word ticks_per_us(void);
void nap(l4_word us);		/* lets others run */
void spin_us(l4_word us);	/* does not */

/* Message to and from, with one word. */
static inline struct l4_message msg(l4_word label, l4_word words, l4_word w0)
{
	return (struct l4_message){ .tag = l4_tag(label, words), .mr = { w0 } };
}

/* --- probes: single accesses whose exceptions come to main --- */

#define NO_FAULT	(-1)

struct fault {
	int class;		/* NO_FAULT: it went well */
	l4_word value;		/* what was read, or the call's r0 */
	l4_word words;
	l4_word mr[L4_EM_WORDS];
};

/*
 * A thread (slot, stopped, its routes leading to main or its cell's supervisor
 * being main) runs from pc with these registers, until it faults or reports by
 * blob_report.
 */
struct fault probe_thread(l4_slot thread, const struct l4_regs *regs);
/* A fresh thread of this cell in a space. */
struct fault probe(l4_slot space, l4_word pc, l4_word r0, l4_word r1);

struct fault probe_read(l4_word va);	/* in this cell's own space */
struct fault probe_write(l4_word va, l4_word value);
struct fault probe_exec(l4_word va);
void route_faults(l4_slot thread);	/* all classes but system calls to main */

/* Position-independent code of one page; see blob.S. */
extern char blob[], blob_end[];
extern char blob_load[], blob_store[], blob_exec[], blob_svc[], blob_registers[], blob_spin[],
	blob_report[], blob_byte[], blob_tls[], blob_loops[], blob_nest[],
	blob_take[], blob_answer[];
#define BLOB_AT(base, f)	((l4_word)(base) + (l4_word)((f) - blob))
/* Copies the blob to an offset in RAM, so that other spaces can map it. */
void blob_place(l4_word ram_offset);

/*
 * A cell with a space that has the blob at BLOB_VA and a thread in it, main
 * being its supervisor, and its slot 3 leading to main.
 * T slots: s cell, s + 1 space, s + 2 thread, s + 3 code, s + 4 frame.
 */
#define BLOB_VA		0x00100000
void child_cell(l4_slot s, l4_word quota);

/* --- what all capability arguments have in common --- */

int raw(l4_word nr, const l4_word *args);	/* seven arguments from r0 */

/* Types of objects, to know which slots are of another. */
enum kind { K_CELL, K_THREAD, K_SPACE, K_SECTION, K_FRAME, K_IRQS, K_IRQ, K_VCPU, K_SYSTEM };

/*
 * Argument i of a call that would otherwise succeed or fail later: an empty
 * slot, slots out of range, a deleted object, every other kind of object and a
 * saved reply give ECAP; a copy without a right gives ERIGHT.  null: slot 0
 * means something.
 */
struct cap_arg {
	l4_word nr;
	const char *name;
	l4_word args[7];
	unsigned int index;
	enum kind kind;
	l4_word right;		/* 0: it needs none */
	bool null;
};
void cap_argument(const struct cap_arg *a);
/* Argument i names an empty slot. */
void slot_argument(l4_word nr, const char *name, const l4_word *args, unsigned int index);
#define CAP_ARG(call, i, k, r, n, ...) \
	cap_argument(&(struct cap_arg){ L4_NR_##call, #call, { __VA_ARGS__ }, i, k, r, n })
#define SLOT_ARG(call, i, ...) \
	slot_argument(L4_NR_##call, #call, (const l4_word[7]){ __VA_ARGS__ }, i)

#endif
