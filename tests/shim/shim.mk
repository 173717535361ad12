# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# The shim as text and as what it compiles to when it is off.

parts += shim
shim-tap := tests/shim/tool.py tests/shim/checks.py
shim-cmd := series-applies limits off-is-off

series-applies := tools/shim -v check 6.1
limits := tools/shim -v stat
off-is-off := tests/shim/off.py --compare

# Builds of Linux take longer than a test may.
.PHONY: shim-off shim-guest
shim-off:
	$(Q)tests/shim/off.py

# What checks.py plants its mistakes in.
shim-guest:
	$(Q)$(linux-tool) kernel 6.1 guest

test: $(if $(filter shim,$(or $(T),shim)),shim-off shim-guest)
