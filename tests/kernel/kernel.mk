# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# The cells of tests/kernel: kt-NAME from NAME.c, with what they share in lib.

kt-lib := $(wildcard tests/kernel/lib/*.c tests/kernel/lib/*.S)
kt-names := $(patsubst tests/kernel/%.c,%,$(wildcard tests/kernel/*.c))

$(foreach t,$(filter-out irq,$(kt-names)),$(call cell,kt-$(t),tests/kernel/$(t).c $(kt-lib)))
# it takes the root cell's place
$(call cell,kt-irq,tests/kernel/irq.c $(kt-lib),user/servers/root/root.ld)
