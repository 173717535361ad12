/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/*
 * A module that tests the kernel from inside, for tests/guest/module.c.  A test
 * returns 0, -EOPNOTSUPP where the kernel is built without it, or -EIO; what was
 * wrong is in the kernel's log.
 */
#ifndef PROBE_H
#define PROBE_H

#include <linux/errno.h>
#include <linux/printk.h>
#include <linux/types.h>

#define CHECK(cond) do {						\
	if (!(cond)) {							\
		pr_err("probe: %s:%d: %s\n", __FILE__, __LINE__, #cond);	\
		return -EIO;						\
	}								\
} while (0)

#define TRY(call) do {			\
	int err_ = (call);		\
	if (err_)			\
		return err_;		\
} while (0)

int probe_vmalloc(void);	/* memory.c */
int probe_lazy(void);
int probe_vmap(void);
int probe_ioremap(void);
int probe_foreign(void);
int probe_highmem(void);

int probe_hrtimer(void);	/* timer.c */
int probe_neon(void);
int probe_backtrace(void);

int probe_static_key(void);	/* code.c */
int probe_kprobe(void);
int probe_kretprobe(void);
int probe_execute(void);
int probe_oops(void);
int probe_spin(void);
int probe_sleep(void);
#endif
