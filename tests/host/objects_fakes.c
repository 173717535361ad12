/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Threads, spaces and virtual CPUs as far as capabilities are concerned: users,
 * references, preemptible ends; mappings as a plain list.
 */
#include "ipc/ipc.h"
#include "objects.h"
#include "core/budget.h"

#define MAPPINGS 4096

unsigned unmap_calls;
void (*thread_gone)(struct thread *t);
struct thread *notified_thread;
uint32_t notified_bits;

struct mapping {
	struct space *space;
	struct cell *cell;
	uint32_t base, size;
};
static struct mapping mapped[MAPPINGS];
static unsigned mapped_count;

void fakes_begin(void)
{
	mapped_count = 0;
	thread_gone = NULL;
}

/* --- threads and their messages --- */

void object_name(char *to, uint32_t name0, uint32_t name1)
{
	memcpy(to, &name0, 4);
	memcpy(to + 4, &name1, 4);
}

void notify_thread(struct thread *t, uint32_t bits)
{
	notified_thread = t;
	notified_bits = bits;
}

void ipc_reply_drop(struct slot *s)
{
	((struct thread *)s->obj)->reply_slot = NULL;
	s->obj = NULL;
	s->flags = 0;
}

int fake_thread_create(struct thread *cur)
{
	const uint32_t *r = cur->regs.r;
	struct cell *own = cur->obj.cell, *cell;
	struct space *space;
	struct thread *t;
	struct slot *slot;
	int err;

	cell = cell_arg(own, r[0], &err);
	if (!cell)
		return err;
	slot = cap_empty(own, r[1], &err);
	if (!slot)
		return err;
	space = (struct space *)cap_lookup(own, r[2], OBJ_SPACE, L4_R_CONTROL, &err);
	if (!space)
		return err;
	if (space->obj.cell != cell)
		return L4_EINVAL;
	t = (struct thread *)object_alloc(cell, OBJ_THREAD, sizeof(*t));
	if (!t)
		return L4_EQUOTA;
	list_init(&t->refs);
	t->space = space;
	space->users++;
	object_init(&t->obj, slot, NULL);
	return L4_OK;
}

static void unbind(struct thread *t)
{
	if (!t->vcpu)
		return;
	t->vcpu->s = NULL;
	t->vcpu = NULL;
}

int thread_destroy(struct object *obj)
{
	struct thread *t = (struct thread *)obj;

	assert_true(obj->dying);
	while (!list_empty(&t->refs)) {
		ref_set(container_of(t->refs.next, struct ref, link), NULL);
		if (preempt_pending())
			return L4_RESTART;
	}
	if (t->reply_slot)
		ipc_reply_drop(t->reply_slot);
	unbind(t);
	t->space->users--;
	if (t->buf_frame)
		t->buf_frame->users--;
	if (thread_gone)
		thread_gone(t);
	object_free(obj);
	return L4_OK;
}

int fake_buffer(struct thread *cur)
{
	struct cell *own = cur->obj.cell;
	struct thread *t;
	struct frame *f;
	int err;

	t = (struct thread *)cap_lookup(own, cur->regs.r[0], OBJ_THREAD, L4_R_CONTROL, &err);
	if (!t)
		return err;
	f = (struct frame *)cap_lookup(own, cur->regs.r[1], OBJ_FRAME, L4_R_CONTROL, &err);
	if (!f)
		return err;
	if (f->sec.obj.cell != t->obj.cell)
		return L4_EINVAL;
	if (t->buf_frame)
		t->buf_frame->users--;
	f->users++;
	t->buf_frame = f;
	return L4_OK;
}

int fake_reply_save(struct thread *cur)
{
	int err;
	struct cell *own = cur->obj.cell;
	struct slot *s = cap_empty(own, cur->regs.r[0], &err);
	struct thread *t;

	if (!s)
		return err;
	t = (struct thread *)cap_lookup(own, cur->regs.r[1], OBJ_THREAD, 0, &err);
	if (!t)
		return err;
	if (t->reply_slot)
		return L4_EAGAIN;
	s->obj = &t->obj;
	s->flags = SLOT_REPLY;
	s->rights = L4_R_SEND;
	s->badge = 0;
	t->reply_slot = s;
	return L4_OK;
}

/* --- spaces --- */

int fake_space_create(struct thread *cur)
{
	const uint32_t *r = cur->regs.r;
	struct cell *own = cur->obj.cell, *cell;
	struct space *space;
	struct slot *slot;
	int err;

	cell = cell_arg(own, r[0], &err);
	if (!cell)
		return err;
	slot = cap_empty(own, r[1], &err);
	if (!slot)
		return err;
	space = (struct space *)object_alloc(cell, OBJ_SPACE, sizeof(*space));
	if (!space)
		return L4_EQUOTA;
	list_add_tail(&cell->spaces, &space->cell_link);
	object_init(&space->obj, slot, NULL);
	return L4_OK;
}

static bool mapping_of(const struct mapping *m, uint32_t base, uint32_t size)
{
	return m->base - base < size || base - m->base < m->size;
}

int space_destroy(struct object *obj)
{
	struct space *space = (struct space *)obj;

	if (space->users)
		return L4_EBUSY;
	for (unsigned i = mapped_count; i-- > 0;) {
		if (mapped[i].space != space)
			continue;
		mapped[i] = mapped[--mapped_count];
		if (preempt_pending())
			return L4_RESTART;
	}
	list_del(&space->cell_link);
	object_free(obj);
	return L4_OK;
}

/* A ticket belongs to one range of one cell, from the first part to the last. */
static struct {
	const struct cell *cell;
	uint32_t phys, size;
} tickets[UINT16_MAX + 1];
static uint16_t last_ticket;

static void check_ticket(const struct cell *cell, uint32_t phys, uint32_t size, uint16_t *ticket)
{
	if (!*ticket) {
		*ticket = ++last_ticket ? last_ticket : ++last_ticket;
		tickets[*ticket].cell = cell;
		tickets[*ticket].phys = phys;
		tickets[*ticket].size = size;
	}
	assert_ptr_equal(tickets[*ticket].cell, cell);
	assert_int_equal(tickets[*ticket].phys, phys);
	assert_int_equal(tickets[*ticket].size, size);
}

/* No cell has a budget here. */
void budget_free(struct cell *cell)
{
	assert_null(cell->budget);
}

int space_unmap_phys(struct cell *cell, uint32_t phys, uint32_t size, uint16_t *ticket)
{
	check_ticket(cell, phys, size, ticket);
	unmap_calls++;
	for (unsigned i = mapped_count; i-- > 0;) {
		if (mapped[i].cell != cell || !mapping_of(&mapped[i], phys, size))
			continue;
		mapped[i] = mapped[--mapped_count];
		if (preempt_pending())
			return L4_RESTART;
	}
	return L4_OK;
}

/* The rule that section.h states, as sys_map has to keep it. */
int fake_map(struct thread *cur)
{
	struct cell *own = cur->obj.cell;
	struct section *sec;
	struct space *space;
	int err;

	space = (struct space *)cap_lookup(own, cur->regs.r[0], OBJ_SPACE, L4_R_CONTROL, &err);
	if (!space)
		return err;
	sec = section_lookup(own, cur->regs.r[1], 0, &err);
	if (!sec)
		return err;
	if (space->obj.cell != own && sec->obj.cell != space->obj.cell)
		return L4_EINVAL;
	if (mapped_count < MAPPINGS)
		mapped[mapped_count++] =
		    (struct mapping){space, space->obj.cell, sec->base, sec->size};
	return L4_OK;
}

unsigned mappings(const struct cell *cell)
{
	unsigned n = 0;

	for (unsigned i = 0; i < mapped_count; i++)
		n += mapped[i].cell == cell;
	return n;
}

bool mapping_get(unsigned i, struct cell **cell, struct section *range)
{
	if (i >= mapped_count)
		return false;
	*cell = mapped[i].cell;
	range->base = mapped[i].base;
	range->size = mapped[i].size;
	return true;
}

/* --- virtual CPUs --- */

int fake_vcpu_create(struct thread *cur)
{
	const uint32_t *r = cur->regs.r;
	struct cell *own = cur->obj.cell, *cell;
	struct thread *t = NULL;
	struct frame *f;
	struct slot *slot;
	struct vcpu *v;
	int err;

	cell = cell_arg(own, r[0], &err);
	if (!cell)
		return err;
	slot = cap_empty(own, r[1], &err);
	if (!slot)
		return err;
	f = (struct frame *)cap_lookup(own, r[2], OBJ_FRAME, L4_R_CONTROL, &err);
	if (!f)
		return err;
	if (r[3]) {
		t = (struct thread *)cap_lookup(own, r[3], OBJ_THREAD, L4_R_CONTROL, &err);
		if (!t)
			return err;
	}
	if (f->sec.obj.cell != cell || (t && (t->vcpu || t->obj.cell != cell)))
		return L4_EINVAL;
	v = (struct vcpu *)object_alloc(cell, OBJ_VCPU, sizeof(*v));
	if (!v)
		return L4_EQUOTA;
	f->users++;
	v->frame = f;
	v->s = t;
	if (t) {
		t->vcpu = v;
		v->space = t->space;
		v->space->users++;
	}
	object_init(&v->obj, slot, NULL);
	return L4_OK;
}

int vcpu_destroy(struct object *obj)
{
	struct vcpu *v = (struct vcpu *)obj;

	if (v->s)
		return L4_EBUSY;
	v->frame->users--;
	if (v->space)
		v->space->users--;
	object_free(obj);
	return L4_OK;
}
