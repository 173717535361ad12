# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# Hostile cells and their victim: hostile-NAME from NAME.c and NAME-*.c.

hostile-lib := $(wildcard tests/hostile/lib/*.c)

$(call cell,hostile-victim,tests/hostile/victim.c $(hostile-lib))
$(foreach t,calls words attack,$(if $(wildcard tests/hostile/$(t).c),\
	$(call cell,hostile-$(t),$(wildcard tests/hostile/$(t)*.[cS]) $(hostile-lib))))
