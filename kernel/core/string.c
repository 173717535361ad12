/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Memory functions: the kernel's own, and those the compiler calls.  Large
 * aligned blocks go 64 bytes a turn by store multiples: a page is cleared in about
 * 260 instructions.  The build forbids making these loops calls of themselves.
 */
#include "core/kernel.h"

#define BLOCK		64u
#define ALIGNED(p)	(((uintptr_t)(p) & 3) == 0)

/* n is a multiple of BLOCK and not 0, d aligned to a word. */
static char *set_blocks(char *d, uint32_t word, size_t n)
{
	__asm__ volatile("mov r3, %2\n\t"
			 "mov r4, %2\n\t"
			 "mov r5, %2\n\t"
			 "mov r6, %2\n\t"
			 "mov r7, %2\n\t"
			 "mov r8, %2\n\t"
			 "mov r9, %2\n\t"
			 "mov r10, %2\n"
			 "1:\tstmia %0!, {r3-r10}\n\t"
			 "subs %1, %1, #64\n\t"
			 "stmia %0!, {r3-r10}\n\t"
			 "bne 1b"
			 : "+r"(d), "+r"(n)
			 : "r"(word)
			 : "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "cc", "memory");
	return d;
}

static void copy_blocks(char **d, const char **s, size_t n)
{
	char *to = *d;
	const char *from = *s;

	__asm__ volatile("1:\tldmia %1!, {r3-r10}\n\t"
			 "subs %2, %2, #64\n\t"
			 "stmia %0!, {r3-r10}\n\t"
			 "ldmia %1!, {r3-r10}\n\t"
			 "stmia %0!, {r3-r10}\n\t"
			 "bne 1b"
			 : "+r"(to), "+r"(from), "+r"(n)
			 :
			 : "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "cc", "memory");
	*d = to;
	*s = from;
}

void *memset(void *dest, int c, size_t n)
{
	char *d = dest;
	uint32_t word = (uint32_t)(c & 0xff) * 0x01010101u;

	for (; n && !ALIGNED(d); n--)
		*d++ = (char)c;
	if (n >= BLOCK) {
		d = set_blocks(d, word, n & ~(BLOCK - 1));
		n &= BLOCK - 1;
	}
	for (; n >= 4; n -= 4, d += 4)
		*(uint32_t *)(void *)d = word;
	for (; n; n--)
		*d++ = (char)c;
	return dest;
}

void *memcpy(void *restrict dest, const void *restrict src, size_t n)
{
	char *d = dest;
	const char *s = src;

	if (ALIGNED(d) && ALIGNED(s)) {
		if (n >= BLOCK) {
			copy_blocks(&d, &s, n & ~(BLOCK - 1));
			n &= BLOCK - 1;
		}
		for (; n >= 4; n -= 4, d += 4, s += 4)
			*(uint32_t *)(void *)d = *(const uint32_t *)(const void *)s;
	}
	for (; n; n--)
		*d++ = *s++;
	return dest;
}

void *memmove(void *dest, const void *src, size_t n)
{
	char *d = dest;
	const char *s = src;

	if (d <= s) {
		for (; n; n--)
			*d++ = *s++;
		return dest;
	}
	while (n--)
		d[n] = s[n];
	return dest;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;

	for (; n; n--, x++, y++)
		if (*x != *y)
			return *x < *y ? -1 : 1;
	return 0;
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}
