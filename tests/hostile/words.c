/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Random instruction words in user mode, ARM and Thumb.
 *
 * A child cell's thread runs pages of them.  This cell is its supervisor: it
 * gets each exception, and lets the thread go on behind it with other registers.
 * A thread that loops, sleeps or waits is noticed by an alarm and set elsewhere.
 * In half of the rounds system calls come here too, in the others they are the
 * kernel's: the child has an empty table and a quota, and may do what it likes
 * with them.
 */
#include <string.h>
#include "lib/hostile.h"

#define RAM		8
#define RAM_VA		0x20000000
#define PAGES		8		/* of words; data follow */
#define CODE		0x00400000
#define CODE_SIZE	(PAGES * L4_PAGE_SIZE)
#define DATA		0x00500000
#define DATA_SIZE	0x10000
#define CELL		40		/* slots: the cell, its space, thread, memory */
#define SPACE		41
#define THREAD		42
#define TEXT		43
#define HEAP		44
#define FRAME		45
#define RAM_ATTR	(L4_MT_WBWA << L4_MAP_TYPE_SHIFT)
#define ALARM_BIT	1
#define ALARM_US	4000
#define ROUNDS		(40 * hostile_scale())
#define EXCEPTIONS	4000		/* a round */

static l4_word exceptions, by_class[L4_EXC_COUNT], stuck, words_passed, rounds;

/* Words that are privileged, unpredictable, or mean something to the system. */
static l4_word system_word(void)
{
	static const l4_word pattern[][2] = {
		{ 0xee000010, 0x01efff0f },	/* mcr, mrc cp15 with any registers */
		{ 0xee000e10, 0x01fff1ff },	/* cp14 */
		{ 0xec400f00, 0x001ff0ff },	/* mcrr, mrrc */
		{ 0xf1000000, 0x000f01df },	/* cps, setend */
		{ 0xe10f0000, 0x0040f000 },	/* mrs */
		{ 0xe120f000, 0x004f00ff },	/* msr */
		{ 0xe320f000, 0x000000ff },	/* hints, wfi, wfe */
		{ 0xe1200070, 0x000fff0f },	/* bkpt */
		{ 0xe1600070, 0x0000000f },	/* smc */
		{ 0xef000000, 0x00ffffff },	/* svc */
		{ 0xf8400500, 0x01ef001f },	/* srs */
		{ 0xf8100a00, 0x01ef0000 },	/* rfe */
		{ 0xe8100000, 0x01ffffff },	/* ldm, stm, with ^ and pc */
		{ 0xe8d08000, 0x012f7fff },	/* ldm ^ with pc */
		{ 0xe1900f9f, 0x006ff000 },	/* ldrex and its kin */
		{ 0xe1000090, 0x004ff00f },	/* swp */
		{ 0xe1200020, 0x0000000f },	/* bxj */
		{ 0xeee00a10, 0x001ff000 },	/* vmsr, vmrs */
		{ 0xf57ff000, 0x0000007f },	/* clrex, barriers */
		{ 0xf4000000, 0x00ffffff },	/* NEON loads and stores, pld */
		{ 0xec000b00, 0x01ffffff },	/* VFP loads and stores */
		{ 0xe1b0f000, 0x000fffff },	/* movs pc */
	};
	const l4_word *p = pattern[random_below(sizeof(pattern) / sizeof(pattern[0]))];

	return p[0] | (random_word() & p[1]);
}

/* ldrd into lr and pc, with pc as the index that follows: QEMU 7.2 aborts where it translates it. */
static l4_word bearable(l4_word word)
{
	return (word & 0x0f50f0ff) == 0x0000e0df ? word ^ 1 : word;
}

static void fill_code(void)
{
	l4_word *code = (l4_word *)RAM_VA;

	for (l4_word i = 0; i < CODE_SIZE / sizeof(*code); i++) {
		code[i] = one_in(3) ? system_word() : random_word();
		/* two of three are executed for certain */
		if (!one_in(3))
			code[i] = (code[i] & 0x0fffffff) | 0xe0000000;
		code[i] = bearable(code[i]);
	}
	must(l4_cache(0, L4_CACHE_CODE, RAM_VA, CODE_SIZE));
}

static l4_word random_register(void)
{
	switch (random_below(6)) {
	case 0:
		return random_word();
	case 1:
		return CODE + random_below(CODE_SIZE);
	case 2:
		return random_below(64);
	case 3:
		return L4_KERNEL_BASE + random_below(L4_KERNEL_SIZE);
	default:
		return DATA + random_below(DATA_SIZE) * (one_in(4) ? 1 : 4) % DATA_SIZE;
	}
}

static l4_word random_pc(void)
{
	return CODE + (random_below(CODE_SIZE) & ~3u);
}

static l4_word random_psr(void)
{
	return one_in(4) ? random_word() | 0x20 : random_word() & 0xf80f0000;
}

/* Everything anew, for a thread that is stopped. */
static void set_thread(void)
{
	struct l4_regs *r = (struct l4_regs *)(void *)l4x_buf();

	for (int i = 0; i < 15; i++)
		r->r[i] = random_register();
	r->r[12] = random_below(64);	/* often a call */
	r->pc = random_pc();
	r->psr = random_psr();
	r->tpidrurw = random_word();
	r->tpidruro = random_word();
	must(l4_thread_write(THREAD, L4_REGS_CPU));
	must(l4_thread_resume(THREAD));
}

static void alarm_next(void)
{
	uint64_t when = ticks() + (uint64_t)ALARM_US * (l4x_start()->hz / 1000000);

	must(l4_alarm(0, ALARM_BIT, (l4_word)when, (l4_word)(when >> 32)));
}

/* It has done nothing since the last alarm: it is set elsewhere. */
static void unstick(void)
{
	stuck++;
	must(l4_thread_stop(THREAD));
	set_thread();
}

/* How far it came, and where it goes on. */
static void next(struct l4_message *m)
{
	static l4_word from = CODE;
	l4_word pc = m->mr[L4_EM_PC], width = m->mr[L4_EM_PSR] & 0x20 ? 2 : 4;

	if (pc >= from && pc < CODE + CODE_SIZE)
		words_passed += (pc - from) / width + 1;
	pc += width;
	if (pc - CODE >= CODE_SIZE || one_in(50))
		pc = random_pc();
	from = pc;
	m->mr[L4_EM_PC] = pc;
	m->mr[L4_EM_PSR] = random_psr();
	for (l4_word i = L4_EM_R0; i < L4_EM_WORDS; i++)
		*(i < L4_MSG_REGS ? &m->mr[i] : &l4x_buf()->mr[i]) = random_register();
	l4x_buf()->mr[L4_EM_R0 + 12] = random_below(64);	/* often a call */
	m->tag = l4_tag(L4_REPLY_REGS, L4_EM_WORDS);
}

static void run_round(void)
{
	struct l4_message m = { .tag = 0 };
	l4_word seen = 0, last = 0;
	int err;

	alarm_next();
	set_thread();
	err = l4_recv(&m, L4_NEVER);
	while (seen < EXCEPTIONS) {
		if (err == L4_NOTIFIED) {
			if (seen == last)
				unstick();
			last = seen;
			alarm_next();
			err = l4_recv(&m, L4_NEVER);
			continue;
		}
		if (err != L4_OK || !(m.tag & L4_TAG_KERNEL)) {
			point(false, "only exceptions come: %d, tag %lx", err, m.tag);
			break;
		}
		seen++;
		by_class[l4_label(m.tag) % L4_EXC_COUNT]++;
		next(&m);
		err = l4_reply_recv(&m, L4_NEVER);
	}
	exceptions += seen;
}

static void make_child(bool own_calls)
{
	must(l4_cell_create(CELL, 0x20000, 64, 90, 0x64726f77, 0x73));
	must(l4_cell_supervise(CELL, L4_SLOT_THREAD));
	must(l4_space_create(CELL, SPACE, 0));
	must(l4_thread_create(CELL, THREAD, SPACE, 90, 0x646f77, 0));
	must(l4_frame_create(CELL, FRAME));
	must(l4_thread_buffer(THREAD, FRAME, 0));
	must(l4_section_derive(CELL, TEXT, RAM, 0, CODE_SIZE, L4_R_READ | L4_R_WRITE | L4_R_EXEC));
	must(l4_section_derive(CELL, HEAP, RAM, CODE_SIZE, DATA_SIZE, L4_R_READ | L4_R_WRITE));
	must(l4_map(SPACE, TEXT, CODE | L4_MAP_X | RAM_ATTR | (one_in(2) ? L4_MAP_W : 0), 0,
		    CODE_SIZE));
	must(l4_map(SPACE, HEAP, DATA | L4_MAP_W | RAM_ATTR, 0, DATA_SIZE));
	must(l4_thread_route(THREAD, L4_EXC_SYSCALL,
			     own_calls ? L4_ROUTE_KERNEL : L4_ROUTE_SUPER, 0));
}

/* What our own mapping of its memory lost with its capabilities. */
static void map_ram(void)
{
	must(l4_map(L4_SLOT_SPACE, RAM, RAM_VA | L4_MAP_W | RAM_ATTR, 0, 0x100000));
}

static void destroy_child(void)
{
	struct l4_message m = { .tag = 0 };

	must(l4_alarm(0, 0, 0, 0));
	must(l4_cap_delete(CELL));
	/* bits of an alarm that had just come */
	(void)!l4_recv(&m, L4_NOWAIT);
	map_ram();
}

static l4_word pool_free(void)
{
	l4_word bytes = 0;

	must(l4_system(L4_SLOT_SYSTEM, L4_SYS_INFO, 0, 0, 0, 0, NULL, &bytes, NULL, NULL));
	return bytes;
}

int main(void)
{
	l4_word seed = hostile_seed(), before;
	uint64_t start = ticks();

	l4x_printf("# SEED=%lu gives the same again\n", seed);
	random_seed(seed);
	map_ram();
	before = pool_free();
	for (rounds = 0; rounds < ROUNDS; rounds++) {
		make_child(rounds & 1);
		fill_code();
		run_round();
		destroy_child();
	}
	l4x_printf("# %lu exceptions, %lu words passed, %lu times set elsewhere, %lu ms\n",
		   exceptions, words_passed, stuck, ticks_to_ms(ticks() - start));
	l4x_printf("# calls %lu, prefetch %lu, data %lu, undefined %lu, alignment %lu\n",
		   by_class[L4_EXC_SYSCALL], by_class[L4_EXC_PFAULT], by_class[L4_EXC_DFAULT],
		   by_class[L4_EXC_UNDEF], by_class[L4_EXC_ALIGN]);
	point(rounds == ROUNDS && exceptions == ROUNDS * EXCEPTIONS,
	      "all rounds of random words end");
	for (l4_word c = L4_EXC_SYSCALL; c <= L4_EXC_ALIGN; c++)
		point(by_class[c], "exceptions of class %lu came", c);
	point(!by_class[L4_EXC_FP] && !by_class[L4_EXC_STOP], "and of no other");
	point(pool_free() == before, "kernel memory is back: %lu %lu", before, pool_free());
	victim_end();
	return points_done();
}
