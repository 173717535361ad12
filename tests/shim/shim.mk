# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# The shim as text and as what it compiles to when it is off.

parts += shim
shim-tap := tests/shim/tool.py
shim-cmd := series-applies limits off-is-off

series-applies := tools/shim -v check 6.1
limits := tools/shim -v stat
off-is-off := tests/shim/off.py --compare

# Two builds of Linux take longer than a test may.
.PHONY: shim-off
shim-off:
	$(Q)tests/shim/off.py

test: $(if $(filter shim,$(or $(T),shim)),shim-off)
