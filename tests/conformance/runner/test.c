// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Runs one test: in a session of its own, with default signals, an empty input,
 * its output in a file in memory, and a limit.  What it leaves behind is ended:
 * being the first process, the runner inherits all of it.  Time is that of
 * CLOCK_MONOTONIC, as tests set the clock.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "runner.h"

#define LOG		"/run/log"
#define TMP		"/tmp/test"
#define LOG_MOST	(96 * 1024)	/* of a test's output that is kept: its end */
#define END_MS		60000		/* for what was killed to be gone */

int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void child(const char *command)
{
	sigset_t none;
	int in = open("/dev/null", O_RDONLY), out = open(LOG, O_WRONLY | O_APPEND);

	if (in < 0 || out < 0 || dup2(in, 0) || dup2(out, 1) != 1 || dup2(out, 2) != 2)
		_exit(125);
	close(in);
	close(out);
	setsid();
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	umask(022);
	if (chdir(TMP))
		_exit(126);
	execl("/bin/bash", "bash", "-c", command, NULL);
	_exit(127);
}

/* Reaps until PID has ended (-1: until no child is left), or DEADLINE.  True: it has. */
static bool reap(pid_t pid, int64_t deadline, int *status)
{
	sigset_t chld;
	int got;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	for (;;) {
		pid_t ended = waitpid(-1, &got, WNOHANG | __WALL);

		if (ended > 0 && ended == pid) {
			*status = got;
			return true;
		}
		if (ended < 0)
			return true;
		if (ended == 0) {
			int64_t left = deadline - now_ms();
			struct timespec t = { left / 1000, left % 1000 * 1000000 };

			if (left <= 0)
				return false;
			/* a clone need not end with SIGCHLD: look once a second */
			if (t.tv_sec)
				t = (struct timespec){ 1, 0 };
			sigtimedwait(&chld, NULL, &t);
		}
	}
}

/* All but the runner itself; some may make others until they are gone. */
static bool end_all(void)
{
	int64_t deadline = now_ms() + END_MS;
	int status;

	while (now_ms() < deadline) {
		kill(-1, SIGKILL);
		if (reap(-1, now_ms() + 1000, &status))
			return true;
	}
	return false;
}

static int taint(void)
{
	char text[16] = "";
	int fd = open("/proc/sys/kernel/tainted", O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		text[0] = 0;
	close(fd);
	return atoi(text);
}

static int status_of(bool ended, int status)
{
	if (!ended)
		return STATUS_LIMIT;
	return WIFSIGNALED(status) ? STATUS_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}

static void record(const char *name, int status, int64_t ms)
{
	int fd = open(LOG, O_RDONLY);
	struct stat st = { 0 };
	off_t from;

	if (fd < 0 || fstat(fd, &st))
		give_up(LOG);
	from = st.st_size > LOG_MOST ? st.st_size - LOG_MOST : 0;
	disk_line("@end %s %d %lld %d %lld\n", name, status, (long long)ms, taint(),
		  (long long)(st.st_size - from));
	disk_file(fd, from, st.st_size);
	disk_line("\n");
	close(fd);
}

void test_run(const char *name, int limit, const char *command)
{
	int64_t start = now_ms();
	int status = 0, fd = open(LOG, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	bool ended;
	pid_t pid;

	if (fd < 0)
		give_up(LOG);
	close(fd);
	mkdir(TMP, 0777);
	chmod(TMP, 0777);
	disk_line("@begin %s\n", name);
	printf("conformance: begin %s\n", name);
	fflush(stdout);
	pid = fork();
	if (!pid)
		child(command);
	if (pid < 0)
		give_up("fork");
	ended = reap(pid, start + limit * 1000LL, &status);
	status = status_of(ended, status);
	if (!end_all())
		status = STATUS_STUCK;
	record(name, status, now_ms() - start);
	if (status == STATUS_STUCK)
		machine_off();
}
