/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What the rest of the kernel asks of the architecture.
 */
#ifndef ARCH_ARM_ARCH_H
#define ARCH_ARM_ARCH_H

#include "object/thread.h"

#define ARCH_DACR_OPEN		0x15u	/* kernel, user, guest kernel: client */
#define ARCH_DACR_CLOSED	0x05u	/* guest kernel: no access */
#define ARCH_NO_PC		(L4_KERNEL_BASE + 1u)	/* behind no svc of a user */
#define ARCH_PSR_USR		0x10u
#define ARCH_PSR_SVC		0x13u	/* as a guest kernel's frame shows it */
#define ARCH_PSR_THUMB		0x20u
#define ARCH_FPEXC_EN		0x40000000u
#define ARCH_FPSCR_USER		0xffc09f9fu
#ifdef CONFIG_VFP
#define ARCH_VFP		true	/* cells have VFP and NEON */
#else
#define ARCH_VFP		false
#endif

void arch_thread_init(struct thread *t);
/* Its memory goes away: the core keeps nothing of it. */
void arch_thread_forget(struct thread *t);
/* Its system calls are the kernel's own, or routed. */
void arch_thread_calls(struct thread *t, bool own);

/* Memory holds the registers, the core does not. */
void arch_fpu_flush(struct fpu *fpu);
/* What the current thread's virtual CPU lets it use. */
void arch_fpu_update(struct thread *t);
/* New thread ID registers for the current thread: both, or TPIDRURO alone. */
void arch_tls_set(struct thread *t, uint32_t ro, uint32_t rw);
void arch_tls_set_ro(struct thread *t, uint32_t ro);

/* entry points of the assembly code */
extern char vectors[];
noreturn void kernel_start(void);
void guest_svc(void);
void guest_resume(void);
void guest_resume_slow(void);
void fpu_save(struct fpu *fpu);
void fpu_load(const struct fpu *fpu);

/* called by it */
struct thread *arch_load(void);
void trap_svc(struct thread *t);
void trap_undef(struct thread *t);
/* An instruction that is really undefined. */
void arch_exception_undef(struct thread *t);
void trap_pabt(struct thread *t);
void trap_dabt(struct thread *t);
void trap_irq(void);
void trap_irq_user(void);
noreturn void trap_kernel(uint32_t spsr, uint32_t cpsr, uint32_t pc, const uint32_t *sp);
noreturn void kernel_main(void);
void vcpu_resume(struct thread *t, uint32_t which);

#endif
