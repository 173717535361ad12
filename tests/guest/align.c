// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Unaligned accesses: what the processor does by itself, what Linux makes up for
 * (ldm, stm, ldrd, strd) or answers with SIGBUS, as /proc/cpu/alignment says.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include "lib/check.h"

enum { FIXUP = 2, SIGNAL = 4 };	/* what it makes of them */

static void set_mode(int mode)
{
	char c = '0' + mode;
	int fd = open("/proc/cpu/alignment", O_WRONLY);

	if (fd < 0)
		skip("the kernel has no /proc/cpu/alignment");
	SYS(write(fd, &c, 1));
	close(fd);
}

static char *bytes(void)
{
	static char b[128] __attribute__((aligned(8)));

	for (size_t i = 0; i < sizeof(b); i++)
		b[i] = i;
	return b;
}

static uint32_t expected(size_t at)
{
	return at | (at + 1) << 8 | (at + 2) << 16 | (at + 3) << 24;
}

static void by_the_processor(void)
{
	char *b = bytes();

	for (size_t at = 1; at < 8; at++) {
		uint32_t word, half;

		__asm__ volatile("ldr %0, [%1]" : "=r"(word) : "r"(b + at) : "memory");
		__asm__ volatile("ldrh %0, [%1]" : "=r"(half) : "r"(b + at) : "memory");
		CHECK_EQ(word, expected(at));
		CHECK_EQ(half, expected(at) & 0xffff);
		__asm__ volatile("str %0, [%1]" :: "r"(0x55667788), "r"(b + 64 + at) : "memory");
		memcpy(&word, b + 64 + at, 4);
		CHECK_EQ(word, 0x55667788);
		bytes();
	}
}

ARM NOINLINE static void load_pair(const char *p, uint32_t *out)
{
	__asm__ volatile("ldrd r4, r5, [%0]\n\tstm %1, {r4, r5}"
			 :: "r"(p), "r"(out) : "r4", "r5", "memory");
}

ARM NOINLINE static void load_many(const char *p, uint32_t *out)
{
	__asm__ volatile("ldmia %0, {r4-r6, r8}\n\tstm %1, {r4-r6, r8}"
			 :: "r"(p), "r"(out) : "r4", "r5", "r6", "r8", "memory");
}

ARM NOINLINE static char *load_many_back(char *p, uint32_t *out)
{
	__asm__ volatile("ldmdb %0!, {r4-r6, r8}\n\tstm %1, {r4-r6, r8}"
			 : "+r"(p) : "r"(out) : "r4", "r5", "r6", "r8", "memory");
	return p;
}

ARM NOINLINE static void store_many(char *p, const uint32_t *in)
{
	__asm__ volatile("ldm %1, {r4-r6, r8}\n\tstmia %0, {r4-r6, r8}"
			 :: "r"(p), "r"(in) : "r4", "r5", "r6", "r8", "memory");
}

ARM NOINLINE static void store_pair(char *p, const uint32_t *in)
{
	__asm__ volatile("ldm %1, {r4, r5}\n\tstrd r4, r5, [%0]"
			 :: "r"(p), "r"(in) : "r4", "r5", "memory");
}

THUMB NOINLINE static void load_pair_thumb(const char *p, uint32_t *out)
{
	__asm__ volatile("ldrd r4, r5, [%0]\n\tstm %1, {r4, r5}"
			 :: "r"(p), "r"(out) : "r4", "r5", "memory");
}

THUMB NOINLINE static void load_many_thumb(const char *p, uint32_t *out)
{
	__asm__ volatile("ldmia.w %0, {r4-r6, r8}\n\tstm.w %1, {r4-r6, r8}"
			 :: "r"(p), "r"(out) : "r4", "r5", "r6", "r8", "memory");
}

static void made_up_for(void)
{
	uint32_t out[4], in[4] = { 1, 0x22222222, 0x33333333, 0x44444444 };
	char *b = bytes();

	set_mode(FIXUP);
	for (size_t at = 1; at < 8; at++) {
		load_pair(b + at, out);
		CHECK(out[0] == expected(at) && out[1] == expected(at + 4));
		load_pair_thumb(b + at, out);
		CHECK(out[0] == expected(at) && out[1] == expected(at + 4));
		load_many(b + at, out);
		CHECK(out[0] == expected(at) && out[3] == expected(at + 12));
		load_many_thumb(b + at, out);
		CHECK(out[0] == expected(at) && out[3] == expected(at + 12));
		CHECK(load_many_back(b + at + 16, out) == b + at);
		CHECK(out[0] == expected(at) && out[3] == expected(at + 12));
		store_many(b + 64 + at, in);
		CHECK(!memcmp(b + 64 + at, in, 16));
		store_pair(b + 96 + at, in + 1);
		CHECK(!memcmp(b + 96 + at, in + 1, 8));
	}
}

static void load_pair_at(void *p)
{
	uint32_t out[2];

	load_pair(p, out);
}

/* The fixup reads and writes user memory, and faults as any access. */
static void made_up_for_at_a_pages_end(void)
{
	char *p = pages(2, PROT_READ | PROT_WRITE);
	uint32_t out[4], in[4] = { 1, 2, 3, 4 };
	struct fault f;

	set_mode(FIXUP);
	store_many(p + PAGE - 6, in);		/* two fresh pages */
	load_many(p + PAGE - 6, out);
	CHECK(!memcmp(in, out, sizeof(in)));
	SYS(mprotect(p + PAGE, PAGE, PROT_NONE));
	CHECK(faults(load_pair_at, p + PAGE - 6, &f));
	CHECK_EQ(f.sig, SIGSEGV);
}

static void answered_by_a_signal(void)
{
	char *b = bytes();

	set_mode(SIGNAL);
	MUST_FAULT(load_pair_at, b + 1, SIGBUS, BUS_ADRALN, b + 1);
	set_mode(FIXUP);
	load_pair_at(b + 1);
}

static void load_exclusive(void *p)
{
	__asm__ volatile("ldrex r0, [%0]" :: "r"(p) : "r0", "memory");
}

static void load_vfp(void *p)
{
	__asm__ volatile("vldr d0, [%0]" :: "r"(p) : "d0", "memory");
}

static void load_neon_aligned(void *p)
{
	__asm__ volatile("vld1.8 {d0, d1}, [%0 :128]" :: "r"(p) : "d0", "d1", "memory");
}

/* What nobody makes up for. */
static void never_allowed(void)
{
	char *b = bytes();

	set_mode(FIXUP);
	MUST_FAULT(load_exclusive, b + 2, SIGBUS, BUS_ADRALN, b + 2);
	MUST_FAULT(load_vfp, b + 2, SIGBUS, BUS_ADRALN, b + 2);
	MUST_FAULT(load_neon_aligned, b + 4, SIGBUS, BUS_ADRALN, b + 4);
}

static void counted(void)
{
	char text[600];
	int fd = open("/proc/cpu/alignment", O_RDONLY);
	ssize_t n;

	if (fd < 0)
		skip("the kernel has no /proc/cpu/alignment");
	n = SYS(read(fd, text, sizeof(text) - 1));
	text[n] = 0;
	CHECK(strstr(text, "User:"));
	CHECK(strstr(text, "User faults:\t2 (fixup)"));
}

static const struct test tests[] = {
	T(by_the_processor), T(made_up_for), T(made_up_for_at_a_pages_end),
	T(answered_by_a_signal), T(never_allowed), T(counted),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
