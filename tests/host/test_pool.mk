# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
test_pool-src := kernel/mm/pool.c
test_pool-flags := -Itests/host/model
