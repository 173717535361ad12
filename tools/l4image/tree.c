/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Walks a flattened tree once (Devicetree specification, chapter 5), checking
 * each token, name, length and offset before it is used.
 */
#include <libfdt.h>
#include <stdint.h>
#include <string.h>
#include "tree.h"

#define VERSION		17
#define DEPTH_MAX	32

struct walk {
	const char *structure, *strings;
	uint32_t size, strings_size;
	uint32_t at;			/* in the structure, a multiple of 4 */
	uint32_t depth;
	bool children;			/* the node has had a subnode: no more properties */
};

static bool get(struct walk *w, uint32_t *value)
{
	fdt32_t v;

	if (w->size - w->at < sizeof(v))
		return false;
	memcpy(&v, w->structure + w->at, sizeof(v));
	*value = fdt32_to_cpu(v);
	w->at += (uint32_t)sizeof(v);
	return true;
}

static bool skip(struct walk *w, uint32_t n)
{
	if (n > w->size - w->at || ((n + 3) & ~3u) > w->size - w->at)
		return false;
	w->at += (n + 3) & ~3u;
	return true;
}

static bool check_node(struct walk *w)
{
	const char *name = w->structure + w->at;
	const char *end = memchr(name, 0, w->size - w->at);

	if (!end || ++w->depth > DEPTH_MAX || (w->depth == 1 && w->children))
		return false;
	w->children = false;
	return skip(w, (uint32_t)(end - name) + 1);
}

static bool check_property(struct walk *w)
{
	uint32_t length, name;

	return w->depth && !w->children && get(w, &length) && get(w, &name) &&
	       name < w->strings_size && memchr(w->strings + name, 0, w->strings_size - name) &&
	       length <= INT32_MAX && skip(w, length);
}

static bool check_structure(struct walk *w)
{
	uint32_t token;

	while (get(w, &token)) {
		switch (token) {
		case FDT_BEGIN_NODE:
			if (!check_node(w))
				return false;
			break;
		case FDT_END_NODE:
			if (!w->depth--)
				return false;
			w->children = true;
			break;
		case FDT_PROP:
			if (!check_property(w))
				return false;
			break;
		case FDT_NOP:
			break;
		case FDT_END:
			return !w->depth && w->children;
		default:
			return false;
		}
	}
	return false;
}

static bool within(uint32_t offset, uint32_t size, uint32_t all)
{
	return offset >= sizeof(struct fdt_header) && offset <= all && size <= all - offset;
}

bool tree_check(const void *fdt, size_t size)
{
	struct walk w = { .at = 0 };

	if (size < sizeof(struct fdt_header) || size > INT32_MAX || fdt_magic(fdt) != FDT_MAGIC ||
	    fdt_version(fdt) != VERSION || fdt_last_comp_version(fdt) > VERSION ||
	    fdt_totalsize(fdt) > size || fdt_check_header(fdt))
		return false;
	w.size = fdt_size_dt_struct(fdt);
	w.strings_size = fdt_size_dt_strings(fdt);
	if (fdt_off_dt_struct(fdt) % 4 ||
	    !within(fdt_off_dt_struct(fdt), w.size, fdt_totalsize(fdt)) ||
	    !within(fdt_off_dt_strings(fdt), w.strings_size, fdt_totalsize(fdt)))
		return false;
	w.structure = (const char *)fdt + fdt_off_dt_struct(fdt);
	w.strings = (const char *)fdt + fdt_off_dt_strings(fdt);
	return check_structure(&w);
}
