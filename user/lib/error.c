/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The errors in words.
 */
#include <l4x/cell.h>

static const char *const text[] = {
	[L4_OK] = "no error",
	[-L4_ENOSYS] = "no such call",
	[-L4_ECAP] = "no such capability",
	[-L4_ERIGHT] = "the capability lacks a right",
	[-L4_EINVAL] = "malformed argument",
	[-L4_EQUOTA] = "the quota of kernel memory is exhausted",
	[-L4_EBUSY] = "in use",
	[-L4_EAGAIN] = "it would block",
	[-L4_ETIME] = "time is over",
	[-L4_EDEAD] = "the partner is gone",
	[-L4_ECANCEL] = "cancelled",
	[-L4_ESTALE] = "the space has changed meanwhile",
	[-L4_EFAULT] = "not mapped",
	[-L4_ELIMIT] = "a limit of the kernel is reached",
};

_Static_assert(sizeof(text) / sizeof(*text) == -L4_ELAST, "every error has its words");

const char *l4_strerror(int error)
{
	if (error >= 0)
		return text[L4_OK];
	return error > L4_ELAST ? text[-error] : "unknown error";
}
