/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Compiled to assembly, never linked: the build turns each marked line into a
 * #define for vectors.S and guest.S.  TF_ offsets are from &thread->regs.r,
 * GATE_ from &gate.s_sp.
 */
#include "core/sched.h"
#include "object/vcpu.h"
#include "platform/plat.h"

#define DEFINE(name, value) \
	__asm__ volatile("\n.ascii \"->" #name " %0\"" : : "i"(value))
#define GATE(field)	(offsetof(struct vcpu_gate, field) - offsetof(struct vcpu_gate, s_sp))
#define FROM_REGS(field) (offsetof(struct thread, field) - offsetof(struct thread, regs.r))

_Static_assert(offsetof(struct vcpu_gate, s_sp) == 16 &&
	       offsetof(struct vcpu_gate, dacr_open) == offsetof(struct vcpu_gate, s_sp) + 16,
	       "guest.S loads four words from below s_sp, and four from above");

void asm_offsets(void);
void asm_offsets(void)
{
	DEFINE(THREAD_R, offsetof(struct thread, regs.r));
	DEFINE(TF_GATE, FROM_REGS(gate));
	DEFINE(TF_CALLS, FROM_REGS(calls));
	DEFINE(GATE_USER_PC, GATE(user_pc));
	DEFINE(GATE_S_FRAME, GATE(s_frame));
	DEFINE(GATE_DACR_OPEN, GATE(dacr_open));
	DEFINE(GATE_ACTIVE, GATE(active));
	DEFINE(GATE_ENTRY_SVC, GATE(svc));
	DEFINE(GATE_ENTRY_PABT, GATE(pabt));
	DEFINE(GATE_ENTRY_DABT, GATE(dabt));
	DEFINE(GATE_UFRAME, GATE(uframe));
	DEFINE(CPU_CURRENT, offsetof(struct cpu, current));
#ifdef CONFIG_SMP
	DEFINE(CPU_STACK, offsetof(struct cpu, stack));
	DEFINE(CPU_ENTRY, offsetof(struct cpu, entry));
	DEFINE(CPU_SIZE, sizeof(struct cpu));
#endif
	DEFINE(RESTART, L4_RESTART);
	DEFINE(BOARD_SECURE, offsetof(struct plat_board, secure));
	DEFINE(BOARD_SCU, offsetof(struct plat_board, scu_base));
}
