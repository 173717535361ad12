/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The calls that belong to no object but the machine.
 */
#include "core/boot.h"
#include "core/sched.h"
#include "core/syscall.h"
#include "core/trace.h"
#include "mm/pool.h"
#include "platform/plat.h"

static struct object machine;

void system_boot(struct slot *slot)
{
	machine.type = OBJ_SYSTEM;
	machine.cell = slot->cell;
	object_init(&machine, slot, NULL);
}

int sys_null(struct thread *cur)
{
	(void)cur;
	return L4_OK;
}

int sys_yield(struct thread *cur)
{
	(void)cur;
	sched_yield();
	return L4_OK;
}

int sys_clock(struct thread *cur)
{
	uint64_t now = plat_clock();

	cur->regs.r[1] = (uint32_t)now;
	cur->regs.r[2] = (uint32_t)(now >> 32);
	return L4_OK;
}

static void put_chars(const uint32_t *word)
{
	for (uint32_t i = 0; i < 16; i++) {
		char c = (char)(word[i / 4] >> (8 * (i % 4)));

		if (!c)
			break;
		plat_putc(c);
	}
}

int sys_system(struct thread *cur)
{
	uint32_t *r = cur->regs.r;
	int err;

	if (!cap_lookup(cur->obj.cell, r[0], OBJ_SYSTEM, L4_R_CONTROL, &err))
		return err;
	switch (r[1]) {
	case L4_SYS_POWEROFF:
		plat_poweroff();
		return L4_OK;
	case L4_SYS_RESET:
		plat_reset();
		return L4_OK;
	case L4_SYS_PUTS:
		put_chars(&r[2]);
		return L4_OK;
	case L4_SYS_INFO:
		r[1] = plat_board.timer_hz;
		r[2] = pool_free_bytes();
		r[3] = smp_cores();
		r[4] = pool_size();
		return L4_OK;
	case L4_SYS_TRACE:
		return TRACE_BUILT ? trace_control(cur) : L4_EINVAL;
	default:
		return L4_EINVAL;
	}
}
