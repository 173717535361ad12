# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# Cells of the tests of the native world: a folder is a program.

$(foreach d,$(patsubst tests/boot/%/,%,$(wildcard tests/boot/*/)),\
	$(call cell,$(d),$(wildcard tests/boot/$(d)/*.c)))
