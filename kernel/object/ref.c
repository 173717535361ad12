/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * References to threads.  They stand on a list of the thread, which clears them
 * one by one when it is destroyed.
 */
#include "object/ref.h"
#include "object/thread.h"

void ref_set(struct ref *r, struct thread *to)
{
	if (r->to)
		list_del(&r->link);
	r->to = to;
	if (to)
		list_add_tail(&to->refs, &r->link);
}
