# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# Part `guests`: two Linuxes beside each other (configs/two-linux.dts), of which one
# dies again and again.

parts += guests

guests-out := build/tests/guests
guests-elf := $(BUILD)/tests/guests-$(linux-key).elf

$(guests-out)/initramfs.cpio.gz: tests/guests/init tools/linux/initramfs.py
	$(call say,CPIO)
	$(Q)mkdir -p $(@D)
	$(Q)$(linux-tool) initramfs $@ --add init=tests/guests/init
	$(Q)touch $@

$(guests-elf): tests/guests/guests.dts configs/two-linux.dts configs/linux.dts \
		$(BUILD)/kernel.elf $(user-programs) $(l4image) \
		$(linux-guest)/Image $(linux-guest)/$(linux-dtb) $(guests-out)/initramfs.cpio.gz \
		tests/guests/guests.mk
	$(call say,IMAGE)
	$(Q)mkdir -p $(@D)
	$(Q)$(l4image) -k $(BUILD)/kernel.elf $(L4IMAGE_FLAGS) -S LINUX_IMAGE=$(linux-guest)/Image \
		-S LINUX_DTB=$(linux-guest)/$(linux-dtb) -D LINUX_MEM=64 \
		-S LINUX_INITRD=$(guests-out)/initramfs.cpio.gz -S "LINUX_APPEND=quiet loglevel=1" \
		-o $@ $<

guests-tap := $(BUILD)/test/guests/two
$(guests-tap): $(guests-elf) FORCE
	$(Q)mkdir -p $(@D)
	$(Q)printf '#!/bin/sh\nexec %s "$$@"\n' '$(PYTHON) tests/guests/check \
		--log build/test/guests/two.console -- $(qemu-board) -m $(CONFIG_RAM_MB) \
		-icount shift=3$(comma)sleep=off \
		-rtc base=2026-01-01T00:00:00$(comma)clock=vm -kernel $<' >$@
	$(Q)chmod +x $@
