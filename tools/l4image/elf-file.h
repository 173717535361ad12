/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Reads ELF files: programs of cells, and the kernel.  The file is not trusted:
 * every offset and size in it is checked before it is used.
 */
#ifndef ELF_FILE_H
#define ELF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ELF_SEGMENTS 16

struct elf_segment {
	uint32_t va, pa;
	uint32_t size, file_size;	/* in memory, in the file; file_size <= size */
	uint32_t offset;		/* in the file */
	uint32_t rights;		/* L4_R_READ | WRITE | EXEC */
};

struct elf {
	const uint8_t *data;		/* not owned */
	size_t size;
	uint32_t entry;
	unsigned int segments;
	struct elf_segment segment[ELF_SEGMENTS];	/* what is loaded, by address */
	char wrong[160];
};

/* An ARM executable that is loaded where it is linked.  NULL, or what is wrong. */
const char *elf_read(struct elf *e, const uint8_t *data, size_t size);

/* Further rules for a cell's program, and for root's.  NULL, or what is wrong. */
const char *elf_check_program(struct elf *e);
const char *elf_check_root(struct elf *e);

/* The value of a symbol. */
bool elf_symbol(const struct elf *e, const char *name, uint32_t *value);

/* The page-aligned range that a segment takes. */
static inline uint32_t elf_page(const struct elf_segment *s)
{
	return s->va & ~0xfffu;
}

static inline uint32_t elf_pages_size(const struct elf_segment *s)
{
	return (uint32_t)((((uint64_t)s->va + s->size + 0xfff) & ~0xfffull) - elf_page(s));
}

#endif
