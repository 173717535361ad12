/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Exceptions in words.  Fault status: ARM DDI 0406C, tables B3-23 and B4-4.
 */
#include "root.h"

#define STATUS_WRITE	(1 << 11)

static const char *status_text(l4_word status)
{
	switch ((status & 0xf) | (status >> 6 & 0x10)) {
	case 0x01:
		return "alignment fault";
	case 0x05:
	case 0x07:
		return "nothing is mapped there";
	case 0x03:
	case 0x06:
		return "access flag fault";
	case 0x09:
	case 0x0b:
		return "the domain is closed";
	case 0x0d:
	case 0x0f:
		return "not allowed there";
	case 0x02:
		return "debug event";
	case 0x08:
	case 0x0c:
	case 0x0e:
		return "external abort";
	case 0x16:
		return "asynchronous external abort";
	default:
		return "unusual status";
	}
}

static void say_reason(l4_word class, const l4_word *mr)
{
	l4_word addr = mr[L4_EM_ADDR], status = mr[L4_EM_STATUS];

	switch (class) {
	case L4_EXC_SYSCALL:
		say("  system call without a handler\n");
		break;
	case L4_EXC_PFAULT:
		say("  prefetch abort: execution at 0x%08lx: %s (status 0x%03lx)\n", addr,
		    status_text(status), status);
		break;
	case L4_EXC_DFAULT:
	case L4_EXC_ALIGN:
		say("  data abort: %s 0x%08lx: %s (status 0x%03lx)\n",
		    status & STATUS_WRITE ? "write to" : "read from", addr, status_text(status),
		    status);
		break;
	case L4_EXC_UNDEF:
		say("  undefined instruction\n");
		break;
	case L4_EXC_FP:
		say("  floating point is off\n");
		break;
	default:
		say("  stopped by the kernel: its entry was taken twice\n");
	}
}

static void say_registers(const l4_word *r)
{
	for (int i = 0; i < 12; i += 4)
		say("  r%-2d %08lx %08lx %08lx %08lx\n", i, r[i], r[i + 1], r[i + 2], r[i + 3]);
	say("  r12 %08lx  sp %08lx  lr %08lx\n", r[12], r[13], r[14]);
}

void report_exception(const char *name, l4_word class, const l4_word *mr)
{
	say("cell %.16s: stopped at pc 0x%08lx, psr 0x%08lx\n", name, mr[L4_EM_PC], mr[L4_EM_PSR]);
	say_reason(class, mr);
	say_registers(mr + L4_EM_R0);
}

void report_hang(const struct cell *c, const l4_word *mr)
{
	say("cell %.16s: %s at pc 0x%08lx, psr 0x%08lx\n", c->boot->name,
	    c->boot->guest ? "Linux hangs" : "hangs", mr[L4_EM_PC], mr[L4_EM_PSR]);
	if (c->boot->guest)
		say("  no interrupt was taken for %lu s\n", guest_watchdog(c));
	else
		say("  no heartbeat for %lu ms\n", c->boot->heartbeat);
	say_registers(mr + L4_EM_R0);
}
