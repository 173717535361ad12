/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The ready queues of a core: 256 priorities, found by two count-leading-zeros.
 * Time slices are coarse: while several threads of the running priority are
 * ready, a timer rotates that queue every SLICE; otherwise there is no tick.
 */
#include "core/sched.h"
#include "core/trace.h"
#include "platform/plat.h"

#define SLICE_HZ	100
#define CALLS_DEEP	8	/* calls through which a priority is inherited */
#define WAITERS		16	/* of those who wait for one thread, how many are asked */

#ifdef CONFIG_SMP
struct cpu cpu_all[CORES];
#else
struct cpu cpu0;
#endif

static void enqueue(struct cpu *cpu, struct thread *t, bool head)
{
	struct list *q = &cpu->ready[t->prio];
	uint32_t word = t->prio >> 5;

	if (head)
		list_add(q, &t->ready);
	else
		list_add_tail(q, &t->ready);
	cpu->ready_map[word] |= 1u << (t->prio & 31);
	cpu->ready_top |= 1u << word;
}

static void dequeue(struct cpu *cpu, struct thread *t)
{
	uint32_t word = t->prio >> 5;

	list_del(&t->ready);
	if (!list_empty(&cpu->ready[t->prio]))
		return;
	cpu->ready_map[word] &= ~(1u << (t->prio & 31));
	if (!cpu->ready_map[word])
		cpu->ready_top &= ~(1u << word);
}

/* Another core starts its own when it looks at its queues. */
static void slice_start(struct cpu *cpu)
{
	if (CORES > 1 && cpu != this_cpu())
		smp_kick(cpu);
	else if (!timer_armed(&cpu->slice))
		timer_set(&cpu->slice, plat_clock() + plat_board.timer_hz / SLICE_HZ);
}

/* The highest priority with a ready thread, in which word of the map; there is one. */
static inline uint32_t highest(const struct cpu *cpu, uint32_t *word)
{
	*word = 31 - (uint32_t)__builtin_clz(cpu->ready_top);
	return *word * 32 + 31 - (uint32_t)__builtin_clz(cpu->ready_map[*word]);
}

/* The highest ready thread leaves its queue and becomes current. */
static void pick(struct cpu *cpu)
{
	uint32_t word, prio;
	struct thread *t;

	if (!cpu->ready_top) {
		cpu->current = &cpu->idle;
		return;
	}
	prio = highest(cpu, &word);
	t = container_of(cpu->ready[prio].next, struct thread, ready);
	dequeue(cpu, t);
	cpu->current = t;
	if (cpu->ready_map[word] & (1u << (prio & 31)))
		slice_start(cpu);
}

static void slice_end(struct timer *timer)
{
	(void)timer;
	sched_yield();
}

/* Its core decides who runs there, when the interrupt has come. */
static void wake_far(struct cpu *cpu, struct thread *t)
{
	enqueue(cpu, t, false);
	if (cpu->current == &cpu->idle || t->prio >= cpu->current->prio)
		smp_kick(cpu);
}

void sched_wake(struct thread *t)
{
	struct cpu *cpu = this_cpu();
	struct thread *cur = cpu->current;

	t->state = TS_READY;
	if (!sched_local(t)) {
		wake_far(cpu_of(t), t);
		return;
	}
	if (cur == &cpu->idle) {
		cpu->current = t;
	} else if (t->prio > cur->prio) {
		enqueue(cpu, cur, true);
		cpu->current = t;
	} else {
		enqueue(cpu, t, false);
		if (t->prio == cur->prio)
			slice_start(cpu);
	}
}

void sched_remove(struct thread *t)
{
	struct cpu *cpu = cpu_of(t);

	smp_seize(t);
	if (t == cpu->current)
		pick(cpu);
	else if (!list_empty(&t->ready))
		dequeue(cpu, t);
}

void sched_replace(struct thread *from, struct thread *to)
{
	struct cpu *cpu = cpu_of(from);

	if (from == cpu->current) {
		cpu->current = to;
	} else if (!list_empty(&from->ready)) {
		list_add(&from->ready, &to->ready);
		list_del(&from->ready);
	}
}

void sched_yield(void)
{
	struct cpu *cpu = this_cpu();

	if (cpu->current == &cpu->idle)
		return;
	enqueue(cpu, cpu->current, false);
	pick(cpu);
}

/* Of S and U, who take turns without the kernel's data, one stands for both. */
static bool runs(const struct cpu *cpu, const struct thread *t)
{
	return t == cpu->current || (t->vcpu && t->vcpu == cpu->current->vcpu);
}

void sched_prio(struct thread *t, uint8_t prio)
{
	struct cpu *cpu = cpu_of(t);

	if (CORES > 1 && cpu != this_cpu() && list_empty(&t->ready)) {
		t->prio = prio;
		if (runs(cpu, t))
			smp_kick(cpu);
	} else if (t == cpu->current) {
		t->prio = prio;
		enqueue(cpu, t, true);
		pick(cpu);
	} else if (!list_empty(&t->ready)) {
		dequeue(cpu, t);
		t->prio = prio;
		sched_wake(t);
	} else {
		t->prio = prio;
	}
}

/* The next one along a chain of calls. */
static struct thread *waits_for(const struct thread *t)
{
	return t->state == TS_SEND || t->state == TS_REPLY ? t->peer : NULL;
}

void sched_own_prio(struct thread *t, uint8_t prio)
{
	struct thread *server = waits_for(t);

	t->own_prio = prio;
	if (!t->boosted || prio > t->prio) {
		t->boosted = false;
		sched_prio(t, prio);
	}
	if (server && server->boosted)
		sched_disinherit(server);
	sched_inherit(server, t->prio);
}

/* S and U answer nobody, and are one place: theirs is as it is. */
static bool inherits(const struct thread *t)
{
	return !t->vcpu || t->role == L4_ROLE_X;
}

void sched_inherit(struct thread *t, uint8_t prio)
{
	for (int n = 0; t && n < CALLS_DEEP && t->prio < prio && inherits(t); n++) {
		t->boosted = true;
		sched_prio(t, prio);
		t = waits_for(t);
	}
}

/* The highest of its own and of those who wait for it. */
static uint8_t deserved(const struct thread *t)
{
	const struct list *l = t->senders.next;
	uint8_t prio = t->own_prio;

	if (t->reply_to && t->reply_to->prio > prio)
		prio = t->reply_to->prio;
	for (int n = 0; l != &t->senders && n < WAITERS; n++, l = l->next) {
		const struct thread *from = container_of(l, const struct thread, ipc_link);

		if (from->prio > prio)
			prio = from->prio;
	}
	return prio;
}

void sched_disinherit(struct thread *t)
{
	for (int n = 0; t && n < CALLS_DEEP && t->boosted; n++) {
		uint8_t prio = deserved(t);

		t->boosted = prio != t->own_prio;
		if (prio == t->prio)
			return;
		sched_prio(t, prio);
		t = waits_for(t);
	}
}

#ifdef CONFIG_SMP
void sched_move(struct thread *t, uint32_t core)
{
	bool ready;

	smp_hold(t);
	ready = t == cpu_of(t)->current || !list_empty(&t->ready);
	if (ready)
		sched_remove(t);
	t->core = (uint8_t)core;
	if (ready)
		sched_wake(t);
}

void sched_pause(void)
{
	struct cpu *cpu = this_cpu();

	if (cpu->current != &cpu->idle) {
		enqueue(cpu, cpu->current, true);
		cpu->current = &cpu->idle;
		smp_kick(cpu);
	}
}

void sched_look(void)
{
	struct cpu *cpu = this_cpu();
	struct thread *cur = cpu->current;
	uint32_t word, prio;

	if (!cpu->ready_top)
		return;
	prio = highest(cpu, &word);
	if (cur == &cpu->idle) {
		pick(cpu);
	} else if (prio > cur->prio) {
		enqueue(cpu, cur, true);
		pick(cpu);
	} else if (prio == cur->prio) {
		slice_start(cpu);
	}
}
#endif

void sched_init(void)
{
	for (struct cpu *cpu = cpu_all; cpu < cpu_all + CORES; cpu++) {
		for (uint32_t i = 0; i < ARRAY_SIZE(cpu->ready); i++)
			list_init(&cpu->ready[i]);
		list_init(&cpu->idle.ready);
		cpu->idle.spacep = &cpu->idle.space;
		cpu->idle.tls = &cpu->idle.own_tls;
		cpu->nobody.tls = &cpu->nobody.own_tls;
		cpu->nobody.dacr = ~0u;		/* as no thread has it */
		cpu->current = &cpu->idle;
		cpu->loaded = &cpu->nobody;
		trace_made(&cpu->idle);
		cpu->slice.fire = slice_end;
	}
}
