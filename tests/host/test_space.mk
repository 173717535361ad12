# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
test_space-src := tests/host/space_world.c tests/host/space_random.c tests/host/tlb_model.c \
	$(addprefix kernel/mm/,pool.c table.c kind.c asid.c space.c map.c unmap.c revoke.c cache.c)
test_space-flags := -Itests/host/model
