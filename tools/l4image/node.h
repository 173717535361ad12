/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Device-tree nodes by table: which properties and subnodes a node may have,
 * of which kind, and where their values go.  Everything else is an error.
 */
#ifndef NODE_H
#define NODE_H

#include "desc.h"

enum prop_kind {
	PROP_FLAG,	/* bool */
	PROP_NUMBER,	/* struct number */
	PROP_STRING,	/* const char * */
	PROP_NUMBERS,	/* struct list */
	PROP_STRINGS,	/* struct list */
	PROP_LIST	/* struct list: either */
};

struct prop {
	const char *name;
	enum prop_kind kind;
	size_t offset;		/* in the structure that is filled */
};

/* Fills `out` from the properties of a node; the table ends with an empty name. */
void node_read(const void *fdt, int node, const struct place *p, const struct prop *props,
	       void *out);

/* Complains of each subnode that is not in the list, which ends with NULL. */
void node_children(const void *fdt, int node, const struct place *p, const char *const *known);

/* The name of a node if it can be a name: 1-15 of a-z 0-9 - _ , a letter first; else NULL. */
const char *node_name(const void *fdt, int node, const struct place *parent, const char *what);

void place_set(struct place *p, const char *parent, const char *name);

/* Lists.  A list is of strings if its bytes are strings. */
bool list_is_strings(const struct list *l);
uint32_t list_number(const struct list *l, int i);
/* The string at an offset; moves it to the next. NULL: the end. */
const char *list_string(const struct list *l, int *offset);

/* Every subnode; libfdt's negative ends the loop. */
#define node_for_each(child, fdt, node) \
	for (int child = fdt_first_subnode(fdt, node); child >= 0; \
	     child = fdt_next_subnode(fdt, child))

#endif
