/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Random use: several callers make, share, load and destroy spaces, map, unmap,
 * protect, and revoke sections.  Preemptions leave calls half done while others
 * go on.  After each call the TLB is checked; from time to time all tables are
 * compared with a list of what should be mapped, page by page.
 *
 * ARMATURE_SEED and ARMATURE_STEPS in the environment choose another run.
 */
#include <stdio.h>
#include <stdlib.h>
#include "space_world.h"
#include "core/sched.h"

#define WINDOWS	    11 /* megabytes that are used */
#define SHARED	    4  /* those from here on are in the shared range */
#define SHARE_BASE  0xc0000000u
#define SHARE_SIZE  0x40000000u
#define PAGES_IN_MB 256u

static const uint32_t window[WINDOWS] = {0x000, 0x001, 0x002, 0x123, 0xc00, 0xc01,
					 0xc02, 0xfbf, 0xfe0, 0xffe, 0xfff};

struct page {
	uint32_t pa, attr; /* attr 0: not mapped */
};

/* What should be mapped; a shared range is in the base's. */
static struct page expected[SPACES][WINDOWS][PAGES_IN_MB];
/* A section there was partly revoked where it could not be split: it may be gone. */
static bool may_be_gone[SPACES][WINDOWS];
static int base_of[SPACES]; /* -1: none */
static bool shares[SPACES];

enum kind { NOTHING, MAP_RANGE, UNMAP_RANGE, PROTECT_RANGE, REVOKE, DESTROY, DECLARE };
static struct job {
	enum kind kind;
	unsigned space, section;
	uint16_t ticket;
} jobs[CALLERS];

static unsigned counts[DECLARE + 1], restarts;

static uint32_t any_address(void)
{
	return window[model_random(WINDOWS)] << 20 | model_random(PAGES_IN_MB) << 12;
}

static int window_of(uint32_t va)
{
	for (int w = 0; w < WINDOWS; w++)
		if (window[w] == va >> 20)
			return w;
	return -1;
}

/* The pages of a megabyte as the space has them: its own, or its base's. */
static struct page *pages_of(unsigned s, int w)
{
	return expected[w >= SHARED && base_of[s] >= 0 ? (unsigned)base_of[s] : s][w];
}

static bool revoking(uint32_t pa)
{
	for (unsigned i = 0; i < CALLERS; i++) {
		const struct section *sec = &sections[jobs[i].section];

		if (jobs[i].kind == REVOKE && pa - sec->base < sec->size)
			return true;
	}
	return false;
}

static bool is_section(unsigned s, int w)
{
	return (space_at(s)->l1[window[w]] & L1_TYPE) == L1_SECTION;
}

static void compare_window(unsigned s, int w)
{
	struct page *p = pages_of(s, w);

	/* It goes from one space after the other. */
	if (may_be_gone[s][w] && revoking(sections[PART].base))
		return;
	if (may_be_gone[s][w] && !space_at(s)->l1[window[w]]) {
		memset(p, 0, sizeof(expected[0][0]));
		return;
	}
	for (uint32_t i = 0; i < PAGES_IN_MB; i++) {
		uint32_t va = window[w] << 20 | i << 12, pa, attr;

		if (!mapped(s, va, &pa, &attr)) {
			if (p[i].attr && !revoking(p[i].pa))
				fail_msg("space %u: %08x should be mapped to %08x", s, va, p[i].pa);
			continue;
		}
		if (pa != p[i].pa || attr != p[i].attr)
			fail_msg("space %u: %08x is mapped to %08x/%08x, should be %08x/%08x", s,
				 va, pa, attr, p[i].pa, p[i].attr);
	}
}

static void compare_all(void)
{
	for (unsigned s = 0; s < SPACES; s++)
		for (int w = 0; space_at(s) && !space_at(s)->obj.dying && w < WINDOWS; w++)
			compare_window(s, w);
}

/* --- what calls should have done --- */

static void expect_mapped(unsigned s, uint32_t va_attr, uint32_t pa, uint32_t size)
{
	uint32_t attr = attr_of(va_attr & 0xfff);

	for (uint32_t off = 0; off < size; off += L4_PAGE_SIZE) {
		uint32_t va = (va_attr & ~0xfffu) + off;
		int w = window_of(va);

		pages_of(s, w)[va >> 12 & 255] = (struct page){pa + off, attr};
		if (!(va & 0xfffff))
			may_be_gone[s][w] = false;
	}
}

static void expect_changed(unsigned s, uint32_t va, uint32_t size, uint32_t keep, uint32_t set)
{
	for (int w = 0; w < WINDOWS; w++) {
		struct page *p = pages_of(s, w);

		for (uint32_t i = 0; i < PAGES_IN_MB; i++)
			if ((window[w] << 20 | i << 12) - va < size && p[i].attr)
				p[i].attr = (p[i].attr & keep) | (p[i].attr & keep ? set : 0);
	}
}

static void expect_revoked(const struct section *sec)
{
	for (unsigned s = 0; s < SPACES; s++)
		for (int w = 0; w < WINDOWS; w++)
			for (uint32_t i = 0; i < PAGES_IN_MB; i++)
				if (expected[s][w][i].pa - sec->base < sec->size)
					expected[s][w][i].attr = 0;
}

/* The reason for EINVAL must be in the megabyte that the call stopped at. */
static bool in_the_way(unsigned s, uint32_t va, uint32_t attr)
{
	int w = window_of(va);
	const struct page *p = pages_of(s, w);

	if (w >= SHARED && shares[s])
		return true;
	for (uint32_t i = 0; i < PAGES_IN_MB; i++)
		if (p[i].attr && (p[i].attr ^ attr_of(attr)) >> 16)
			return true;
	return revoking(0x70000000) || may_be_gone[s][w];
}

/* --- one part of each kind of call; true: it is through --- */

static bool step_map(struct thread *t, struct job *j)
{
	uint32_t *r = t->regs.r;
	uint32_t va = r[2], offset = r[3], size = r[4], done;
	int result = call_once(sys_map, t);

	done = result == L4_OK ? size : r[2] - va;
	if (result == L4_ECAP)
		return true;
	expect_mapped(j->space, va, sections[j->section].base + offset, done);
	if (result == L4_EINVAL)
		assert_true(in_the_way(j->space, r[2], va & 0xfff));
	else
		assert_true(result == L4_OK || result == L4_RESTART ||
			    (result == L4_EQUOTA && !quota_left));
	return result != L4_RESTART;
}

static bool step_change(struct thread *t, struct job *j)
{
	bool unmap = j->kind == UNMAP_RANGE;
	uint32_t *r = t->regs.r;
	uint32_t va = r[1] & ~0xfffu, attr = r[1] & 0xfff, size = r[2], done;
	uint32_t set = (attr & L4_MAP_W ? 0 : L2_RO) | (attr & L4_MAP_X ? 0 : L2_XN);
	int result = call_once(unmap ? sys_unmap : sys_protect, t);

	done = result == L4_OK ? size : (r[1] & ~0xfffu) - va;
	if (result == L4_ECAP)
		return true;
	expect_changed(j->space, va, done, unmap ? 0 : ~0u, unmap ? 0 : set);
	if (result == L4_EINVAL)
		assert_true(shares[j->space] && r[1] >= SHARE_BASE);
	else
		assert_true(result == L4_OK || result == L4_RESTART ||
			    (result == L4_EQUOTA && !quota_left));
	return result != L4_RESTART;
}

static bool step_revoke(struct job *j)
{
	struct section *sec = &sections[j->section];
	int result = revoke_once(j->section, &j->ticket);

	if (result == L4_RESTART)
		return false;
	assert_int_equal(result, L4_OK);
	expect_revoked(sec);
	j->kind = NOTHING;
	compare_all();
	sec->obj.dying = 0;
	if (j->section == PART)
		sections[BIG].obj.dying = 0;
	return true;
}

static bool step_destroy(struct job *j)
{
	unsigned s = j->space;

	if (destroy_once(s) == L4_RESTART)
		return false;
	memset(expected[s], 0, sizeof(expected[s]));
	memset(may_be_gone[s], 0, sizeof(may_be_gone[s]));
	return true;
}

static bool step_declare(struct thread *t, struct job *j)
{
	int result = call_once(sys_space_share, t);

	if (result == L4_OK)
		shares[j->space] = true;
	else
		assert_true(result == L4_RESTART || result == L4_EBUSY || result == L4_ECAP ||
			    (result == L4_EQUOTA && !quota_left));
	return result != L4_RESTART;
}

static void step(unsigned i)
{
	struct job *j = &jobs[i];
	struct thread *t = &callers[i];
	bool through = true;

	switch (j->kind) {
	case MAP_RANGE:
		through = step_map(t, j);
		break;
	case UNMAP_RANGE:
	case PROTECT_RANGE:
		through = step_change(t, j);
		break;
	case REVOKE:
		through = step_revoke(j);
		break;
	case DESTROY:
		through = step_destroy(j);
		break;
	case DECLARE:
		through = step_declare(t, j);
		break;
	case NOTHING:
		break;
	}
	if (through)
		j->kind = NOTHING;
	else
		restarts++;
}

/* --- beginning a call --- */

/* Nobody is in a call for this space: it can go, and come back as another. */
static bool unused(unsigned s)
{
	for (unsigned i = 0; i < CALLERS; i++)
		if (jobs[i].kind != NOTHING && jobs[i].kind != REVOKE && jobs[i].space == s)
			return false;
	return true;
}

static uint32_t random_attr(uint32_t va, unsigned sec)
{
	uint32_t attr = model_random(4) & (L4_MAP_W | L4_MAP_X);

	if (sec == DEVICE)
		return (attr & L4_MAP_W) | L4_MT_DEVICE << L4_MAP_TYPE_SHIFT;
	if (model_random(20) == 0 ? va < SHARE_BASE : va >= SHARE_BASE && va < 0xfff00000)
		attr |= L4_MAP_KERNEL;
	return attr | (model_random(8) ? L4_MT_WBWA : L4_MT_UNCACHED) << L4_MAP_TYPE_SHIFT;
}

static bool in_row(uint32_t first, uint32_t last)
{
	return last >= first && window_of(last) >= 0 &&
	       window_of(last) - window_of(first) == (int)((last >> 20) - (first >> 20));
}

/* Within the windows that are used, which are up to three megabytes in a row. */
static void begin_map(struct thread *t, struct job *j)
{
	const struct section *sec;
	uint32_t va = any_address(), offset, size;
	uint32_t *r = t->regs.r;

	j->section = model_random(2) ? BIG : model_random(SECTIONS - 1);
	sec = &sections[j->section];
	if (!model_random(4))
		va &= 0xfff00000;
	size = (model_random(3) ? 1 + model_random(8) : 1 + model_random(600)) << 12;
	offset = model_random(sec->size >> 12) << 12;
	if (!model_random(3))
		offset &= 0xfff00000;
	if (size > sec->size - offset)
		size = sec->size - offset;
	while (!in_row(va, va + (size - 1)))
		size = size > 0x1000 ? size >> 13 << 12 : 0x1000;
	r[0] = SPACE(j->space);
	r[1] = SECTION(j->section);
	r[2] = va | random_attr(va, j->section);
	r[3] = offset;
	r[4] = size;
	j->kind = MAP_RANGE;
}

static void begin_change(struct thread *t, struct job *j)
{
	uint32_t *r = t->regs.r, va = any_address();
	uint32_t size = (1 + model_random(model_random(3) ? 16 : 900)) << 12;

	if (!model_random(10) && va < SHARE_BASE)
		size = SHARE_BASE - va;
	else if (!model_random(5))
		va &= 0xfff00000;
	if (va + (size - 1) < va || (va < L4_KERNEL_END && va + size > L4_KERNEL_BASE))
		size = L4_PAGE_SIZE;
	r[0] = SPACE(j->space);
	r[1] = va;
	r[2] = size;
	j->kind = model_random(3) ? UNMAP_RANGE : PROTECT_RANGE;
	if (j->kind == PROTECT_RANGE)
		r[1] |= model_random(4) & (L4_MAP_W | L4_MAP_X);
}

static void note_partial(void)
{
	for (unsigned s = 0; s < SPACES; s++)
		for (int w = 0; space_at(s) && w < WINDOWS; w++)
			if (is_section(s, w))
				may_be_gone[s][w] = true;
}

static void begin_revoke(struct job *j)
{
	for (unsigned i = 0; i < CALLERS; i++)
		if (jobs[i].kind == REVOKE && (jobs[i].section % PART == BIG))
			return;
	j->section = model_random(SECTIONS);
	if (sections[j->section].obj.dying)
		return;
	/* PART is in BIG, which nobody maps meanwhile. */
	if (j->section == PART) {
		sections[BIG].obj.dying = 1;
		note_partial();
	}
	sections[j->section].obj.dying = 1;
	j->ticket = 0;
	j->kind = REVOKE;
}

static void create(unsigned s)
{
	int base = -1, result;
	uint32_t r = model_random(3) ? model_random(SPACES) : SPACES;

	if (r < SPACES && space_at(r) && !space_at(r)->obj.dying && shares[r])
		base = base_of[r] >= 0 ? base_of[r] : (int)r;
	callers[0].regs.r[0] = 0;
	result = call(sys_space_create, 0, SPACE(s), base >= 0 ? SPACE(r) : 0, 0, 0);
	if (result == L4_EQUOTA && !quota_left)
		return;
	assert_int_equal(result, L4_OK);
	base_of[s] = base;
	shares[s] = base >= 0;
	for (int w = SHARED; base >= 0 && w < WINDOWS; w++)
		may_be_gone[s][w] = may_be_gone[base][w];
}

static void begin_destroy(struct job *j)
{
	struct space *s = space_at(j->space);

	if (s->sharers || !unused(j->space))
		return;
	s->obj.dying = 1;
	j->kind = DESTROY;
}

static void begin_declare(struct thread *t, struct job *j)
{
	if (shares[j->space])
		return;
	t->regs.r[0] = SPACE(j->space);
	t->regs.r[1] = SHARE_BASE;
	t->regs.r[2] = SHARE_SIZE;
	j->kind = DECLARE;
}

static void begin(unsigned i)
{
	struct job *j = &jobs[i];
	unsigned s = model_random(SPACES), what = model_random(100);

	if (!space_at(s)) {
		if (i == 0)
			create(s);
		return;
	}
	if (space_at(s)->obj.dying)
		return;
	j->space = s;
	if (what < 40)
		begin_map(&callers[i], j);
	else if (what < 70)
		begin_change(&callers[i], j);
	else if (what < 86)
		load(s);
	else if (what < 89)
		begin_revoke(j);
	else if (what < 99)
		begin_destroy(j);
	else
		begin_declare(&callers[i], j);
	counts[j->kind]++;
}

static unsigned number(const char *name, unsigned otherwise)
{
	const char *s = getenv(name);

	return s ? (unsigned)strtoul(s, NULL, 0) : otherwise;
}

void random_use_leaves_nothing_stale(void **state)
{
	unsigned rounds = number("ARMATURE_STEPS", 40000);

	(void)state;
	model_seed = number("ARMATURE_SEED", 1);
	print_message("ARMATURE_SEED=%llu, %u steps\n", (unsigned long long)model_seed, rounds);
	model_seed *= 0x9e3779b97f4a7c15u;
	model_address = any_address;
	memset(expected, 0, sizeof(expected));
	for (unsigned n = 0; n < rounds; n++) {
		unsigned i = model_random(CALLERS);

		preempt_rate = n / 100 % 3 ? 1 + model_random(4) : 0;
		quota_left = n / 1000 % 4 == 3 ? model_random(3) : 1000;
		if (jobs[i].kind == NOTHING)
			begin(i);
		step(i);
		if (n % 64 == 0)
			compare_all();
	}
	quota_left = 1000;
	for (unsigned i = 0; i < CALLERS; i++)
		while (jobs[i].kind != NOTHING)
			step(i);
	compare_all();
	print_message("%u maps, %u unmaps, %u protects, %u revocations, %u spaces destroyed, "
		      "%u shares; %u preemptions, %u TLB fills, %u TLB operations\n",
		      counts[MAP_RANGE], counts[UNMAP_RANGE], counts[PROTECT_RANGE], counts[REVOKE],
		      counts[DESTROY], counts[DECLARE], restarts, model_walks, model_tlbi);
}
