/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The four message calls.  They have too many registers for a generated stub.
 *
 * Two forms.  With struct l4_message: easy, all eight register words.  With
 * _regs: two words that stay in registers, for paths where instructions count.
 * Words from the ninth on, and capabilities to send, are in l4x_buf().
 */
#ifndef L4X_IPC_H
#define L4X_IPC_H

#include <l4/abi.h>
#include <l4/callnr.h>

#define must_check __attribute__((warn_unused_result))

struct l4_message {
	l4_word tag;
	l4_word mr[L4_MSG_REGS];
	l4_word badge;		/* received: of the capability that the sender used */
};

static inline l4_word l4_tag(l4_word label, l4_word words)
{
	return label << L4_TAG_LABEL_SHIFT | words;
}

static inline l4_word l4_label(l4_word tag)
{
	return tag >> L4_TAG_LABEL_SHIFT;
}

static inline l4_word l4_words(l4_word tag)
{
	return tag & L4_TAG_WORDS;
}

/*
 * Any of the four: loads the message into registers, does call nr, stores what
 * came back.  accept: the first slot for received capabilities, 0 refuses them.
 */
int l4_ipc(l4_slot dest, struct l4_message *m, l4_word timeout, l4_slot accept,
	   l4_word nr) must_check;

static inline must_check int l4_call(l4_slot dest, struct l4_message *m, l4_word timeout)
{
	return l4_ipc(dest, m, timeout, 0, L4_NR_call);
}

static inline must_check int l4_send(l4_slot dest, struct l4_message *m, l4_word timeout)
{
	return l4_ipc(dest, m, timeout, 0, L4_NR_send);
}

/* L4_NOTIFIED: the bits are in mr[0]. */
static inline must_check int l4_recv(struct l4_message *m, l4_word timeout)
{
	return l4_ipc(0, m, timeout, 0, L4_NR_recv);
}

static inline must_check int l4_reply_recv(struct l4_message *m, l4_word timeout)
{
	return l4_ipc(0, m, timeout, 0, L4_NR_reply_recv);
}

/* Fast forms, without limit of time: the tag, two words, no capabilities. */
static inline must_check int l4_call_regs(l4_slot dest, l4_word *tag, l4_word *w0, l4_word *w1)
{
	register l4_word r0 __asm__("r0") = dest;
	register l4_word r1 __asm__("r1") = *tag;
	register l4_word r2 __asm__("r2") = *w0;
	register l4_word r3 __asm__("r3") = *w1;
	register l4_word r10 __asm__("r10") = L4_NEVER;
	register l4_word r11 __asm__("r11") = 0;
	register l4_word r12 __asm__("r12") = L4_NR_call;

	__asm__ volatile("svc #0"
		: "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r10)
		: "r"(r11), "r"(r12)
		: "r4", "r5", "r6", "r7", "r8", "r9", "memory");
	*tag = r1;
	*w0 = r2;
	*w1 = r3;
	return (int)r0;
}

static inline must_check int l4_reply_recv_regs(l4_word *tag, l4_word *w0, l4_word *w1,
						l4_word *badge)
{
	register l4_word r0 __asm__("r0") = 0;
	register l4_word r1 __asm__("r1") = *tag;
	register l4_word r2 __asm__("r2") = *w0;
	register l4_word r3 __asm__("r3") = *w1;
	register l4_word r10 __asm__("r10") = L4_NEVER;
	register l4_word r11 __asm__("r11") = 0;
	register l4_word r12 __asm__("r12") = L4_NR_reply_recv;

	__asm__ volatile("svc #0"
		: "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r10)
		: "r"(r11), "r"(r12)
		: "r4", "r5", "r6", "r7", "r8", "r9", "memory");
	*tag = r1;
	*w0 = r2;
	*w1 = r3;
	*badge = r10;
	return (int)r0;
}

#endif
