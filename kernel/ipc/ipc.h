/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Messages, notifications and exceptions between threads.  All of it runs on
 * one core with interrupts off; each function is bounded.
 */
#ifndef IPC_IPC_H
#define IPC_IPC_H

#include "object/thread.h"

/* call and reply_recv in every case: see fastpath.c. */
int ipc_call(struct thread *cur) must_check;
int ipc_reply_recv(struct thread *cur) must_check;

/* Sets bits; a thread that receives gets them at once. */
void notify_thread(struct thread *t, uint32_t bits);

/*
 * Ends the IPC that t is in, if any, with an error in its r0; t is left in no
 * queue and in state TS_STOPPED.  An exception that t waits for is forgotten.
 */
void ipc_cancel(struct thread *t, int error);
/* The same, and t goes on with the error. */
void ipc_fail(struct thread *t, int error);

/* Empties a saved reply slot; the caller that waits for it gets ECANCEL. */
void ipc_reply_drop(struct slot *s);

/* Sends t's exception (fault_addr, fault_status set) along its route. */
void exception_raise(struct thread *t, uint32_t class);
/* Past every route: to the supervisor of its cell, else stopped. */
void exception_supervisor(struct thread *t, uint32_t class);
/* The answer to an exception: label and words as in abi.h. */
void exception_reply(struct thread *t, uint32_t tag, const uint32_t *mr,
		     const struct l4_msgbuf *buf);
/* Writes the message of t's exception into the receiver's registers and buffer. */
void exception_message(const struct thread *t, struct thread *to);

/* The words and capabilities of a message from one thread to another. */
uint32_t ipc_transfer_long(struct thread *from, struct thread *to, uint32_t tag);

#endif
