/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * QEMU plugin: where instructions are executed.  Argument:
 *
 *   mark=ADDRESS	counting begins when this is executed first, and ends when
 *			it is executed again
 *
 * QEMU's log (-d plugin -D FILE) gets a line for each address that was executed
 * meanwhile: "profile: ADDRESS COUNT".  tools/profile.py adds them up by function.
 */
#include <inttypes.h>
#include "plugin.h"

#define SLOTS (1u << 20)	/* addresses at most; open addressing */

int qemu_plugin_version = 1;

static struct {
	uint64_t address, count;
} slots[SLOTS];

static uint64_t mark;
static unsigned int marks;

static uint64_t *slot(uint64_t address)
{
	size_t i = (size_t)(address * 2654435761u >> 8) % SLOTS;

	while (slots[i].address && slots[i].address != address + 1)
		i = (i + 1) % SLOTS;
	slots[i].address = address + 1;		/* 0 is free */
	return &slots[i].count;
}

static void print(void)
{
	char line[64];

	for (size_t i = 0; i < SLOTS; i++) {
		if (!slots[i].count)
			continue;
		snprintf(line, sizeof(line), "profile: %08" PRIx64 " %" PRIu64 "\n",
			 slots[i].address - 1, slots[i].count);
		qemu_plugin_outs(line);
	}
}

static void marked(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	if (++marks == 1)
		for (size_t i = 0; i < SLOTS; i++)
			slots[i].count = 0;
	else if (marks == 2)
		print();
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t address = qemu_plugin_insn_vaddr(insn);

		if (address == mark)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, marked, PLUGIN_NO_REGS,
							       NULL);
		qemu_plugin_register_vcpu_insn_exec_inline(insn, PLUGIN_INLINE_ADD_U64,
							   slot(address), 1);
	}
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || !plugin_value(argv[0], "mark") ||
	    !plugin_address(plugin_value(argv[0], "mark"), &mark)) {
		fprintf(stderr, "profile: mark=ADDRESS is needed\n");
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
