/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * VFP and NEON registers to and from memory.  FPEXC.EN is on; the kernel itself
 * uses none of them.
 */
	.syntax unified
	.arch	armv7-a
	.fpu	neon
	.arm
	.text

/* void fpu_save(struct fpu *) */
	.global	fpu_save
fpu_save:
	vstmia	r0!, {d0-d15}
	vstmia	r0!, {d16-d31}
	vmrs	r1, fpscr
	str	r1, [r0]
	bx	lr

/* void fpu_load(const struct fpu *) */
	.global	fpu_load
fpu_load:
	vldmia	r0!, {d0-d15}
	vldmia	r0!, {d16-d31}
	ldr	r1, [r0]
	vmsr	fpscr, r1
	bx	lr
