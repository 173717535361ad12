/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A reference to a thread that is cleared when the thread is destroyed: routes,
 * supervisors, interrupt bindings.  Zeroed memory is an empty reference.
 */
#ifndef OBJECT_REF_H
#define OBJECT_REF_H

#include "core/kernel.h"

struct thread;

struct ref {
	struct thread *to;
	struct list link;	/* in to->refs, when to is not NULL */
};

void ref_set(struct ref *r, struct thread *to);	/* to may be NULL */

#endif
