# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# Part `guests`: two Linuxes beside each other (configs/two-linux.dts), of which one
# dies again and again.

parts += guests

guests-out := build/tests/guests
guests-elf := $(BUILD)/tests/$(linux-key)/guests.elf

$(guests-out)/initramfs.cpio.gz: tests/guests/init tools/linux/initramfs.py
	$(call say,CPIO)
	$(Q)mkdir -p $(@D)
	$(Q)$(linux-tool) initramfs $@ --add init=tests/guests/init
	$(Q)touch $@

$(eval $(call linux-image,$(guests-elf),tests/guests/guests.dts,\
	$(guests-out)/initramfs.cpio.gz,quiet loglevel=1,-D LINUX_MEM=64,\
	configs/two-linux.dts tests/guests/guests.mk))

guests-tap := $(BUILD)/test/guests/two
$(guests-tap): $(guests-elf) FORCE
	$(Q)mkdir -p $(@D)
	$(Q)printf '#!/bin/sh\nexec %s "$$@"\n' '$(PYTHON) tests/guests/check \
		--log build/test/guests/two.console -- $(qemu-board) -m $(CONFIG_RAM_MB) \
		-icount shift=3$(comma)sleep=off \
		-rtc base=2026-01-01T00:00:00$(comma)clock=vm -kernel $<' >$@
	$(Q)chmod +x $@
