/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A million calls, or more (scale.dtsi).  The cell is started three times: twice it makes half of
 * them and ends, so that root destroys it with whatever it has made; the third
 * time it compares the kernel's free memory, and what came back from each call.
 */
#include <string.h>
#include "calls.h"

#define MAGIC	0xca115eed
#define HALF	(500000 * hostile_scale())

/* In shared memory: what the next start is to know. */
static struct record {
	l4_word magic, run, seed;
	l4_word pool[3];
	l4_word made;
	l4_word counts[L4_NR_COUNT][-L4_ELAST];
} *const record = (struct record *)LOG_VA;

_Static_assert(sizeof(struct record) <= L4_PAGE_SIZE, "the log is one page");

#define L4_SYSCALL(name, group, in, out, errors, text) { #name, errors },
static const struct {
	const char *name, *errors;
} calls[] = {
#include <l4/syscalls.def>
};
#undef L4_SYSCALL

void count(l4_word nr, int result)
{
	if (result > 0)
		result = L4_OK;
	if (nr >= L4_NR_COUNT || result <= L4_ELAST) {
		point(nr >= L4_NR_COUNT && result == L4_ENOSYS, "call %lu gives %d", nr, result);
		return;
	}
	record->counts[nr][-result]++;
}

int do_call(l4_word nr, l4_word *r)
{
	r[12] = nr;
	fuzz_call(r);
	count(nr, (int)r[0]);
	record->made++;
	return (int)r[0];
}

/* How often a call is chosen. */
static l4_word choose(void)
{
	static const uint8_t often[] = {
		L4_NR_cap_delete, L4_NR_cap_delete, L4_NR_cap_delete, L4_NR_cap_copy, L4_NR_map,
		L4_NR_call, L4_NR_recv, L4_NR_thread_create, L4_NR_section_derive,
		L4_NR_frame_create,
	};

	if (one_in(2))
		return often[random_below(sizeof(often))];
	return random_below(L4_NR_COUNT);
}

static void make_calls(void)
{
	for (l4_word i = 0; i < HALF; i++) {
		l4_word r[13], in[13], nr = choose();

		if (one_in(2000)) {
			scene(random_below(SCENES));
			continue;
		}
		make_args(nr, r);
		memcpy(in, r, sizeof(in));
		learn(nr, in, do_call(nr, r));
		if (!(i % 4096))
			l4_yield();
		if (i % 100000 == 99999)
			l4x_printf("# %lu calls\n", record->made);
	}
}

static void make_fixed(void)
{
	l4_word *ram = (l4_word *)RAM_VA;

	/* What child cells' threads find where it is mapped for them: calls, without end. */
	for (l4_word i = 0; i < 0x400000 / sizeof(*ram); i++)
		ram[i] = i % 8 == 7 ? 0xeafffff8 : 0xef000000;	/* b .-24, svc #0 */
	for (l4_word i = ONE_CALL / sizeof(*ram); i < 0x400000 / sizeof(*ram); i++)
		ram[i] = i & 1 ? 0xeafffffe : 0xef000000;	/* b ., svc #0 */
	must(l4_cache(0, L4_CACHE_CODE, RAM_VA, 0x400000));
	memset(kind_of, NOTHING, sizeof(kind_of));
	must(l4_thread_create(0, SINK, L4_SLOT_SPACE, 0, 0x6b6e6973, 0));
	must(l4_thread_create(0, ECHO, L4_SLOT_SPACE, TOP_PRIO, 0x6f686365, 0));
	must(l4_thread_buffer(ECHO, L4_SLOT_FRAME, 7 * L4_MSGBUF_SIZE));
	must(l4_thread_start(ECHO, (l4_word)safe_echo, 0, 0));
}

/* Calls that nobody but root can make succeed, and the errors that go with it. */
static bool roots_own(l4_word nr, int error)
{
	return nr == L4_NR_irq_create && error != L4_ECAP;
}

static bool listed(const char *errors, const char *name)
{
	size_t n = strlen(name);

	for (const char *e = errors; (e = strstr(e, name)) != NULL; e += n)
		if ((e == errors || e[-1] == ' ') && (e[n] == ' ' || e[n] == '\0'))
			return true;
	return false;
}

static void judge(l4_word nr)
{
	bool good = record->counts[nr][0] || roots_own(nr, L4_OK);

	l4x_printf("# %-14s %7lu ok", calls[nr].name, record->counts[nr][0]);
	for (int e = 1; e < -L4_ELAST; e++)
		if (record->counts[nr][e])
			l4x_printf(" %s %lu", error_name(-e), record->counts[nr][e]);
	l4x_printf("\n");
	for (int e = 1; e < -L4_ELAST; e++) {
		bool should = listed(calls[nr].errors, error_name(-e)) && !roots_own(nr, -e);
		bool did = record->counts[nr][e];

		if (should == did || (roots_own(nr, -e) && !did))
			continue;
		l4x_printf("# %s: %s %s\n", calls[nr].name, error_name(-e),
			   did ? "is not documented" : "never came");
		good = false;
	}
	point(good, "%s succeeds, gives each documented error and no other", calls[nr].name);
}

static int report(void)
{
	point(record->pool[1] == record->pool[0] && record->pool[2] == record->pool[0],
	      "kernel memory is back each time: %lu %lu %lu", record->pool[0], record->pool[1],
	      record->pool[2]);
	point(record->made >= 2 * HALF, "%lu calls in two runs", record->made);
	for (l4_word nr = 0; nr < L4_NR_COUNT; nr++)
		judge(nr);
	victim_end();
	return points_done();
}

int main(void)
{
	uint64_t start = ticks();
	l4_word free_bytes = 0;

	must(l4_system(L4_SLOT_SYSTEM, L4_SYS_INFO, 0, 0, 0, 0, NULL, &free_bytes, NULL, NULL));
	if (record->magic != MAGIC) {
		memset(record, 0, sizeof(*record));
		record->magic = MAGIC;
		record->seed = hostile_seed();
	}
	record->pool[record->run] = free_bytes;
	if (record->run++ == 2)
		return report();
	l4x_printf("# run %lu, SEED=%lu gives the same again\n", record->run,
		   record->seed);
	random_seed(record->seed + record->run);
	make_fixed();
	for (l4_word i = 0; i < SCENES; i++)
		scene(i);
	make_calls();
	l4x_printf("# run %lu: %lu calls so far, %lu ms\n", record->run, record->made,
		   ticks_to_ms(ticks() - start));
	return 0;
}
