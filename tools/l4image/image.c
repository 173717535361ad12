/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The kernel's file in, image files out.  image.elf is the kernel's file, byte
 * for byte, with new program headers and the payload behind it: so sections,
 * symbols and line numbers are still there for a debugger.
 */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "image.h"

#define ALIGN(x, a) (((x) + (a) - 1) / (a) * (a))

static const char *kernel_check(struct kernel *k)
{
	static char wrong[160];

	if (!elf_symbol(&k->elf, "payload_phys", &k->payload) ||
	    !elf_symbol(&k->elf, "kernel_phys", &k->base) ||
	    !elf_symbol(&k->elf, "pool_bytes", &k->pool))
		return "has no symbols payload_phys, kernel_phys and pool_bytes: is it Armature's "
		       "kernel?";
	if (k->payload % L4_IMAGE_ALIGN)
		return "its payload_phys is not a multiple of a megabyte";
	for (unsigned int i = 0; i < k->elf.segments; i++) {
		const struct elf_segment *s = &k->elf.segment[i];

		if (s->pa < k->base || s->pa + s->size > k->payload || k->payload < k->base) {
			snprintf(wrong, sizeof(wrong),
				 "segment at physical 0x%x: is not between kernel_phys "
				 "0x%x and payload_phys 0x%x",
				 s->pa, k->base, k->payload);
			return wrong;
		}
	}
	return NULL;
}

const char *kernel_read(struct kernel *k, const char *path)
{
	const char *wrong = file_read(path, &k->file);

	if (!wrong)
		wrong = elf_read(&k->elf, k->file.data, k->file.size);
	return wrong ? wrong : kernel_check(k);
}

const char *image_write_elf(const struct kernel *k, const uint8_t *payload, uint32_t size,
			    const char *path)
{
	Elf32_Ehdr h;
	Elf32_Phdr p = { .p_type = PT_LOAD, .p_vaddr = k->payload, .p_paddr = k->payload,
			 .p_filesz = size, .p_memsz = size, .p_flags = PF_R | PF_W | PF_X,
			 .p_align = L4_PAGE_SIZE };
	size_t headers = ALIGN(k->file.size, 4), old, end;
	const char *wrong;
	uint8_t *out;

	memcpy(&h, k->file.data, sizeof(h));
	old = h.e_phnum * sizeof(p);
	p.p_offset = (Elf32_Off)ALIGN(headers + old + sizeof(p), L4_PAGE_SIZE);
	end = p.p_offset + (size_t)size;
	out = calloc(1, end);
	if (!out)
		return "no memory";
	memcpy(out, k->file.data, k->file.size);
	memcpy(out + headers, k->file.data + h.e_phoff, old);
	memcpy(out + headers + old, &p, sizeof(p));
	memcpy(out + p.p_offset, payload, size);
	h.e_phoff = (Elf32_Off)headers;
	h.e_phnum++;
	memcpy(out, &h, sizeof(h));
	wrong = file_write(path, out, end);
	free(out);
	return wrong;
}

const char *image_write_flat(const struct kernel *k, const uint8_t *payload, uint32_t size,
			     const char *path)
{
	size_t gap = k->payload - k->base;
	uint8_t *out = calloc(1, gap + size);
	const char *wrong;

	if (!out)
		return "no memory";
	for (unsigned int i = 0; i < k->elf.segments; i++) {
		const struct elf_segment *s = &k->elf.segment[i];

		memcpy(out + (s->pa - k->base), k->elf.data + s->offset, s->file_size);
	}
	memcpy(out + gap, payload, size);
	wrong = file_write(path, out, gap + size);
	free(out);
	return wrong;
}
