/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * In place of guest.S in a kernel without virtual CPUs: no abort is a guest's.
 * Contract as there: r5 is where vectors.S goes on.
 */
	.syntax unified
	.arch	armv7-a
	.arm
	.text

	.global	guest_abort
guest_abort:
	bx	r5
