/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The table of calls, from the one list.
 */
#include "core/syscall.h"

#define L4_SYSCALL(name, group, in, out, errors, text) [NR_##name] = sys_##name,
int (*const syscall_table[NR_COUNT])(struct thread *cur) = {
#include <l4/syscalls.def>
};
