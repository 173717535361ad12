# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# The shim as text and as what it compiles to when it is off, with the version that
# LINUX says; and test-all, for all of them.

parts += shim
shim-tap := tests/shim/tool.py tests/shim/checks.py
shim-cmd := series-applies limits off-is-off

# A tree of somebody's own has no clean one beside it.
shim-linux := $(if $(findstring /,$(LINUX)),6.1,$(LINUX))
export SHIM_LINUX := $(shim-linux)

series-applies := tools/shim -v check $(shim-linux)
limits := tools/shim -v stat
off-is-off := tests/shim/off.py --compare $(shim-linux)

# Builds of Linux take longer than a test may.
.PHONY: shim-off shim-guest
shim-off:
	$(Q)tests/shim/off.py $(shim-linux)

# What checks.py plants its mistakes in.
shim-guest:
	$(Q)$(linux-tool) kernel $(shim-linux) guest

test: $(if $(filter shim,$(or $(T),shim)),shim-off shim-guest)

# VERSIONS="6.1 7.2" and MODELS=none choose some of them
VERSIONS ?= $(shell sed -n 's/^\([0-9.]*\) .*/\1/p' shim/versions)
MODELS ?= none full

.PHONY: test-all
test-all:
	$(Q)tests/shim/all '$(MAKE)' '$(VERSIONS)' '$(MODELS)'
