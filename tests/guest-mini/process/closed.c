/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What a process sees of the ranges that it may not touch: the fault that a
 * native kernel would show, with domain 0 and never a domain fault.
 */
#include "process/process.h"

#define SECTION_TRANSLATION	0x005
#define PAGE_TRANSLATION	0x007
#define SECTION_PERMISSION	0x00d
#define PAGE_PERMISSION		0x00f
#define ALIGNMENT		0x001
#define ANY			0

static const struct place {
	uint32_t addr, status;
	const char *name;
} places[] = {
	{ KERNEL_BASE + 0x1000, SECTION_PERMISSION, "the guest kernel's code: section" },
	{ KERNEL_BASE + PAGES_OFFSET, SECTION_PERMISSION, "the guest's memory: section" },
	{ VMALLOC_BASE + 0x3000, PAGE_PERMISSION, "the shared kernel range: page" },
	{ VMALLOC_END - 0x1000, PAGE_TRANSLATION, "the shared kernel range: hole" },
	{ VMALLOC_END + 0x1000, SECTION_TRANSLATION, "behind the kernel's range: hole" },
	{ VCPU_PAGE, PAGE_PERMISSION, "the register page" },
	{ VCPU_PAGE + 0x1000, PAGE_TRANSLATION, "behind the register page: hole" },
	{ 0xffff0000, SECTION_TRANSLATION, "the old vectors: hole" },
	{ L4_KERNEL_BASE, ANY, "Armature's window: start" },
	{ L4_KERNEL_BASE + 0x8000, ANY, "Armature's window: code" },
	{ L4_KERNEL_BASE + 0x100000, ANY, "Armature's window: second megabyte" },
	{ L4_KERNEL_END - 0x1000, ANY, "Armature's window: end" },
};

static const struct access {
	probe_fn *probe;
	uint32_t write;
	bool aligned;		/* an odd address is an alignment fault */
} accesses[] = {
	{ probe_load, 0, false },	{ probe_store, FSR_WRITE, false },
	{ probe_load_byte, 0, false },	{ probe_store_half, FSR_WRITE, false },
	{ probe_load_double, 0, true },	{ probe_store_double, FSR_WRITE, true },
	{ probe_load_many, 0, true },	{ probe_store_many, FSR_WRITE, true },
	{ probe_load_exclusive, 0, true },
	{ probe_load_vfp, 0, true },	{ probe_store_vfp, FSR_WRITE, true },
};

static bool status_is(uint32_t got, uint32_t want)
{
	if (want != ANY)
		return got == want;
	return got == SECTION_TRANSLATION || got == PAGE_TRANSLATION ||
	       got == SECTION_PERMISSION || got == PAGE_PERMISSION;
}

/* Faults once, at the instruction, with this class. */
static bool faulted(const void *pc, uint32_t class, uint32_t addr)
{
	bool good = caught.count == 1 && caught.class == class && caught.addr == addr &&
		    caught.pc == (uint32_t)pc;

	caught.count = 0;
	return good;
}

static bool closed(const struct place *place, const struct access *a)
{
	bool good;

	a->probe(place->addr + 0x100);
	good = faulted(a->probe, L4_EXC_DFAULT, place->addr + 0x100) &&
	       (caught.status & FSR_WRITE) == a->write &&
	       status_is(caught.status & ~(uint32_t)FSR_WRITE, place->status);
	return good;
}

/* Unaligned: the access's own rule comes first, then the closed domain's. */
static bool closed_unaligned(const struct place *place, const struct access *a)
{
	uint32_t addr = place->addr + 0x102;
	bool align;

	a->probe(addr);
	align = caught.class == L4_EXC_ALIGN;
	if (align)
		return a->aligned && faulted(a->probe, L4_EXC_ALIGN, addr) &&
		       (caught.status & 0x40f) == ALIGNMENT;
	return faulted(a->probe, L4_EXC_DFAULT, addr) &&
	       status_is(caught.status & ~(uint32_t)FSR_WRITE, place->status);
}

static bool closed_jump(const struct place *place)
{
	uint32_t addr = place->addr + 0x100;

	probe_jump(addr);
	return faulted((const void *)addr, L4_EXC_PFAULT, addr) &&
	       status_is(caught.status, place->status);
}

static void test_place(const struct place *place)
{
	bool good = true;

	for (uint32_t i = 0; i < sizeof(accesses) / sizeof(accesses[0]); i++)
		good &= closed(place, &accesses[i]) && closed_unaligned(place, &accesses[i]);
	good &= closed_jump(place);
	report(good, place->name);
}

void test_closed(void)
{
	caught.count = 0;
	for (uint32_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		test_place(&places[i]);
}
