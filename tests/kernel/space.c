/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Address spaces: what can be mapped, and what that means for an access; what
 * is gone when it is removed.  Sharing and address-space numbers: asid.c.
 */
#include <string.h>
#include "lib/ktest.h"

#define VA	0x60000000
#define MB	0x100000
#define SPACE	L4_SLOT_SPACE

static volatile l4_word *at(l4_word va)
{
	return (volatile l4_word *)va;
}

/* A page of RAM or more, as in `attr`, in the own space. */
static int map(l4_word va_attr, l4_word offset, l4_word size)
{
	return l4_map(SPACE, RAM_SLOT, va_attr | RAM_ATTR, offset, size);
}

static bool faults(struct fault f, int class, l4_word status, l4_word va)
{
	bool good = f.class == class && (f.mr[L4_EM_STATUS] & 0x40d) == status &&
		    f.mr[L4_EM_ADDR] == va;

	if (!good)
		note("class %d, status %03lx, address %08lx", f.class, f.mr[L4_EM_STATUS],
		     f.mr[L4_EM_ADDR]);
	return good;
}

#define UNMAPPED	0x005	/* translation fault, either level */
#define FORBIDDEN	0x00d	/* permission fault, either level */

static void test_create(void)
{
	struct memory before = memory_now(), after;

	is(space_create, l4_space_create(0, T(0), 0), L4_OK, "in the own cell");
	after = memory_now();
	ok(after.used - before.used == before.pool - after.pool &&
	       after.used - before.used >= 16384,
	   "it costs its table");
	SLOT_ARG(space_create, 1, 0, T(1), 0);
	must(l4_cell_create(T(2), 65536, 16, LOW, 0, 0));
	CAP_ARG(space_create, 0, K_CELL, L4_R_CONTROL, true, T(2), T(1), 0);
	must(l4_space_share(T(0), VA, MB));
	CAP_ARG(space_create, 2, K_SPACE, L4_R_CONTROL, true, 0, T(1), T(0));
	is(space_create, l4_space_create(0, T(1), T(0)), L4_OK, "with a base");
	ok(l4_cap_delete(T(0)) == L4_EBUSY, "a base cannot be deleted before those that share it");
	is(space_create, l4_space_create(T(2), T(3), T(0)), L4_EINVAL, "another cell's base");
	is(space_create, l4_space_create(0, T(3), SPACE), L4_EINVAL, "a base that shares nothing");
	must(l4_cell_create(T(4), 8192, 16, LOW, 0, 0));
	is(space_create, l4_space_create(T(4), T(3), 0), L4_EQUOTA, "with 8 KB of quota");
}

static void test_map(void)
{
	is(map, map(VA | L4_MAP_W, 0x1000, 0x2000), L4_OK, "two pages");
	*at(RAM_VA + 0x1000) = 1;
	*at(RAM_VA + 0x2ffc) = 2;
	ok(*at(VA) == 1 && *at(VA + 0x1ffc) == 2, "they are the memory they should be");
	*at(VA + 4) = 3;
	ok(*at(RAM_VA + 0x1004) == 3, "what is written there is seen elsewhere");
	ok(faults(probe_read(VA - 4), L4_EXC_DFAULT, UNMAPPED, VA - 4) &&
	   faults(probe_read(VA + 0x2000), L4_EXC_DFAULT, UNMAPPED, VA + 0x2000),
	   "nothing around them is mapped");
	*at(RAM_VA + 0x5000) = 50;
	is(map, map(VA | L4_MAP_W, 0x5000, 0x1000), L4_OK, "where something is mapped");
	ok(*at(VA) == 50, "at once it is the new memory");
	must(l4_unmap(SPACE, VA, MB));
}

static void test_arguments(void)
{
	static const struct {
		l4_word va, offset, size;
		const char *text;
	} bad[] = {
		{ VA, 0, 0, "no size" },
		{ VA, 0, 0x800, "half a page" },
		{ VA, 0x10, 0x1000, "an offset inside of a page" },
		{ VA | 0x8, 0, 0x1000, "an attribute that is none" },
		{ VA | 0x80, 0, 0x1000, "another attribute that is none" },
		{ VA | 0x800, 0, 0x1000, "an address inside of a page" },
		{ VA, RAM_SIZE, 0x1000, "behind the section" },
		{ VA, RAM_SIZE - 0x1000, 0x2000, "over the section's end" },
		{ VA, 0xfffff000, 0x2000, "an offset that wraps around" },
		{ VA, 0, 0xfffff000, "a size of 4 GB" },
		{ 0xfffff000, 0, 0x2000, "an address that wraps around" },
		{ L4_KERNEL_BASE, 0, 0x1000, "the kernel's window" },
		{ L4_KERNEL_END - 0x1000, 0, 0x1000, "the kernel's window, its end" },
		{ L4_KERNEL_BASE - 0x1000, 0, 0x2000, "into the kernel's window" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		is(map, map(bad[i].va, bad[i].offset, bad[i].size), L4_EINVAL, "%s", bad[i].text);
	is(map, l4_map(SPACE, RAM_SLOT, VA | L4_MT_DEVICE << L4_MAP_TYPE_SHIFT, 0, 0x1000),
	   L4_EINVAL, "memory as device");
	is(map, l4_map(SPACE, RAM_SLOT, VA | 5 << L4_MAP_TYPE_SHIFT, 0, 0x1000), L4_EINVAL,
	   "a memory type that is none");
	is(map, map(0xfffff000, 0, 0x1000), L4_OK, "the last page of all");
	is(map, map(L4_KERNEL_END, 0, 0x1000), L4_OK, "behind the kernel's window");
	must(l4_unmap(SPACE, L4_KERNEL_END, MB));
	must(l4_unmap(SPACE, 0xfff00000, MB));
	must(l4_space_create(0, T(0), 0));
	must(l4_section_derive(0, T(1), RAM_SLOT, 0, MB, L4_MEM));
	CAP_ARG(map, 0, K_SPACE, L4_R_CONTROL, false, T(0), T(1), VA, 0, 0x1000);
	CAP_ARG(map, 1, K_SECTION, L4_R_READ, false, T(0), T(1), VA, 0, 0x1000);
	must(l4_cap_copy(T(1), 0, T(2), L4_R_READ, 0));
	is(map, l4_map(T(0), T(2), VA | L4_MAP_W | RAM_ATTR, 0, 0x1000), L4_ERIGHT,
	   "writable, without the right");
	is(map, l4_map(T(0), T(2), VA | L4_MAP_X | RAM_ATTR, 0, 0x1000), L4_ERIGHT,
	   "executable, without the right");
	is(map, l4_map(T(0), T(2), VA | RAM_ATTR, 0, 0x1000), L4_OK, "readable, with the right");
}

static void test_quota(void)
{
	struct l4_map_item *item = (struct l4_map_item *)(void *)l4x_buf();
	l4_word used, quota;
	int err;

	must(l4_cell_create(T(0), 32768, 16, LOW, 0, 0));
	must(l4_space_create(T(0), T(1), 0));
	must(l4_section_derive(T(0), T(2), RAM_SLOT, 0, RAM_SIZE, L4_MEM));
	must(l4_map(T(1), T(2), 0x10000000 | L4_MAP_W | RAM_ATTR, 0, MB));
	must(l4_cell_info(T(0), &used, &quota, NULL));
	for (l4_word n = 0; n < (quota - used) / 64; n++)
		must(l4_section_derive(T(0), T(10) + n, T(2), 0, 0x1000, L4_R_READ));
	is(map, l4_map(T(1), T(2), VA | RAM_ATTR, 0, 0x1000), L4_EQUOTA, "no quota for a table");
	item[0] = (struct l4_map_item){ T(2), 0, VA | RAM_ATTR, 1 };
	err = l4_map_batch(T(1), 1);
	is(map_batch, err, L4_EQUOTA, "no quota for a table");
	is(space_share, l4_space_share(T(1), VA, MB), L4_EQUOTA, "no quota for its tables");
	is(map, l4_map(T(1), T(2), VA | RAM_ATTR, 0, MB), L4_OK, "a megabyte needs none");
	is(unmap, l4_unmap(T(1), VA, 0x1000), L4_EQUOTA,
	   "part of a megabyte, no quota to split it");
	is(protect, l4_protect(T(1), VA, 0x1000), L4_EQUOTA,
	   "part of a megabyte, no quota to split it");
	is(unmap, l4_unmap(T(1), VA, MB), L4_OK, "all of a megabyte");
}

static void test_access(void)
{
	static const l4_word bx_lr = 0xe12fff1e;

	*at(RAM_VA + 0x1000) = bx_lr;
	must(l4_cache(0, L4_CACHE_CODE, RAM_VA + 0x1000, 0x1000));
	must(map(VA, 0x1000, 0x1000));
	ok(probe_read(VA).class == NO_FAULT, "read only: it can be read");
	ok(faults(probe_write(VA, 0), L4_EXC_DFAULT, FORBIDDEN, VA), "read only: not written");
	ok(faults(probe_exec(VA), L4_EXC_PFAULT, FORBIDDEN, VA), "read only: not executed");
	must(map(VA | L4_MAP_W, 0x1000, 0x1000));
	ok(probe_write(VA, bx_lr).class == NO_FAULT, "writable: it can be written");
	ok(faults(probe_exec(VA), L4_EXC_PFAULT, FORBIDDEN, VA), "writable: not executed");
	must(map(VA | L4_MAP_X, 0x1000, 0x1000));
	ok(probe_exec(VA).class == NO_FAULT, "executable: it can be executed");
	ok(faults(probe_write(VA, 0), L4_EXC_DFAULT, FORBIDDEN, VA), "executable: not written");
	must(l4_unmap(SPACE, VA, MB));
	must(map(VA | L4_MAP_W | L4_MAP_KERNEL, 0x1000, 0x1000));
	ok(faults(probe_read(VA), L4_EXC_DFAULT, FORBIDDEN, VA) &&
	   faults(probe_exec(VA), L4_EXC_PFAULT, FORBIDDEN, VA),
	   "the guest kernel's domain: closed to others, by permission");
	must(l4_unmap(SPACE, VA, MB));
}

static void test_domains(void)
{
	must(map(VA, 0x1000, 0x1000));
	is(map, map((VA + 0x1000) | L4_MAP_KERNEL, 0x1000, 0x1000), L4_EINVAL,
	   "two domains in a megabyte");
	is(map, map((VA + MB) | L4_MAP_KERNEL, 0x1000, 0x1000), L4_OK, "in two megabytes");
	must(l4_unmap(SPACE, VA, 0x1000));
	is(map, map((VA + 0x1000) | L4_MAP_KERNEL, 0x1000, 0x1000), L4_OK,
	   "in a megabyte that is empty again");
	must(l4_unmap(SPACE, VA, 2 * MB));
}

/* Megabytes that take no table, and parts of them. */
static void test_sections(void)
{
	struct memory before = memory_now();
	const struct l4x_memory *ram = &l4x_start()->memory[0];
	l4_word off = -ram->base % MB;

	ok(off == 0, "the description's memory begins on a megabyte");
	*at(RAM_VA + MB + 0x4000) = 77;
	is(map, map(VA | L4_MAP_W, MB, 2 * MB), L4_OK, "two megabytes");
	ok(memory_is(before), "aligned on both sides they take no table");
	ok(*at(VA + 0x4000) == 77, "they are the memory they should be");
	is(protect, l4_protect(SPACE, VA + 0x4000, 0x1000), L4_OK, "a page of a megabyte");
	ok(faults(probe_write(VA + 0x4000, 0), L4_EXC_DFAULT, FORBIDDEN, VA + 0x4000) &&
	   probe_write(VA + 0x5000, 0).class == NO_FAULT && *at(VA + 0x4000) == 77,
	   "only that page is read only");
	is(unmap, l4_unmap(SPACE, VA + 0x5000, 0x1000), L4_OK, "a page of a megabyte");
	ok(faults(probe_read(VA + 0x5000), L4_EXC_DFAULT, UNMAPPED, VA + 0x5000) &&
	   *at(VA + 0x4000) == 77, "only that page is gone");
	is(protect, l4_protect(SPACE, VA + MB, MB), L4_OK, "a whole megabyte");
	ok(faults(probe_write(VA + MB, 0), L4_EXC_DFAULT, FORBIDDEN, VA + MB) &&
	   probe_read(VA + MB).class == NO_FAULT, "it is read only");
	is(map, map(VA | L4_MAP_W, 2 * MB, MB), L4_OK, "a megabyte over pages");
	is(unmap, l4_unmap(SPACE, VA, 2 * MB), L4_OK, "all of it");
	ok(faults(probe_read(VA), L4_EXC_DFAULT, UNMAPPED, VA) &&
	   faults(probe_read(VA + MB), L4_EXC_DFAULT, UNMAPPED, VA + MB), "nothing is left");
	ok(memory_is(before), "nor of the tables");
}

static void test_unmap(void)
{
	static const struct {
		l4_word va, size;
		const char *text;
	} bad[] = {
		{ VA, 0, "no size" },
		{ VA, 0x800, "half a page" },
		{ VA + 0x10, 0x1000, "an address inside of a page" },
		{ 0xfffff000, 0x2000, "an address that wraps around" },
		{ L4_KERNEL_BASE, 0x1000, "the kernel's window" },
		{ 0xf0000000, 0x10000000, "over the kernel's window" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		is(unmap, l4_unmap(SPACE, bad[i].va, bad[i].size), L4_EINVAL, "%s", bad[i].text);
		if (bad[i].va % 0x1000 == 0)
			is(protect, l4_protect(SPACE, bad[i].va, bad[i].size), L4_EINVAL, "%s",
			   bad[i].text);
	}
	is(protect, l4_protect(SPACE, VA | L4_MAP_KERNEL, 0x1000), L4_EINVAL, "another attribute");
	is(protect, l4_protect(SPACE, VA | 0x800, 0x1000), L4_EINVAL,
	   "an address inside of a page");
	must(l4_space_create(0, T(0), 0));
	CAP_ARG(unmap, 0, K_SPACE, L4_R_CONTROL, false, T(0), VA, 0x1000);
	CAP_ARG(protect, 0, K_SPACE, L4_R_CONTROL, false, T(0), VA, 0x1000);
	is(unmap, l4_unmap(T(0), 0, L4_KERNEL_BASE), L4_OK, "all below the kernel's window");
	is(unmap, l4_unmap(T(0), VA, 0x1000), L4_OK, "where nothing is mapped");
	is(protect, l4_protect(T(0), VA, 0x1000), L4_OK, "where nothing is mapped");
	for (l4_word i = 0; i < 100; i++)
		must(map((VA + i * 0x1000) | L4_MAP_W, i * 0x1000, 0x1000));
	for (l4_word i = 0; i < 100; i++)
		(void)*at(VA + i * 0x1000);	/* into the TLB */
	is(unmap, l4_unmap(SPACE, VA + 0x1000, 98 * 0x1000), L4_OK, "98 of 100 pages");
	ok(probe_read(VA).class == NO_FAULT && probe_read(VA + 99 * 0x1000).class == NO_FAULT,
	   "those around it stay");
	for (l4_word i = 1; i < 99; i += 16)
		if (probe_read(VA + i * 0x1000).class != L4_EXC_DFAULT)
			ok(false, "page %lu is gone", i);
	must(l4_unmap(SPACE, VA, MB));
}

static void test_protect(void)
{
	must(map(VA | L4_MAP_W | L4_MAP_X, 0x1000, 0x1000));
	*at(VA) = 0xe12fff1e;
	must(l4_cache(0, L4_CACHE_CODE, VA, 0x1000));
	is(protect, l4_protect(SPACE, VA | L4_MAP_X, 0x1000), L4_OK, "no more writing");
	ok(faults(probe_write(VA, 0), L4_EXC_DFAULT, FORBIDDEN, VA) &&
	   probe_exec(VA).class == NO_FAULT, "it is only executed");
	is(protect, l4_protect(SPACE, VA | L4_MAP_W, 0x1000), L4_OK, "no more executing");
	ok(faults(probe_write(VA, 0), L4_EXC_DFAULT, FORBIDDEN, VA) &&
	   faults(probe_exec(VA), L4_EXC_PFAULT, FORBIDDEN, VA) &&
	   probe_read(VA).class == NO_FAULT, "rights never come back");
	must(l4_unmap(SPACE, VA, MB));
}

static void test_batch(void)
{
	struct l4_map_item *item = (struct l4_map_item *)(void *)l4x_buf();
	bool good = true;

	for (l4_word i = 0; i < 16; i++) {
		*at(RAM_VA + i * 0x10000) = i + 1;
		*at(RAM_VA + i * 0x10000 + 0xf000) = i + 100;
		item[i] = (struct l4_map_item){ RAM_SLOT, i * 0x10000,
						(VA + i * 0x20000) | RAM_ATTR, 16 };
	}
	is(map_batch, l4_map_batch(SPACE, 16), L4_OK, "16 items of 16 pages");
	for (l4_word i = 0; i < 16; i++)
		good = good && *at(VA + i * 0x20000) == i + 1 &&
		       *at(VA + i * 0x20000 + 0xf000) == i + 100;
	ok(good, "all of them are mapped");
	must(l4_unmap(SPACE, VA, 2 * MB));
	is(map_batch, l4_map_batch(SPACE, 17), L4_EINVAL, "17 items");
	is(map_batch, l4_map_batch(SPACE, 0), L4_EINVAL, "no item");
	is(map_batch, l4_map_batch(SPACE, 0xffffffff), L4_EINVAL, "-1 items");
	/* the buffer is printing's too */
	for (l4_word i = 0; i < 3; i++)
		item[i] = (struct l4_map_item){ RAM_SLOT, 0, (VA + i * 0x20000) | RAM_ATTR, 1 };
	item[1].gen = 17;
	is(map_batch, l4_map_batch(SPACE, 3), L4_EINVAL, "17 pages in the second of three");
	ok(probe_read(VA).class == NO_FAULT && probe_read(VA + 0x20000).class == L4_EXC_DFAULT &&
	   probe_read(VA + 0x40000).class == L4_EXC_DFAULT, "those before it are mapped");
	must(l4_unmap(SPACE, VA, MB));
}

static void test_batch_errors(void)
{
	struct l4_map_item *item = (struct l4_map_item *)(void *)l4x_buf();
	struct l4_map_item good = { RAM_SLOT, 0, VA | RAM_ATTR, 1 };

	item[0] = good;
	item[0].section = L4_SLOT_THREAD;
	is(map_batch, l4_map_batch(SPACE, 1), L4_ECAP, "a thread as section");
	must(l4_cap_copy(RAM_SLOT, 0, T(0), L4_R_READ, 0));
	item[0] = good;
	item[0].section = T(0);
	item[0].va |= L4_MAP_W;
	is(map_batch, l4_map_batch(SPACE, 1), L4_ERIGHT, "writable, without the right");
	item[0] = good;
	item[0].gen = 0;
	is(map_batch, l4_map_batch(SPACE, 1), L4_EINVAL, "no page");
	item[0] = good;
	item[0].va = L4_KERNEL_BASE | RAM_ATTR;
	is(map_batch, l4_map_batch(SPACE, 1), L4_EINVAL, "the kernel's window");
	item[0] = good;
	must(l4_space_create(0, T(1), 0));
	CAP_ARG(map_batch, 0, K_SPACE, L4_R_CONTROL, false, T(1), 1);
	must(l4_unmap(SPACE, VA, MB));
}

static void test_window(void)
{
	static const l4_word where[] = { 0, 0x1000, 0x8000, 0x100000, 0x101000, 0x1000000,
					 0x1fff000 };

	for (size_t i = 0; i < sizeof(where) / sizeof(where[0]); i++) {
		l4_word va = L4_KERNEL_BASE + where[i];
		struct fault r = probe_read(va), w = probe_write(va, 0), x = probe_exec(va);

		ok(r.class == L4_EXC_DFAULT && w.class == L4_EXC_DFAULT &&
		   x.class == L4_EXC_PFAULT && r.mr[L4_EM_ADDR] == va,
		   "%08lx in the kernel's window: nothing can be done with it", va);
	}
}

static void test_cache(void)
{
	l4_word *code = (l4_word *)(RAM_VA + 0x9000);
	bool good = true;

	must(map(VA | L4_MAP_X, 0x9000, 0x1000));
	code[1] = 0xe12fff1e;
	for (l4_word i = 1; i < 50; i++) {
		code[0] = 0xe3a00000 | i;	/* mov r0, #i */
		is(cache, l4_cache(0, L4_CACHE_CODE, RAM_VA + 0x9000, 8), L4_OK, "new code %lu", i);
		good = good && ((l4_word(*)(void))VA)() == i;
	}
	ok(good, "code that was written and made so is what is executed");
	for (l4_word op = L4_CACHE_CLEAN; op <= L4_CACHE_FLUSH; op++) {
		*at(RAM_VA + 0x9010) = op;
		is(cache, l4_cache(0, op, RAM_VA + 0x9010, 4), L4_OK, "operation %lu", op);
		good = good && *at(VA + 0x10) == op;
	}
	ok(good, "no operation loses what was written");
	is(cache, l4_cache(0, L4_CACHE_FLUSH, RAM_VA, RAM_SIZE), L4_OK, "4 MB");
	is(cache, l4_cache(0, 0, RAM_VA, 0x1000), L4_EINVAL, "operation 0");
	is(cache, l4_cache(0, 5, RAM_VA, 0x1000), L4_EINVAL, "operation 5");
	is(cache, l4_cache(0, L4_CACHE_CLEAN, 0xfffff000, 0x2000), L4_EINVAL,
	   "an address that wraps around");
	is(cache, l4_cache(0, L4_CACHE_CLEAN, L4_KERNEL_BASE, 0x1000), L4_EINVAL,
	   "the kernel's window");
	is(cache, l4_cache(0, L4_CACHE_CLEAN, VA, 0x2000), L4_EFAULT, "half of it is not mapped");
	is(cache, l4_cache(0, L4_CACHE_CODE, VA + 0x1000, 0x1000), L4_EFAULT, "it is not mapped");
	must(l4_space_create(0, T(0), 0));
	must(l4_map(T(0), RAM_SLOT, VA | RAM_ATTR, 0, 0x1000));
	is(cache, l4_cache(T(0), L4_CACHE_FLUSH, VA, 0x1000), L4_EINVAL, "another space");
	is(cache, l4_cache(SPACE, L4_CACHE_FLUSH, VA, 0x1000), L4_OK, "one's own by name");
	CAP_ARG(cache, 0, K_SPACE, L4_R_CONTROL, true, T(0), L4_CACHE_CLEAN, VA, 0x1000);
	must(l4_unmap(SPACE, VA, MB));
}

int main(void)
{
	static const struct test tests[] = {
		{ "create", test_create },	 { "map", test_map },
		{ "arguments", test_arguments }, { "quota", test_quota },
		{ "access", test_access },	 { "domains", test_domains },
		{ "megabytes", test_sections },	 { "unmap", test_unmap },
		{ "protect", test_protect },	 { "batch", test_batch },
		{ "batch errors", test_batch_errors },
		{ "kernel's window", test_window }, { "cache", test_cache },
	};

	/* what is unmapped below by whole megabytes leaves no table */
	run_tests(tests, sizeof(tests) / sizeof(tests[0]));
	covered(L4_NR_space_create);
	covered(L4_NR_map);
	covered(L4_NR_map_batch);
	covered(L4_NR_unmap);
	covered(L4_NR_protect);
	covered(L4_NR_cache);
	return tests_done();
}
