/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/* Loops with a second process or thread. */
#include <linux/futex.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "loops.h"

static int there[2], back[2];
static pid_t child;
static pthread_t partner;
static volatile int turn;	/* 0: ours, 1: the partner's, 2: it is to end */

static void wait_for(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || status)
		loops_die("child");
}

static pid_t forked(void)
{
	pid_t pid = fork();

	if (pid < 0)
		loops_die("fork");
	return pid;
}

void process_fork(int rounds)
{
	for (int i = 0; i < rounds; i++) {
		pid_t pid = forked();

		if (!pid)
			_exit(0);
		wait_for(pid);
	}
}

void process_exec(int rounds)
{
	for (int i = 0; i < rounds; i++) {
		pid_t pid = forked();

		if (!pid) {
			execl("/bin/loops", "loops", "exit", (char *)NULL);
			_exit(127);
		}
		wait_for(pid);
	}
}

static void *nothing(void *arg)
{
	return arg;
}

void process_thread(int rounds)
{
	pthread_t t;

	for (int i = 0; i < rounds; i++)
		if (pthread_create(&t, NULL, nothing, NULL) || pthread_join(t, NULL))
			loops_die("thread");
}

static void pass_on(int from, int to)
{
	char c;

	while (read(from, &c, 1) == 1)
		if (write(to, &c, 1) != 1)
			break;
	_exit(0);
}

void process_pipe_prepare(int rounds)
{
	(void)rounds;
	if (pipe(there) || pipe(back))
		loops_die("pipe");
	child = forked();
	if (!child) {
		close(there[1]);
		pass_on(there[0], back[1]);
	}
}

void process_pipe(int rounds)
{
	char c = 0;

	for (int i = 0; i < rounds; i++)
		if (write(there[1], &c, 1) != 1 || read(back[0], &c, 1) != 1)
			loops_die("pipe");
}

void process_pipe_finish(int rounds)
{
	(void)rounds;
	close(there[1]);
	wait_for(child);
	close(there[0]);
	close(back[0]);
	close(back[1]);
}

static void give(int to)
{
	turn = to;
	syscall(SYS_futex, &turn, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static int await(int other)
{
	while (turn == other)
		syscall(SYS_futex, &turn, FUTEX_WAIT_PRIVATE, other, NULL, NULL, 0);
	return turn;
}

static void *partner_main(void *arg)
{
	while (await(0) == 1)
		give(0);
	return arg;
}

void process_futex_prepare(int rounds)
{
	(void)rounds;
	turn = 0;
	if (pthread_create(&partner, NULL, partner_main, NULL))
		loops_die("thread");
}

void process_futex(int rounds)
{
	for (int i = 0; i < rounds; i++) {
		give(1);
		await(1);
	}
}

void process_futex_finish(int rounds)
{
	(void)rounds;
	give(2);
	pthread_join(partner, NULL);
}
