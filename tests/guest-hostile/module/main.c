// SPDX-License-Identifier: GPL-2.0
/* Copyright the Armature authors */
/*
 * insmod hostile.ko attack=NAME seed=N rounds=N symbols=ADDRESS,...
 * Loading it is the attack; it says how much it did.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include "hostile.h"

unsigned long symbols[SYMBOLS];
static int symbol_count;
static char *attack = "";
static unsigned int seed = 1, rounds = 1000;
static unsigned int breaches;

module_param_array(symbols, ulong, &symbol_count, 0);
module_param(attack, charp, 0);
module_param(seed, uint, 0);
module_param(rounds, uint, 0);

static const struct {
	const char *name;
	unsigned int (*run)(unsigned int rounds);
} attacks[] = {
	{ "instructions", attack_instructions }, { "maps", attack_maps },
	{ "queue", attack_queue }, { "memory", attack_memory }, { "page", attack_page },
	{ "frames", attack_frames }, { "busy", attack_busy }, { "live", attack_live },
	{ "flood", attack_flood }, { "quota", attack_quota }, { "calls", attack_calls },
};

static unsigned long flags;
static u32 saved[1024];

static const struct {
	u8 entry, symbol;
} entries[] = {
	{ L4_ENTRY_SVC, SYM_SVC },
	{ U(L4_EXC_PFAULT), SYM_PABT_USR }, { U(L4_EXC_DFAULT), SYM_DABT_USR },
	{ U(L4_EXC_ALIGN), SYM_DABT_USR }, { U(L4_EXC_UNDEF), SYM_UND_USR },
	{ U(L4_EXC_FP), SYM_UND_USR }, { L4_ENTRY_UIRQ, SYM_IRQ_USR },
	{ K(L4_EXC_PFAULT), SYM_PABT_SVC }, { K(L4_EXC_DFAULT), SYM_DABT_SVC },
	{ K(L4_EXC_ALIGN), SYM_DABT_SVC }, { K(L4_EXC_UNDEF), SYM_UND_SVC },
	{ K(L4_EXC_FP), SYM_UND_SVC }, { L4_ENTRY_KIRQ, SYM_IRQ_SVC },
};

void hostile_begin(void)
{
	unsigned int i;

	local_irq_save(flags);
	memcpy(saved, l4_vp, sizeof(saved));
	for (i = 0; i < ARRAY_SIZE(entries); i++)
		(void)!l4_vcpu_entry(0, entries[i].entry,
				     (l4_word)hostile_stubs[entries[i].entry]);
}

/* Interrupts that came in between were for nobody: Linux looks once more. */
void hostile_end(void)
{
	unsigned int i;
	l4_word gen;

	for (i = 0; i < ARRAY_SIZE(entries); i++)
		(void)!l4_vcpu_entry(0, entries[i].entry, symbols[entries[i].symbol]);
	gen = l4_vp->gen;
	memcpy(l4_vp, saved, sizeof(saved));
	l4_vp->vif = L4_VIF_MASKED;
	l4_vp->gen = gen;
	l4_work_due(L4_WORK_STATE) = 1;
	(void)!l4_notify(L4_SLOT_I, 1u << L4_BIT_TIMER);
	local_irq_restore(flags);
}

int attempt(void (*fn)(unsigned long), unsigned long arg)
{
	int entry = hostile_try(fn, arg) - 1;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(l4_vp->kframe); i++)
		l4_vp->kframe[i].busy = 0;
	l4_vp->vif = L4_VIF_MASKED;
	return entry;
}

void try_read(unsigned long addr)
{
	(void)*(volatile u32 *)addr;
}

void try_write(unsigned long addr)
{
	*(volatile u32 *)addr = 0xdeadbeef;
}

void try_jump(unsigned long addr)
{
	((void (*)(void))addr)();
}

bool own_ram(phys_addr_t phys, l4_slot *section, l4_word *offset)
{
	*section = l4_guest.ram;
	*offset = phys - l4_guest.ram_base;
	return *offset < l4_guest.ram_size;
}

/* Kept until interrupts are open again: the console sleeps. */
static struct {
	const char *what;
	unsigned long a, b;
} reports[8];

void breach(const char *what, unsigned long a, unsigned long b)
{
	unsigned int i = breaches++;

	if (i < ARRAY_SIZE(reports)) {
		reports[i].what = what;
		reports[i].a = a;
		reports[i].b = b;
	}
}

u32 random_word(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

u32 weird(void)
{
	static const u32 values[] = {
		0, 1, 2, 3, 7, 0x10, 0x13, 0x1f, 0x7f, 0x80, 0xff, 0x1d3, 0x60000030, ~0u,
		L4_KERNEL_BASE, L4_KERNEL_BASE + 0x8000, L4_KERNEL_END - 4, L4_VP, L4_VP + 0xffc,
		L4_MSGBUF, PAGE_OFFSET, 0x10000, L4_VP_QUEUE_MAX, L4_VP_QUEUE_MAX + 1, L4_SLOT_U,
		L4_SLOT_SPACES, 0x7fffffff, 0x80000000, 0xffff0000, 0xffff0ffc,
	};
	u32 n = random_word();

	if (n & 1)
		return values[(n >> 1) % ARRAY_SIZE(values)];
	return n & 2 ? random_word() : random_word() & PAGE_MASK;
}

static int __init hostile_init(void)
{
	unsigned int i, n, done;

	if (symbol_count != SYMBOLS || !seed)
		return -EINVAL;
	for (n = 0; n < ARRAY_SIZE(attacks) && strcmp(attack, attacks[n].name); n++)
		;
	if (n == ARRAY_SIZE(attacks))
		return -ENOENT;
	pr_emerg("hostile: begin %s, seed %u\n", attack, seed);
	done = attacks[n].run(rounds);
	for (i = 0; i < min_t(unsigned int, breaches, ARRAY_SIZE(reports)); i++)
		pr_emerg("hostile: BREACH %s: %08lx %08lx\n", reports[i].what, reports[i].a,
			 reports[i].b);
	pr_emerg("hostile: done %s, %u acts, %u breaches\n", attack, done, breaches);
	return 0;
}
module_init(hostile_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("attacks on Armature, for its tests");
