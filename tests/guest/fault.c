// SPDX-License-Identifier: BSD-2-Clause
// Copyright the Armature authors
/*
 * Faults: the signal, its code and its address must be the ones of native
 * Linux, for every kind of access; faults that the kernel resolves must leave
 * every register as it was.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include "lib/check.h"

static char *hole(void)
{
	char *p = SYS(mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0));

	SYS(munmap(p + PAGE, PAGE));
	return p + PAGE;
}

/* --- one instruction each, with the address in a register --- */

#define ACCESS(name, ...)					\
	ARM NOINLINE static void name(void *p)			\
	{							\
		__asm__ volatile(__VA_ARGS__ :: "r"(p) :	\
			"r2", "r3", "r4", "r5", "d0", "d1", "d2", "d3", "memory"); \
	}

ACCESS(load_half, "ldrh r2, [%0]")
ACCESS(load_word, "ldr r2, [%0]")
ACCESS(load_double, "ldrd r2, r3, [%0]")
ACCESS(load_many, "ldmia %0, {r2-r5}")
ACCESS(load_exclusive, "ldrex r2, [%0]")
ACCESS(load_user, "ldrt r2, [%0]")
ACCESS(load_vfp, "vldr d0, [%0]")
ACCESS(load_neon, "vld1.8 {d0-d3}, [%0]")
ACCESS(store_half, "strh r2, [%0]")
ACCESS(store_word, "str r2, [%0]")
ACCESS(store_double, "strd r2, r3, [%0]")
ACCESS(store_many, "stmia %0, {r2-r5}")
ACCESS(store_vfp, "vstr d0, [%0]")
ACCESS(store_neon, "vst1.8 {d0-d3}, [%0]")
ACCESS(store_user, "strt r2, [%0]")
ACCESS(store_exclusive, "1: ldrex r2, [%0]\n\tstrex r3, r2, [%0]\n\tcmp r3, #0\n\tbne 1b")

static void (*const loads[])(void *) = {
	load_byte, load_half, load_word, load_double, load_many, load_exclusive, load_user,
	load_vfp, load_neon,
};
static void (*const stores[])(void *) = {
	store_byte, store_half, store_word, store_double, store_many, store_vfp, store_neon,
	store_user,
};

static void nothing_mapped(void)
{
	char *p = hole();

	for (size_t i = 0; i < ARRAY_SIZE(loads); i++)
		MUST_FAULT(loads[i], p + 64, SIGSEGV, SEGV_MAPERR, p + 64);
	for (size_t i = 0; i < ARRAY_SIZE(stores); i++)
		MUST_FAULT(stores[i], p + 64, SIGSEGV, SEGV_MAPERR, p + 64);
	MUST_FAULT(jump_to, p + 64, SIGSEGV, SEGV_MAPERR, p + 64);
	MUST_FAULT(load_byte, NULL, SIGSEGV, SEGV_MAPERR, 0);
	MUST_FAULT(store_byte, (void *)0xfff, SIGSEGV, SEGV_MAPERR, 0xfff);
	MUST_FAULT(jump_to, (void *)0x8, SIGSEGV, SEGV_MAPERR, 8);
}

static void no_permission(void)
{
	char *none = pages(1, PROT_NONE), *ro = pages(1, PROT_READ);

	for (int touched = 0; touched < 2; touched++) {
		for (size_t i = 0; i < ARRAY_SIZE(loads); i++)
			MUST_FAULT(loads[i], none + 64, SIGSEGV, SEGV_ACCERR, none + 64);
		for (size_t i = 0; i < ARRAY_SIZE(stores); i++)
			MUST_FAULT(stores[i], ro + 64, SIGSEGV, SEGV_ACCERR, ro + 64);
		MUST_FAULT(store_exclusive, ro + 64, SIGSEGV, SEGV_ACCERR, ro + 64);
		MUST_FAULT(jump_to, ro + 64, SIGSEGV, SEGV_ACCERR, ro + 64);
		load_byte(ro);	/* the second time with the zero page in the table */
	}
}

static void no_execution(void)
{
	uint32_t *p = pages(1, PROT_READ | PROT_WRITE);

	p[0] = 0xe12fff1e;	/* bx lr */
	__builtin___clear_cache((char *)p, (char *)(p + 1));
	MUST_FAULT(jump_to, p, SIGSEGV, SEGV_ACCERR, p);
	SYS(mprotect(p, PAGE, PROT_READ | PROT_EXEC));
	jump_to(p);
	SYS(mprotect(p, PAGE, PROT_READ));
	MUST_FAULT(jump_to, p, SIGSEGV, SEGV_ACCERR, p);
}

static void executed_stack(void)
{
	volatile uint32_t code[2] = { 0xe12fff1e, 0xe12fff1e };

	MUST_FAULT(jump_to, code, SIGSEGV, SEGV_ACCERR, code);
}

/* An access over a page's end names the page that is missing. */
static void over_a_pages_end(void)
{
	char *p = hole();
	struct fault f;

	CHECK(faults(load_many, p - 8, &f));
	CHECK_EQ(f.addr, (unsigned long)p);
	CHECK(faults(store_many, p - 4, &f));
	CHECK_EQ(f.addr, (unsigned long)p);
	CHECK(faults(load_neon, p - 16, &f));
	CHECK_EQ(f.addr, (unsigned long)p);
	CHECK(faults(load_word, p - 2, &f));
	CHECK_EQ(f.sig, SIGSEGV);
	CHECK_EQ(f.addr, (unsigned long)p);
	/* and its first part, when that is not there */
	CHECK(faults(load_many, p + PAGE - 8, &f));
	CHECK_EQ(f.addr, (unsigned long)p + PAGE - 8);
}

static void past_a_files_end(void)
{
	int fd = SYS(open("/tmp/fault", O_RDWR | O_CREAT | O_TRUNC, 0600));
	char *p;

	SYS(unlink("/tmp/fault"));
	SYS(ftruncate(fd, PAGE + 10));
	p = SYS(mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
	store_byte(p + PAGE + 100);
	MUST_FAULT(load_byte, p + 2 * PAGE, SIGBUS, BUS_ADRERR, p + 2 * PAGE);
	MUST_FAULT(store_byte, p + 2 * PAGE + 5, SIGBUS, BUS_ADRERR, p + 2 * PAGE + 5);
	/* A page that was there and is cut off. */
	SYS(ftruncate(fd, 100));
	MUST_FAULT(load_byte, p + PAGE, SIGBUS, BUS_ADRERR, p + PAGE);
	load_byte(p);
	SYS(ftruncate(fd, 3 * PAGE));
	CHECK_EQ(p[PAGE + 100], 0);
	close(fd);
}

/* Thousands of faults that the kernel resolves, inside of ldm, stm and NEON. */
static void resolved_faults_change_nothing(void)
{
	size_t size = 256 * PAGE;
	uint32_t *p = SYS(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			       -1, 0));
	uint32_t sum = 0;

	for (unsigned round = 0; round < loops(8); round++) {
		for (size_t at = PAGE - 8; at + 16 < size; at += PAGE) {
			register uint32_t a __asm__("r2") = at, b __asm__("r3") = at + 1;
			register uint32_t c __asm__("r4") = at + 2, d __asm__("r5") = at + 3;
			char *where = (char *)p + at;

			__asm__ volatile("stmia %0!, {r2-r5}" : "+r"(where) :
					 "r"(a), "r"(b), "r"(c), "r"(d) : "memory");
			CHECK_EQ(where - (char *)p, at + 16);
		}
		for (size_t at = PAGE - 8; at + 16 < size; at += PAGE) {
			uint32_t *w = (uint32_t *)((char *)p + at);

			CHECK(w[0] == at && w[1] == at + 1 && w[2] == at + 2 && w[3] == at + 3);
			sum += w[0];
		}
		SYS(madvise(p, size, MADV_DONTNEED));
		for (size_t at = 0; at < size; at += PAGE)
			CHECK_EQ(p[at / 4], 0);		/* zero pages now, written again next */
	}
	CHECK(sum);
}

static volatile int repaired;

static void repair(int sig, siginfo_t *info, void *context)
{
	unsigned long page = (unsigned long)info->si_addr & ~(PAGE - 1ul);

	(void)sig, (void)context;
	SYS(mprotect((void *)page, PAGE, PROT_READ | PROT_WRITE));
	repaired++;
}

/* The handler makes the page writable, and the instruction goes on. */
static void repaired_by_the_handler(void)
{
	char *p = pages(64, PROT_READ);

	on_signal(SIGSEGV, 0, repair);
	for (unsigned round = 1; round <= loops(4); round++) {
		for (int i = 0; i < 64; i++) {
			store_many(p + i * PAGE + 16);
			store_exclusive(p + i * PAGE);
		}
		CHECK_EQ(repaired, 64 * round);
		SYS(mprotect(p, 64 * PAGE, round & 1 ? PROT_NONE : PROT_READ));
	}
}

static const struct test tests[] = {
	T(nothing_mapped), T(no_permission), T(no_execution), T(executed_stack),
	T(over_a_pages_end), T(past_a_files_end), T(resolved_faults_change_nothing),
	T(repaired_by_the_handler),
};

int main(int argc, char **argv)
{
	return RUN(tests);
}
