/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Ranges (kernel/object/section.c, kernel/mm/table.h, map.c), for all numbers: what
 * is derived or mapped lies in its section, and outside the kernel's window.
 */
#include "object/section.h"

/*@ requires \valid_read(sec);
    assigns \nothing;
    ensures in_section: \result ==> size > 0 && offset + size <= sec->size;
 */
static bool range_valid(const struct section *sec, uint32_t offset, uint32_t size);

#include "object/section.c"
#include "mm/kind.c"
#include "mm/map.c"

/*@ assigns \nothing;
    ensures \result ==> size > 0 && va + size <= 0x100000000;
    ensures \result ==> va + size <= 0xfc000000 || va >= 0xfe000000;
 */
static inline bool range_free(uint32_t va, uint32_t size);

/*@ requires \valid(m) && \valid_read(sec) && \separated(m, sec) && \separated(m, s);
    requires sec->base + sec->size <= 0x100000000;
    assigns *m;
    ensures in_memory: \result == 0 ==> m->size > 0 && m->va + m->size <= 0x100000000;
    ensures not_in_window:
	\result == 0 ==> m->va + m->size <= 0xfc000000 || m->va >= 0xfe000000;
    ensures in_section: \result == 0 ==> m->phys + m->size <= sec->base + sec->size;
 */
static int map_prepare(struct map *m, struct space *s, const struct section *sec,
		       uint32_t rights, uint32_t offset, uint32_t va_attr, uint32_t size);
