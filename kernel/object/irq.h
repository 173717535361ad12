/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * One interrupt line, and the thread that it notifies.
 */
#ifndef OBJECT_IRQ_H
#define OBJECT_IRQ_H

#include "object/object.h"
#include "object/ref.h"

struct irq {
	struct object obj;
	uint32_t line;
	struct ref thread;	/* NULL: not bound, the line is masked */
	uint32_t bits;
};

/* Called with interrupts off for a line that is not the kernel's own. */
void irq_handle(uint32_t line);

/* Several cores: the lines that are bound to t interrupt the core that it is on. */
void irq_follow(const struct thread *t);

/* At boot: the capability of all lines. */
void irqs_boot(struct slot *slot);

#endif
