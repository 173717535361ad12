// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * exec: large and many arguments, what a new program keeps and what it does
 * not, files that are not programs, from a thread, again and again.
 */
#include <elf.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "lib/check.h"

#define SELF	"/proc/self/exe"

extern char **environ;

/* Starts this program anew with "--child WHAT ARGUMENTS"; its status must be this. */
static void child_must(int status, char *const argv[])
{
	pid_t pid = SYS(fork());

	if (pid == 0) {
		execv(SELF, argv);
		FAIL("execv: %s", strerror(errno));
	}
	reap_status(pid, status);
}

static void arguments_arrive(void)
{
	char *argv[] = { "a", "--child", "echo", "", "x y", "\377", NULL };

	child_must(40 + 6, argv);
}

static char **many(size_t count, size_t size)
{
	char **argv = calloc(count + 4, sizeof(*argv));

	CHECK(argv);
	argv[0] = "a";
	argv[1] = "--child";
	argv[2] = "sizes";
	for (size_t i = 3; i < count + 3; i++) {
		argv[i] = malloc(size + 1);
		CHECK(argv[i]);
		memset(argv[i], 'a' + i % 26, size);
		argv[i][size] = 0;
	}
	return argv;
}

static void large_arguments(void)
{
	child_must(3, many(3, 130000));
	child_must(8, many(8, 100000));
	/* a thousand and one small ones: status is the count modulo 100 */
	child_must(1, many(1001, 100));
}

static void too_large_arguments(void)
{
	char **one = many(1, 140000), **all = many(30, 120000);

	CHECK_ERR(execv(SELF, one), E2BIG);
	CHECK_ERR(execv(SELF, all), E2BIG);
}

static void bad_files(void)
{
	char *argv[] = { "a", NULL };
	int fd;

	CHECK_ERR(execv("/nowhere", argv), ENOENT);
	CHECK_ERR(execv("/tmp", argv), EACCES);
	fd = SYS(open("/tmp/exec-text", O_CREAT | O_TRUNC | O_WRONLY, 0755));
	SYS(write(fd, "hello\n", 6));
	CHECK_ERR(execv("/tmp/exec-text", argv), ETXTBSY);
	close(fd);
	CHECK_ERR(syscall(SYS_execve, "/tmp/exec-text", argv, NULL), ENOEXEC);
	SYS(chmod("/tmp/exec-text", 0644));
	CHECK_ERR(execv("/tmp/exec-text", argv), EACCES);
	SYS(unlink("/tmp/exec-text"));
	CHECK_ERR(execv((void *)0xc0008000, argv), EFAULT);
	CHECK_ERR(syscall(SYS_execve, SELF, 0xc0008000, NULL), EFAULT);
	CHECK_ERR(syscall(SYS_execve, SELF, argv, 0x10), EFAULT);
}

static void script(void)
{
	char text[] = "#!/proc/self/exe --child\n", *argv[] = { "a", "x", NULL };
	int fd = SYS(open("/tmp/exec-script", O_CREAT | O_TRUNC | O_WRONLY, 0755));
	pid_t pid;

	SYS(write(fd, text, sizeof(text) - 1));
	close(fd);
	pid = SYS(fork());
	if (pid == 0) {
		execv("/tmp/exec-script", argv);
		_exit(2);
	}
	/* "--child /tmp/exec-script x" */
	reap_status(pid, 66);
	SYS(unlink("/tmp/exec-script"));
}

static void not_called(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)info, (void)context;
}

static void what_is_kept(void)
{
	char keep[12], close_it[12];
	char *argv[] = { "a", "--child", "kept", keep, close_it, NULL };
	int fd = SYS(open("/dev/null", O_RDONLY));

	snprintf(keep, sizeof(keep), "%d", fd);
	snprintf(close_it, sizeof(close_it), "%d", SYS(open("/dev/null", O_RDONLY | O_CLOEXEC)));
	signal(SIGUSR1, SIG_IGN);
	on_signal(SIGUSR2, 0, not_called);
	child_must(50, argv);
}

static void auxiliary_vector(void)
{
	unsigned long cap = getauxval(AT_HWCAP);

	CHECK_EQ(getauxval(AT_PAGESZ), PAGE);
	CHECK(cap & (1 << 12));		/* NEON */
	CHECK(cap & (1 << 13));		/* VFPv3 */
	CHECK(cap & (1 << 15));		/* TLS register */
	CHECK(cap & (1 << 4));		/* FAST_MULT */
	CHECK_EQ(getauxval(AT_UID), getuid());
	CHECK(!strcmp((char *)getauxval(AT_PLATFORM), "v7l"));
	CHECK(getauxval(AT_RANDOM) > 0x10000);
}

static void *exec_in_thread(void *arg)
{
	execv(SELF, arg);
	return NULL;
}

static void *forever(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void from_a_thread(void)
{
	char *argv[] = { "a", "--child", "echo", NULL };
	pthread_t other, runner;
	pid_t pid = SYS(fork());

	if (pid == 0) {
		pthread_create(&other, NULL, forever, NULL);
		pthread_create(&runner, NULL, exec_in_thread, argv);
		forever(NULL);
	}
	reap_status(pid, 43);
}

static void again_and_again(void)
{
	char count[12];
	char *argv[] = { "a", "--child", "again", count, NULL };

	snprintf(count, sizeof(count), "%u", loops(40));
	child_must(60, argv);
}

/* --- what the new program does --- */

static int sizes(int argc, char **argv)
{
	for (int i = 3; i < argc; i++) {
		size_t n = strlen(argv[i]);

		for (size_t k = 0; k < n; k++)
			if (argv[i][k] != 'a' + i % 26)
				return 99;
	}
	return (argc - 3) % 100;
}

static int kept(char **argv)
{
	struct sigaction one, two;

	if (fcntl(atoi(argv[3]), F_GETFD) < 0 || fcntl(atoi(argv[4]), F_GETFD) >= 0)
		return 51;
	sigaction(SIGUSR1, NULL, &one);
	sigaction(SIGUSR2, NULL, &two);
	return one.sa_handler == SIG_IGN && two.sa_handler == SIG_DFL ? 50 : 52;
}

static int child(int argc, char **argv)
{
	if (!strcmp(argv[2], "echo")) {
		if (argc > 3 && (*argv[3] || strcmp(argv[4], "x y") || strcmp(argv[5], "\377")))
			return 98;
		return 40 + argc;
	}
	if (!strcmp(argv[2], "sizes"))
		return sizes(argc, argv);
	if (!strcmp(argv[2], "kept"))
		return kept(argv);
	if (!strcmp(argv[2], "again")) {
		int left = atoi(argv[3]);

		if (left <= 0)
			return 60;
		snprintf(argv[3], 12, "%d", left - 1);
		execv(SELF, argv);
		return 61;
	}
	return !strcmp(argv[2], "/tmp/exec-script") && argc == 4 ? 66 : 97;
}

static const struct test tests[] = {
	T(arguments_arrive), T(large_arguments), T(too_large_arguments), T(bad_files), T(script),
	T(what_is_kept), T(auxiliary_vector), T(from_a_thread), T(again_and_again),
};

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "--child"))
		return child(argc, argv);
	return RUN(tests);
}
