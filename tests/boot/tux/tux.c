/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * A guest that stands for Linux in tests of the root cell: started as Linux is,
 * it checks what it finds and ends in one of the ways that Linux can.  The
 * boot arguments say which, and tests/boot/tux.dts what is to come of it.
 *
 * The guest's RAM is new at each start, so it counts its starts in a memory of
 * its description that stays: "starts", mapped at STARTS.
 */
#include <stdbool.h>
#include <l4/guest.h>
#include <l4/stubs.h>
#include <l4/vcpu.h>

#define STARTS		((volatile l4_word *)0x40000000)
#define BUFFER		0xff000000	/* the message buffer, where Linux would have it */
#define MAP_KERNEL	(L4_MAP_W | L4_MAP_KERNEL | L4_MT_WBWA << L4_MAP_TYPE_SHIFT)
#define MARK		0x6d61726b

extern char image_end[];
void tux_main(const struct l4_guest_info *info) __attribute__((noreturn));
int tux_send(l4_slot slot, l4_word tag, const l4_word *words);
void tux_fault(void);

static l4_word once = 1;	/* a restart has it again */

static void say(const char *text)
{
	while (*text) {
		l4_word w[4] = { 0 };

		for (int i = 0; i < 16 && *text; i++)
			((char *)w)[i] = *text++;
		(void)!l4_system(L4_SLOT_SYSTEM, L4_SYS_PUTS, w[0], w[1], w[2], w[3], 0, 0, 0, 0);
	}
}

static void check(bool good, const char *what)
{
	if (good)
		return;
	say("tux: wrong: ");
	say(what);
	say("\n");
}

static const char *find(const char *in, l4_word size, const char *what)
{
	for (l4_word i = 0; i < size; i++) {
		l4_word n = 0;

		while (what[n] && i + n < size && in[i + n] == what[n])
			n++;
		if (!what[n])
			return in + i;
	}
	return 0;
}

static char *at(const struct l4_guest_info *info, l4_word physical)
{
	return (char *)L4_GUEST_BASE + (physical - info->ram_base);
}

static void check_info(const struct l4_guest_info *info)
{
	check((l4_word)info == L4_GUEST_BASE, "r0");
	check(info->magic == L4_GUEST_MAGIC && info->version == L4_GUEST_VERSION, "magic");
	check(info->ram_size == 0x00b00000 && info->ram_base % L4_GUEST_RAM_ALIGN == 0, "ram");
	check(info->hz > 0, "hz");
	check(find(at(info, info->dtb), 4, "\xd0\x0d\xfe\xed") != 0, "device tree");
	check(info->initrd % L4_PAGE_SIZE == 0 && info->initrd_size == 7, "initrd");
	check(find(at(info, info->initrd), 7, "initrd\n") != 0, "initrd's contents");
	check(info->dtb + info->dtb_size <= info->initrd, "overlap");
}

/* Every word between the image and the device tree is 0, whatever was there before. */
static void check_free(const struct l4_guest_info *info)
{
	const l4_word *w = (const l4_word *)(((l4_word)image_end + 3) & ~3u);
	const l4_word *end = (const l4_word *)at(info, info->dtb);

	while (w < end && !*w)
		w++;
	check(w == end, "memory that is not zero");
	check(once == 1, "data of the last start");
}

static void check_devices(const struct l4_guest_info *info, const char *args)
{
	bool has = find(args, 64, " rtc") != 0;

	check(info->devices == has && info->irqs == has, "number of devices");
	if (!has)
		return;
	check(info->device[0].base == 0x10017000 && info->device[0].size == 0x1000, "device");
	check(info->irq[0].line == 36, "interrupt");
	check(l4_map(L4_SLOT_SPACE, info->device[0].slot,
		     0xf0000000 | L4_MAP_W | L4_MAP_KERNEL | L4_MT_DEVICE << L4_MAP_TYPE_SHIFT, 0,
		     L4_PAGE_SIZE) == L4_OK, "section of the device");
	check(*(volatile l4_word *)0xf0000fe0 == 0x31, "the rtc's number");	/* PL031 */
	check(l4_irq_bind(info->irq[0].slot, L4_SLOT_THREAD, 1) == L4_OK, "its interrupt");
}

/* Dirt for the next start to find, if it could. */
static void spoil(const struct l4_guest_info *info)
{
	once = MARK;
	*(l4_word *)at(info, info->ram_base + info->ram_size / 2) = MARK;
	*at(info, info->dtb) = 0;
	*at(info, info->initrd) = 0;
}

static void map_buffer(void)
{
	check(l4_map(L4_SLOT_SPACE, L4_SLOT_FRAME, BUFFER | MAP_KERNEL, 0, L4_PAGE_SIZE) == L4_OK,
	      "message buffer");
}

static void panic(const struct l4_guest_info *info)
{
	static const char text[] = "Fatal exception: this text has more words than registers\n";
	l4_word words = (sizeof(text) + 3) / 4;
	volatile char *to = (volatile char *)BUFFER;
	l4_word mr[8];

	map_buffer();
	for (l4_word i = 0; i < sizeof(text); i++)
		to[i] = text[i];
	for (int i = 0; i < 8; i++)
		mr[i] = ((volatile l4_word *)BUFFER)[i];
	tux_send(info->supervisor, L4_GUEST_PANIC << L4_TAG_LABEL_SHIFT | words, mr);
}

/* S faults while the frame of its last fault is in use. */
static void fault_twice(void)
{
	volatile struct l4_vcpu_page *p = (volatile struct l4_vcpu_page *)L4_GUEST_PAGE;

	check(p->vif == L4_VIF_MASKED, "interrupt flag");
	check(l4_vcpu_entry(0, L4_ENTRY_K + L4_EXC_DFAULT, (l4_word)tux_fault) == L4_OK, "entry");
	tux_fault();
}

static void end(const struct l4_guest_info *info, l4_word label)
{
	static const l4_word none[8];

	tux_send(info->supervisor, label << L4_TAG_LABEL_SHIFT, none);
}

void tux_main(const struct l4_guest_info *info)
{
	const char *args = find(at(info, info->dtb), info->dtb_size, "tux=");
	l4_word start = ++*STARTS;

	check_info(info);
	check_free(info);
	check_devices(info, args);
	spoil(info);
	say(args);
	say("\n");
	end(info, 0x7777);	/* root knows no such end */
	if (find(args, 16, "reboot"))
		end(info, start < 3 ? L4_GUEST_REBOOT : L4_GUEST_POWEROFF);
	if (find(args, 16, "halt"))
		end(info, L4_GUEST_HALT);
	if (find(args, 16, "panic"))
		panic(info);
	if (find(args, 16, "twice"))
		fault_twice();
	tux_fault();
	for (;;)
		;
}
