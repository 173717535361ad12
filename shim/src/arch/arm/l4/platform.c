// SPDX-License-Identifier: GPL-2.0
/* Copyright the Armature authors */
/*
 * How a guest ends: it tells its supervisor.
 */
#include <linux/init.h>
#include <linux/panic_notifier.h>
#include <linux/pm.h>
#include <linux/reboot.h>
#include <asm/l4-calls.h>

static void tell(l4_word label)
{
	l4_word mr[8] = { 0 };

	(void)!l4_send(l4_guest.supervisor, label << L4_TAG_LABEL_SHIFT, mr);
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

/* With panic=N Linux restarts itself; else nobody else would say that it is over. */
static int panicked(struct notifier_block *nb, unsigned long code, void *text)
{
	l4_word mr[L4_GUEST_TEXT_WORDS] = { 0 };

	if (panic_timeout)
		return NOTIFY_DONE;
	strscpy((char *)mr, text, sizeof(mr));
	memcpy(l4_msgbuf()->mr, mr, sizeof(mr));
	(void)!l4_send(l4_guest.supervisor,
		       L4_GUEST_PANIC << L4_TAG_LABEL_SHIFT | L4_GUEST_TEXT_WORDS, mr);
	return NOTIFY_DONE;
}

static struct notifier_block restart_block = { .notifier_call = restart, .priority = 255 };
static struct notifier_block panic_block = { .notifier_call = panicked };

static int __init l4_platform_init(void)
{
	pm_power_off = power_off;
	register_restart_handler(&restart_block);
	atomic_notifier_chain_register(&panic_notifier_list, &panic_block);
	return 0;
}
arch_initcall(l4_platform_init);
