// SPDX-License-Identifier: GPL-2.0
/* Copyright the Armature authors */
/* MMUEXT chooses head-l4.S, and this file with it: the same code as ever. */
#include "dma-mapping.c"
