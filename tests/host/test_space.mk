# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
test_space-src := $(addprefix tests/host/,space_world.c space_revoke.c space_random.c tlb_model.c) \
	$(addprefix kernel/mm/,pool.c table.c kind.c asid.c space.c map.c unmap.c revoke.c cache.c)
test_space-flags := -Itests/host/model
