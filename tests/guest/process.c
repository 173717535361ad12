// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Processes: fork, vfork, clone and wait in their forms, trees of processes.
 * exec is in exec.c.
 */
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "lib/check.h"

static void fork_copies_memory(void)
{
	volatile int *shared = SYS(mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	volatile int own = 1;
	pid_t parent = getpid(), pid;

	pid = SYS(fork());
	if (pid == 0) {
		CHECK_EQ(getppid(), parent);
		CHECK_EQ(own, 1);
		own = 2;
		*shared = getpid();
		_exit(own);
	}
	reap_status(pid, 2);
	CHECK_EQ(own, 1);
	CHECK_EQ(*shared, pid);
}

static void exit_with(void *status)
{
	_exit((intptr_t)status);
}

static void wait_statuses(void)
{
	siginfo_t info;
	pid_t pid;
	int status;

	for (intptr_t s = 0; s < 256; s += 51)
		reap_status(spawn(exit_with, (void *)s), s);
	for (int sig = SIGHUP; sig < SIGCHLD; sig++) {
		pid = SYS(fork());
		if (pid == 0) {
			signal(sig, SIG_DFL);
			raise(sig);
			_exit(0);
		}
		reap_signal(pid, sig);
	}
	CHECK_ERR(waitpid(-1, &status, 0), ECHILD);
	pid = spawn(exit_with, (void *)42);
	SYS(waitid(P_PID, pid, &info, WEXITED | WNOWAIT));
	CHECK_EQ(info.si_pid, pid);
	CHECK_EQ(info.si_code, CLD_EXITED);
	CHECK_EQ(info.si_status, 42);
	reap_status(pid, 42);
}

static void spin(void *arg)
{
	(void)arg;
	for (;;)
		pause();
}

static void stop_and_continue(void)
{
	pid_t pid = spawn(spin, NULL);
	int status;

	CHECK_EQ(waitpid(pid, &status, WNOHANG), 0);
	for (int i = 0; i < 5; i++) {
		SYS(kill(pid, i & 1 ? SIGTSTP : SIGSTOP));
		CHECK_EQ(SYS(waitpid(pid, &status, WUNTRACED)), pid);
		CHECK(WIFSTOPPED(status));
		CHECK_EQ(WSTOPSIG(status), i & 1 ? SIGTSTP : SIGSTOP);
		SYS(kill(pid, SIGCONT));
		CHECK_EQ(SYS(waitpid(pid, &status, WCONTINUED)), pid);
		CHECK(WIFCONTINUED(status));
	}
	SYS(kill(pid, SIGKILL));
	reap_signal(pid, SIGKILL);
}

static void vfork_shares_memory(void)
{
	static volatile int value;
	volatile int turns = 0;

	for (int i = 1; i <= 100; i++) {
		pid_t pid = vfork();

		if (pid == 0) {
			value = i;
			_exit(3);
		}
		CHECK(pid > 0);
		/* The parent stood still until the child had ended. */
		CHECK_EQ(value, i);
		reap_status(pid, 3);
		turns++;
	}
	CHECK_EQ(turns, 100);
}

static char clone_stack[65536] __attribute__((aligned(8)));
static volatile int clone_value;

static int clone_child(void *arg)
{
	clone_value = *(int *)arg;
	return 7;
}

static void clone_in_one_space(void)
{
	int arg = 99, status;
	pid_t tid = 0, pid;

	pid = SYS(clone(clone_child, clone_stack + sizeof(clone_stack),
			CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_PARENT_SETTID | SIGCHLD, &arg,
			&tid));
	reap_status(pid, 7);
	CHECK_EQ(tid, pid);
	CHECK_EQ(clone_value, 99);
	/* Without a signal at its end it is waited for with __WCLONE only. */
	clone_value = 0;
	pid = SYS(clone(clone_child, clone_stack + sizeof(clone_stack), CLONE_VM, &arg));
	CHECK_ERR(waitpid(pid, &status, 0), ECHILD);
	CHECK_EQ(SYS(waitpid(pid, &status, __WCLONE)), pid);
	CHECK_EQ(WEXITSTATUS(status), 7);
	CHECK_EQ(clone_value, 99);
}

static void clone_bad_flags(void)
{
	CHECK_ERR(syscall(SYS_clone, CLONE_THREAD, 0, 0, 0, 0), EINVAL);
	CHECK_ERR(syscall(SYS_clone, CLONE_SIGHAND, 0, 0, 0, 0), EINVAL);
	CHECK_ERR(syscall(SYS_clone3, NULL, 0), EINVAL);
	CHECK_ERR(syscall(SYS_clone3, (void *)0xc0000000, 64), EFAULT);
}

static void pidfd(void)
{
	int fd, flags = 0;
	siginfo_t info;
	pid_t pid = spawn(spin, NULL);

	fd = SYS(syscall(SYS_pidfd_open, pid, 0));
	SYS(syscall(SYS_pidfd_send_signal, fd, SIGTERM, NULL, flags));
	SYS(waitid((idtype_t)3 /* P_PIDFD */, fd, &info, WEXITED));
	CHECK_EQ(info.si_pid, pid);
	CHECK_EQ(info.si_status, SIGTERM);
	CHECK_ERR(syscall(SYS_pidfd_send_signal, fd, SIGTERM, NULL, flags), ESRCH);
}

/* Each process makes two, and the leaves count themselves. */
static volatile int *leaves;

static void grow(int depth)
{
	pid_t pid[2];

	if (depth == 0) {
		__atomic_add_fetch(leaves, 1, __ATOMIC_SEQ_CST);
		return;
	}
	for (int i = 0; i < 2; i++) {
		pid[i] = SYS(fork());
		if (pid[i] == 0) {
			grow(depth - 1);
			_exit(0);
		}
	}
	reap(pid[0]);
	reap(pid[1]);
}

static void tree_of_forks(void)
{
	leaves = SYS(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
	for (unsigned i = 0; i < loops(2); i++) {
		*leaves = 0;
		grow(6);
		CHECK_EQ(*leaves, 64);
	}
}

static void chain_of_forks(void)
{
	for (volatile int depth = 0; depth < 150; depth++) {
		pid_t pid = SYS(fork());

		if (pid) {
			reap_status(pid, 55);
			_exit(depth ? 55 : 0);
		}
	}
	_exit(55);
}

static void many_zombies(void)
{
	pid_t pid[300];

	for (size_t i = 0; i < ARRAY_SIZE(pid); i++)
		pid[i] = spawn(exit_with, (void *)(i & 127));
	for (size_t i = ARRAY_SIZE(pid); i-- > 0;)
		reap_status(pid[i], i & 127);
}

static void orphans_come_to_the_subreaper(void)
{
	int status, fd[2], n = 0;
	pid_t child, orphan;

	SYS(prctl(PR_SET_CHILD_SUBREAPER, 1));
	SYS(pipe(fd));
	child = SYS(fork());
	if (child == 0) {
		orphan = SYS(fork());
		if (orphan == 0) {
			while (getppid() != n)
				n = getppid(), yield();
			_exit(9);
		}
		SYS(write(fd[1], &orphan, sizeof(orphan)));
		_exit(0);
	}
	reap(child);
	CHECK_EQ(SYS(read(fd[0], &orphan, sizeof(orphan))), (ssize_t)sizeof(orphan));
	CHECK_EQ(SYS(waitpid(-1, &status, 0)), orphan);
	CHECK_EQ(WEXITSTATUS(status), 9);
}

static void groups_and_sessions(void)
{
	pid_t pid[3];
	int status;

	for (int i = 0; i < 3; i++) {
		pid[i] = spawn(spin, NULL);
		SYS(setpgid(pid[i], pid[0]));
		CHECK_EQ(getpgid(pid[i]), pid[0]);
	}
	CHECK_ERR(setpgid(pid[0], 1), EPERM);
	SYS(kill(-pid[0], SIGUSR1));
	for (int i = 0; i < 3; i++) {
		CHECK(SYS(waitpid(-pid[0], &status, 0)) > 0);
		CHECK_EQ(WTERMSIG(status), SIGUSR1);
	}
	pid[0] = SYS(fork());
	if (pid[0] == 0) {
		CHECK_EQ(SYS(setsid()), getpid());
		CHECK_EQ(getsid(0), getpid());
		CHECK_ERR(setsid(), EPERM);
		_exit(0);
	}
	reap(pid[0]);
}

static const struct test tests[] = {
	T(fork_copies_memory), T(wait_statuses), T(stop_and_continue), T(vfork_shares_memory),
	T(clone_in_one_space), T(clone_bad_flags), T(pidfd), T(tree_of_forks), T(chain_of_forks),
	T(many_zombies), T(orphans_come_to_the_subreaper), T(groups_and_sessions),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
