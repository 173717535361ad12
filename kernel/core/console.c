/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * kprintf: the kernel's few words before the console cell is there, and at a
 * panic.  Polls the board's UART.  Knows %c %s %d %i %u %x %X %p %%, with l and
 * ll (64 bit numbers are printed in hexadecimal only), a width, and the flags
 * 0 and -; nothing else.
 */
#include "core/console.h"
#include "core/kernel.h"
#include "platform/plat.h"

#define DIGITS_MAX	20

struct field {
	uint32_t width;
	bool left, zero;
};

static void put_padding(uint32_t used, uint32_t width, char c)
{
	for (; used < width; used++)
		plat_putc(c);
}

static void put_field(const char *s, uint32_t len, struct field f)
{
	if (!f.left)
		put_padding(len, f.width, ' ');
	for (uint32_t i = 0; i < len; i++)
		plat_putc(s[i]);
	if (f.left)
		put_padding(len, f.width, ' ');
}

/* Zeros go between the sign and the digits. */
static void put_number(char *digits, uint32_t len, bool negative, struct field f)
{
	if (f.zero && !f.left) {
		if (negative)
			plat_putc('-');
		put_padding(len + negative, f.width, '0');
		f.width = 0;
	} else if (negative) {
		*--digits = '-';
		len++;
	}
	put_field(digits, len, f);
}

static void put_hex(uint64_t v, const char *alphabet, struct field f)
{
	char buf[DIGITS_MAX];
	char *p = buf + sizeof(buf);

	do {
		*--p = alphabet[v & 0xf];
		v >>= 4;
	} while (v);
	put_number(p, (uint32_t)(buf + sizeof(buf) - p), false, f);
}

static void put_decimal(uint32_t v, bool negative, struct field f)
{
	char buf[DIGITS_MAX];
	char *p = buf + sizeof(buf);

	do {
		*--p = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	put_number(p, (uint32_t)(buf + sizeof(buf) - p), negative, f);
}

static void put_string(const char *s, struct field f)
{
	if (!s)
		s = "(null)";
	put_field(s, (uint32_t)strnlen(s, 1024), f);
}

static const char *get_field(const char *fmt, struct field *f)
{
	*f = (struct field){ 0, false, false };
	for (; *fmt == '-' || *fmt == '0'; fmt++) {
		f->left |= *fmt == '-';
		f->zero |= *fmt == '0';
	}
	for (; *fmt >= '0' && *fmt <= '9'; fmt++)
		f->width = f->width * 10 + (uint32_t)(*fmt - '0');
	return fmt;
}

static void put_arg(char what, bool wide, struct field f, va_list *args)
{
	uint64_t v;
	int i;
	char c;

	switch (what) {
	case 'c':
		c = (char)va_arg(*args, int);
		put_field(&c, 1, f);
		break;
	case 's':
		put_string(va_arg(*args, const char *), f);
		break;
	case 'd':
	case 'i':
		i = va_arg(*args, int);
		put_decimal(i < 0 ? 0u - (uint32_t)i : (uint32_t)i, i < 0, f);
		break;
	case 'p':
		f = (struct field){ 8, false, true };
		/* fall through */
	case 'u':
	case 'x':
	case 'X':
		v = wide ? va_arg(*args, uint64_t) : va_arg(*args, uint32_t);
		if (what == 'u' && !wide)
			put_decimal((uint32_t)v, false, f);
		else
			put_hex(v, what == 'X' ? "0123456789ABCDEF" : "0123456789abcdef", f);
		break;
	default:
		plat_putc(what);
	}
}

void kvprintf(const char *fmt, va_list *args)
{
	struct field f;
	uint32_t longs;

	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			plat_putc(*fmt);
			continue;
		}
		fmt = get_field(fmt + 1, &f);
		for (longs = 0; *fmt == 'l'; fmt++)
			longs++;
		if (!*fmt)
			return;
		put_arg(*fmt, longs > 1, f, args);
	}
}

void kprintf(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	kvprintf(fmt, &args);
	va_end(args);
}
