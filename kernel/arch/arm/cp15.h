/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The system control coprocessor, the barriers and WFI, as inline functions:
 * NAME_read() and NAME_write(value).  Nothing outside kernel/arch/arm and
 * kernel/mm includes this.
 *
 * Each is a compiler barrier too: what C writes before one is written before
 * it.  None orders anything else: whoever writes a register that others read
 * (TTBR0, DACR, CONTEXTIDR...) says where the ISB is, or that the exception
 * return is it.
 */
#ifndef ARCH_ARM_CP15_H
#define ARCH_ARM_CP15_H

#include <stdint.h>

#define CP15_READ(name, op1, crn, crm, op2) \
	static inline uint32_t name##_read(void) \
	{ \
		uint32_t v; \
		__asm__ volatile("mrc p15, " #op1 ", %0, " #crn ", " #crm ", " #op2 \
				 : "=r"(v) : : "memory"); \
		return v; \
	}
#define CP15_WRITE(name, op1, crn, crm, op2) \
	static inline void name(uint32_t v) \
	{ \
		__asm__ volatile("mcr p15, " #op1 ", %0, " #crn ", " #crm ", " #op2 \
				 : : "r"(v) : "memory"); \
	}
/* An operation whose value is ignored. */
#define CP15_OP(name, op1, crn, crm, op2) \
	static inline void name(void) \
	{ \
		__asm__ volatile("mcr p15, " #op1 ", %0, " #crn ", " #crm ", " #op2 \
				 : : "r"(0) : "memory"); \
	}
#define CP15_RW(name, op1, crn, crm, op2) \
	CP15_READ(name, op1, crn, crm, op2) \
	CP15_WRITE(name##_write, op1, crn, crm, op2)

/* identification */
CP15_READ(midr, 0, c0, c0, 0)
CP15_READ(ctr, 0, c0, c0, 1)
CP15_READ(mpidr, 0, c0, c0, 5)
CP15_READ(id_pfr0, 0, c0, c1, 0)
CP15_READ(id_pfr1, 0, c0, c1, 1)
CP15_READ(id_mmfr3, 0, c0, c1, 7)
CP15_READ(ccsidr, 1, c0, c0, 0)
CP15_READ(clidr, 1, c0, c0, 1)
CP15_RW(csselr, 2, c0, c0, 0)

/* control */
CP15_RW(sctlr, 0, c1, c0, 0)
CP15_RW(actlr, 0, c1, c0, 1)
CP15_RW(cpacr, 0, c1, c0, 2)
CP15_RW(scr, 0, c1, c1, 0)
CP15_READ(nsacr, 0, c1, c1, 2)
CP15_RW(vbar, 0, c12, c0, 0)
CP15_READ(isr, 0, c12, c1, 0)
CP15_READ(cbar, 4, c15, c0, 0)
CP15_RW(diagnostic, 0, c15, c0, 1)

#define SCTLR_M		(1u << 0)	/* MMU */
#define SCTLR_A		(1u << 1)	/* alignment checks */
#define SCTLR_C		(1u << 2)	/* data cache */
#define SCTLR_SW	(1u << 10)	/* SWP and SWPB */
#define SCTLR_Z		(1u << 11)	/* branch prediction */
#define SCTLR_I		(1u << 12)	/* instruction cache */
#define SCTLR_V		(1u << 13)	/* vectors at 0xffff0000 */
#define SCTLR_EE	(1u << 25)	/* big-endian exceptions */
#define SCTLR_TRE	(1u << 28)	/* TEX remap */
#define SCTLR_AFE	(1u << 29)	/* access flag */
#define SCTLR_TE	(1u << 30)	/* exceptions in Thumb state */

#define ACTLR_FW	(1u << 0)	/* broadcast maintenance (SMP) */
#define ACTLR_SMP	(1u << 6)	/* takes part in coherency */

#define CPACR_CP10_CP11	(0xfu << 20)	/* full access */
#define CPACR_D32DIS	(1u << 30)
#define CPACR_ASEDIS	(1u << 31)

/* translation */
CP15_RW(ttbr0, 0, c2, c0, 0)
CP15_RW(ttbr1, 0, c2, c0, 1)
CP15_RW(ttbcr, 0, c2, c0, 2)
CP15_RW(dacr, 0, c3, c0, 0)
CP15_RW(prrr, 0, c10, c2, 0)
CP15_RW(nmrr, 0, c10, c2, 1)
CP15_RW(contextidr, 0, c13, c0, 1)

/* faults */
CP15_RW(dfsr, 0, c5, c0, 0)
CP15_RW(ifsr, 0, c5, c0, 1)
CP15_RW(dfar, 0, c6, c0, 0)
CP15_RW(ifar, 0, c6, c0, 2)

/* address translation: ATS1CPR, then ISB, then PAR */
CP15_WRITE(ats1cpr, 0, c7, c8, 0)
CP15_WRITE(ats1cpw, 0, c7, c8, 1)
CP15_WRITE(ats1cur, 0, c7, c8, 2)
CP15_WRITE(ats1cuw, 0, c7, c8, 3)
CP15_RW(par, 0, c7, c4, 0)

/* thread ID: USR reads and writes RW, reads RO; PRW is the kernel's */
CP15_RW(tpidrurw, 0, c13, c0, 2)
CP15_RW(tpidruro, 0, c13, c0, 3)
CP15_RW(tpidrprw, 0, c13, c0, 4)

/* ThumbEE and Jazelle, which USR mode could use */
static inline void teecr_write(uint32_t v)
{
	__asm__ volatile("mcr p14, 6, %0, c0, c0, 0" : : "r"(v) : "memory");
}

static inline uint32_t teecr_read(void)
{
	uint32_t v;

	__asm__ volatile("mrc p14, 6, %0, c0, c0, 0" : "=r"(v) : : "memory");
	return v;
}

static inline void teehbr_write(uint32_t v)
{
	__asm__ volatile("mcr p14, 6, %0, c1, c0, 0" : : "r"(v) : "memory");
}

static inline void joscr_write(uint32_t v)
{
	__asm__ volatile("mcr p14, 7, %0, c1, c0, 0" : : "r"(v) : "memory");
}

static inline void jmcr_write(uint32_t v)
{
	__asm__ volatile("mcr p14, 7, %0, c2, c0, 0" : : "r"(v) : "memory");
}

/* performance monitors */
CP15_RW(pmcr, 0, c9, c12, 0)
CP15_RW(pmcntenset, 0, c9, c12, 1)
CP15_RW(pmcntenclr, 0, c9, c12, 2)
CP15_RW(pmovsr, 0, c9, c12, 3)
CP15_RW(pmselr, 0, c9, c12, 5)
CP15_RW(pmccntr, 0, c9, c13, 0)
CP15_RW(pmxevtyper, 0, c9, c13, 1)
CP15_RW(pmuserenr, 0, c9, c14, 0)
CP15_RW(pmintenclr, 0, c9, c14, 2)

/* TLB: this core's, then all cores' of the inner shareable domain */
CP15_OP(tlbiall, 0, c8, c7, 0)
CP15_WRITE(tlbimva, 0, c8, c7, 1)
CP15_WRITE(tlbiasid, 0, c8, c7, 2)
CP15_WRITE(tlbimvaa, 0, c8, c7, 3)
CP15_OP(tlbiallis, 0, c8, c3, 0)
CP15_WRITE(tlbimvais, 0, c8, c3, 1)
CP15_WRITE(tlbiasidis, 0, c8, c3, 2)
CP15_WRITE(tlbimvaais, 0, c8, c3, 3)

/* caches and branch predictor */
CP15_OP(iciallu, 0, c7, c5, 0)
CP15_WRITE(icimvau, 0, c7, c5, 1)
CP15_OP(bpiall, 0, c7, c5, 6)
CP15_WRITE(bpimva, 0, c7, c5, 7)
CP15_OP(icialluis, 0, c7, c1, 0)
CP15_OP(bpiallis, 0, c7, c1, 6)
CP15_WRITE(dcimvac, 0, c7, c6, 1)
CP15_WRITE(dcisw, 0, c7, c6, 2)
CP15_WRITE(dccmvac, 0, c7, c10, 1)
CP15_WRITE(dccsw, 0, c7, c10, 2)
CP15_WRITE(dccmvau, 0, c7, c11, 1)
CP15_WRITE(dccimvac, 0, c7, c14, 1)
CP15_WRITE(dccisw, 0, c7, c14, 2)

static inline void dsb(void)
{
	__asm__ volatile("dsb" : : : "memory");
}

static inline void dmb(void)
{
	__asm__ volatile("dmb" : : : "memory");
}

static inline void isb(void)
{
	__asm__ volatile("isb" : : : "memory");
}

/* Waits until an interrupt is pending, masked or not. */
static inline void cpu_wait(void)
{
	__asm__ volatile("dsb\n\twfi" : : : "memory");
}

#undef CP15_READ
#undef CP15_WRITE
#undef CP15_OP
#undef CP15_RW

#endif
