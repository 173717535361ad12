// SPDX-License-Identifier: GPL-2.0
/* Copyright the Armature authors */
/*
 * The console, hvc0: bytes to and from Armature's console cell (l4/console.h).
 * It never makes S wait, and rings interrupt bit CONSOLE_BIT of thread I when
 * there is input, or room again.  Before there is a tty: earlycon=l4.
 */
#include <linux/console.h>
#include <linux/init.h>
#include <linux/of.h>
#include <linux/serial_core.h>
#include <linux/version.h>
#include <asm/l4-calls.h>
#include <l4/console.h>
#include "../../../drivers/tty/hvc/hvc_console.h"

#define CONSOLE_BIT	L4_BIT_VIRTUAL
#define BELL_SLOT	(L4_SLOT_U + 1)		/* thread I, with the right to set the bit */

/* Since 6.8 text is bytes in the interface of hvc, before it was characters. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
typedef u8 hvc_char;
typedef size_t hvc_size;
#else
typedef char hvc_char;
typedef int hvc_size;
#endif

static bool bell;	/* the console should have it */

/* The caller has interrupts masked, if the message is in the buffer too. */
static int request(l4_word label, l4_word words, l4_word *mr)
{
	l4_word tag = 0;
	int err = l4_call(L4_SLOT_CONSOLE, label << L4_TAG_LABEL_SHIFT | words, mr, &tag);

	return err || tag >> L4_TAG_LABEL_SHIFT ? -EIO : 0;
}

static int give_bell(bool on)
{
	l4_word mr[L4_MSG_REGS] = { 1u << CONSOLE_BIT };
	unsigned long flags;
	int err;

	local_irq_save(flags);
	bell = on;
	l4_msgbuf()->caps[0] = BELL_SLOT;
	err = request(L4_CON_BELL, 1 | on << L4_TAG_CAPS_SHIFT, mr);
	local_irq_restore(flags);
	return err;
}

static ssize_t put_chars(uint32_t vtermno, const hvc_char *text, hvc_size count)
{
	l4_word size = min_t(l4_word, count, L4_CON_PUT_MAX), words = DIV_ROUND_UP(size, 4);
	l4_word mr[L4_MSG_REGS] = { 0 }, first = min_t(l4_word, size, L4_CON_PUT_REGS);
	unsigned long flags;
	int err;

	memcpy(mr, text, first);
	local_irq_save(flags);
	memcpy(&l4_msgbuf()->mr[L4_MSG_REGS], text + first, size - first);
	err = request(L4_CON_PUT + words * 4 - size, words, mr);
	local_irq_restore(flags);
	if (err)
		return err;
	if (bell && !mr[1])	/* the console was restarted */
		give_bell(true);
	return mr[0] ? min(mr[0], size) : -EAGAIN;
}

static ssize_t get_chars(uint32_t vtermno, hvc_char *text, hvc_size count)
{
	l4_word size = min_t(l4_word, count, L4_CON_GET_REGS);
	l4_word mr[L4_MSG_REGS] = { size };

	if (!size || request(L4_CON_GET, 1, mr))
		return 0;
	size = min(mr[0], size);
	memcpy(text, &mr[1], size);
	return size;
}

/* Without a bell hvc asks again and again. */
static int notifier_add(struct hvc_struct *hp, int irq)
{
	if (notifier_add_irq(hp, irq) == 0 && hp->irq_requested && give_bell(true))
		notifier_del_irq(hp, irq);
	return 0;
}

static void notifier_del(struct hvc_struct *hp, int irq)
{
	give_bell(false);
	notifier_del_irq(hp, irq);
}

static const struct hv_ops ops = {
	.get_chars = get_chars,
	.put_chars = put_chars,
	.notifier_add = notifier_add,
	.notifier_del = notifier_del,
	.notifier_hangup = notifier_del,
};

static struct device_node *node __initdata;

static int __init console_begin(void)
{
	node = of_find_compatible_node(NULL, NULL, "armature,console");
	return !node || hvc_instantiate(0, 0, &ops) ? -ENODEV : 0;
}
console_initcall(console_begin);

static int __init console_tty(void)
{
	int irq = 0;

	if (!node)
		return -ENODEV;
	if (!l4_cap_copy(L4_SLOT_I, 0, BELL_SLOT, L4_R_NOTIFY | L4_R_GRANT, 1u << CONSOLE_BIT))
		irq = l4_virq(CONSOLE_BIT);
	return PTR_ERR_OR_ZERO(hvc_alloc(0, irq, &ops, L4_CON_PUT_MAX));
}
device_initcall(console_tty);

static void early_write(struct console *con, const char *text, unsigned int count)
{
	while (count) {
		const char *end = memchr(text + 1, '\n', count - 1);
		ssize_t done;

		if (*text == '\n')
			put_chars(0, (const hvc_char *)"\r", 1);
		done = put_chars(0, (const hvc_char *)text, end ? end - text : count);
		if (done < 0 && done != -EAGAIN)
			return;
		done = max_t(ssize_t, done, 0);
		text += done;
		count -= done;
	}
}

static int __init early_setup(struct earlycon_device *device, const char *options)
{
	device->con->write = early_write;
	return 0;
}
EARLYCON_DECLARE(l4, early_setup);
