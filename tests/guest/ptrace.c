// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * ptrace: one process reads and writes another's memory and registers, VFP's
 * too, stops it at breakpoints, and sees and changes its system calls.
 */
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include "lib/check.h"
#include "lib/hold.h"

#define BREAKPOINT	0xe7f001f0	/* what Linux takes for one in ARM code */

enum { IP = 12, LR = 14, PC, CPSR };

struct vfp {
	uint64_t d[32];
	uint32_t fpscr;
};

static volatile uint32_t word = 0x11112222;

static pid_t traced(void (*run)(void))
{
	pid_t pid = SYS(fork());
	int status;

	if (pid == 0) {
		SYS(ptrace(PTRACE_TRACEME, 0, 0, 0));
		raise(SIGSTOP);
		run();
		_exit(0);
	}
	CHECK_EQ(SYS(waitpid(pid, &status, 0)), pid);
	CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
	return pid;
}

static int next_stop(pid_t pid, int request, long sig)
{
	int status;

	SYS(ptrace(request, pid, 0, sig));
	CHECK_EQ(SYS(waitpid(pid, &status, 0)), pid);
	return status;
}

static struct user_regs regs_of(pid_t pid)
{
	struct user_regs regs;

	SYS(ptrace(PTRACE_GETREGS, pid, 0, &regs));
	return regs;
}

static void exit_with_word(void)
{
	_exit(word == 0x33334444 ? 42 : 43);
}

static void peek_and_poke(void)
{
	pid_t pid = traced(exit_with_word);
	long value;

	errno = 0;
	value = ptrace(PTRACE_PEEKDATA, pid, &word, 0);
	CHECK_EQ(errno, 0);
	CHECK_EQ(value, 0x11112222);
	SYS(ptrace(PTRACE_POKEDATA, pid, &word, 0x33334444));
	CHECK_EQ(word, 0x11112222);
	CHECK_ERR(ptrace(PTRACE_PEEKDATA, pid, 4, 0), EIO);
	CHECK_ERR(ptrace(PTRACE_PEEKDATA, pid, 0xc0008000, 0), EIO);
	CHECK_ERR(ptrace(PTRACE_POKEDATA, pid, 0xfe000000, 1), EIO);
	SYS(ptrace(PTRACE_CONT, pid, 0, 0));
	reap_status(pid, 42);
}

/* A process may read it itself, but Linux does not count it as its memory; not any more. */
static void no_peeking_at_the_vectors(void)
{
	const long *version = (const long *)0xffff0ffc;
	pid_t pid = traced(exit_with_word);

	if (linux_before(6, 1))
		CHECK_EQ(ptrace(PTRACE_PEEKDATA, pid, version, 0), *version);
	else
		CHECK_ERR(ptrace(PTRACE_PEEKDATA, pid, version, 0), EIO);
	CHECK_ERR(ptrace(PTRACE_PEEKDATA, pid, 0xffff1000, 0), EIO);
	SYS(ptrace(PTRACE_KILL, pid, 0, 0));
	reap_signal(pid, SIGKILL);
}

NOINLINE static int add(int a, int b)
{
	__asm__ volatile("");
	return a + b;
}

/* Stops with known registers; the tracer changes them, and the rest checks. */
ARM NOINLINE static void known_registers(void)
{
	uint32_t r4, r5, r6, d, flags;

	__asm__ volatile(
		"mov	r4, #4\n\tmov r5, #5\n\tmov r6, #6\n\t"
		"vmov	d16, r4, r5\n\t"
		"msr	APSR_nzcvq, #0x90000000\n\t"
		".inst	0xe7f001f0\n\t"
		"mrs	%4, APSR\n\t"
		"mov	%0, r4\n\tmov %1, r5\n\tmov %2, r6\n\t"
		"vmov.32 %3, d16[1]\n\t"
		: "=&r"(r4), "=&r"(r5), "=&r"(r6), "=&r"(d), "=&r"(flags)
		:: "r4", "r5", "r6", "d16", "cc");
	CHECK_EQ(r4, 0x1004);
	CHECK_EQ(r5, 5);
	CHECK_EQ(r6, 0x1006);
	CHECK_EQ(d, 0x77778888);
	CHECK_EQ(flags & 0xf8000000, 0x60000000);
	_exit(61);
}

static void registers(void)
{
	pid_t pid = traced(known_registers);
	struct vfp vfp;
	struct user_regs regs;

	CHECK_EQ(WSTOPSIG(next_stop(pid, PTRACE_CONT, 0)), SIGTRAP);
	regs = regs_of(pid);
	CHECK_EQ(regs.uregs[4], 4);
	CHECK_EQ(regs.uregs[5], 5);
	CHECK_EQ(regs.uregs[6], 6);
	CHECK_EQ(regs.uregs[CPSR] & 0xf8000000, 0x90000000);
	CHECK_EQ(SYS(ptrace(PTRACE_PEEKUSER, pid, 5 * 4, 0)), 5);
	CHECK_EQ(ptrace(PTRACE_PEEKTEXT, pid, regs.uregs[PC], 0), (long)BREAKPOINT);
	SYS(ptrace(PTRACE_GETVFPREGS, pid, 0, &vfp));
	CHECK_EQ(vfp.d[16], 0x500000004);
	vfp.d[16] = 0x77778888ffffffff;
	SYS(ptrace(PTRACE_SETVFPREGS, pid, 0, &vfp));
	regs.uregs[4] = 0x1004;
	regs.uregs[CPSR] ^= 0xf0000000;
	regs.uregs[PC] += 4;
	SYS(ptrace(PTRACE_SETREGS, pid, 0, &regs));
	SYS(ptrace(PTRACE_POKEUSER, pid, 6 * 4, 0x1006));
	SYS(ptrace(PTRACE_CONT, pid, 0, 0));
	reap_status(pid, 61);
}

static void register_sets(void)
{
	pid_t pid = traced(known_registers);
	uint32_t gpr[18];
	struct iovec iov = { gpr, sizeof(gpr) };
	struct vfp vfp;
	uint32_t tls;

	next_stop(pid, PTRACE_CONT, 0);
	SYS(ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov));
	CHECK_EQ(iov.iov_len, sizeof(gpr));
	CHECK_EQ(gpr[4], 4);
	iov = (struct iovec){ &vfp, sizeof(vfp) };
	SYS(ptrace(PTRACE_GETREGSET, pid, NT_ARM_VFP, &iov));
	CHECK_EQ(vfp.d[16], 0x500000004);
	SYS(ptrace(PTRACE_GET_THREAD_AREA, pid, 0, &tls));
	CHECK_EQ(tls, (uint32_t)__builtin_thread_pointer());
	/* A status with another mode or with masked interrupts is refused. */
	gpr[16] = (gpr[16] & ~0x1f) | 0x13;
	iov = (struct iovec){ gpr, sizeof(gpr) };
	CHECK_ERR(ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &iov), EINVAL);
	SYS(ptrace(PTRACE_KILL, pid, 0, 0));
	reap_signal(pid, SIGKILL);
}

static void call_add(void)
{
	int sum = 0;

	for (int i = 0; i < 10; i++)
		sum = add(sum, i);
	_exit(sum);
}

/* A breakpoint in code, put there and taken out again, in the tracee only. */
static void breakpoints(void)
{
	unsigned long at = (unsigned long)add & ~1ul, aligned = at & ~3ul;
	pid_t pid = traced(call_add);
	struct user_regs regs;
	siginfo_t info;
	long old;

	old = ptrace(PTRACE_PEEKTEXT, pid, aligned, 0);
	for (int i = 0; i < 3; i++) {
		/* Thumb's breakpoint, in the half word where the function starts */
		long code = at & 2 ? (old & 0xffff) | (long)0xde010000
				   : (old & ~0xffffl) | 0xde01;

		SYS(ptrace(PTRACE_POKETEXT, pid, aligned, code));
		CHECK_EQ(WSTOPSIG(next_stop(pid, PTRACE_CONT, 0)), SIGTRAP);
		regs = regs_of(pid);
		CHECK_EQ(regs.uregs[PC], at);
		CHECK_EQ(regs.uregs[1], i);
		SYS(ptrace(PTRACE_GETSIGINFO, pid, 0, &info));
		CHECK_EQ(info.si_code, TRAP_BRKPT);
		CHECK_EQ((unsigned long)info.si_addr, at);
		/* Let it run the function: by hand, as there is no single step. */
		regs.uregs[0] += regs.uregs[1] + 1;
		regs.uregs[PC] = regs.uregs[LR] & ~1ul;
		SYS(ptrace(PTRACE_SETREGS, pid, 0, &regs));
	}
	SYS(ptrace(PTRACE_POKETEXT, pid, aligned, old));
	CHECK_EQ(add(1, 2), 3);
	SYS(ptrace(PTRACE_CONT, pid, 0, 0));
	reap_status(pid, 45 + 3);
}

static void some_calls(void)
{
	CHECK_EQ(syscall(SYS_getpid), getpid());
	CHECK_EQ(syscall(SYS_getppid), 4711);		/* changed at its end */
	CHECK_EQ(syscall(SYS_getuid), getpid());	/* another call instead */
	errno = 0;
	CHECK_ERR(syscall(SYS_close, 0), EDOM);		/* no call at all */
	CHECK_EQ(fcntl(0, F_GETFD), 0);
	_exit(70);
}

static void change_call(pid_t pid, struct user_regs *regs, bool entry)
{
	long number = regs->uregs[7];

	if (number == SYS_getppid && !entry)
		SYS(ptrace(PTRACE_POKEUSER, pid, 0, 4711));
	if (number == SYS_getuid && entry)
		SYS(ptrace(PTRACE_SET_SYSCALL, pid, 0, SYS_getpid));
	if (number == SYS_close && entry)
		SYS(ptrace(PTRACE_SET_SYSCALL, pid, 0, -1));
	if (number == SYS_close && !entry)
		SYS(ptrace(PTRACE_POKEUSER, pid, 0, -EDOM));
}

static void system_calls(void)
{
	pid_t pid = traced(some_calls);
	int status, seen = 0;
	bool entry = true;

	SYS(ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD));
	for (;;) {
		struct user_regs regs;

		status = next_stop(pid, PTRACE_SYSCALL, 0);
		if (WIFEXITED(status))
			break;
		CHECK_EQ(WSTOPSIG(status), SIGTRAP | 0x80);
		regs = regs_of(pid);
		CHECK_EQ(regs.uregs[IP], entry ? 0 : 1);
		change_call(pid, &regs, entry);
		entry = !entry;
		seen++;
	}
	CHECK_EQ(WEXITSTATUS(status), 70);
	CHECK(seen >= 11);
}

static void hold_for_ever(void)
{
	for (unsigned i = 0;; i++)
		if (hold(i << 8, 20, 0, i & 1 ? SYS_sched_yield : NO_CALL))
			_exit(99);
}

/* Stopped anywhere, its registers read and written back: nothing changes. */
static void attach_and_detach(void)
{
	pid_t pid = SYS(fork());
	int status;

	if (pid == 0)
		hold_for_ever();
	for (unsigned i = 0; i < loops(40); i++) {
		struct vfp vfp;
		struct user_regs regs;

		SYS(ptrace(PTRACE_ATTACH, pid, 0, 0));
		CHECK_EQ(SYS(waitpid(pid, &status, 0)), pid);
		CHECK_EQ(WSTOPSIG(status), SIGSTOP);
		regs = regs_of(pid);
		SYS(ptrace(PTRACE_GETVFPREGS, pid, 0, &vfp));
		SYS(ptrace(PTRACE_SETVFPREGS, pid, 0, &vfp));
		SYS(ptrace(PTRACE_SETREGS, pid, 0, &regs));
		SYS(ptrace(PTRACE_DETACH, pid, 0, 0));
		yield();
	}
	SYS(kill(pid, SIGKILL));
	reap_signal(pid, SIGKILL);
}

static void raise_twice(void)
{
	signal(SIGUSR1, SIG_IGN);
	raise(SIGUSR2);		/* the tracer lets SIGUSR1 through instead */
	raise(SIGTERM);		/* and nothing of this */
	_exit(80);
}

static void signals(void)
{
	pid_t pid = traced(raise_twice);

	CHECK_EQ(WSTOPSIG(next_stop(pid, PTRACE_CONT, 0)), SIGUSR1 + 2);
	CHECK_EQ(WSTOPSIG(next_stop(pid, PTRACE_CONT, SIGUSR1)), SIGTERM);
	SYS(ptrace(PTRACE_CONT, pid, 0, 0));
	reap_status(pid, 80);
}

static void exit_with(void *status)
{
	_exit((intptr_t)status);
}

static void fork_and_exec(void)
{
	reap_status(spawn(exit_with, (void *)3), 3);
	execl("/proc/self/exe", "ptrace", "--exec", NULL);
}

static void events(void)
{
	pid_t pid = traced(fork_and_exec), child;
	unsigned long message;
	int status;

	SYS(ptrace(PTRACE_SETOPTIONS, pid, 0,
		   PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT));
	CHECK_EQ(next_stop(pid, PTRACE_CONT, 0) >> 8, SIGTRAP | PTRACE_EVENT_FORK << 8);
	SYS(ptrace(PTRACE_GETEVENTMSG, pid, 0, &message));
	child = message;
	CHECK_EQ(SYS(waitpid(child, &status, 0)), child);
	CHECK(WIFSTOPPED(status));
	SYS(ptrace(PTRACE_DETACH, child, 0, 0));
	while ((status = next_stop(pid, PTRACE_CONT, 0)) >> 8 == SIGCHLD)
		;
	CHECK_EQ(status >> 8, SIGTRAP | PTRACE_EVENT_EXEC << 8);
	CHECK_EQ(next_stop(pid, PTRACE_CONT, 0) >> 8, SIGTRAP | PTRACE_EVENT_EXIT << 8);
	SYS(ptrace(PTRACE_CONT, pid, 0, 0));
	reap_status(pid, 90);
}

static void other_ways_to_memory(void)
{
	pid_t pid = traced(exit_with_word);
	uint32_t value = 0, new = 0x33334444;
	struct iovec here = { &value, 4 }, there = { (void *)&word, 4 };
	char path[32];
	int fd;

	CHECK_EQ(SYS(process_vm_readv(pid, &here, 1, &there, 1, 0)), 4);
	CHECK_EQ(value, 0x11112222);
	there.iov_base = (void *)0xc0008000;
	CHECK_ERR(process_vm_readv(pid, &here, 1, &there, 1, 0), EFAULT);
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = SYS(open(path, O_RDWR));
	CHECK_EQ(SYS(pwrite(fd, &new, 4, (off_t)(uintptr_t)&word)), 4);
	CHECK_ERR(pread(fd, &new, 4, 0x10), EIO);
	SYS(ptrace(PTRACE_CONT, pid, 0, 0));
	reap_status(pid, 42);
}

static const struct test tests[] = {
	T(peek_and_poke), T(no_peeking_at_the_vectors), T(registers), T(register_sets),
	T(breakpoints), T(system_calls), T(attach_and_detach), T(signals), T(events),
	T(other_ways_to_memory),
};

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--exec"))
		return 90;
	return RUN(tests);
}
