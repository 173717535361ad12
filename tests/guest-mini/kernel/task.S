/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What C cannot say: where threads begin, stacks, VFP registers, and accesses to
 * a process's memory that may fault.
 */
#include "mini.h"

	.syntax unified
	.arch	armv7-a
	.fpu	neon
	.arm

/* struct mini_header, then where S begins. */
	.section .start, "ax"
	.word	_start
	.word	i_main, i_stack_top
	.word	f_main, f_stack_top
	.global	_start
_start:
	ldr	sp, =boot_stack_top
	bl	kernel_main
	b	.

	.text
/* resume_user(struct regs *): to the process, with this frame. */
	.global	resume_user
resume_user:
	mov	sp, r0
	b	return_to_user

/* resume_raw(which): one of the three, with what is in the register page now. */
	.global	resume_raw
resume_raw:
	ldr	r1, =resume
	add	pc, r1, r0

/* switch_stack(uint32_t *save, uint32_t load): on another task's stack. */
	.global	switch_stack
switch_stack:
	push	{r4-r11, lr}
	str	sp, [r0]
	mov	sp, r1
	pop	{r4-r11, pc}

/* page_copy(void *to, const void *from) */
	.global	page_copy
page_copy:
	push	{r4-r10}
	mov	r2, #L4_PAGE_SIZE / 32
1:	ldmia	r1!, {r3-r10}
	subs	r2, r2, #1
	stmia	r0!, {r3-r10}
	bne	1b
	pop	{r4-r10}
	bx	lr

/* vfp_save(struct vfp *), vfp_load(const struct vfp *): 32 registers, FPSCR. */
	.global	vfp_save
vfp_save:
	vstmia	r0!, {d0-d15}
	vstmia	r0!, {d16-d31}
	vmrs	r1, fpscr
	str	r1, [r0]
	bx	lr

	.global	vfp_load
vfp_load:
	vldmia	r0!, {d0-d15}
	vldmia	r0!, {d16-d31}
	ldr	r1, [r0]
	vmsr	fpscr, r1
	bx	lr

/* int user_load(uint32_t *value, addr), user_store(value, addr): 0, or -1. */
	.global	user_load, user_loaded, user_store
user_load:
	ldr	r2, [r1]
user_loaded:
	str	r2, [r0]
	mov	r0, #0
	bx	lr
user_store:
	str	r0, [r1]
	mov	r0, #0
	bx	lr
	.global	user_access_end, user_access_failed
user_access_end:
user_access_failed:
	mvn	r0, #0
	bx	lr

	.section .process, "a"
	.global	process_image, process_image_end
	.align	12
process_image:
	.incbin	PROCESS_IMAGE
	.align	12
process_image_end:

	.bss
	.align	3
	.space	2048
boot_stack_top:
	.space	2048
i_stack_top:
	.space	2048
f_stack_top:
