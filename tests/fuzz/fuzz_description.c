/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Any bytes as a device tree, through all that the image builder does with a
 * description.  The programs "root" and "prog" are here, in memory; the files
 * of the host are not looked at.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include "desc.h"
#include "report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An ELF file without contents: two segments at root's place. */
struct tiny {
	Elf32_Ehdr h;
	Elf32_Phdr p[2];
};

static void tiny_make(struct tiny *t)
{
	memset(t, 0, sizeof(*t));
	memcpy(t->h.e_ident, ELFMAG, SELFMAG);
	t->h.e_ident[EI_CLASS] = ELFCLASS32;
	t->h.e_ident[EI_DATA] = ELFDATA2LSB;
	t->h.e_machine = EM_ARM;
	t->h.e_type = ET_EXEC;
	t->h.e_version = EV_CURRENT;
	t->h.e_entry = L4_ROOT_BASE;
	t->h.e_phoff = offsetof(struct tiny, p);
	t->h.e_phentsize = sizeof(t->p[0]);
	t->h.e_phnum = 2;
	for (int i = 0; i < 2; i++) {
		t->p[i].p_type = PT_LOAD;
		t->p[i].p_vaddr = L4_ROOT_BASE + (Elf32_Addr)i * L4_PAGE_SIZE;
		t->p[i].p_memsz = L4_PAGE_SIZE;
		t->p[i].p_filesz = sizeof(t->h);
		t->p[i].p_flags = i ? PF_R | PF_W : PF_R | PF_X;
	}
}

static void add_program(struct desc *d, const struct tiny *t, const char *name)
{
	struct program *p = &d->program[d->programs++];

	p->name = name;
	if (elf_read(&p->elf, (const uint8_t *)t, sizeof(*t)))
		abort();
}

/* The files that a Linux needs are not here. */
static bool has_linux(const struct desc *d)
{
	for (unsigned int i = 0; i < d->cells; i++)
		if (d->cell[i].linux_guest.set)
			return true;
	return false;
}

static void build(struct desc *d, const void *data, size_t size)
{
	struct kernel k = {.base = 0x60000000, .payload = 0x61100000, .pool = 0x1000000};
	uint32_t payload_size;
	uint8_t *payload;

	describe(d, data, size);
	if (report_errors())
		return;
	describe_connect(d);
	check(d);
	programs_load(d, NULL, 0);
	if (report_errors() || has_linux(d))
		return;
	layout(d);
	slots_assign(d);
	if (report_errors())
		return;
	quota_check(d, &k);
	payload = payload_build(d, &payload_size);
	if (payload)
		check_ram(d, &k, payload_size);
	free(payload);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tiny tiny;
	struct desc *d = calloc(1, sizeof(*d));
	uint64_t *copy = malloc(size + 8); /* libfdt wants it aligned */

	if (!d || !copy)
		abort();
	tiny_make(&tiny);
	memcpy(copy, data, size);
	report_quiet();
	report_begin("fuzz");
	add_program(d, &tiny, "root");
	add_program(d, &tiny, "prog");
	build(d, copy, size);
	programs_free(d);
	free(copy);
	free(d);
	return 0;
}
