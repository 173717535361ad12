/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * Address space identifiers, and loading a space into the core.
 *
 * ASIDs 1 to 255 are given out in order.  When they are used up, the TLB is
 * emptied and a new generation begins; a space whose ASID is of an older one
 * gets another when it is loaded next.  ASID 0 is the boot's: nothing that is
 * mapped with it is non-global.
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
	uint32_t gen, next;	/* spaces begin with generation 0 */
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

/* No table of a cell can be walked now. */
static void asid_new(struct space *s)
{
	if (asid.next == ASIDS) {
		asid.next = 1;
		asid.gen++;
		dsb();
		tlb_all();
		bpiall();
		dsb();
		isb();
	}
	s->asid = asid.next++;
	s->asid_gen = asid.gen;
}

void space_enter(struct space *s)
{
	struct cpu *cpu = this_cpu();
	const struct space *old = cpu->space;

	ttbr0_write(asid.boot_ttbr);
	isb();
	if (unlikely(s->asid_gen != asid.gen))
		asid_new(s);
	/*
	 * Cortex-A9 erratum 754322: a walk that began before the switch may end
	 * after it, and enter what it found under the new ASID.  DSB ends all walks.
	 */
	dsb();
	contextidr_write(s->asid);
	isb();
	ttbr0_write(s->ttbr);
	/* One cell's branches are not predicted from another's. */
	if (!old || old->obj.cell != s->obj.cell)
		bpiall();
	cpu->space = s;
}

void asid_drop(struct space *s)
{
	struct cpu *cpu = this_cpu();

	/* After the DSB no walk is under way in its tables, which can be given back. */
	if (cpu->space == s) {
		ttbr0_write(asid.boot_ttbr);
		isb();
		dsb();
		cpu->space = NULL;
	}
	/* Nobody gets its ASID before the TLB has been emptied. */
	s->asid_gen = 0;
}
