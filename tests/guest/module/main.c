// SPDX-License-Identifier: GPL-2.0
// Copyright the Armature authors
/*
 * "test=NAME" is done when the module is loaded, and its result is that of
 * loading; without it the module is only there.
 */
#include <linux/module.h>
#include <linux/string.h>
#include "probe.h"

static char *test = "";
module_param(test, charp, 0444);

static int value = 5;
module_param(value, int, 0644);

static const struct {
	const char *name;
	int (*run)(void);
} tests[] = {
	{ "vmalloc", probe_vmalloc }, { "lazy", probe_lazy }, { "vmap", probe_vmap },
	{ "ioremap", probe_ioremap }, { "foreign", probe_foreign }, { "highmem", probe_highmem },
	{ "hrtimer", probe_hrtimer }, { "neon", probe_neon }, { "backtrace", probe_backtrace },
	{ "static_key", probe_static_key }, { "kprobe", probe_kprobe },
	{ "kretprobe", probe_kretprobe }, { "execute", probe_execute }, { "oops", probe_oops },
	{ "spin", probe_spin }, { "sleep", probe_sleep },
};

static int __init probe_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tests); i++)
		if (!strcmp(tests[i].name, test))
			return tests[i].run();
	return *test ? -ENOENT : 0;
}

static void __exit probe_exit(void)
{
}

module_init(probe_init);
module_exit(probe_exit);
MODULE_DESCRIPTION("Tests of the kernel from inside");
MODULE_LICENSE("GPL");
