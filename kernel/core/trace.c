/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The trace: a ring of events for each core, and the names of the threads in
 * them (l4/trace.h).  Only in a kernel with CONFIG_TRACE; without it nothing of
 * this is called.
 *
 * An event is written with interrupts off by the core whose ring it is, so it
 * needs no lock.  Who reads has stopped the trace first.
 */
#include "core/trace.h"
#include "arch/arm/mmu.h"
#include "core/sched.h"
#include "mm/pool.h"
#include "object/vcpu.h"
#include "platform/plat.h"

uint32_t trace_mask;

static struct l4_trace *area;
static struct l4_trace_name *names;
static struct l4_trace_event *ring_base[CORES];
static struct slot *section;	/* root's */
static uint32_t section_size;
static uint32_t last_name;

/* What the names leave is divided among the cores, in powers of two. */
void trace_boot(void)
{
	uint32_t size;
	void *base = mmu_trace(&size);
	uint32_t names_size = L4_TRACE_NAMES * (uint32_t)sizeof(*names);
	uint32_t room = (size - (uint32_t)sizeof(*area) - names_size) / CORES;
	uint32_t offset = (uint32_t)sizeof(*area) + names_size;

	memset(base, 0, size);
	area = base;
	area->magic = L4_TRACE_MAGIC;
	area->version = L4_TRACE_VERSION;
	area->hz = plat_board.timer_hz;
	area->cores = CORES;
	area->names = sizeof(*area);
	area->events = 1u << (31 - __builtin_clz(room / (uint32_t)sizeof(struct l4_trace_event)));
	names = (struct l4_trace_name *)(area + 1);
	for (uint32_t i = 0; i < CORES; i++) {
		area->ring[i].offset = offset;
		ring_base[i] = (struct l4_trace_event *)(void *)((char *)base + offset);
		offset += area->events * (uint32_t)sizeof(struct l4_trace_event);
	}
}

void trace_boot_section(struct slot *slot)
{
	const void *base = mmu_trace(&section_size);

	section_boot(slot, pool_phys(base), section_size, L4_MTMASK_RAM, L4_R_READ | L4_R_GRANT);
	section = slot;
}

/* Root may have put something else there. */
static bool section_there(void)
{
	const struct section *s = (const struct section *)(const void *)section->obj;

	return s && s->obj.type == OBJ_SECTION && s->base == pool_phys(area) &&
	       s->size == section_size;
}

int trace_control(struct thread *cur)
{
	uint32_t *r = cur->regs.r;
	uint32_t mask = r[2] & ((1u << L4_TRACE_KINDS) - 1);
	struct slot *to;
	int err;

	if (r[3]) {
		to = cap_empty(cur->obj.cell, r[3], &err);
		if (!to || !section_there() ||
		    cap_copy_slot(section, to, L4_R_READ, 0) != L4_OK)
			return L4_EINVAL;
	}
	r[1] = trace_mask;
	r[2] = section_size;
	trace_mask = mask;
	return L4_OK;
}

/*
 * A number that no thread has, the one that was free longest; nobody's, if all
 * are taken.
 */
void trace_name(struct thread *t)
{
	const struct cell *cell = t->obj.cell;
	struct l4_trace_name *name;

	for (uint32_t n = 1; n < L4_TRACE_NAMES; n++) {
		last_name = last_name % (L4_TRACE_NAMES - 1) + 1;
		if (!names[last_name].lives)
			break;
	}
	name = &names[last_name];
	if (name->lives)
		return;
	memset(name, 0, sizeof(*name));
	memcpy(name->cell, cell ? cell->name : "kernel", cell ? sizeof(name->cell) : 6);
	memcpy(name->thread, cell ? t->name : "idle", cell ? sizeof(name->thread) : 4);
	name->prio = t->prio;
	name->lives = 1;
	name->object = (uint32_t)t;
	t->trace = (uint16_t)last_name;
}

void trace_forget(const struct thread *t)
{
	names[t->trace].lives = 0;
}

void trace_add(uint32_t what, const struct thread *thread, const struct thread *other,
	       uint32_t a, uint32_t b, uint32_t c)
{
	uint32_t core = core_number();
	struct l4_trace_ring *ring = &area->ring[core];
	struct l4_trace_event *e = &ring_base[core][ring->head & (area->events - 1)];
	uint64_t now = plat_clock();

	*e = (struct l4_trace_event){
		.time = (uint32_t)now, .time_high = (uint16_t)(now >> 32),
		.kind = (uint8_t)what, .info = (uint8_t)(what >> 8),
		.thread = thread ? thread->trace : L4_TRACE_NOBODY,
		.other = other ? other->trace : L4_TRACE_NOBODY,
		.a = a, .b = b, .c = c,
	};
	ring->head++;
}

void trace_current(uint32_t what, const struct thread *other, uint32_t a, uint32_t b)
{
	const struct thread *cur = this_cpu()->current;

	trace_add(what, cur, other, a, b, cur->regs.pc);
}

void trace_message(uint32_t what, const struct thread *from, const struct thread *to)
{
	if (from->state == TS_REPLY || (from->state == TS_SEND && from->in_call))
		what = TRACE_WHAT(IPC, L4_TRACE_MSG_CALL);
	trace_add(what, from, to, from->regs.r[1], from->regs.r[2], from->regs.r[3]);
}

void trace_raised(uint32_t what, const struct thread *t)
{
	const struct route *r = &t->route[what >> 8];
	const struct thread *handler = t->obj.cell->supervisor.to;

	if (r->kind == L4_ROUTE_SELF)
		handler = t->vcpu ? t->vcpu->s : NULL;
	else if (r->kind == L4_ROUTE_THREAD)
		handler = r->handler.to;
	trace_add(what, t, handler, t->fault_addr, t->fault_status, t->regs.pc);
}

void trace_call(const struct thread *t, uint32_t number)
{
	trace_add(TRACE_WHAT(CALL, 0), t, NULL, number, t->regs.r[0], t->regs.r[1]);
}

void trace_gate(uint32_t kind, const uint32_t *regs)
{
	const struct thread *t = container_of((const void *)regs, const struct thread, regs.r);

	if (kind == L4_TRACE_SYSCALL)
		trace_add(kind, t, t->vcpu->s, regs[7], regs[0], t->regs.pc);
	else
		trace_add(kind, t, t->vcpu->u, regs[0], 0, t->vcpu->gate.page->user.pc);
}
