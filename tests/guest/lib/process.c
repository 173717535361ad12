// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Children of a test, caught faults, and memory with a guard around it.
 */
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include "check.h"

pid_t spawn(void (*run)(void *), void *arg)
{
	pid_t pid = SYS(fork());

	if (pid == 0) {
		run(arg);
		_exit(0);
	}
	return pid;
}

void reap_(const char *file, int line, pid_t pid, int want, int sig)
{
	int status;
	pid_t got;

	do
		got = waitpid(pid, &status, 0);
	while (got < 0 && errno == EINTR);
	if (got != pid)
		check_failed(file, line, "waitpid(%d): %s", pid, strerror(errno));
	if (sig ? !WIFSIGNALED(status) || WTERMSIG(status) != sig
		: !WIFEXITED(status) || WEXITSTATUS(status) != want)
		check_failed(file, line, "the child ended with 0x%x; expected %s %d", status,
			     sig ? "signal" : "status", sig ? sig : want);
}

void yield(void)
{
	for (int i = 0; i < 4; i++)
		sched_yield();
}

void wait_state(pid_t pid, char state)
{
	struct timespec ms = { 0, 1000000 };
	char path[40], text[300], *p = NULL;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	do {
		int fd = SYS(open(path, O_RDONLY));
		ssize_t n = SYS(read(fd, text, sizeof(text) - 1));

		close(fd);
		text[n] = 0;
		p = strrchr(text, ')');
		CHECK(p && strlen(p) > 2);
		if (p[2] != state)
			nanosleep(&ms, NULL);
	} while (p[2] != state);
}

void on_signal(int sig, int flags, void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction sa = { .sa_sigaction = handler, .sa_flags = flags | SA_SIGINFO };

	SYS(sigaction(sig, &sa, NULL));
}

/* --- faults --- */

static const int fault_signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE };
static sigjmp_buf fault_back;
static struct fault fault_seen;

static void fault_handler(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	fault_seen.sig = sig;
	fault_seen.code = info->si_code;
	fault_seen.addr = (unsigned long)info->si_addr;
	fault_seen.pc = uc->uc_mcontext.arm_pc;
	fault_seen.status = uc->uc_mcontext.error_code;
	siglongjmp(fault_back, 1);
}

bool faults(void (*run)(void *), void *arg, struct fault *f)
{
	static char stack[16384] __attribute__((aligned(8)));
	stack_t alt = { .ss_sp = stack, .ss_size = sizeof(stack) }, old_alt;
	struct sigaction sa = { .sa_sigaction = fault_handler,
				.sa_flags = SA_SIGINFO | SA_ONSTACK };
	struct sigaction old[ARRAY_SIZE(fault_signals)];
	volatile bool came = true;

	SYS(sigaltstack(&alt, &old_alt));
	for (size_t i = 0; i < ARRAY_SIZE(old); i++)
		SYS(sigaction(fault_signals[i], &sa, &old[i]));
	if (!sigsetjmp(fault_back, 1)) {
		run(arg);
		came = false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(old); i++)
		SYS(sigaction(fault_signals[i], &old[i], NULL));
	SYS(sigaltstack(&old_alt, NULL));
	if (came)
		*f = fault_seen;
	return came;
}

void must_fault_(const char *file, int line, const char *what, void (*run)(void *), void *arg,
		 int sig, int code, unsigned long addr)
{
	struct fault f;

	if (!faults(run, arg, &f))
		check_failed(file, line, "%s(%p) gives no signal, instead of %d", what, arg, sig);
	if (f.sig != sig || f.code != code || f.addr != addr)
		check_failed(file, line, "%s(%p): signal %d code %d address 0x%lx at pc 0x%lx; "
			     "expected signal %d code %d address 0x%lx", what, arg, f.sig, f.code,
			     f.addr, f.pc, sig, code, addr);
}

void load_byte(void *p)
{
	(void)*(volatile char *)p;
}

void store_byte(void *p)
{
	*(volatile char *)p = 1;
}

void jump_to(void *p)
{
	void (*code)(void);

	memcpy(&code, &p, sizeof(code));
	code();
}

void *pages(size_t count, int prot)
{
	char *p = SYS(mmap(NULL, (count + 2) * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0));

	SYS(mprotect(p + PAGE, count * PAGE, prot));
	return p + PAGE;
}
