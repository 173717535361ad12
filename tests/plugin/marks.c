/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * QEMU plugin: what is executed between two marks, all of it and by kinds that
 * matter to a kernel.  Arguments:
 *
 *   mark=ADDRESS	a mark is passed when this is executed
 *   start=ADDRESS	counting begins when this is executed first (default: at once)
 *   profile=on		also how often each address was executed
 *
 * QEMU's log (-d plugin -D FILE) gets, at each mark, what came after the one before:
 *
 *   mark: N executed=N tlb=N cache=N ...	N counts from 1
 *   at: N ADDRESS WORD COUNT			with profile=on
 *
 * The kinds are counted from KERNEL on: below are processes, which have none.  A
 * conditional instruction counts when it is reached.
 */
#include <inttypes.h>
#include "plugin.h"

#define KERNEL	0xbf000000u
#define SLOTS	(1u << 20)	/* addresses at most; open addressing */

int qemu_plugin_version = 1;

enum { MCR_MASK = 0x0ff00f10, MCR_P15 = 0x0e000f10 };	/* opc1 is 0 */

/* mcr p15, 0, Rt, CRN, CRM, OP2, or any where one is ANY. */
enum { ANY = 16 };

static const struct kind {
	const char *name;
	uint32_t mask, value;		/* of the word; 0, 0: an mcr */
	unsigned int crn, crm, op2;
} kinds[] = {
	{ "tlb", 0, 0, 8, ANY, ANY },
	{ "tlb_all", 0, 0, 8, ANY, 0 },
	{ "tlb_asid", 0, 0, 8, ANY, 2 },
	{ "cache_line", 0, 0, 7, 5, 1 },	/* instruction side */
	{ "cache_line", 0, 0, 7, 6, 1 },
	{ "cache_line", 0, 0, 7, 10, 1 },
	{ "cache_line", 0, 0, 7, 11, 1 },
	{ "cache_line", 0, 0, 7, 14, 1 },
	{ "cache_all", 0, 0, 7, 5, 0 },
	{ "cache_all", 0, 0, 7, 6, 2 },		/* by set and way */
	{ "cache_all", 0, 0, 7, 10, 2 },
	{ "cache_all", 0, 0, 7, 14, 2 },
	{ "predictor", 0, 0, 7, 5, 6 },
	{ "dacr", 0, 0, 3, 0, 0 },
	{ "ttbr", 0, 0, 2, 0, ANY },
	{ "contextidr", 0, 0, 13, 0, 1 },
	{ "dsb", 0xfffffff0, 0xf57ff040, 0, 0, 0 },
	{ "dsb", 0, 0, 7, 10, 4 },
	{ "isb", 0xfffffff0, 0xf57ff060, 0, 0, 0 },
	{ "isb", 0, 0, 7, 5, 4 },
	{ "cps", 0xfff10020, 0xf1000000, 0, 0, 0 },
	{ "msr", 0x0ff1fff0, 0x0121f000, 0, 0, 0 },	/* the control bits */
	{ "mrs", 0x0fbf0fff, 0x010f0000, 0, 0, 0 },
	{ "svc", 0x0f000000, 0x0f000000, 0, 0, 0 },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static struct slot {
	uint64_t address, count;	/* address + 1; 0 is free */
	uint32_t word;
} slots[SLOTS];

static uint64_t counts[KINDS], executed, mark, start;
static bool started, profile;
static unsigned int marks;

static bool is_kind(const struct kind *k, uint32_t word)
{
	if (k->mask)
		return (word >> 28 != 15 || k->mask >> 28) && (word & k->mask) == k->value;
	return word >> 28 != 15 && (word & MCR_MASK) == MCR_P15 && (word >> 16 & 15) == k->crn &&
	       (k->crm == ANY || (word & 15) == k->crm) &&
	       (k->op2 == ANY || (word >> 5 & 7) == k->op2);
}

static uint64_t *slot(uint64_t address, uint32_t word)
{
	size_t i = (size_t)(address * 2654435761u >> 8) % SLOTS;

	while (slots[i].address && (slots[i].address != address + 1 || slots[i].word != word))
		i = (i + 1) % SLOTS;
	slots[i].address = address + 1;
	slots[i].word = word;
	return &slots[i].count;
}

static void reset(void)
{
	executed = 0;
	memset(counts, 0, sizeof(counts));
	for (size_t i = 0; profile && i < SLOTS; i++)
		slots[i].count = 0;
}

static void print_kinds(void)
{
	char line[64 + 32 * KINDS];
	int n = snprintf(line, sizeof(line), "mark: %u executed=%" PRIu64, marks, executed);

	for (size_t i = 0; i < KINDS; i++) {
		uint64_t sum = counts[i];

		while (i + 1 < KINDS && strcmp(kinds[i].name, kinds[i + 1].name) == 0)
			sum += counts[++i];
		n += snprintf(line + n, sizeof(line) - (size_t)n, " %s=%" PRIu64, kinds[i].name,
			      sum);
	}
	snprintf(line + n, sizeof(line) - (size_t)n, "\n");
	qemu_plugin_outs(line);
}

static void print_profile(void)
{
	char line[96];

	for (size_t i = 0; i < SLOTS; i++) {
		if (!slots[i].count)
			continue;
		snprintf(line, sizeof(line), "at: %u %08" PRIx64 " %08" PRIx32 " %" PRIu64 "\n",
			 marks, slots[i].address - 1, slots[i].word, slots[i].count);
		qemu_plugin_outs(line);
	}
}

static void passed(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	if (!started)
		return;
	marks++;
	print_kinds();
	if (profile)
		print_profile();
	reset();
}

static void begin(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	if (!started)
		reset();
	started = true;
}

static void count(struct qemu_plugin_insn *insn, uint64_t *counter)
{
	qemu_plugin_register_vcpu_insn_exec_inline(insn, PLUGIN_INLINE_ADD_U64, counter, 1);
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t address = qemu_plugin_insn_vaddr(insn);
		uint32_t word = 0;

		memcpy(&word, qemu_plugin_insn_data(insn), qemu_plugin_insn_size(insn));
		if (address == mark)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, passed, PLUGIN_NO_REGS, NULL);
		if (address == start)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, begin, PLUGIN_NO_REGS, NULL);
		count(insn, &executed);
		for (size_t k = 0; address >= KERNEL && k < KINDS; k++)
			if (is_kind(&kinds[k], word))
				count(insn, &counts[k]);
		if (profile)
			count(insn, slot(address, word));
	}
}

static bool take_argument(const char *arg)
{
	const char *v = plugin_value(arg, "mark");

	if (v)
		return plugin_address(v, &mark);
	v = plugin_value(arg, "start");
	if (v)
		return plugin_address(v, &start);
	profile = strcmp(arg, "profile=on") == 0;
	return profile;
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++) {
		if (!take_argument(argv[i])) {
			fprintf(stderr, "marks: cannot use argument '%s'\n", argv[i]);
			return -1;
		}
	}
	if (!mark) {
		fprintf(stderr, "marks: mark=ADDRESS is needed\n");
		return -1;
	}
	started = !start;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
