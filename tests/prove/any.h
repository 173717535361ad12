/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Any value of a type: what a proof says, it says for all of them.
 */
#ifndef PROVE_ANY_H
#define PROVE_ANY_H

#include <stdbool.h>
#include <stdint.h>
#include <__fc_builtin.h>
#include <string.h>	/* what memset and memcpy do; string.c has tests of its own */

static inline uint32_t any_below(uint32_t n)
{
	return (uint32_t)Frama_C_interval(0, (int)n - 1);
}

static inline bool any_bool(void)
{
	return Frama_C_interval(0, 1);
}

static inline uint8_t any_u8(void)
{
	return (uint8_t)Frama_C_unsigned_char_interval(0, 0xff);
}

static inline uint16_t any_u16(void)
{
	return (uint16_t)Frama_C_unsigned_short_interval(0, 0xffff);
}

static inline uint32_t any_u32(void)
{
	return Frama_C_unsigned_int_interval(0, 0xffffffff);
}

#endif
