/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The ELF reader.  Structures are copied out of the file, so alignment does not
 * matter; the host is little-endian like the target.
 */
#include <elf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <l4/bootinfo.h>
#include "elf-file.h"

static const char *wrong(struct elf *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static const char *wrong(struct elf *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->wrong, sizeof(e->wrong), fmt, ap);
	va_end(ap);
	return e->wrong;
}

/* Copies size bytes from offset; false if they are not all in the file. */
static bool get(const struct elf *e, uint64_t offset, void *to, size_t size)
{
	if (offset > e->size || size > e->size - offset)
		return false;
	memcpy(to, e->data + offset, size);
	return true;
}

static const char *check_header(struct elf *e, const Elf32_Ehdr *h)
{
	if (memcmp(h->e_ident, ELFMAG, SELFMAG))
		return wrong(e, "is not an ELF file");
	if (h->e_ident[EI_CLASS] != ELFCLASS32 || h->e_ident[EI_DATA] != ELFDATA2LSB ||
	    h->e_machine != EM_ARM)
		return wrong(e, "is not for 32-bit little-endian ARM");
	if (h->e_type != ET_EXEC)
		return wrong(e, "is not an executable with fixed addresses (link it with -static, "
			     "without -pie)");
	if (h->e_version != EV_CURRENT || h->e_phentsize != sizeof(Elf32_Phdr))
		return wrong(e, "has an ELF header of another version");
	return NULL;
}

static const char *add_segment(struct elf *e, const Elf32_Phdr *p)
{
	struct elf_segment *s = &e->segment[e->segments];

	if (!p->p_memsz)
		return p->p_filesz ? wrong(e, "has a segment with contents and no size") : NULL;
	if (e->segments == ELF_SEGMENTS)
		return wrong(e, "has more than %d segments", ELF_SEGMENTS);
	if (p->p_filesz > p->p_memsz)
		return wrong(e, "segment at 0x%08x: more bytes in the file than in memory",
			     p->p_vaddr);
	if (p->p_offset > e->size || p->p_filesz > e->size - p->p_offset)
		return wrong(e, "segment at 0x%08x: the file is cut off", p->p_vaddr);
	if (p->p_memsz > UINT32_MAX - 0xfff - p->p_vaddr || p->p_memsz > UINT32_MAX - p->p_paddr ||
	    p->p_vaddr > UINT32_MAX - 0xfff)
		return wrong(e, "segment at 0x%08x: wraps around the end of memory", p->p_vaddr);
	*s = (struct elf_segment){
		.va = p->p_vaddr, .pa = p->p_paddr, .size = p->p_memsz,
		.file_size = p->p_filesz, .offset = p->p_offset,
	};
	s->rights = (p->p_flags & PF_R ? L4_R_READ : 0) | (p->p_flags & PF_W ? L4_R_WRITE : 0) |
		    (p->p_flags & PF_X ? L4_R_EXEC : 0);
	e->segments++;
	return NULL;
}

static int by_address(const void *a, const void *b)
{
	const struct elf_segment *s = a, *t = b;

	return s->va < t->va ? -1 : s->va > t->va;
}

const char *elf_read(struct elf *e, const uint8_t *data, size_t size)
{
	Elf32_Ehdr h;
	const char *w;

	memset(e, 0, sizeof(*e));
	e->data = data;
	e->size = size;
	if (!get(e, 0, &h, sizeof(h)))
		return wrong(e, "is not an ELF file");
	w = check_header(e, &h);
	for (unsigned int i = 0; !w && i < h.e_phnum; i++) {
		Elf32_Phdr p;

		if (!get(e, (uint64_t)h.e_phoff + i * sizeof(p), &p, sizeof(p)))
			return wrong(e, "has program headers outside of the file");
		if (p.p_type == PT_INTERP || p.p_type == PT_DYNAMIC)
			return wrong(e, "is linked dynamically (link it with -static)");
		if (p.p_type == PT_LOAD)
			w = add_segment(e, &p);
	}
	if (w)
		return w;
	if (!e->segments)
		return wrong(e, "has nothing to load");
	qsort(e->segment, e->segments, sizeof(e->segment[0]), by_address);
	e->entry = h.e_entry;
	return NULL;
}

static const char *check_entry(struct elf *e)
{
	if (e->entry & 1)
		return wrong(e, "its entry is Thumb code; a cell's first instruction is Arm code");
	if (e->entry & 3)
		return wrong(e, "its entry 0x%08x is not aligned", e->entry);
	for (unsigned int i = 0; i < e->segments; i++) {
		const struct elf_segment *s = &e->segment[i];

		if (e->entry >= s->va && e->entry - s->va < s->size)
			return s->rights & L4_R_EXEC ? NULL :
			       wrong(e, "its entry 0x%08x is not in executable memory", e->entry);
	}
	return wrong(e, "its entry 0x%08x is outside of its segments", e->entry);
}

const char *elf_check_program(struct elf *e)
{
	for (unsigned int i = 0; i < e->segments; i++) {
		const struct elf_segment *s = &e->segment[i], *next = s + 1;
		uint32_t end = elf_page(s) + elf_pages_size(s);

		if (!(s->rights & L4_R_READ))
			return wrong(e, "segment at 0x%08x: cannot be read", s->va);
		if (i + 1 == e->segments || end <= elf_page(next))
			continue;
		if (s->va + s->size > next->va)
			return wrong(e, "segments at 0x%08x and 0x%08x overlap", s->va, next->va);
		return wrong(e,
			     "segments at 0x%08x and 0x%08x share a page, and a page has one set "
			     "of rights (link with user/lib/cell.ld)",
			     s->va, next->va);
	}
	return check_entry(e);
}

const char *elf_check_root(struct elf *e)
{
	const struct elf_segment *text = &e->segment[0], *data = &e->segment[1];
	const char *w = elf_check_program(e);

	if (w)
		return w;
	if (e->segments != 2 || (text->rights & L4_R_WRITE) || !(data->rights & L4_R_WRITE))
		return wrong(e, "root has two segments: code and constants, then data (link with "
			     "user/servers/root/root.ld)");
	if (text->va != L4_ROOT_BASE)
		return wrong(e, "root begins at 0x%08x, must be linked at 0x%08x", text->va,
			     L4_ROOT_BASE);
	if (elf_page(data) != L4_ROOT_BASE + elf_pages_size(text))
		return wrong(e,
			     "root's data begins at 0x%08x, must be on the page behind its code, "
			     "0x%08x",
			     data->va, L4_ROOT_BASE + elf_pages_size(text));
	if (elf_page(data) + elf_pages_size(data) > L4_PAYLOAD_BASE)
		return wrong(e, "root reaches 0x%08x, where the payload is mapped",
			     L4_PAYLOAD_BASE);
	return NULL;
}

/* The names of a symbol table are its linked section. */
static bool find_in_table(const struct elf *e, const Elf32_Shdr *table, const Elf32_Shdr *names,
			  const char *name, uint32_t *value)
{
	size_t n = strlen(name) + 1;

	for (uint32_t i = 0; i < table->sh_size / sizeof(Elf32_Sym); i++) {
		Elf32_Sym s;

		if (!get(e, (uint64_t)table->sh_offset + i * sizeof(s), &s, sizeof(s)))
			return false;
		if (s.st_name >= names->sh_size || names->sh_size - s.st_name < n ||
		    (uint64_t)names->sh_offset + names->sh_size > e->size ||
		    s.st_shndx == SHN_UNDEF)
			continue;
		if (!memcmp(e->data + names->sh_offset + s.st_name, name, n)) {
			*value = s.st_value;
			return true;
		}
	}
	return false;
}

bool elf_symbol(const struct elf *e, const char *name, uint32_t *value)
{
	Elf32_Ehdr h;
	Elf32_Shdr table, names;

	if (!get(e, 0, &h, sizeof(h)) || h.e_shentsize != sizeof(table))
		return false;
	for (unsigned int i = 0; i < h.e_shnum; i++) {
		if (!get(e, (uint64_t)h.e_shoff + i * sizeof(table), &table, sizeof(table)))
			return false;
		if (table.sh_type != SHT_SYMTAB || table.sh_link >= h.e_shnum ||
		    !get(e, (uint64_t)h.e_shoff + table.sh_link * sizeof(names), &names,
			 sizeof(names)))
			continue;
		if (find_in_table(e, &table, &names, name, value))
			return true;
	}
	return false;
}
