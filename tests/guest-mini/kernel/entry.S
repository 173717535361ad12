/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The way into the guest kernel and out of it: the contract of l4/vcpu.h.
 *
 * Every entry arrives with interrupts masked, on the stack of the current task
 * (from a process: at its top), and copies the frame out of the register page
 * before it unmasks.  Unmasking is a store, then a test of `pending`, then the
 * call.  Register use: r8 the register page.
 */
#include <l4/callnr.h>
#include "mini.h"
#include "kernel/regs.h"

	.syntax unified
	.arch	armv7-a
	.fpu	neon
	.arm
	.text

	.macro	unmask, tmp
	mov	\tmp, #0
	str	\tmp, [r8, #L4_VP_VIF]
	ldr	\tmp, [r8, #L4_VP_PENDING]
	cmp	\tmp, #0
	blne	interrupt_now
	.endm

	.macro	mask, tmp
	mov	\tmp, #L4_VIF_MASKED
	str	\tmp, [r8, #L4_VP_VIF]
	.endm

/* sp, lr, pc, psr of the process, from the register page into its frame. */
	.macro	save_user
	mov	r8, #VCPU_PAGE
	add	r9, r8, #L4_VP_USER
	ldmia	r9, {r3-r6}
	add	r9, sp, #REGS_SP
	stmia	r9, {r3-r6}
	.endm

/* From a process, but not its system call: r0 points at {r0, pc, psr}. */
	.macro	user_entry
	sub	sp, sp, #REGS_SIZE
	stmib	sp, {r1-r12}
	ldr	r1, [r0]
	str	r1, [sp]
	save_user
	.endm

/* From the kernel itself; sp can be at any word.  Frees the slot. */
	.macro	kernel_entry
	sub	sp, sp, #REGS_SIZE
	tst	sp, #4
	subne	sp, sp, #4
	stmib	sp, {r1-r12}
	add	r6, sp, #REGS_SIZE
	addne	r6, r6, #4
	ldmia	r0, {r3-r5}			@ r0, pc, psr
	str	r3, [sp]
	str	r6, [sp, #REGS_SP]
	str	lr, [sp, #REGS_LR]
	str	r4, [sp, #REGS_PC]
	str	r5, [sp, #REGS_PSR]
	mov	r8, #VCPU_PAGE
	mov	r3, #0
	str	r3, [r0, #12]
	.endm

/*
 * Is this fault the guest's?  In: r1 address, r5 what the access needs (PTE_).
 * EQ: the guest's own table allows it, so only the real one lacks it.
 */
	.macro	is_shadow
	lsrs	r4, r1, #22			@ USER_END
	bne	1f
	ldr	r3, =current_pt
	lsr	r4, r1, #L4_PAGE_SHIFT
	ldr	r3, [r3]
	ldr	r4, [r3, r4, lsl #2]
	bics	r5, r5, r4
1:
	.endm

/*
 * Asks F for the page of r1; interrupts stay masked.  EQ: it is mapped; else r1
 * and r2 are address and status again.
 */
	.macro	ask_pager
	mov	r0, #SLOT_F
	mov	r2, r1
	mov	r1, #1				@ one word, label 0
	mov	r10, #L4_NEVER
	mov	r11, #0
	mov	r12, #L4_NR_call
	svc	#0
	orrs	r0, r0, r1, lsr #L4_TAG_LABEL_SHIFT
	mov	r8, #VCPU_PAGE
	ldrd	r2, r3, [r8, #L4_VP_FSR]
	mov	r1, r3
	.endm

/* --- from a process --- */

	.global	entry_svc
entry_svc:
	sub	sp, sp, #REGS_SIZE
	stmia	sp, {r0-r12}
	save_user
	unmask	r9
	mov	r0, sp
	bl	system_call
/* Interrupts can be open or not.  sp points at the process's frame. */
	.global	return_to_user
return_to_user:
	mov	r8, #VCPU_PAGE
	mask	r0
return_to_user_masked:
	ldr	r0, =exit_flags
	ldr	r0, [r0]
	cmp	r0, #0
	blne	exit_work			@ a further task, or the map queue: 1
	add	r9, sp, #REGS_SP
	mov	r8, #VCPU_PAGE
	ldmia	r9, {r4-r7}			@ sp, lr, pc, psr
	add	r9, r8, #L4_VP_USER
	stmia	r9, {r4-r7}
	cmp	r0, #0
	ldmia	sp, {r0-r12}
	add	sp, sp, #REGS_SIZE
	bne	resume + 4
	.global	resume
resume:
	svc	#0				@ to the process
	svc	#0				@ the same, with the map queue
	svc	#0				@ to the kernel: see return_to_kernel

	.global	entry_user_data
entry_user_data:
	user_entry
	ldr	r1, [r8, #L4_VP_FAR]
	ldr	r2, [r8, #L4_VP_FSR]
	mov	r5, #PTE_PRESENT
	tst	r2, #FSR_WRITE
	orrne	r5, r5, #PTE_WRITE
	is_shadow
	beq	user_shadow
	mov	r3, #L4_EXC_DFAULT
user_fault:
	unmask	r9				@ r1 to r7 survive an interrupt
	mov	r0, sp
	bl	do_fault
	b	return_to_user
user_shadow:
	ask_pager
	beq	return_to_user_masked
	mov	r3, #L4_EXC_DFAULT
	b	user_fault

	.global	entry_user_fetch
entry_user_fetch:
	user_entry
	ldr	r1, [r8, #L4_VP_FAR]
	ldr	r2, [r8, #L4_VP_FSR]
	mov	r5, #PTE_PRESENT | PTE_EXEC
	is_shadow
	bne	1f
	ask_pager
	beq	return_to_user_masked
1:	mov	r3, #L4_EXC_PFAULT
	b	user_fault

	.macro	user_trap, name, class
	.global	\name
\name:
	user_entry
	ldr	r1, [r8, #L4_VP_FAR]
	ldr	r2, [r8, #L4_VP_FSR]
	mov	r3, #\class
	b	user_fault
	.endm
	user_trap entry_user_undef, L4_EXC_UNDEF
	user_trap entry_user_align, L4_EXC_ALIGN

/* VFP that is off: the owner's registers are swapped with interrupts masked. */
	.global	entry_user_fp
entry_user_fp:
	user_entry
	mov	r0, sp
	bl	vfp_trap
	b	return_to_user

	.global	entry_user_irq
entry_user_irq:
	user_entry
	mov	r0, sp
	bl	do_irq				@ interrupts stay masked
	mov	r8, #VCPU_PAGE
	b	return_to_user_masked

/* --- from the kernel --- */

	.global	entry_kernel_data
entry_kernel_data:
	kernel_entry
	ldr	r1, [r8, #L4_VP_FAR]
	ldr	r2, [r8, #L4_VP_FSR]
	mov	r5, #PTE_PRESENT
	tst	r2, #FSR_WRITE
	orrne	r5, r5, #PTE_WRITE
	is_shadow
	beq	1f
	ldr	r4, =VMALLOC_BASE		@ the kernel's own range is always F's
	sub	r4, r1, r4
	cmp	r4, #VMALLOC_END - VMALLOC_BASE
	bhs	2f
1:	ask_pager
	beq	return_to_kernel
2:	mov	r3, #L4_EXC_DFAULT
kernel_fault:
	mov	r0, sp
	bl	do_kernel_fault			@ unmasks if the interrupted code had
	b	return_to_kernel

	.macro	kernel_trap, name, class
	.global	\name
\name:
	kernel_entry
	ldr	r1, [r8, #L4_VP_FAR]
	ldr	r2, [r8, #L4_VP_FSR]
	mov	r3, #\class
	b	kernel_fault
	.endm
	kernel_trap entry_kernel_fetch, L4_EXC_PFAULT
	kernel_trap entry_kernel_undef, L4_EXC_UNDEF
	kernel_trap entry_kernel_align, L4_EXC_ALIGN
	kernel_trap entry_kernel_fp, L4_EXC_FP

	.global	entry_kernel_irq
entry_kernel_irq:
	kernel_entry
	mov	r0, sp
	bl	do_irq
	bl	preempt				@ a further task may run here

return_to_kernel:
	mov	r8, #VCPU_PAGE
	mask	r0
	add	r9, sp, #REGS_SP
	ldmia	r9, {r4-r7}			@ sp, lr, pc, psr
	add	r9, r8, #L4_VP_KRET
	stmia	r9, {r4-r7}
	ldmia	sp, {r0-r12}
	b	resume + 8

/* The interrupt that waited is taken in this call.  Keeps all but r0, r12. */
	.global	interrupt_now
interrupt_now:
	mov	r0, #0
	mov	r12, #L4_NR_interrupt
	svc	#0
	bx	lr

	.ltorg
