/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Rights by their names, as lists of strings in a description.
 */
#include <string.h>
#include "node.h"
#include "report.h"

static const struct {
	const char *name;
	uint32_t right;
} names[] = {
	{ "read", L4_R_READ },	   { "write", L4_R_WRITE },   { "exec", L4_R_EXEC },
	{ "send", L4_R_SEND },	   { "notify", L4_R_NOTIFY }, { "control", L4_R_CONTROL },
	{ "grant", L4_R_GRANT },
};

#define NAMES (sizeof(names) / sizeof(names[0]))

static const char *allowed_names(uint32_t allowed, char *to)
{
	*to = 0;
	for (size_t i = 0; i < NAMES; i++)
		if (names[i].right & allowed) {
			strcat(to, *to ? ", " : "");
			strcat(to, names[i].name);
		}
	return to;
}

uint32_t rights_read(const struct place *p, const struct list *l, uint32_t allowed,
		     const char *what)
{
	uint32_t rights = 0;
	const char *s;
	char buf[64];

	for (int at = 0; (s = list_string(l, &at));) {
		size_t i = 0;

		while (i < NAMES && strcmp(names[i].name, s))
			i++;
		if (i == NAMES)
			report(p->path, "rights", "unknown right \"%s\"", s);
		else if (!(names[i].right & allowed))
			report(p->path, "rights", "right \"%s\" is not there: %s gives %s", s, what,
			       allowed_names(allowed, buf));
		else if (rights & names[i].right)
			report(p->path, "rights", "right \"%s\" is there twice", s);
		else
			rights |= names[i].right;
	}
	return rights;
}
