/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * QEMU plugin: which of the instructions on a list are executed.  Argument:
 *
 *   sites=FILE	a line for each: ADDRESS WORD FATE NAME, as tools/linux/insncheck.py
 *		writes it for a guest kernel
 *
 * An instruction counts when its address and its word are those of a site: at
 * the addresses of Linux's vectors a guest has other code.  QEMU's log (-d plugin
 * -D FILE) gets a line for each site, when QEMU ends: "site: FATE COUNT ADDRESS
 * NAME", and one at the end, "sites: N", without which the list is not complete.
 */
#include <inttypes.h>
#include "plugin.h"

#define MAX_SITES 1024
#define NAME_SIZE 128

int qemu_plugin_version = 1;

static struct site {
	uint64_t address, count;
	uint32_t word;
	char fate[16], name[NAME_SIZE];
} sites[MAX_SITES];
static size_t nsites;

static struct site *site_at(uint64_t address)
{
	for (struct site *s = sites; s < sites + nsites; s++)
		if (s->address == address)
			return s;
	return NULL;
}

/* The pages that have sites: the others' instructions are not looked up. */
static bool page_has_sites(uint64_t address)
{
	for (const struct site *s = sites; s < sites + nsites; s++)
		if (s->address >> 12 == address >> 12)
			return true;
	return false;
}

/* A block is in one page, or goes on in the next. */
static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	uint64_t start = qemu_plugin_tb_vaddr(tb);

	(void)id;
	if (!page_has_sites(start) && !page_has_sites(start + 0xfff))
		return;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		struct site *s = site_at(qemu_plugin_insn_vaddr(insn));

		if (s && qemu_plugin_insn_size(insn) <= sizeof(s->word) &&
		    memcmp(qemu_plugin_insn_data(insn), &s->word, qemu_plugin_insn_size(insn)) == 0)
			qemu_plugin_register_vcpu_insn_exec_inline(insn, PLUGIN_INLINE_ADD_U64,
								   &s->count, 1);
	}
}

static void finish(qemu_plugin_id_t id, void *data)
{
	char line[NAME_SIZE + 80];

	(void)id;
	(void)data;
	for (const struct site *s = sites; s < sites + nsites; s++) {
		snprintf(line, sizeof(line), "site: %s %" PRIu64 " 0x%08" PRIx64 " %s\n", s->fate,
			 s->count, s->address, s->name);
		qemu_plugin_outs(line);
	}
	snprintf(line, sizeof(line), "sites: %zu\n", nsites);
	qemu_plugin_outs(line);
}

static bool read_sites(const char *path)
{
	FILE *f = fopen(path, "r");
	struct site *s = sites;
	bool good = f != NULL;

	while (good && s < sites + MAX_SITES &&
	       fscanf(f, "%" SCNx64 " %" SCNx32 " %15s %127s", &s->address, &s->word, s->fate,
		      s->name) == 4)
		s++;
	nsites = (size_t)(s - sites);
	good = good && nsites && feof(f);
	if (f)
		fclose(f);
	return good;
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	const char *path = argc == 1 ? plugin_value(argv[0], "sites") : NULL;

	(void)info;
	if (!path || !read_sites(path)) {
		fprintf(stderr, "sites: sites=FILE is needed, with 1 to %d sites in it\n",
			MAX_SITES);
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
