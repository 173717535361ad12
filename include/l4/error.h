/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright the Armature authors */
/*
 * What a call can answer.  Zero or more is success, the rest is here.  A
 * caller's mistake is a return code and changes nothing.
 */
#ifndef L4_ERROR_H
#define L4_ERROR_H

#ifndef __ASSEMBLER__
enum l4_error {
	L4_OK = 0,
	L4_NOTIFIED = 1,	/* a receive ended with notification bits, not a message */

	L4_ENOSYS = -1,		/* no such call */
	L4_ECAP = -2,		/* the slot is empty, out of range or names another kind of object */
	L4_ERIGHT = -3,		/* the capability lacks the right that this needs */
	L4_EINVAL = -4,		/* an argument is malformed: alignment, range, unknown flag */
	L4_EQUOTA = -5,		/* the paying cell's quota does not cover it */
	L4_EBUSY = -6,		/* the slot, address or object is in use */
	L4_EAGAIN = -7,		/* it would block, and the caller asked not to */
	L4_ETIME = -8,		/* the time given ran out */
	L4_EDEAD = -9,		/* the partner was destroyed */
	L4_ECANCEL = -10,	/* the operation was cancelled before it completed */
	L4_ESTALE = -11,	/* made under an older generation of the space */
	L4_EFAULT = -12,	/* an address in the range is not mapped */
	L4_ELIMIT = -13,	/* a fixed limit of the kernel is reached: depth of copies */
	L4_ELAST = -14		/* one past the last error, for tables */
};
#endif

#endif
