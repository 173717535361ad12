/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What an exception of user code means.  Entered from vectors.S on the core's
 * stack with the thread's registers saved.
 */
#include "arch/arm/arch.h"
#include "arch/arm/cp15.h"
#include "arch/arm/fpexc.h"
#include "core/budget.h"
#include "core/sched.h"
#include "core/trace.h"
#include "ipc/ipc.h"
#include "mm/space.h"
#include "object/irq.h"
#include "platform/plat.h"

/* Fault status, ARMv7 ARM B3.13: FS[4] is bit 10. */
#define FS_MASK			0x40fu
#define FS_ALIGN		0x001u
#define FS_DOMAIN_SECTION	0x009u
#define FS_DOMAIN_PAGE		0x00bu
#define FS_TO_PERMISSION	0x004u
#define FS_TRANSLATION_SECTION	0x005u
#define FS_TRANSLATION_PAGE	0x007u
#define FS_DOMAIN		0x0f0u
#define FS_DOMAIN_GUEST		0x020u
#define FS_ASYNC_EXTERNAL	0x406u
#define FS_DEBUG		0x002u

#define ISR_IRQ_PENDING		0x80u

static bool async_told;

/*
 * The guest kernel's domain is Armature's invention: where it is closed, user
 * code sees domain 0 and the permission fault that a privileged-only page gives.
 * A core may look at the domain before it has read the page's descriptor (QEMU
 * does): where there is none, it is a translation fault.
 */
static uint32_t native_status(const struct thread *t, uint32_t fsr, uint32_t addr)
{
	uint32_t fs = fsr & FS_MASK;

	if ((fsr & FS_DOMAIN) == FS_DOMAIN_GUEST)
		fsr &= ~FS_DOMAIN;
	if (fs == FS_DOMAIN_PAGE && !space_maps(*t->spacep, addr))
		return (fsr & ~FS_MASK) | FS_TRANSLATION_PAGE;
	if (fs == FS_DOMAIN_SECTION || fs == FS_DOMAIN_PAGE)
		fsr |= FS_TO_PERMISSION;
	return fsr;
}

/*
 * An entry is taken out for a moment when a section is split into pages or comes
 * back as one.  Another core that looks just then goes on when the lock is free.
 */
static bool mapped_by_now(const struct thread *t, uint32_t fsr)
{
	uint32_t fs = fsr & FS_MASK;

	return CORES > 1 && (fs == FS_TRANSLATION_SECTION || fs == FS_TRANSLATION_PAGE) &&
	       space_maps(*t->spacep, t->fault_addr);
}

void trap_svc(struct thread *t)
{
	if (t->route[L4_EXC_SYSCALL].kind == L4_ROUTE_KERNEL) {
		t->regs.r[0] = (uint32_t)L4_ENOSYS;
		return;
	}
	t->fault_addr = 0;
	t->fault_status = 0;
	exception_raise(t, L4_EXC_SYSCALL);
}

void arch_exception_undef(struct thread *t)
{
	bool fp_off = ARCH_VFP && t->vcpu && t->role != L4_ROLE_X && !(fpexc_read() & ARCH_FPEXC_EN);

	t->fault_addr = t->regs.pc;
	t->fault_status = 0;
	exception_raise(t, fp_off ? L4_EXC_FP : L4_EXC_UNDEF);
}

void trap_pabt(struct thread *t)
{
	uint32_t status = ifsr_read();

	/* IFAR is not valid after a debug event (bkpt). */
	t->fault_addr = (status & FS_MASK) == FS_DEBUG ? t->regs.pc : ifar_read();
	if (mapped_by_now(t, status))
		return;
	t->fault_status = native_status(t, status, t->fault_addr);
	exception_raise(t, L4_EXC_PFAULT);
}

void trap_dabt(struct thread *t)
{
	uint32_t status = dfsr_read();

	/*
	 * An asynchronous external abort belongs to whoever touched the device, which
	 * need not be this thread: nobody is punished for it.  It can come in the
	 * kernel, too (late_abort in vectors.S).  Said once: printing takes time.
	 */
	if ((status & FS_MASK) == FS_ASYNC_EXTERNAL) {
		if (!async_told)
			kprintf("kernel| asynchronous external abort in %s/%s, ignored, as all "
				"further ones\n", t->obj.cell->name, t->name);
		async_told = true;
		return;
	}
	t->fault_addr = dfar_read();
	if (mapped_by_now(t, status))
		return;
	t->fault_status = native_status(t, status, t->fault_addr);
	exception_raise(t, (status & FS_MASK) == FS_ALIGN ? L4_EXC_ALIGN : L4_EXC_DFAULT);
}

void trap_irq(void)
{
	uint32_t line = plat_irq_take();

	if (unlikely(line == PLAT_IRQ_NONE))
		return;
	trace_irq(line);
	if (line == plat_board.timer_irq)
		timer_interrupt();
	else if (CORES > 1 && (line & PLAT_IRQ_LINE) < PLAT_IPIS)
		smp_interrupt();
	else
		irq_handle(line);
	plat_irq_done(line);
}

/* Whose time it is is seen when the interrupt is over: until then none would be noticed. */
void trap_irq_user(void)
{
	trap_irq();
	budget_changed();
}

void trap_kernel(uint32_t spsr, uint32_t cpsr, uint32_t pc, const uint32_t *sp)
{
	panic("exception in the kernel: mode %02x, psr %08x, pc %08x, sp %p, dfar %08x dfsr %03x "
	      "ifar %08x ifsr %03x", cpsr & 0x1f, spsr, pc, (const void *)sp, dfar_read(),
	      dfsr_read(), ifar_read(), ifsr_read());
}

/* The preemption point.  Never inlined: the measurements look for its address. */
bool __attribute__((noinline)) preempt_pending(void)
{
	return smp_contended() || isr_read() & ISR_IRQ_PENDING;
}
