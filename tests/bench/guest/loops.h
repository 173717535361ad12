/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/* The loops of loops.c: what one is, and where they are. */
#ifndef LOOPS_H
#define LOOPS_H

struct loop {
	const char *name;
	int rounds;			/* of one pass: some milliseconds */
	void (*prepare)(int rounds);	/* may be NULL, as finish */
	void (*run)(int rounds);
	void (*finish)(int rounds);
};

extern const struct loop loops[];	/* the last has no name */

/* Loops of more than a few lines. */
void memory_prepare(int rounds);
void memory_finish(int rounds);
void memory_touch(int rounds);
void memory_cow_prepare(int rounds);
void memory_cow_finish(int rounds);
void memory_segv_prepare(int rounds);
void memory_segv(int rounds);
void memory_mprotect(int rounds);
void memory_file_prepare(int rounds);
void memory_file(int rounds);
void memory_mmap(int rounds);

void process_fork(int rounds);
void process_exec(int rounds);
void process_thread(int rounds);
void process_pipe_prepare(int rounds);
void process_pipe(int rounds);
void process_pipe_finish(int rounds);
void process_futex_prepare(int rounds);
void process_futex(int rounds);
void process_futex_finish(int rounds);

void loops_die(const char *what) __attribute__((noreturn));

#endif
