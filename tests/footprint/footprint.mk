# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# 'make footprint': what each choice in Kconfig costs, as a table in
# docs/footprint.md.  Part host of 'make test' boots the smallest kernel.

host-cmd += smallest-kernel
smallest-kernel = $(PYTHON) tools/footprint.py --test "$(qemu-board)"

.PHONY: footprint
footprint:
	$(Q)$(PYTHON) tools/footprint.py docs/footprint.md
