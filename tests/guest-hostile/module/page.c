// SPDX-License-Identifier: GPL-2.0
/* Copyright the Armature authors */
/*
 * The register page and what is resumed from it.
 */
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include "hostile.h"

#define CODE_VA		0x31000000	/* landing places for the process */
#define PRIO		61		/* above S */
#define LIVE_SLOT	1501		/* thread of attack_live */
#define LIVE_US		200
#define LIVE_MS		3000
#define BATCH		64

static volatile u32 *const page = (volatile u32 *)L4_VP;

static void try_undefined(unsigned long unused)
{
	asm volatile(".inst 0xe7f0def0");
}

static void try_interrupt(unsigned long vcpu)
{
	(void)!l4_interrupt(vcpu);
}

/* Where the guest kernel may be sent without running what is somebody's. */
static u32 harmless_pc(void)
{
	switch (random_word() % 5) {
	case 0:
		return L4_KERNEL_BASE + random_word() % L4_KERNEL_SIZE;
	case 1:
		return random_word() % PAGE_SIZE;
	case 2:
		return 0xfffff000 | random_word();
	case 3:
		return (u32)hostile_pads + random_word() % 4;
	default:
		return L4_VP + random_word() % (8 * PAGE_SIZE);
	}
}

static void scribble(void)
{
	u32 words = 1 + random_word() % 64, span = random_word() & 1 ? 64 : 1024, at;

	while (words--) {
		at = random_word() % span;
		/* a busy frame ends the guest: that is attack_busy */
		if (at >= L4_VP_KFRAME / 4 && at < L4_VP_KFRAME / 4 + 32 && at % 4 == 3)
			continue;
		page[at] = weird();
	}
	l4_vp->kret.pc = harmless_pc();
	l4_vp->user.pc = harmless_pc();
}

static void use_page(void)
{
	switch (random_word() % 8) {
	case 0:
		(void)attempt(try_undefined, 0);
		break;
	case 1:
		(void)attempt(try_read, L4_KERNEL_BASE);
		break;
	case 2:
		(void)attempt(try_jump, L4_KERNEL_BASE);
		break;
	case 3:
		(void)!l4_queue_map();
		break;
	case 4:
		(void)attempt(try_interrupt, 0);
		break;
	default:
		(void)attempt(hostile_resume, random_word() % 3 * 4);
	}
}

unsigned int attack_page(unsigned int rounds)
{
	unsigned int i;

	for (i = 0; i < rounds; i++) {
		if (i % BATCH == 0)
			hostile_begin();
		scribble();
		use_page();
		if (i % BATCH == BATCH - 1)
			hostile_end();
	}
	if (i % BATCH)
		hostile_end();
	return i;
}

/* --- resume --- */

/* The status that was seen where it landed; a frame's r0. */
static void check_landing(int entry, u32 wanted)
{
	u32 psr;

	if (entry == K(L4_EXC_UNDEF))
		psr = l4_vp->kframe[L4_EXC_UNDEF].r0;
	else if (entry == U(L4_EXC_UNDEF))
		psr = l4_vp->uframe.r0;
	else
		return;
	if ((psr & 0xdf) != 0x10 && (psr & 0xff) != 0x30)
		breach("resumed with a status", wanted, psr);
}

static bool make_code(void)
{
	void *code = (void *)get_zeroed_page(GFP_KERNEL);
	l4_word offset;
	l4_slot ram;

	if (!code || !own_ram(virt_to_phys(code), &ram, &offset))
		return false;
	memcpy(code, hostile_pads, (char *)hostile_pads_end - (char *)hostile_pads);
	l4_vp->queue[0].section = ram;
	l4_vp->queue[0].offset = offset;
	l4_vp->queue[0].va = CODE_VA | L4_MAP_X | L4_MT_WBWA << L4_MAP_TYPE_SHIFT;
	l4_vp->queue[0].gen = l4_vp->gen;
	l4_vp->qcount = 1;
	return l4_queue_map() == L4_OK && l4_cache(0, L4_CACHE_CODE, CODE_VA, 64) == L4_OK;
}

/* Every mode and mask; a pc that lands, one that does not, an odd one. */
static u32 frame(struct l4_vcpu_ret *ret, u32 landing)
{
	u32 psr = (random_word() & 0xfe0fffc0) | (random_word() & 0x3f);

	ret->pc = random_word() % 4 ? landing + (psr & 0x20 ? PAD_THUMB : 0) : harmless_pc();
	if (random_word() % 8 == 0)
		ret->pc |= 1 + random_word() % 3;
	ret->sp = weird();
	ret->lr = weird();
	ret->psr = psr;
	return psr;
}

unsigned int attack_frames(unsigned int rounds)
{
	unsigned int i, landed = 0;

	hostile_begin();
	if (!make_code())
		breach("no code for the process", 0, 0);
	for (i = 0; i < rounds; i++) {
		u32 which = random_word() % 3 * 4, psr;
		int entry;

		psr = frame(&l4_vp->user, CODE_VA);
		if (which == 8)
			psr = frame(&l4_vp->kret, (u32)hostile_pads);
		entry = attempt(hostile_resume, which);
		landed += entry == K(L4_EXC_UNDEF) || entry == U(L4_EXC_UNDEF);
		if (entry == CAME_BACK)
			breach("resume came back", which, psr);
		check_landing(entry, psr);
		if (i % BATCH == BATCH - 1) {
			hostile_end();
			hostile_begin();
		}
	}
	hostile_end();
	if (landed < rounds / 4)
		breach("too few resumes landed", landed, rounds);
	return i;
}

/* A fault whose frame is in use: the end of this guest. */
unsigned int attack_busy(unsigned int rounds)
{
	unsigned int i;

	msleep(500);	/* until the console has what was said before */
	hostile_begin();
	for (i = 0; i < 8; i++)
		l4_vp->kframe[i].busy = weird() | 1;
	try_undefined(0);
	return 0;
}

/* --- beside a Linux that goes on --- */

static unsigned long live_stack[256];

/* A helper thread: no Linux here. */
static void live_main(void)
{
	for (;;) {
		u32 words = 1 + random_word() % 4;

		while (words--)
			page[random_word() % 0xc0] = weird();
		hostile_sleep(LIVE_US * (1 + random_word() % 4));
	}
}

unsigned int attack_live(unsigned int rounds)
{
	msleep(500);
	if (l4_thread_create(0, LIVE_SLOT, L4_SLOT_SPACE, PRIO, 'H', 0) != L4_OK ||
	    l4_vcpu_bind(0, LIVE_SLOT, L4_ROLE_X) != L4_OK ||
	    l4_thread_start(LIVE_SLOT, (l4_word)live_main,
			    (l4_word)(live_stack + ARRAY_SIZE(live_stack)), 0) != L4_OK) {
		breach("no thread to scribble", 0, 0);
		return 0;
	}
	msleep(LIVE_MS);
	return rounds;
}
