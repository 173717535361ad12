/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Interrupt lines.  A line is masked from its interrupt until irq_ack, so a
 * driver that does not answer costs one interrupt.  Lines below 32 are the
 * core's own (timers, inter-processor interrupts) and never a cell's.
 */
#include "object/irq.h"
#include "core/syscall.h"
#include "ipc/ipc.h"
#include "platform/plat.h"

#define IRQ_FIRST 32
#define IRQ_LINES 256

static struct irq *lines[IRQ_LINES];
static struct object all_lines;

/* On the path that is measured from the interrupt to its thread: keep it short. */
void irq_handle(uint32_t line)
{
	struct irq *irq = likely(line < IRQ_LINES) ? lines[line] : NULL;

	plat_irq_mask(line);
	if (likely(irq && irq->thread.to))
		notify_thread(irq->thread.to, irq->bits);
}

#ifdef CONFIG_SMP
static void irq_target(const struct irq *irq)
{
	plat_irq_target(irq->line, irq->thread.to->core);
}

void irq_follow(const struct thread *t)
{
	for (uint32_t i = IRQ_FIRST; i < IRQ_LINES; i++) {
		const struct thread *to = lines[i] ? lines[i]->thread.to : NULL;

		if (to && (to == t || (t->vcpu && to->vcpu == t->vcpu)))
			irq_target(lines[i]);
	}
}
#else
static inline void irq_target(const struct irq *irq)
{
	(void)irq;
}
#endif

void irqs_boot(struct slot *slot)
{
	all_lines = (struct object){ .type = OBJ_IRQS, .cell = slot->cell };
	object_init(&all_lines, slot, NULL);
}

int sys_irq_create(struct thread *cur)
{
	struct cell *own = cur->obj.cell;
	uint32_t line = cur->regs.r[2];
	struct slot *slot, *from;
	struct irq *irq;
	int err;

	if (!cap_lookup(own, cur->regs.r[0], OBJ_IRQS, L4_R_CONTROL, &err))
		return err;
	slot = cap_empty(own, cur->regs.r[1], &err);
	if (!slot)
		return err;
	if (line < IRQ_FIRST || line >= IRQ_LINES || line >= plat_board.irq_lines ||
	    line == plat_board.timer_irq)
		return L4_EINVAL;
	if (lines[line])
		return L4_EBUSY;
	from = cell_slot(own, cur->regs.r[0]);
	err = slot_extend(from);
	/* One leaf more is no depth that grows: its copies are counted again. */
	if (err != L4_OK && err != L4_ELIMIT)
		return err;
	irq = (struct irq *)object_alloc(own, OBJ_IRQ, sizeof(*irq));
	if (!irq)
		return L4_EQUOTA;
	irq->line = line;
	lines[line] = irq;
	object_init(&irq->obj, slot, from);
	return L4_OK;
}

static struct irq *irq_arg(struct thread *cur, int *err)
{
	return (struct irq *)cap_lookup(cur->obj.cell, cur->regs.r[0], OBJ_IRQ, L4_R_CONTROL, err);
}

int sys_irq_bind(struct thread *cur)
{
	uint32_t n = cur->regs.r[1], bits = cur->regs.r[2];
	struct thread *to;
	struct slot *s;
	struct irq *irq;
	int err;

	irq = irq_arg(cur, &err);
	if (!irq)
		return err;
	if (!n) {
		plat_irq_mask(irq->line);
		ref_set(&irq->thread, NULL);
		return L4_OK;
	}
	to = (struct thread *)cap_lookup(cur->obj.cell, n, OBJ_THREAD, L4_R_NOTIFY, &err);
	if (!to)
		return err;
	s = cell_slot(cur->obj.cell, n);
	if (s->badge && (bits & ~s->badge))
		return L4_ERIGHT;
	if (!bits)
		return L4_EINVAL;
	ref_set(&irq->thread, to);
	irq->bits = bits;
	irq_target(irq);
	plat_irq_unmask(irq->line);
	return L4_OK;
}

int sys_irq_ack(struct thread *cur)
{
	int err;
	const struct irq *irq = irq_arg(cur, &err);

	if (!irq)
		return err;
	if (!irq->thread.to)
		return L4_EAGAIN;
	plat_irq_unmask(irq->line);
	return L4_OK;
}

int sys_irq_mask(struct thread *cur)
{
	int err;
	const struct irq *irq = irq_arg(cur, &err);

	if (!irq)
		return err;
	plat_irq_mask(irq->line);
	return L4_OK;
}

int irq_destroy(struct object *obj)
{
	struct irq *irq = (struct irq *)obj;

	plat_irq_mask(irq->line);
	lines[irq->line] = NULL;
	ref_set(&irq->thread, NULL);
	object_free(obj);
	return L4_OK;
}
