# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# Our programs inside Linux: part `guest` runs them in a guest of Armature, part
# `guest-native` on the same Linux without it.  LINUX and PREEMPT choose which
# Linux that is.  They run in groups, each a boot of its own.
#
#   GUEST_TESTS="signal,ptrace registers,stress -n 20"	these instead, in one boot
#   TEST_SLOW=4		time limits for a machine that does other things too

parts += guest guest-native

guest-core := process exec signal sigstate ptrace syscall efault undef align
guest-memory := fault kernelmem kuser mmap mmapfile cow selfmod
guest-threads := vfp tls futex
guest-io := pipe socket ipc file timer proc
guest-sched := sched
guest-pressure := pressure swap
guest-stress := stress
guest-groups := core memory threads io sched pressure stress

LINUX_CC ?= arm-linux-gnueabihf-gcc
GUEST_CFLAGS := -std=gnu11 -O2 -D_GNU_SOURCE -march=armv7-a -mfpu=neon -mfloat-abi=hard \
	$(WARNINGS) -pthread

guest-out := build/tests/guest
guest-programs := $(patsubst tests/guest/%.c,%,$(wildcard tests/guest/*.c))
guest-lib := $(patsubst tests/guest/%,$(guest-out)/%.o,$(basename \
	$(wildcard tests/guest/lib/*.c tests/guest/lib/*.S)))

ifneq ($(GUEST_TESTS),)
guest-groups := chosen
guest-chosen := $(foreach w,$(subst $(comma), ,$(subst $(space),:,$(strip $(GUEST_TESTS)))),\
	$(firstword $(subst :, ,$(w))))
endif
ifneq ($(filter-out $(guest-programs),$(foreach g,$(guest-groups),$(guest-$(g)))),)
$(error GUEST_TESTS=$(GUEST_TESTS): the programs are: $(guest-programs))
endif

$(guest-out)/%.o: tests/guest/%.c tests/guest/guest.mk
	$(call say,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINUX_CC) $(GUEST_CFLAGS) $(DEPFLAGS) -c -o $@ $<

$(guest-out)/%.o: tests/guest/%.S tests/guest/guest.mk
	$(call say,AS)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINUX_CC) $(GUEST_CFLAGS) $(DEPFLAGS) -c -o $@ $<

$(guest-out)/bin/%: $(guest-out)/%.o $(guest-lib)
	$(call say,LD)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINUX_CC) $(GUEST_CFLAGS) -static -s -o $@ $^ -lm

-include $(guest-lib:.o=.d) $(guest-programs:%=$(guest-out)/%.d)

# --- what is booted: $(guest-out)/GROUP.cpio.gz, and an image of Armature with it ---

guest-qemu := -icount shift=0$(comma)sleep=off -rtc base=2026-01-01T00:00:00$(comma)clock=vm
guest-append := loglevel=5 panic=-1 $(APPEND)
guest-native := build/linux/$(linux-name)/native$(linux-suffix)
guest-flags = -S LINUX_IMAGE=$(linux-guest)/Image -S LINUX_DTB=$(linux-guest)/$(linux-dtb) \
	-S LINUX_INITRD=$(guest-out)/$(1).cpio.gz -D LINUX_MEM=$(LINUX_MEM) \
	-S "LINUX_APPEND=$(guest-append)"

# guest-test,GROUP,NAME,QEMU'S OPTIONS,WHAT RUNS QEMU: the program that testrun.py runs
guest-test = printf '\#!/bin/sh\nexec %s "$$@"\n' '$(PYTHON) tests/guest/run \
	--log build/test/$(2)/$(1).console -- $(4) $(qemu-board) $(guest-qemu) $(3)' >$@ && \
	chmod +x $@

# The lists are written anew each time, and change only when they do.
$(guest-out)/%.list: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo "$(if $(GUEST_TESTS),$(GUEST_TESTS),$(guest-$*))" | \
		tr '$(if $(GUEST_TESTS),$(comma),$(space))' '\n' >$@.new
	$(Q)cmp -s $@.new $@ || cp $@.new $@

define guest-rules
$(guest-out)/$(1).cpio.gz: $(guest-$(1):%=$(guest-out)/bin/%) $(guest-out)/$(1).list \
		tests/guest/init tools/linux/initramfs.py
	$$(call say,CPIO)
	$$(Q)$$(linux-tool) initramfs $$@ --add init=tests/guest/init \
		--add tests.list=$(guest-out)/$(1).list \
		$(foreach p,$(guest-$(1)),--add tests/$(p)=$(guest-out)/bin/$(p))
	$$(Q)touch $$@

$(BUILD)/tests/guest/$(1).elf: configs/linux.dts $(BUILD)/kernel.elf $(user-programs) $(l4image) \
		$(linux-guest)/Image $(linux-guest)/$(linux-dtb) $(guest-out)/$(1).cpio.gz
	$$(call say,IMAGE)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(l4image) -k $(BUILD)/kernel.elf $(L4IMAGE_FLAGS) $$(call guest-flags,$(1)) -o $$@ $$<

$(BUILD)/test/guest/$(1): $(BUILD)/tests/guest/$(1).elf build/plugin/sites.so FORCE
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(call guest-test,$(1),guest,-m $(CONFIG_RAM_MB) -kernel $$<,\
		tests/shim/sites $(linux-guest)/sites build/test/guest/$(1).sites)

$(BUILD)/test/guest-native/$(1): $(guest-out)/$(1).cpio.gz linux-native FORCE
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(call guest-test,$(1),guest-native,-m $(LINUX_MEM) -kernel $(guest-native)/zImage \
		-dtb $(guest-native)/$(linux-dtb) -initrd $$< \
		-append "console=ttyAMA0 $(guest-append)")
endef
$(foreach g,$(guest-groups),$(eval $(call guest-rules,$(g))))

guest-tap := $(guest-groups:%=$(BUILD)/test/guest/%)
guest-native-tap := $(guest-groups:%=$(BUILD)/test/guest-native/%)
