// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Signals as they are sent, held back, queued, nested and waited for, and what
 * they do to system calls.  The registers that a handler sees and changes are
 * in sigstate.c.
 */
#include <poll.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include "lib/check.h"

static volatile int count, deepest, depth;
static volatile siginfo_t last;	/* volatile: the library says that raise() calls nothing back */

static void note(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	last = *info;
	count++;
}

static void who_sent_it(void)
{
	union sigval value = { .sival_int = 0x12345678 };
	pid_t parent = getpid(), pid;

	on_signal(SIGUSR1, 0, note);
	on_signal(SIGRTMIN, 0, note);
	SYS(kill(getpid(), SIGUSR1));
	CHECK_EQ(count, 1);
	CHECK_EQ(last.si_code, SI_USER);
	CHECK_EQ(last.si_pid, parent);
	raise(SIGUSR1);
	CHECK_EQ(last.si_code, SI_TKILL);
	SYS(sigqueue(getpid(), SIGRTMIN, value));
	CHECK_EQ(last.si_code, SI_QUEUE);
	CHECK_EQ(last.si_value.sival_int, 0x12345678);
	pid = SYS(fork());
	if (pid == 0) {
		SYS(kill(parent, SIGUSR1));
		_exit(0);
	}
	reap(pid);
	CHECK_EQ(last.si_pid, pid);
	CHECK_EQ(count, 4);
}

static void nest(int sig, siginfo_t *info, void *context)
{
	volatile char room[200];

	(void)info, (void)context;
	room[0] = sig;
	if (++depth > deepest)
		deepest = depth;
	count++;
	if (depth < 20 && count < 40)
		raise(sig);
	CHECK_EQ(room[0], sig);
	depth--;
}

static void nested(void)
{
	on_signal(SIGUSR1, SA_NODEFER, nest);
	raise(SIGUSR1);
	CHECK_EQ(deepest, 20);
	CHECK_EQ(depth, 0);
	/* Without SA_NODEFER the next one waits for the end of the handler. */
	count = deepest = 0;
	on_signal(SIGUSR2, 0, nest);
	raise(SIGUSR2);
	CHECK_EQ(deepest, 1);
	CHECK_EQ(count, 40);
}

static char order[40];

static void note_order(int sig, siginfo_t *info, void *context)
{
	(void)context;
	order[count++] = info->si_code == SI_QUEUE ? info->si_value.sival_int : sig;
}

static void held_back(void)
{
	sigset_t all, old, pending;
	union sigval value;

	on_signal(SIGRTMIN, 0, note_order);
	on_signal(SIGRTMIN + 1, 0, note_order);
	on_signal(SIGUSR1, 0, note_order);
	sigfillset(&all);
	SYS(sigprocmask(SIG_SETMASK, &all, &old));
	for (int i = 0; i < 10; i++) {
		value.sival_int = 100 + i;
		SYS(sigqueue(getpid(), SIGRTMIN + !(i & 1), value));
		SYS(kill(getpid(), SIGUSR1));
	}
	CHECK_EQ(count, 0);
	SYS(sigpending(&pending));
	CHECK(sigismember(&pending, SIGUSR1) && sigismember(&pending, SIGRTMIN));
	/* Handlers are stacked, lowest number first: what is pushed last runs first. */
	SYS(sigprocmask(SIG_SETMASK, &old, NULL));
	CHECK_EQ(count, 11);	/* a standard signal is not queued twice */
	pending = old;
	SYS(sigpending(&pending));
	CHECK(sigisemptyset(&pending));
	for (int i = 0, odd = 101, even = 100; i < 11; i++) {
		int *next = order[i] & 1 ? &odd : &even;

		if (order[i] == SIGUSR1)
			continue;
		CHECK_EQ(order[i], *next);
		*next += 2;
	}
}

static void waited_for(void)
{
	struct timespec none = { 0, 0 }, brief = { 0, 20000000 };
	union sigval value = { .sival_int = 77 };
	struct signalfd_siginfo si;
	siginfo_t info;
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMAX);
	SYS(sigprocmask(SIG_BLOCK, &set, NULL));
	CHECK_ERR(sigtimedwait(&set, &info, &none), EAGAIN);
	CHECK_ERR(sigtimedwait(&set, &info, &brief), EAGAIN);
	SYS(sigqueue(getpid(), SIGRTMAX, value));
	SYS(kill(getpid(), SIGUSR1));
	CHECK_EQ(SYS(sigwaitinfo(&set, &info)), SIGUSR1);
	fd = SYS(signalfd(-1, &set, SFD_NONBLOCK));
	CHECK_EQ(SYS(read(fd, &si, sizeof(si))), (ssize_t)sizeof(si));
	CHECK_EQ(si.ssi_signo, SIGRTMAX);
	CHECK_EQ(si.ssi_int, 77);
	CHECK_ERR(read(fd, &si, sizeof(si)), EAGAIN);
}

static void sigsuspend_is_atomic(void)
{
	sigset_t usr, old;
	pid_t parent = getpid(), pid;

	on_signal(SIGUSR1, 0, note);
	sigemptyset(&usr);
	sigaddset(&usr, SIGUSR1);
	SYS(sigprocmask(SIG_BLOCK, &usr, &old));
	pid = SYS(fork());
	if (pid == 0) {
		for (int i = 0; i < 200; i++) {
			SYS(kill(parent, SIGUSR1));
			SYS(read(0, NULL, 0));
			yield();
		}
		_exit(0);
	}
	/* Each of the first is seen; the rest may merge. */
	CHECK_ERR(sigsuspend(&old), EINTR);
	CHECK_EQ(count, 1);
	SYS(sigprocmask(SIG_SETMASK, &old, NULL));
	reap(pid);
	CHECK(count > 1);
}

/* A child that interrupts its parent, once that sleeps, and then writes. */
static pid_t interrupter(int fd)
{
	pid_t parent = getpid(), pid = SYS(fork());

	if (pid)
		return pid;
	wait_state(parent, 'S');
	SYS(kill(parent, SIGUSR1));
	wait_state(parent, 'S');
	if (fd >= 0)
		SYS(write(fd, "x", 1));
	_exit(0);
}

static void restarted_and_interrupted_calls(void)
{
	int fd[2];
	pid_t pid;
	char c;

	SYS(pipe(fd));
	on_signal(SIGUSR1, SA_RESTART, note);
	pid = interrupter(fd[1]);
	CHECK_EQ(read(fd[0], &c, 1), 1);
	CHECK_EQ(count, 1);
	CHECK_EQ(c, 'x');
	reap(pid);
	/* The handler's end lets wait go on too. */
	pid = interrupter(-1);
	reap(pid);
	on_signal(SIGUSR1, 0, note);
	pid = interrupter(fd[1]);
	CHECK_ERR(read(fd[0], &c, 1), EINTR);
	CHECK_EQ(read(fd[0], &c, 1), 1);
	reap(pid);
	CHECK(count >= 2);
}

/* Calls that a handler always interrupts, even with SA_RESTART. */
static void never_restarted_calls(void)
{
	struct timespec long_time = { 1000, 0 }, left;
	pid_t parent = getpid(), pid;

	on_signal(SIGUSR1, SA_RESTART, note);
	for (int i = 0; i < 3; i++) {
		pid = SYS(fork());
		if (pid == 0) {
			wait_state(parent, 'S');
			SYS(kill(parent, SIGUSR1));
			_exit(0);
		}
		if (i == 0)
			CHECK_ERR(poll(NULL, 0, -1), EINTR);
		if (i == 1)
			CHECK_ERR(nanosleep(&long_time, &left), EINTR);
		if (i == 2)
			CHECK_ERR(pause(), EINTR);
		reap(pid);
	}
	CHECK_EQ(count, 3);
	CHECK(left.tv_sec >= 900 && left.tv_sec < 1000);
}

/* Stop and continue: nanosleep goes on through restart_syscall. */
static void sleep_survives_a_stop(void)
{
	struct timespec t = { 0, 300000000 }, left = { 0, 0 };
	pid_t pid = SYS(fork());
	int status;

	if (pid == 0) {
		CHECK_EQ(nanosleep(&t, &left), 0);
		_exit(0);
	}
	wait_state(pid, 'S');
	SYS(kill(pid, SIGSTOP));
	CHECK_EQ(SYS(waitpid(pid, &status, WUNTRACED)), pid);
	CHECK(WIFSTOPPED(status));
	SYS(kill(pid, SIGCONT));
	reap(pid);
}

static void not_to_be_caught(void)
{
	struct sigaction sa = { .sa_handler = SIG_IGN };
	sigset_t kill_set, now;

	CHECK_ERR(sigaction(SIGKILL, &sa, NULL), EINVAL);
	CHECK_ERR(sigaction(SIGSTOP, &sa, NULL), EINVAL);
	sigemptyset(&kill_set);
	sigaddset(&kill_set, SIGKILL);
	SYS(sigprocmask(SIG_BLOCK, &kill_set, NULL));
	SYS(sigprocmask(SIG_BLOCK, NULL, &now));
	CHECK(!sigismember(&now, SIGKILL));
	CHECK_ERR(kill(getpid(), 65), EINVAL);
	CHECK_ERR(syscall(SYS_rt_sigaction, SIGUSR1, 0xc0000000, NULL, 8), EFAULT);
	CHECK_ERR(syscall(SYS_rt_sigprocmask, SIG_BLOCK, 0xfffffff0, NULL, 8), EFAULT);
}

static void broken_pipe(void)
{
	int fd[2];
	pid_t pid;

	SYS(pipe(fd));
	close(fd[0]);
	pid = SYS(fork());
	if (pid == 0) {
		write(fd[1], "x", 1);
		_exit(0);
	}
	reap_signal(pid, SIGPIPE);
	signal(SIGPIPE, SIG_IGN);
	CHECK_ERR(write(fd[1], "x", 1), EPIPE);
}

static void children_are_told(void)
{
	pid_t pid;
	int status;

	on_signal(SIGCHLD, SA_RESTART, note);
	pid = SYS(fork());
	if (pid == 0)
		_exit(5);
	CHECK_EQ(SYS(waitpid(pid, &status, 0)), pid);
	CHECK_EQ(count, 1);
	CHECK_EQ(last.si_pid, pid);
	CHECK_EQ(last.si_code, CLD_EXITED);
	CHECK_EQ(last.si_status, 5);
	signal(SIGCHLD, SIG_IGN);
	pid = SYS(fork());
	if (pid == 0)
		_exit(0);
	CHECK_ERR(waitpid(pid, &status, 0), ECHILD);
}

static const struct test tests[] = {
	T(who_sent_it), T(nested), T(held_back), T(waited_for), T(sigsuspend_is_atomic),
	T(restarted_and_interrupted_calls), T(never_restarted_calls), T(sleep_survives_a_stop),
	T(not_to_be_caught), T(broken_pipe), T(children_are_told),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
