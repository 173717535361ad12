/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Declarations of every sys_ function.  Contract: entered with interrupts off,
 * the caller's registers in cur->regs, arguments in r0 and up; the result
 * becomes r0.  L4_RESTART: preempted, the call will be made again with the
 * arguments as they are now.
 */
#ifndef CORE_SYSCALL_H
#define CORE_SYSCALL_H

#include "object/thread.h"

#define L4_SYSCALL(name, group, in, out, errors, text) NR_##name,
enum syscall_nr {
#include <l4/syscalls.def>
	NR_COUNT
};
#undef L4_SYSCALL

#define L4_SYSCALL(name, group, in, out, errors, text) int sys_##name(struct thread *cur);
#include <l4/syscalls.def>
#undef L4_SYSCALL

extern int (*const syscall_table[NR_COUNT])(struct thread *cur);

#endif
