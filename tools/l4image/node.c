/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Reading of nodes.  The tree has been checked by tree.c, so libfdt can
 * walk it; what the properties hold has not.
 */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>
#include "node.h"
#include "report.h"

#define NAME_MAX_LEN 15

void place_set(struct place *p, const char *parent, const char *name)
{
	snprintf(p->path, sizeof(p->path), "%.60s%s%.31s", parent, *parent ? "/" : "", name);
}

bool list_is_strings(const struct list *l)
{
	if (l->size <= 0 || l->data[l->size - 1])
		return false;
	for (int i = 0; i < l->size; i++) {
		bool ends = !l->data[i];

		if (ends ? i == 0 || !l->data[i - 1] : l->data[i] < ' ' || l->data[i] > '~')
			return false;
	}
	return true;
}

uint32_t list_number(const struct list *l, int i)
{
	fdt32_t v;

	memcpy(&v, l->data + 4 * i, sizeof(v));
	return fdt32_to_cpu(v);
}

const char *list_string(const struct list *l, int *offset)
{
	const char *s = l->data + *offset;

	if (*offset >= l->size)
		return NULL;
	*offset += (int)strlen(s) + 1;
	return s;
}

static const char *set_number(void *to, const struct list *l)
{
	struct number *n = to;

	if (l->size != 4)
		return "must be one number, like <0x1000>";
	n->value = list_number(l, 0);
	n->set = true;
	return NULL;
}

static const char *set_string(void *to, const struct list *l)
{
	if (!list_is_strings(l) || (int)strlen(l->data) + 1 != l->size)
		return "must be one string, like \"name\"";
	*(const char **)to = l->data;
	return NULL;
}

static const char *set_list(void *to, const struct list *l, enum prop_kind kind)
{
	bool strings = list_is_strings(l), numbers = l->size > 0 && l->size % 4 == 0;

	if (kind == PROP_STRINGS && !strings)
		return "must be strings, like \"one\", \"two\"";
	if (kind == PROP_NUMBERS && !numbers)
		return "must be numbers, like <1 2>";
	if (!strings && !numbers)
		return "must be names, like \"one\", \"two\", or references, like <&one &two>";
	*(struct list *)to = *l;
	return NULL;
}

static const char *set(enum prop_kind kind, void *to, const struct list *l)
{
	switch (kind) {
	case PROP_FLAG:
		*(bool *)to = true;
		return l->size ? "has no value: it is there or not" : NULL;
	case PROP_NUMBER:
		return set_number(to, l);
	case PROP_STRING:
		return set_string(to, l);
	default:
		return set_list(to, l, kind);
	}
}

void node_read(const void *fdt, int node, const struct place *p, const struct prop *props,
	       void *out)
{
	int at;

	fdt_for_each_property_offset(at, fdt, node) {
		const struct prop *known = props;
		const char *name = NULL, *wrong;
		struct list l;

		l.data = fdt_getprop_by_offset(fdt, at, &name, &l.size);
		if (!l.data || !name) {
			report(p->path, NULL, "a property is damaged");
			continue;
		}
		if (!strcmp(name, "phandle") || !strcmp(name, "linux,phandle"))
			continue;
		while (known->name && strcmp(known->name, name))
			known++;
		if (!known->name) {
			report(p->path, name, "unknown property");
			continue;
		}
		wrong = set(known->kind, (char *)out + known->offset, &l);
		if (wrong)
			report(p->path, name, "%s", wrong);
	}
}

void node_children(const void *fdt, int node, const struct place *p, const char *const *known)
{
	node_for_each(child, fdt, node) {
		const char *name = fdt_get_name(fdt, child, NULL);
		const char *const *k = known;
		struct place here;

		while (name && *k && strcmp(*k, name))
			k++;
		if (*k)
			continue;
		place_set(&here, p->path, name ? name : "?");
		report(here.path, NULL, "unknown node");
	}
}

const char *node_name(const void *fdt, int node, const struct place *parent, const char *what)
{
	const char *name = fdt_get_name(fdt, node, NULL);
	size_t n = name ? strlen(name) : 0;
	struct place here;

	if (!name)
		return NULL;
	place_set(&here, parent->path, name);
	if (n > NAME_MAX_LEN) {
		report(here.path, NULL, "the name of a %s has at most %d characters, this has %zu",
		       what, NAME_MAX_LEN, n);
		return NULL;
	}
	if (name[0] < 'a' || name[0] > 'z' ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != n) {
		report(here.path, NULL,
		       "the name of a %s is a letter, then letters, digits, - or _, all "
		       "in lower case",
		       what);
		return NULL;
	}
	return name;
}
