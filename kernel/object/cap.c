/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The tree of capability slots: copying, moving, deleting, revoking.
 *
 * Everything that can be long goes in steps with a preemption point after each,
 * and is found again from the slots' flags alone, so that a caller which never
 * comes back leaves nothing but a slot that somebody else can finish emptying:
 *
 *   A plain copy that is deleted is DYING, hands its children to its parent one
 *   by one, loses its cell's mappings, and is empty.  Its parent names the same
 *   object, so each state between is a sound tree.
 *   Revocation marks the top slot REVOKE, after which slot_extend refuses all
 *   below it, and removes leaves.  So the tree below only shrinks, whoever else
 *   works on it, and each step finds its leaf within SLOT_MAX_DEPTH.
 *   An original that is deleted marks its object dying, revokes, destroys.
 */
#include "core/syscall.h"
#include "ipc/ipc.h"
#include "mm/space.h"

/* Children that a slot may have and still be moved: they are relinked at once. */
#define MOVE_MAX_CHILDREN 64

void slot_link(struct slot *s, struct slot *parent)
{
	s->parent = parent;
	s->prev = NULL;
	s->next = parent ? parent->child : NULL;
	if (s->next)
		s->next->prev = s;
	if (parent)
		parent->child = s;
}

/* Takes s out from among its siblings; its children stay with it. */
static void slot_unlink(struct slot *s)
{
	if (s->prev)
		s->prev->next = s->next;
	else if (s->parent)
		s->parent->child = s->next;
	if (s->next)
		s->next->prev = s->prev;
}

static void slot_clear(struct slot *s)
{
	struct cell *cell = s->cell;

	slot_unlink(s);
	memset(s, 0, sizeof(*s));
	s->cell = cell;
}

int slot_extend(const struct slot *s)
{
	uint32_t depth = 1;

	if (s->flags & SLOT_REVOKE)
		return L4_EBUSY;
	for (s = s->parent; s; s = s->parent) {
		if (s->flags & SLOT_REVOKE)
			return L4_ECAP;
		depth++;
	}
	return depth < SLOT_MAX_DEPTH ? L4_OK : L4_ELIMIT;
}

struct slot *cap_empty(struct cell *cell, l4_slot n, int *err)
{
	struct slot *s = n ? cell_slot(cell, n) : NULL;

	if (!s) {
		*err = L4_EINVAL;
		return NULL;
	}
	if (s->obj || cell->obj.dying) {
		*err = L4_EBUSY;
		return NULL;
	}
	s->cell = cell;
	return s;
}

/* True if s can be named as the source of a copy. */
static bool copyable(const struct slot *s)
{
	return s && s->obj && !s->obj->dying && !(s->flags & (SLOT_DYING | SLOT_REPLY));
}

int cap_copy_slot(struct slot *src, struct slot *dst, uint8_t rights, uint32_t badge)
{
	int err;

	if (!copyable(src))
		return L4_ECAP;
	if (rights & ~src->rights)
		return L4_ERIGHT;
	if (src->cell != dst->cell && !(src->rights & L4_R_GRANT))
		return L4_ERIGHT;
	if (badge && src->badge && badge != src->badge)
		return L4_ERIGHT;
	err = slot_extend(src);
	if (err != L4_OK)
		return err;
	dst->obj = src->obj;
	dst->rights = rights;
	dst->flags = 0;
	dst->ticket = 0;
	dst->badge = badge ? badge : src->badge;
	slot_link(dst, src);
	return L4_OK;
}

int sys_cap_copy(struct thread *cur)
{
	struct cell *own = cur->obj.cell, *to;
	const uint32_t *r = cur->regs.r;
	struct slot *src, *dst;
	int err;

	src = cell_slot(own, r[0]);
	if (!copyable(src))
		return L4_ECAP;
	to = cell_find(own, r[1], &err);
	if (!to)
		return err;
	dst = cap_empty(to, r[2], &err);
	if (!dst)
		return err;
	if (r[3] & ~(uint32_t)L4_R_ALL)
		return L4_EINVAL;
	return cap_copy_slot(src, dst, (uint8_t)r[3], r[4]);
}

/*
 * Takes from s's cell the mappings of a section or frame.  s is dying, so that
 * no new ones can be made through it between two parts of this.
 */
static int slot_unmap(struct slot *s)
{
	const struct section *sec;
	int err;

	if ((s->obj->type != OBJ_SECTION && s->obj->type != OBJ_FRAME) ||
	    (s->flags & SLOT_UNMAPPED))
		return L4_OK;
	sec = (const struct section *)(const void *)s->obj;
	err = space_unmap_phys(s->cell, sec->base, sec->size, &s->ticket);
	if (err == L4_OK)
		s->flags |= SLOT_UNMAPPED;
	return err;
}

static void mark_dying(struct slot *s, uint8_t more)
{
	s->flags = (uint8_t)((s->flags & ~SLOT_MOVING) | SLOT_DYING | more);
	if (s->flags & SLOT_ORIGINAL)
		s->obj->dying = 1;
}

/* The end of a slot that is dying and has no children. */
static int slot_finish(struct slot *s)
{
	int err = slot_unmap(s);

	if (err == L4_OK && (s->flags & SLOT_ORIGINAL))
		err = object_destroy(s->obj);
	if (err == L4_OK)
		slot_clear(s);
	return err;
}

/* Removes leaves until nothing is below s, which is marked REVOKE. */
static int revoke_below(struct slot *s)
{
	while (s->child) {
		struct slot *leaf = s->child;
		int err;

		while (leaf->child)
			leaf = leaf->child;
		mark_dying(leaf, 0);
		err = slot_finish(leaf);
		if (err != L4_OK)
			return err;
		if (preempt_pending())
			return L4_RESTART;
	}
	return L4_OK;
}

int cap_revoke(struct slot *s)
{
	int err;

	s->flags |= SLOT_REVOKE;
	err = revoke_below(s);
	if (err == L4_OK)
		s->flags = (uint8_t)(s->flags & ~SLOT_REVOKE);
	return err;
}

static int delete_original(struct slot *s)
{
	int err;

	if (!s->obj->dying && object_busy(s->obj))
		return L4_EBUSY;
	mark_dying(s, SLOT_REVOKE);
	err = revoke_below(s);
	return err == L4_OK ? slot_finish(s) : err;
}

static int delete_copy(struct slot *s)
{
	mark_dying(s, 0);
	while (s->child) {
		struct slot *c = s->child;

		slot_unlink(c);
		slot_link(c, s->parent);
		if (preempt_pending())
			return L4_RESTART;
	}
	return slot_finish(s);
}

int cap_delete(struct slot *s)
{
	if (s->flags & SLOT_REPLY) {
		ipc_reply_drop(s);
		return L4_OK;
	}
	return s->flags & SLOT_ORIGINAL ? delete_original(s) : delete_copy(s);
}

int sys_cap_delete(struct thread *cur)
{
	struct cell *own = cur->obj.cell;
	struct slot *s = cell_slot(own, cur->regs.r[0]);

	if (!s)
		return L4_EINVAL;
	if (!s->obj)
		return L4_OK;
	/* By the rule of object.h only root could reach its own cell. */
	if ((s->flags & SLOT_ORIGINAL) && s->obj->type == OBJ_CELL &&
	    cell_within(own, (const struct cell *)(const void *)s->obj))
		return L4_EINVAL;
	return cap_delete(s);
}

int sys_cap_revoke(struct thread *cur)
{
	struct slot *s = cell_slot(cur->obj.cell, cur->regs.r[0]);

	if (!copyable(s))
		return L4_ECAP;
	return cap_revoke(s);
}

/*
 * dst takes the place of src in the tree, and whatever points at src points at
 * it.  A revocation of src that somebody has begun ends here, unfinished.
 */
static void slot_replace(struct slot *src, struct slot *dst)
{
	dst->obj = src->obj;
	dst->rights = src->rights;
	dst->badge = src->badge;
	dst->flags = src->flags & (SLOT_ORIGINAL | SLOT_REPLY);
	if (src->flags & SLOT_REPLY)
		((struct thread *)src->obj)->reply_slot = dst;
	if (src->flags & SLOT_ORIGINAL)
		src->obj->original = dst;
	slot_link(dst, src->parent);
	dst->child = src->child;
	for (struct slot *c = dst->child; c; c = c->next)
		c->parent = dst;
	slot_clear(src);
}

static bool many_children(const struct slot *s)
{
	uint32_t n = 0;

	for (const struct slot *c = s->child; c; c = c->next)
		if (++n > MOVE_MAX_CHILDREN)
			return true;
	return false;
}

static int move(struct cell *own, struct slot *src, const uint32_t *r)
{
	struct slot *dst;
	struct cell *to;
	int err;

	to = cell_find(own, r[1], &err);
	if (!to)
		return err;
	dst = cap_empty(to, r[2], &err);
	if (!dst)
		return err;
	if (many_children(src))
		return L4_EBUSY;
	if (to != own) {
		if (src->flags & SLOT_ORIGINAL)
			return L4_EINVAL;
		if (!(src->rights & L4_R_GRANT))
			return L4_ERIGHT;
		mark_dying(src, SLOT_MOVING);
		err = slot_unmap(src);
		if (err != L4_OK)
			return err;
	}
	slot_replace(src, dst);
	return L4_OK;
}

/*
 * A section that leaves a cell takes its mappings along.  That is preemptible:
 * meanwhile the slot is DYING and MOVING, and only a move finds it.
 */
int sys_cap_move(struct thread *cur)
{
	struct cell *own = cur->obj.cell;
	struct slot *src = cell_slot(own, cur->regs.r[0]);
	int err;

	if (!src || !src->obj || src->obj->dying ||
	    (src->flags & (SLOT_DYING | SLOT_MOVING)) == SLOT_DYING)
		return L4_ECAP;
	err = move(own, src, cur->regs.r);
	if (err != L4_OK && err != L4_RESTART) {
		src->flags &= SLOT_ORIGINAL | SLOT_REPLY | SLOT_REVOKE;
		src->ticket = 0;
	}
	return err;
}
