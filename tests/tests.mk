# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# 'make test' and 'make bench': what the parts consist of.  A system for QEMU is
# found by its files, tests/<part>/<name>.dts or .test (tools/testrun.py says
# what is in a .test).  Host programs come from fragments, which add to
#
#   <part>-tap	programs that print TAP (cmocka)
#   <part>-cmd	shell commands, one name of a variable each: its value is run

parts := host image kernel guest-mini hostile boot
qemu-parts := kernel guest-mini hostile boot

host-tap :=
host-cmd := docs-are-current
image-tap :=
image-cmd :=
docs-are-current := tools/calls.py --check docs/calls.md

# Where a kernel with CONFIG_TRACE is built: what needs one calls make there.
trace-build := build/$(PLATFORM)-$(if $(debug),debug,release)-trace$(if $(smp),-smp)$(if $(filter \
	clang,$(TOOLCHAIN)),-clang)

comma := ,
empty :=
space := $(empty) $(empty)

include $(wildcard tests/*/*.mk)

T ?= $(parts)
ifneq ($(filter-out $(parts),$(T)),)
$(error T=$(T): the parts are: $(parts))
endif

# systems,PART: without suffix.  description,SYSTEM: its own, or what its .test says
# with image=.  images,SYSTEMS: what is booted.
systems = $(sort $(basename $(wildcard tests/$(1)/*.dts tests/$(1)/*.test)))
described = $(if $(wildcard $(1).test),$(shell sed -n 's/^image *= *//p' $(1).test))
description = $(or $(call described,$(1)),$(1).dts)
images = $(sort $(foreach s,$(1),$(patsubst %.dts,$(BUILD)/image/%.elf,$(call description,$(s)))))
# items,PARTS: the systems of these parts, as testrun.py wants them
items = $(foreach p,$(1),$(addprefix $(p):qemu:,$(call systems,$(p))))

qemu-selected := $(filter $(T),$(qemu-parts))
test-images := $(call images,$(foreach p,$(qemu-selected),$(call systems,$(p))))
test-programs := $(foreach p,$(T),$($(p)-tap))
# host programs first: the longest are among them
test-items = $(foreach p,$(T),\
	$(addprefix $(p):tap:,$($(p)-tap)) \
	$(foreach c,$($(p)-cmd),'$(p):cmd:$(c)=$($(c))')) $(call items,$(qemu-selected))

.PHONY: test bench
test: only-qemu $(test-programs) $(test-images)
	$(Q)$(PYTHON) tools/testrun.py --out build/test --images $(BUILD)/image --qemu "$(qemu-board)" \
		--parts $(subst $(space),$(comma),$(strip $(T))) $(TEST_ARGS) $(test-items)

# The longest stretch without a preemption point, over every system that is tested.
all-images := $(call images,$(foreach p,$(qemu-parts),$(call systems,$(p))))

.PHONY: bench-stretch
bench-stretch: only-qemu build/plugin/stretch.so $(all-images)
	$(call say,STRETCH)
	$(Q)mkdir -p build/bench
	$(Q)$(PYTHON) tools/stretch.py --kernel $(BUILD)/kernel.elf --cross $(CROSS) \
		--plugin build/plugin/stretch.so --out build/bench/stretch -- \
		--images $(BUILD)/image --qemu "$(qemu-board)" $(call items,$(qemu-parts))
