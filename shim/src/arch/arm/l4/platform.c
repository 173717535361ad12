// SPDX-License-Identifier: GPL-2.0
/* Copyright the Armature authors */
/*
 * How a guest ends: it tells its supervisor.  And what its cell has used of its
 * quota: /proc/armature.
 */
#include <linux/init.h>
#if __has_include(<linux/panic_notifier.h>)	/* it was part of linux/kernel.h */
#include <linux/panic_notifier.h>
#endif
#include <linux/pm.h>
#include <linux/proc_fs.h>
#include <linux/reboot.h>
#include <linux/seq_file.h>
#include <asm/l4-calls.h>

/* A call, as nobody answers it: after a send it would go on until another core has removed it. */
static void tell(l4_word label)
{
	l4_word mr[8] = { 0 };

	(void)!l4_call(l4_guest.supervisor, label << L4_TAG_LABEL_SHIFT, mr, NULL);
}

static void power_off(void)
{
	tell(L4_GUEST_POWEROFF);
}

static int restart(struct notifier_block *nb, unsigned long mode, void *cmd)
{
	tell(L4_GUEST_REBOOT);
	return NOTIFY_DONE;
}

/* `halt` ends in a loop: what has to be said is said before. */
static int halt(struct notifier_block *nb, unsigned long mode, void *cmd)
{
	if (mode == SYS_HALT)
		tell(L4_GUEST_HALT);
	return NOTIFY_DONE;
}

/* The supervisor reports it, and decides what becomes of the guest. */
static int panicked(struct notifier_block *nb, unsigned long code, void *text)
{
	l4_word mr[L4_GUEST_TEXT_WORDS] = { 0 };

	strscpy((char *)mr, text, sizeof(mr));
	memcpy(l4_msgbuf()->mr, mr, sizeof(mr));
	(void)!l4_call(l4_guest.supervisor,
		       L4_GUEST_PANIC << L4_TAG_LABEL_SHIFT | L4_GUEST_TEXT_WORDS, mr, NULL);
	return NOTIFY_DONE;
}

static struct notifier_block restart_block = { .notifier_call = restart, .priority = 255 };
static struct notifier_block halt_block = { .notifier_call = halt, .priority = INT_MIN };
static struct notifier_block panic_block = { .notifier_call = panicked };

/* Before anything can panic. */
void __init l4_panic_init(void)
{
	atomic_notifier_chain_register(&panic_notifier_list, &panic_block);
}

static int __init l4_platform_init(void)
{
	pm_power_off = power_off;
	register_restart_handler(&restart_block);
	register_reboot_notifier(&halt_block);
	return 0;
}
arch_initcall(l4_platform_init);

#ifdef CONFIG_PROC_FS
static int show(struct seq_file *m, void *unused)
{
	l4_word used, quota, slots;

	if (l4_cell_info(0, &used, &quota, &slots) != L4_OK)
		return -EIO;
	seq_printf(m, "quota\t%lu\nused\t%lu\nspaces\t%u\n", (unsigned long)quota,
		   (unsigned long)used, l4_space_count());
	return 0;
}

static int __init l4_proc_init(void)
{
	return proc_create_single("armature", 0444, NULL, show) ? 0 : -ENOMEM;
}
fs_initcall(l4_proc_init);
#endif
