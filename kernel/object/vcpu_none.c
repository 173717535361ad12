/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * In place of vcpu.c and guest.c in a kernel without virtual CPUs (CONFIG_GUEST):
 * none is ever made, so what takes one is never called.
 */
#include "core/syscall.h"
#include "object/vcpu.h"

bool vcpu_exception(struct thread *t, uint32_t class)
{
	(void)t;
	(void)class;
	return false;
}

void vcpu_continue(struct vcpu *v)
{
	(void)v;
}

void vcpu_unbind(struct thread *t)
{
	(void)t;
}

void vcpu_sync_generation(struct vcpu *v)
{
	(void)v;
}

int vcpu_destroy(struct object *obj)
{
	object_free(obj);
	return L4_OK;
}

#define NO_CALL(name) \
	int sys_##name(struct thread *cur) \
	{ \
		(void)cur; \
		return L4_ENOSYS; \
	}

NO_CALL(vcpu_create)
NO_CALL(vcpu_bind)
NO_CALL(vcpu_entry)
NO_CALL(space_switch)
NO_CALL(queue_map)
NO_CALL(wait)
NO_CALL(interrupt)
