/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Any bytes as an ELF file: nothing is read outside of them, and what is
 * accepted holds what the rest of the image builder relies on.
 */
#include <stdlib.h>
#include "elf-file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct elf *e)
{
	volatile uint8_t sum = 0;

	for (unsigned int i = 0; i < e->segments; i++) {
		const struct elf_segment *s = &e->segment[i];

		if (s->file_size > s->size || s->offset > e->size ||
		    s->file_size > e->size - s->offset ||
		    (uint64_t)elf_page(s) + elf_pages_size(s) < (uint64_t)s->va + s->size)
			abort();
		for (uint32_t j = 0; j < s->file_size; j++)
			sum = (uint8_t)(sum + e->data[s->offset + j]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct elf e;
	uint32_t value;

	if (!elf_read(&e, data, size)) {
		check(&e);
		(void)elf_check_program(&e);
		(void)elf_check_root(&e);
	}
	(void)elf_symbol(&e, "payload_phys", &value);
	return 0;
}
