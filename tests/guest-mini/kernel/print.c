/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Text goes to the loader, which prints it; and the guest's end.
 */
#include <stdarg.h>
#include <l4x/ipc.h>
#include "kernel/kernel.h"

void *memset(void *d, int c, size_t n);
void *memcpy(void *restrict d, const void *restrict s, size_t n);

void *memset(void *d, int c, size_t n)
{
	char *p = d;

	while (n--)
		*p++ = (char)c;
	return d;
}

void *memcpy(void *restrict d, const void *restrict s, size_t n)
{
	char *to = d;
	const char *from = s;

	while (n--)
		*to++ = *from++;
	return d;
}

static char *put_number(char *p, uint32_t n, uint32_t base)
{
	char digits[12];
	int i = 0;

	do {
		digits[i++] = "0123456789abcdef"[n % base];
		n /= base;
	} while (n);
	while (i)
		*p++ = digits[--i];
	return p;
}

/* %s, %u and %x; the result is never longer than a line. */
static char *format(char *p, const char *end, const char *fmt, va_list args)
{
	for (; *fmt && p < end - 12; fmt++) {
		if (*fmt != '%') {
			*p++ = *fmt;
			continue;
		}
		fmt++;
		if (*fmt == 's') {
			for (const char *s = va_arg(args, const char *); *s && p < end - 12; s++)
				*p++ = *s;
		} else {
			p = put_number(p, va_arg(args, uint32_t), *fmt == 'x' ? 16 : 10);
		}
	}
	return p;
}

static void ask_loader(l4_word label, l4_word w0, l4_word w1)
{
	l4_word tag = l4_tag(label, 2);

	(void)!l4_call_regs(SLOT_LOADER, &tag, &w0, &w1);
}

void print(const char *fmt, ...)
{
	static char line[160];
	va_list args;
	char *end;

	preempt_off++;
	va_start(args, fmt);
	end = format(line, line + sizeof(line), fmt, args);
	va_end(args);
	ask_loader(LOADER_PRINT, (l4_word)line - KERNEL_BASE, (l4_word)(end - line));
	preempt_off--;
}

void finish(uint32_t code)
{
	for (;;)
		ask_loader(LOADER_EXIT, code, 0);
}

void die(const char *why, uint32_t a, uint32_t b)
{
	print("Bail out! guest kernel: %s %x %x\n", why, (unsigned)a, (unsigned)b);
	finish(1);
}
