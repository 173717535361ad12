// SPDX-License-Identifier: GPL-2.0
/* Copyright the Armature authors */
/*
 * Thread I is the guest's interrupt controller: the lines and the alarm are
 * bound to it; it notes which of them came, and makes S take an interrupt.
 * A line that came is closed until it is acknowledged.
 */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqchip.h>
#include <linux/irqdomain.h>
#include <linux/of.h>
#include <asm/exception.h>
#include <asm/irq_regs.h>
#include <asm/mach/irq.h>
#include <asm/l4-calls.h>

#define GIC_IDS		256		/* above: the shim's own */

static struct irq_domain *domain;
static atomic_t pending;
static unsigned int irq_of[32];		/* Linux's number of an interrupt bit */

void noinstr __noreturn l4_i_main(void)
{
	l4_word tag, mr[8] = { 0 };

	for (;;) {
		tag = 0;
		if (l4_ipc_recv(&tag, mr) != L4_NOTIFIED)
			continue;
		atomic_or(mr[0], &pending);
		(void)!l4_interrupt(0);
	}
}

/* Before 5.16 it is the controller's driver that enters and leaves the interrupt. */
static void handle_pending(struct pt_regs *regs)
{
	struct pt_regs *old = NULL;
	unsigned long bits;

	if (IS_ENABLED(CONFIG_HANDLE_DOMAIN_IRQ)) {
		old = set_irq_regs(regs);
		irq_enter();
	}
	while ((bits = atomic_xchg(&pending, 0)))
		while (bits) {
			unsigned int bit = __ffs(bits);

			bits &= bits - 1;
			if (irq_of[bit])
				generic_handle_irq(irq_of[bit]);
		}
	if (IS_ENABLED(CONFIG_HANDLE_DOMAIN_IRQ)) {
		irq_exit();
		set_irq_regs(old);
	}
}

static l4_slot slot_of(struct irq_data *d)
{
	unsigned int i = (unsigned long)irq_data_get_irq_chip_data(d);

	return i < l4_guest.irqs ? l4_guest.irq[i].slot : 0;
}

static unsigned int line_startup(struct irq_data *d)
{
	unsigned int i = (unsigned long)irq_data_get_irq_chip_data(d);

	return l4_irq_bind(slot_of(d), L4_SLOT_I, 1u << i) == L4_OK ? 0 : -EINVAL;
}

static void line_shutdown(struct irq_data *d)
{
	(void)!l4_irq_bind(slot_of(d), 0, 0);
}

static void mask(struct irq_data *d)
{
	(void)!l4_irq_mask(slot_of(d));
}

static void unmask(struct irq_data *d)
{
	(void)!l4_irq_ack(slot_of(d));
}

static void nothing(struct irq_data *d)
{
}

static struct irq_chip line_chip = {
	.name = "armature",
	.irq_startup = line_startup,
	.irq_shutdown = line_shutdown,
	.irq_mask = mask,
	.irq_unmask = unmask,
	.irq_mask_ack = nothing,	/* it came, so it is closed */
	.flags = IRQCHIP_SKIP_SET_WAKE,
};

static struct irq_chip bit_chip = {
	.name = "armature-bit",
	.irq_mask = nothing,
	.irq_unmask = nothing,
};

static int map(struct irq_domain *d, unsigned int virq, irq_hw_number_t hw)
{
	unsigned long i;

	if (hw >= GIC_IDS) {
		i = hw - GIC_IDS;
		irq_set_chip_and_handler(virq, &bit_chip, handle_simple_irq);
	} else {
		for (i = 0; i < l4_guest.irqs && l4_guest.irq[i].line != hw; i++)
			;
		if (i == l4_guest.irqs || i >= L4_BIT_VIRTUAL)
			return -EINVAL;		/* not the guest's */
		irq_set_chip_and_handler(virq, &line_chip, handle_level_irq);
		irq_set_chip_data(virq, (void *)i);
	}
	irq_of[i] = virq;
	irq_set_probe(virq);
	return 0;
}

/* As the interrupt controller that the device tree was written for: kind, number, flags. */
static int xlate(struct irq_domain *d, struct device_node *node, const u32 *spec,
		 unsigned int cells, unsigned long *hw, unsigned int *type)
{
	if (cells < 3)
		return -EINVAL;
	*hw = spec[1] + (spec[0] ? 16 : 32);
	*type = spec[2] & IRQ_TYPE_SENSE_MASK;
	return 0;
}

static const struct irq_domain_ops domain_ops = {
	.map = map,
	.xlate = xlate,
};

int l4_virq(unsigned int bit)
{
	return irq_create_mapping(domain, GIC_IDS + bit);
}

static int __init l4_irq_init(struct device_node *node, struct device_node *parent)
{
	domain = irq_domain_create_linear(of_fwnode_handle(node), GIC_IDS + 32, &domain_ops, NULL);
	if (!domain)
		panic("Armature: no interrupt domain");
	set_handle_irq(handle_pending);
	return 0;
}
IRQCHIP_DECLARE(l4, "armature,intc", l4_irq_init);
