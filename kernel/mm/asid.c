/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Address space identifiers, and loading a space into the core.
 *
 * ASIDs 1 to 255 are given out in order.  When they are used up, the TLB is
 * emptied and a new generation begins; a space whose ASID is of an older one
 * gets another when it is loaded next.  A space that another core is in at that
 * moment keeps its ASID in the new generation.  ASID 0 is the boot's: nothing that
 * is mapped with it is non-global.
 *
 * The step from one space to another goes through the boot's table, which maps
 * nothing below the kernel's window: between the writes of CONTEXTIDR and TTBR0 a
 * speculative walk can find nothing that it could enter under the wrong ASID
 * (ARM DDI 0406C B3.10.4).  That also makes the emptying of the TLB final: it
 * happens while no table of a cell can be walked.
 */
#include "mm/table.h"
#include "core/sched.h"

#define ASIDS 256u

/* Together, so that space_enter needs one address. */
static struct {
	uint64_t gen;		/* spaces begin with 0; of 32 bits, a cell could use all up */
	uint32_t next;
	uint32_t boot_ttbr;
} asid = { 1, 1, 0 };

void asid_boot(void)
{
	asid.boot_ttbr = ttbr0_read();
}

bool asid_live(const struct space *s)
{
	return s->asid_gen == asid.gen;
}

#ifdef CONFIG_SMP
bool asid_elsewhere(const struct space *s, bool shared)
{
	uint32_t where = shared ? (s->base ? s->base : s)->share_cores : s->cores;

	return where & ~(1u << core_number());
}

/* The core is in s from now on. */
static void note_core(struct space *s)
{
	uint32_t bit = 1u << core_number();

	s->cores |= bit;
	(s->base ? s->base : s)->share_cores |= bit;
}

/* What was kept is its space's for the whole generation, also when the core has left that. */
static uint32_t kept_asid[CORES];

/* The spaces that other cores are in; this one is in none. */
static void keep_others(void)
{
	for (uint32_t i = 0; i < CORES; i++) {
		struct space *s = i == core_number() ? NULL : cpu_all[i].space;

		kept_asid[i] = s ? s->asid : 0;
		if (s)
			s->asid_gen = asid.gen;
	}
}

static bool kept(uint32_t n)
{
	for (uint32_t i = 0; i < CORES; i++)
		if (kept_asid[i] == n)
			return true;
	return false;
}

/* Fewer than there are ASIDs are kept. */
static uint32_t skip_kept(uint32_t n)
{
	while (kept(n))
		n++;
	return n;
}

static void set_cores(struct space *s, uint32_t set)
{
	s->cores = set;
}
#else
static inline void note_core(struct space *s)
{
	(void)s;
}

static inline void keep_others(void)
{
}

static inline uint32_t skip_kept(uint32_t n)
{
	return n;
}

static inline void set_cores(struct space *s, uint32_t set)
{
	(void)s;
	(void)set;
}
#endif

/* No table of a cell can be walked by this core now. */
static void asid_new(struct space *s)
{
	asid.next = skip_kept(asid.next);
	if (asid.next >= ASIDS) {
		asid.gen++;
		keep_others();
		asid.next = skip_kept(1);
		dsb();
		tlb_all_cores();
		bpiall_cores();
		dsb();
		isb();
	}
	s->asid = asid.next++;
	s->asid_gen = asid.gen;
	set_cores(s, 0);
}

void space_enter(struct space *s)
{
	struct cpu *cpu = this_cpu();

	ttbr0_write(asid.boot_ttbr);
	isb();
	if (unlikely(s->asid_gen != asid.gen))
		asid_new(s);
	/*
	 * Cortex-A9 erratum 754322: a walk that began before the switch may end
	 * after it, and enter what it found under the new ASID.  DSB ends all walks.
	 */
	dsb();
	note_core(s);
	contextidr_write(s->asid);
	isb();
	ttbr0_write(s->ttbr);
	bpiall();	/* one space's branches are not predicted from another's */
	cpu->space = s;
}

/* After the DSB no walk is under way in its tables, which can be given back. */
void asid_leave(void)
{
	ttbr0_write(asid.boot_ttbr);
	isb();
	dsb();
	this_cpu()->space = NULL;
}

void asid_drop(struct space *s)
{
	if (this_cpu()->space == s)
		asid_leave();
	smp_leave_space(s);
	/* Nobody gets its ASID before the TLB has been emptied. */
	s->asid_gen = 0;
}
