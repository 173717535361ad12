/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * The guest kernel, which has the processes' program inside, in the loader.
 */
	.section .rodata
	.global	guest_image, guest_image_end
	.align	12
guest_image:
	.incbin	GUEST_IMAGE
	.align	3
guest_image_end:
