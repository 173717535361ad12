# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# Included in guest.mk.  Parts `guest-ends` and `guest-ends-native`: each way in
# which a Linux can end, a boot for each, and what is said about it.
#
#   ENDS="panic spin"	these only

parts += guest-ends guest-ends-native

ends-native := poweroff reboot sysrqb sysrqo panic init oops
ends-all := $(ends-native) halt spin sleep
ENDS ?= $(ends-all)
ifneq ($(filter-out $(ends-all),$(ENDS)),)
$(error ENDS=$(ENDS): the ends are: $(ends-all))
endif

ends-qemu := -icount shift=0$(comma)sleep=off -rtc base=2026-01-01T00:00:00$(comma)clock=vm
ends-append = loglevel=7 panic=-1 end=$(1) $(APPEND)

# ends-initramfs,PART
define ends-initramfs
$(call guest-folder,$(1))/ends.cpio.gz: $(call guest-folder,$(1))/probe.ko \
		tests/guest/ends/init tools/linux/initramfs.py
	$$(call say,CPIO)
	$$(Q)$$(linux-tool) initramfs $$@ --add init=tests/guest/ends/init --add probe.ko=$$<
	$$(Q)touch $$@
endef
$(eval $(call ends-initramfs,guest))
$(eval $(call ends-initramfs,guest-native))

# ends-test,PART,END,guest|native,QEMU'S OPTIONS
ends-test = mkdir -p $(@D) && printf '\#!/bin/sh\nexec %s "$$@"\n' '$(PYTHON) tests/guest/ends/run \
	$(2) $(3) --log build/test/$(1)/$(2).console -- $(qemu-board) $(ends-qemu) $(4)' >$@ && \
	chmod +x $@

define ends-rules
$(call linux-image,$(BUILD)/tests/$(linux-key)/ends-$(1).elf,configs/linux.dts,\
	$(call guest-folder,guest)/ends.cpio.gz,$(call ends-append,$(1)),\
	-D LINUX_MEM=64 -D LINUX_WATCHDOG=2,tests/guest/ends/ends.mk)

$(BUILD)/test/guest-ends/$(1): $(BUILD)/tests/$(linux-key)/ends-$(1).elf FORCE
	$$(Q)$$(call ends-test,guest-ends,$(1),guest,-m $(CONFIG_RAM_MB) -kernel $$<)

$(BUILD)/test/guest-ends-native/$(1): $(call guest-folder,guest-native)/ends.cpio.gz \
		linux-native FORCE
	$$(Q)$$(call ends-test,guest-ends-native,$(1),native,-m 64 -kernel $(native-built)/zImage \
		-dtb $(native-built)/$(linux-dtb) -initrd $$< \
		-append "console=ttyAMA0 $(call ends-append,$(1))")
endef
$(foreach e,$(ENDS),$(eval $(call ends-rules,$(e))))

guest-ends-tap := $(ENDS:%=$(BUILD)/test/guest-ends/%)
guest-ends-native-tap := $(patsubst %,$(BUILD)/test/guest-ends-native/%,$(filter $(ends-native),$(ENDS)))
