# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
test_timer-src := kernel/core/timer.c
