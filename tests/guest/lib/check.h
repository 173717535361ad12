/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What the programs of tests/guest share.  They run inside Linux, as Armature's
 * guest and natively, and what they expect is what native Linux does.
 *
 * A program is a table of tests.  Each test runs in a process of its own, which
 * must end by itself with status 0; it prints one line, "ok PROGRAM/TEST" or
 * "FAIL PROGRAM/TEST FILE:LINE: why", and the program's last line is
 * "end PROGRAM COUNT".  A check that fails ends its process with status 1, so
 * that a test which makes processes has to look at how they ended: reap().
 *
 * No test may depend on how fast the machine is: time limits are only there to
 * end what hangs, and every wait is for an event.
 */
#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define PAGE		4096u
#define ARM		__attribute__((target("arm")))
#define THUMB		__attribute__((target("thumb")))
#define NOINLINE	__attribute__((noinline, noclone))

struct test {
	const char *name;
	void (*run)(void);
};

#define T(function)	{ #function, function }
/* The result of main.  "program [-n LOOPS] [TEST...]" */
#define RUN(table)	run_tests(table, ARRAY_SIZE(table), argc, argv)
int run_tests(const struct test *tests, size_t count, int argc, char **argv);

/* How often a test repeats what it stresses, at least 1: option -n, else its own default. */
unsigned loops(unsigned by_default);

/* --- checks: each ends the process where it fails --- */

void check_failed(const char *file, int line, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 3, 4)));
/* Not a failure: this kernel is built without what the test needs. */
void skip(const char *why) __attribute__((noreturn));
/* What native Linux does has changed, too. */
bool linux_before(int version, int patchlevel);

#define FAIL(...)	check_failed(__FILE__, __LINE__, __VA_ARGS__)
#define CHECK(cond)	do { if (!(cond)) FAIL("%s", #cond); } while (0)
#define CHECK_EQ(a, b)	do {								\
		long long a_ = (long long)(a), b_ = (long long)(b);			\
		if (a_ != b_)								\
			FAIL("%s is %lld (0x%llx), not %lld (0x%llx)", #a, a_, a_, b_, b_); \
	} while (0)
/* The value of a call that must not return -1. */
#define SYS(expr)	({								\
		__typeof__(expr) v_ = (expr);						\
		if ((long)v_ == -1L)							\
			FAIL("%s: %s", #expr, strerror(errno));				\
		v_;									\
	})
/* A call that must return -1 with this errno. */
#define CHECK_ERR(expr, err)	do {							\
		errno = 0;								\
		long long v_ = (long long)(expr);					\
		if (v_ != -1 || errno != (err))						\
			FAIL("%s gives %lld, %s; not -1, %s", #expr, v_,		\
			     strerror(errno), strerror(err));				\
	} while (0)

/* --- processes --- */

/* Runs it in a child, which exits with 0 after it. */
pid_t spawn(void (*run)(void *arg), void *arg);
/* Waits for this child: it must exit with this status; or die of this signal. */
#define reap(pid)		reap_(__FILE__, __LINE__, pid, 0, 0)
#define reap_status(pid, s)	reap_(__FILE__, __LINE__, pid, s, 0)
#define reap_signal(pid, sig)	reap_(__FILE__, __LINE__, pid, 0, sig)
void reap_(const char *file, int line, pid_t pid, int status, int sig);

/* Gives every other process that can run a turn. */
void yield(void);
/* Sleeps until the process or thread shows this state ('S', 'T', 't', 'Z') in /proc. */
void wait_state(pid_t pid, char state);

/* --- signals and faults --- */

void on_signal(int sig, int flags, void (*handler)(int, siginfo_t *, void *));

struct fault {
	int sig, code;
	unsigned long addr, pc, status;
};

/*
 * Calls it with a handler for SIGSEGV, SIGBUS, SIGILL, SIGTRAP and SIGFPE on a
 * stack of its own.  True if one came, and what it was; false if it returned.
 */
bool faults(void (*run)(void *arg), void *arg, struct fault *f);
/* It must give this signal and code, for this address. */
#define MUST_FAULT(run, arg, sig, code, addr)	\
	must_fault_(__FILE__, __LINE__, #run, run, (void *)(arg), sig, code, (unsigned long)(addr))
void must_fault_(const char *file, int line, const char *what, void (*run)(void *), void *arg,
		 int sig, int code, unsigned long addr);

/* Accesses for it. */
void load_byte(void *p);
void store_byte(void *p);
void jump_to(void *p);

/* --- memory --- */

/* Private memory of its own, with a page without access (PROT_NONE) before and after it. */
void *pages(size_t count, int prot);

#endif
