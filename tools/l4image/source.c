/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Runs gcc -E and dtc in a temporary folder of their own.
 */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "report.h"
#include "source.h"

#define ARGS	128

extern char **environ;

static char folder[] = "/tmp/l4image.XXXXXX";
static char text_path[64], dtb_path[64];

static void clean(void)
{
	unlink(text_path);
	unlink(dtb_path);
	rmdir(folder);
}

static void make_folder(void)
{
	if (!mkdtemp(folder))
		die("cannot make a folder in /tmp");
	file_join(text_path, sizeof(text_path), folder, "dts");
	file_join(dtb_path, sizeof(dtb_path), folder, "dtb");
	atexit(clean);
}

/* False: it ended with an error, after telling it. */
static bool run(char *const argv[])
{
	pid_t pid;
	int status;

	if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ))
		die("cannot run %s: is it installed?", argv[0]);
	if (waitpid(pid, &status, 0) != pid)
		die("cannot wait for %s", argv[0]);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

struct args {
	char *v[ARGS];
	unsigned int n;
};

static void add(struct args *a, const char *arg)
{
	if (a->n == ARGS - 1)
		die("too many -I and -D");
	a->v[a->n++] = (char *)(uintptr_t)arg;	/* exec does not change it */
}

static bool preprocess(const struct source *s)
{
	static const char *const fixed[] = { "gcc", "-E", "-nostdinc", "-undef", "-D__DTS__",
					     "-x", "assembler-with-cpp", NULL };
	struct args a = { .n = 0 };

	for (int i = 0; fixed[i]; i++)
		add(&a, fixed[i]);
	for (unsigned int i = 0; i < s->includes; i++) {
		add(&a, "-I");
		add(&a, s->include[i]);
	}
	for (unsigned int i = 0; i < s->defines; i++) {
		add(&a, "-D");
		add(&a, s->define[i]);
	}
	if (s->deps) {
		add(&a, "-MD");
		add(&a, "-MP");
		add(&a, "-MF");
		add(&a, s->deps);
		add(&a, "-MT");
		add(&a, s->target);
	}
	add(&a, "-o");
	add(&a, text_path);
	add(&a, s->path);
	return run(a.v);
}

static bool compile(void)
{
	char *const argv[] = { "dtc", "-q", "-I", "dts", "-O", "dtb", "-o", dtb_path, text_path,
			       NULL };

	return run(argv);
}

void source_read(const struct source *s, struct file *dtb)
{
	size_t n = strlen(s->path);
	const char *from = s->path, *wrong;

	if (access(s->path, R_OK))
		die("%s: there is no such description", s->path);
	if (n < 4 || strcmp(s->path + n - 4, ".dtb")) {
		make_folder();
		if (!preprocess(s) || !compile())
			die("%s: is not correct device-tree source, see above", s->path);
		from = dtb_path;
	}
	wrong = file_read(from, dtb);
	if (wrong)
		die("%s %s", from, wrong);
}

void source_add_dep(const struct source *s, const char *path)
{
	FILE *out = s->deps ? fopen(s->deps, "a") : NULL;

	if (!out)
		return;
	fprintf(out, "%s: %s\n%s:\n", s->target, path, path);
	fclose(out);
}
