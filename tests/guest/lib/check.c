// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Runs the tests of a program, each in a process and process group of its own,
 * and says how they ended.  Lines are written whole, past stdio, because the
 * processes of one test may fail at the same time.
 */
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include "check.h"

#define SKIPPED		77
#define LIMIT		600	/* seconds until a test counts as hung */

static const char *program, *current;
static unsigned loop_option;

static void say(const char *text)
{
	size_t left = strlen(text);

	while (left) {
		ssize_t n = write(1, text, left);

		if (n < 0)
			_exit(1);
		text += n;
		left -= n;
	}
}

void check_failed(const char *file, int line, const char *fmt, ...)
{
	const char *slash = strrchr(file, '/');
	char why[512], text[700];
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, sizeof(why), fmt, args);
	va_end(args);
	snprintf(text, sizeof(text), "FAIL %s/%s %s:%d: %s\n", program, current,
		 slash ? slash + 1 : file, line, why);
	say(text);
	_exit(1);
}

bool linux_before(int version, int patchlevel)
{
	struct utsname name;
	int v, p;

	SYS(uname(&name));
	CHECK_EQ(sscanf(name.release, "%d.%d", &v, &p), 2);
	return v < version || (v == version && p < patchlevel);
}

void skip(const char *why)
{
	char text[300];

	snprintf(text, sizeof(text), "skip %s/%s %s\n", program, current, why);
	say(text);
	_exit(SKIPPED);
}

unsigned loops(unsigned by_default)
{
	return loop_option ? loop_option : by_default;
}

/* The status of the test, or -1 when its time is over. */
static int wait_test(pid_t pid, const sigset_t *chld)
{
	struct timespec now, end, limit = { 0, 0 };
	int status;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += LIMIT;
	while (waitpid(pid, &status, WNOHANG) == 0) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		limit.tv_sec = end.tv_sec - now.tv_sec;
		if (limit.tv_sec <= 0)
			return -1;
		sigtimedwait(chld, NULL, &limit);
	}
	return status;
}

/* What the test left behind ends too; it became a child of ours. */
static void clear(pid_t group)
{
	kill(-group, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
}

static bool run_test(const struct test *t)
{
	sigset_t chld, old;
	char text[200];
	int status;
	pid_t pid;

	current = t->name;
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &old);
	pid = fork();
	if (pid == 0) {
		setpgid(0, 0);
		sigprocmask(SIG_SETMASK, &old, NULL);
		t->run();
		_exit(0);
	}
	status = pid < 0 ? 0xff00 : wait_test(pid, &chld);
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (pid > 0)
		clear(pid);
	if (status == 0)
		snprintf(text, sizeof(text), "ok %s/%s\n", program, t->name);
	else if (status == -1)
		snprintf(text, sizeof(text), "FAIL %s/%s hung\n", program, t->name);
	else if (WIFSIGNALED(status))
		snprintf(text, sizeof(text), "FAIL %s/%s died of signal %d\n", program, t->name,
			 WTERMSIG(status));
	else if (WEXITSTATUS(status) == 1 || WEXITSTATUS(status) == SKIPPED)
		text[0] = 0;	/* it has said why */
	else
		snprintf(text, sizeof(text), "FAIL %s/%s ended with status 0x%x\n", program,
			 t->name, status);
	say(text);
	return status == 0 || (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED);
}

static bool chosen(const char *name, int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (!strcmp(name, argv[i]))
			return true;
	return argc == 0;
}

int run_tests(const struct test *tests, size_t count, int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	unsigned bad = 0, ran = 0;
	char text[100];

	program = slash ? slash + 1 : argv[0];
	argc--;
	argv++;
	if (argc >= 2 && !strcmp(argv[0], "-n")) {
		loop_option = strtoul(argv[1], NULL, 0);
		argc -= 2;
		argv += 2;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (size_t i = 0; i < count; i++) {
		if (!chosen(tests[i].name, argc, argv))
			continue;
		ran++;
		bad += !run_test(&tests[i]);
	}
	snprintf(text, sizeof(text), "end %s %u\n", program, ran);
	say(text);
	return bad || !ran;
}
