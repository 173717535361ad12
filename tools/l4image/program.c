/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Finds the programs of the cells in the folders of -p, and reads each once.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "desc.h"
#include "report.h"

/* The path of a program: name or name.elf in one of the folders. */
static bool find(const char *name, char *const dirs[], unsigned int n, char *path, size_t size)
{
	char with_elf[1024];

	if (snprintf(with_elf, sizeof(with_elf), "%s.elf", name) >= (int)sizeof(with_elf))
		return false;
	for (unsigned int i = 0; i < n; i++) {
		file_join(path, size, dirs[i], name);
		if (!access(path, F_OK))
			return true;
		file_join(path, size, dirs[i], with_elf);
		if (!access(path, F_OK))
			return true;
	}
	return false;
}

static struct program *known(struct desc *d, const char *name)
{
	for (unsigned int i = 0; i < d->programs; i++)
		if (!strcmp(d->program[i].name, name))
			return &d->program[i];
	return NULL;
}

static struct program *load(struct desc *d, const struct cell *c, char *const dirs[],
			    unsigned int n)
{
	struct program *p = &d->program[d->programs];
	const char *wrong;

	if (!find(c->program_name, dirs, n, p->path, sizeof(p->path))) {
		report(c->place.path, "program", "there is no \"%s\" or \"%s.elf\" in %s%s",
		       c->program_name, c->program_name, n ? dirs[0] : "any folder",
		       n > 1 ? " and the other folders of -p" : "");
		return NULL;
	}
	wrong = file_read(p->path, &p->file);
	if (!wrong) {
		wrong = elf_read(&p->elf, p->file.data, p->file.size);
		if (wrong)
			file_free(&p->file);
	}
	if (wrong) {
		report(c->place.path, "program", "%s %s", p->path, wrong);
		return NULL;
	}
	p->name = c->program_name;
	d->programs++;
	return p;
}

static void cell_load(struct desc *d, struct cell *c, char *const dirs[], unsigned int n)
{
	struct program *p = known(d, c->program_name);
	const char *wrong;

	if (!p)
		p = load(d, c, dirs, n);
	if (!p)
		return;
	wrong = c == &d->root ? elf_check_root(&p->elf) : elf_check_program(&p->elf);
	if (wrong)
		report(c->place.path, "program", "%s %s", p->path, wrong);
	c->program = p;
}

void programs_load(struct desc *d, char *const dirs[], unsigned int n)
{
	cell_load(d, &d->root, dirs, n);
	for (unsigned int i = 0; i < d->cells; i++)
		if (!d->cell[i].linux_guest.set)
			cell_load(d, &d->cell[i], dirs, n);
}

void programs_free(struct desc *d)
{
	for (unsigned int i = 0; i < d->programs; i++)
		file_free(&d->program[i].file);
	d->programs = 0;
}
