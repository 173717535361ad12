/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * QEMU plugin: the longest run of instructions in the kernel's text between two
 * preemption points.  Arguments:
 *
 *   lo=ADDR hi=ADDR	the kernel's text; what runs outside of it is the user
 *   point=ADDR		a preemption point; several may be given
 *   stop=ADDR		executing this ends the counting (power off); several
 *
 * Counting begins with the first instruction of the user and starts anew at each
 * user instruction and each point.  QEMU's log (-d plugin -D FILE) gets the line
 * "stretch: max=N start=ADDR end=ADDR via=ADDR,...": the longest run, the pc at
 * which it began, the last pc in it, and its first blocks: which call it was.
 */
#include "plugin.h"

#define MAX_POINTS 16
#define TRAIL 48

int qemu_plugin_version = 1;

struct marks {
	uint64_t at[MAX_POINTS];
	unsigned int n;
};

static uint64_t lo, hi;
static struct marks points, stops;
static bool booted, started, stopped;

struct run {
	uint64_t length, end;
	uint32_t trail[TRAIL];	/* the first blocks */
	unsigned int blocks;	/* in trail */
};

static struct run run, longest;

/*
 * The argument of kernel_block: where a block begins, and how many instructions
 * it has.  A block is left before its end by an exception only, and the kernel
 * takes none.
 */
#define BLOCK(pc, n)	((void *)(uintptr_t)((pc) | (uint64_t)(n) << 32))
_Static_assert(sizeof(void *) == 8, "a block is described by one pointer");

static void user_block(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	/* Before the MMU is on, the kernel itself runs elsewhere. */
	started = booted;
	run.length = run.blocks = 0;
}

static void point_insn(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	run.length = run.blocks = 0;
}

static void stop_insn(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	stopped = true;
}

static void kernel_block(unsigned int cpu, void *data)
{
	uint64_t pc = (uint32_t)(uintptr_t)data, n = (uintptr_t)data >> 32;

	(void)cpu;
	booted = true;
	if (!started || stopped)
		return;
	if (run.blocks < TRAIL)
		run.trail[run.blocks++] = (uint32_t)pc;
	run.length += n;
	run.end = pc + 4 * (n - 1);
	if (run.length > longest.length)
		longest = run;
}

static bool marked(const struct marks *m, uint64_t pc)
{
	for (unsigned int i = 0; i < m->n; i++)
		if (m->at[i] == pc)
			return true;
	return false;
}

static plugin_exec_cb callback(uint64_t pc)
{
	return marked(&points, pc) ? point_insn : marked(&stops, pc) ? stop_insn : kernel_block;
}

/* A kernel block: counted at once; instruction by instruction if it has a mark. */
static void translate_kernel(struct qemu_plugin_tb *tb, size_t n)
{
	bool plain = true;

	for (size_t i = 0; i < n; i++)
		plain &= callback(qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, i))) ==
			 kernel_block;
	if (plain) {
		qemu_plugin_register_vcpu_tb_exec_cb(tb, kernel_block, PLUGIN_NO_REGS,
						     BLOCK(qemu_plugin_tb_vaddr(tb), n));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t pc = qemu_plugin_insn_vaddr(insn);

		qemu_plugin_register_vcpu_insn_exec_cb(insn, callback(pc), PLUGIN_NO_REGS,
						       BLOCK(pc, 1));
	}
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	uint64_t pc = qemu_plugin_tb_vaddr(tb);

	(void)id;
	if (pc >= lo && pc < hi)
		translate_kernel(tb, qemu_plugin_tb_n_insns(tb));
	else
		qemu_plugin_register_vcpu_tb_exec_cb(tb, user_block, PLUGIN_NO_REGS, NULL);
}

static void finish(qemu_plugin_id_t id, void *data)
{
	char text[200 + 12 * TRAIL];
	int n;

	(void)id;
	(void)data;
	n = snprintf(text, sizeof(text), "stretch: max=%llu start=0x%x end=0x%llx via=",
		     (unsigned long long)longest.length, longest.trail[0],
		     (unsigned long long)longest.end);
	for (unsigned int i = 0; i < longest.blocks; i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%s0x%x", i ? "," : "",
			      longest.trail[i]);
	snprintf(text + n, sizeof(text) - (size_t)n, "\n");
	qemu_plugin_outs(text);
}

static bool take_mark(struct marks *m, const char *text)
{
	return m->n < MAX_POINTS && plugin_address(text, &m->at[m->n++]);
}

static bool take_argument(const char *arg)
{
	const char *v;

	v = plugin_value(arg, "lo");
	if (v)
		return plugin_address(v, &lo);
	v = plugin_value(arg, "hi");
	if (v)
		return plugin_address(v, &hi);
	v = plugin_value(arg, "point");
	if (v)
		return take_mark(&points, v);
	v = plugin_value(arg, "stop");
	return v && take_mark(&stops, v);
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++) {
		if (!take_argument(argv[i])) {
			fprintf(stderr, "stretch: cannot use argument '%s'\n", argv[i]);
			return -1;
		}
	}
	if (hi <= lo) {
		fprintf(stderr, "stretch: lo= and hi= are needed, and lo is below hi\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
