/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * QEMU plugin: how many instructions lie between two places.  Arguments:
 *
 *   NAME=START:END	a path; several may be given
 *
 * A path begins when the instruction at START is executed and is over when the
 * one at END is about to be.  START counts, END does not: from the svc to the
 * first instruction behind it is what the call cost.  Passing START again
 * before END begins the path anew.  QEMU's log (-d plugin -D FILE) gets a line
 * for each: "count: NAME n=N min=N avg=N.N max=N".
 */
#include "plugin.h"

#define MAX_PATHS 32

int qemu_plugin_version = 1;

struct path {
	const char *name;
	uint64_t start, end;
	bool open;
	uint64_t begun;		/* value of executed at START */
	uint64_t count, min, max, sum;
};

static struct path paths[MAX_PATHS];
static size_t npaths;
static uint64_t executed;	/* instructions before the current one */

static void plain_insn(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	executed++;
}

static void close_path(struct path *p)
{
	uint64_t n = executed - p->begun;

	p->open = false;
	if (!p->count || n < p->min)
		p->min = n;
	if (n > p->max)
		p->max = n;
	p->count++;
	p->sum += n;
}

static void marked_insn(unsigned int cpu, void *data)
{
	uint64_t pc = (uintptr_t)data;

	(void)cpu;
	for (struct path *p = paths; p < paths + npaths; p++) {
		if (p->open && p->end == pc)
			close_path(p);
		if (p->start == pc) {
			p->open = true;
			p->begun = executed;
		}
	}
	executed++;
}

static bool is_mark(uint64_t pc)
{
	for (struct path *p = paths; p < paths + npaths; p++)
		if (p->start == pc || p->end == pc)
			return true;
	return false;
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t pc = qemu_plugin_insn_vaddr(insn);

		qemu_plugin_register_vcpu_insn_exec_cb(insn, is_mark(pc) ? marked_insn : plain_insn,
						       PLUGIN_NO_REGS, (void *)(uintptr_t)pc);
	}
}

static void finish(qemu_plugin_id_t id, void *data)
{
	char text[200];

	(void)id;
	(void)data;
	for (struct path *p = paths; p < paths + npaths; p++) {
		snprintf(text, sizeof(text), "count: %s n=%llu min=%llu avg=%.1f max=%llu\n", p->name,
			 (unsigned long long)p->count, (unsigned long long)p->min,
			 p->count ? (double)p->sum / (double)p->count : 0.0,
			 (unsigned long long)p->max);
		qemu_plugin_outs(text);
	}
}

static bool take_argument(const char *arg)
{
	struct path *p = &paths[npaths];
	char *copy = strdup(arg), *eq = strchr(copy, '='), *colon = eq ? strchr(eq, ':') : NULL;

	if (!colon || npaths == MAX_PATHS)
		return false;
	*eq = *colon = 0;
	p->name = copy;
	npaths++;
	return plugin_address(eq + 1, &p->start) && plugin_address(colon + 1, &p->end);
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++) {
		if (!take_argument(argv[i])) {
			fprintf(stderr, "count: cannot use argument '%s'\n", argv[i]);
			return -1;
		}
	}
	if (!npaths) {
		fprintf(stderr, "count: a NAME=START:END is needed\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
