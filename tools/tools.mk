# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# Host programs and QEMU plugins.  They do not depend on board or toolchain and
# go to build/tools and build/plugin.

PLUGIN_CFLAGS := -std=gnu11 -O2 -g $(WARNINGS)

plugins := $(patsubst tests/plugin/%.c,build/plugin/%.so,$(wildcard tests/plugin/*.c))

# The functions of the plugin interface are the emulator's: undefined here.
build/plugin/%.so: tests/plugin/%.c tests/plugin/plugin.h tools/tools.mk
	$(call say,HOSTCC)
	$(Q)mkdir -p $(@D)
	$(Q)$(HOSTCC) $(PLUGIN_CFLAGS) -fPIC -shared -fvisibility=hidden $< -o $@

include tools/l4image/l4image.mk

.PHONY: fresh-check
fresh-check:
	$(Q)tools/deps fresh
	$(Q)tools/fresh-check $(KEEP)
