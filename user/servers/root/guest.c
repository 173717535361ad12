/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Guests that run Linux: what is in their RAM when they start, and how they
 * end (include/l4/guest.h).  The kernel's image, its device tree and its initrd
 * come fresh from the payload each time.
 */
#include <string.h>
#include "root.h"

static const struct l4_boot_guest *boot(const struct cell *c)
{
	const struct l4_boot_guest *g = payload_at(payload()->guests_offset);

	return &g[c->boot->guest - 1];
}

bool guest_ram(const struct cell *c, const struct l4_boot_memory *m)
{
	const struct l4_boot_memory *memory = payload_at(payload()->memory_offset);

	return c->boot->guest && m == &memory[boot(c)->ram];
}

/* What the description gave it, but for its RAM. */
static void list_devices(const struct cell *c, struct l4_guest_info *info)
{
	const struct l4_boot_device *d = payload_at(payload()->devices_offset);

	d += c->boot->device;
	for (l4_word i = 0; i < c->boot->devices; i++) {
		if (d[i].size && info->devices < L4_GUEST_DEVICES)
			info->device[info->devices++] = (struct l4_guest_device){
				d[i].base, d[i].size, d[i].slot };
		for (l4_word j = 0; j < d[i].irqs && info->irqs < L4_GUEST_IRQS; j++)
			info->irq[info->irqs++] = (struct l4_guest_irq){
				d[i].irq[j], d[i].irq_slot[j] };
	}
}

static bool copy(const struct ram *r, l4_word base, l4_word from, l4_word size)
{
	return !size || ram_write(r, base - r->base, payload_at(from), size, false);
}

int guest_fill(const struct cell *c, const struct l4_boot_memory *m, const struct ram *r)
{
	static struct l4_guest_info info;
	const struct l4_boot_guest *g = boot(c);

	info = (struct l4_guest_info){
		.magic = L4_GUEST_MAGIC, .version = L4_GUEST_VERSION,
		.ram_base = r->base, .ram_size = m->size, .ram = m->slot,
		.dtb = g->dtb_base, .dtb_size = g->dtb_size,
		.initrd = g->initrd_base, .initrd_size = g->initrd_size,
		.prio = c->boot->prio, .hz = kernel_info()->hz,
		.counter_offset = kernel_info()->counter_offset,
		.counter_hz = kernel_info()->counter_hz, .supervisor = g->supervisor,
	};
	list_devices(c, &info);
	if (ram_write(r, 0, &info, sizeof(info), false) &&
	    ram_write(r, L4_GUEST_TEXT, payload_at(g->image_offset), g->image_size, true) &&
	    copy(r, g->dtb_base, g->dtb_offset, g->dtb_size) &&
	    copy(r, g->initrd_base, g->initrd_offset, g->initrd_size))
		return L4_OK;
	return check(c, "its kernel cannot be copied", L4_EQUOTA);
}

/* A virtual CPU, and the first thread as its S. */
int guest_vcpu(const struct cell *c)
{
	const l4_word attr = L4_MAP_W | L4_MAP_KERNEL | MAP_RAM;
	l4_slot frame = slot_new(c), vcpu = slot_new(c);
	int err = vcpu ? l4_frame_create(c->cell, frame) : L4_EBUSY;

	if (!err)
		err = l4_map(c->space, frame, L4_GUEST_PAGE | attr, 0, L4_PAGE_SIZE);
	if (!err)
		err = l4_vcpu_create(c->cell, vcpu, frame, L4_GUEST_PAGE);
	if (!err)
		err = l4_vcpu_bind(vcpu, c->thread, L4_ROLE_S);
	err = check(c, "its virtual CPU (quota)", err);
	return err ? err : watch_start(c, vcpu, frame);
}

l4_word guest_watchdog(const struct cell *c)
{
	return boot(c)->watchdog;
}

/* A clock that can be read without a call. */
static int give_counter(const struct cell *c)
{
	const struct l4_kernel_info *k = kernel_info();

	for (l4_word i = 0; i < k->resources; i++)
		if (k->resource[i].kind == L4_RES_COUNTER)
			return l4_cap_copy(L4_SLOT_FREE + i, c->cell, L4_GUEST_SLOT_COUNTER,
					   L4_R_READ, 0);
	return L4_OK;
}

/* The way to root, with the badge that its exceptions have; and the counter. */
int guest_supervise(const struct cell *c)
{
	int err = l4_cap_copy(L4_SLOT_THREAD, c->cell, boot(c)->supervisor, L4_R_SEND,
			      (l4_word)(c - cells) + 1);

	return err ? err : give_counter(c);
}

/* One line, whatever the guest has put there. */
static void say_panic(const char *name, const l4_word *mr, l4_word words)
{
	char text[4 * L4_GUEST_TEXT_WORDS + 1];
	l4_word n = 0;

	if (words > L4_GUEST_TEXT_WORDS)
		words = L4_GUEST_TEXT_WORDS;
	memcpy(text, mr, 4 * words);
	while (n < 4 * words && text[n]) {
		if (text[n] < ' ' || text[n] > '~')
			text[n] = text[n] == '\n' ? ' ' : '?';
		n++;
	}
	while (n && text[n - 1] == ' ')
		n--;
	text[n] = 0;
	say("cell %.16s: Linux panicked: %s\n", name, text);
}

enum guest_end guest_ended(const struct cell *c, l4_word label, const l4_word *mr, l4_word words)
{
	const char *name = c->boot->name;

	switch (c->boot->guest ? label : 0) {
	case L4_GUEST_POWEROFF:
		say("cell %.16s: Linux powered off\n", name);
		return GUEST_GONE;
	case L4_GUEST_HALT:
		say("cell %.16s: Linux halted\n", name);
		return GUEST_GONE;
	case L4_GUEST_REBOOT:
		say("cell %.16s: Linux reboots\n", name);
		return GUEST_AGAIN;
	case L4_GUEST_PANIC:
		say_panic(name, mr, words);
		return GUEST_FAILED;
	default:
		return GUEST_LIVES;
	}
}
