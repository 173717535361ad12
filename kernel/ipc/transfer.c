/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The part of a message that is not in registers: words from 8 up, which go
 * from buffer to buffer, and capabilities, which are copied from the slots that
 * the sender's buffer names to those that the receiver has named in r11.
 */
#include "ipc/ipc.h"

static uint32_t copy_caps(struct thread *from, struct thread *to, uint32_t count)
{
	uint32_t first = to->regs.r[11], done = 0;
	int err;

	while (first && done < count) {
		/* once: the sender may change it meanwhile */
		uint32_t number = *(const volatile uint32_t *)&from->buf->caps[done];
		struct slot *src = cell_slot(from->obj.cell, number);
		struct slot *dst = cap_empty(to->obj.cell, first + done, &err);

		if (!src || !src->obj || !(src->rights & L4_R_GRANT) || !dst)
			break;
		if (cap_copy_slot(src, dst, src->rights, 0) != L4_OK)
			break;
		done++;
	}
	return done;
}

/* Returns the tag with what was delivered. */
uint32_t ipc_transfer_long(struct thread *from, struct thread *to, uint32_t tag)
{
	uint32_t words = tag & L4_TAG_WORDS;
	uint32_t caps = (tag & L4_TAG_CAPS) >> L4_TAG_CAPS_SHIFT;

	if (!from->buf || !to->buf) {
		if (words > L4_MSG_REGS)
			words = L4_MSG_REGS;
	} else {
		for (uint32_t i = L4_MSG_REGS; i < words; i++)
			to->buf->mr[i] = from->buf->mr[i];
	}
	caps = from->buf && caps ? copy_caps(from, to, caps) : 0;
	tag &= ~(uint32_t)(L4_TAG_WORDS | L4_TAG_CAPS);
	return tag | words | caps << L4_TAG_CAPS_SHIFT;
}
