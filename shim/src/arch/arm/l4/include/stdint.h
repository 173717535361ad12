/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright the Armature authors */
/* For the headers of Armature, which are written for any C11 compiler. */
#include <linux/types.h>
