# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# Part `guest-restart`: a Linux that dies again and again, and what is lost by it.
#
#   LONG=1		1,000 times; needs TEST_SLOW=20
#   RESTARTS=50		another number

parts += guest-restart

RESTARTS ?= $(if $(filter 1 y yes,$(LONG)),1000,5)

restart-out := build/tests/guest-restart
restart-elf := $(BUILD)/tests/$(linux-key)/restart-$(RESTARTS).elf

$(restart-out)/initramfs.cpio.gz: tests/guest-restart/init tools/linux/initramfs.py
	$(call say,CPIO)
	$(Q)mkdir -p $(@D)
	$(Q)$(linux-tool) initramfs $@ --add init=tests/guest-restart/init
	$(Q)touch $@

$(eval $(call linux-image,$(restart-elf),tests/guest-restart/restart.dts,\
	$(restart-out)/initramfs.cpio.gz,quiet loglevel=1 panic=-1,-D RESTARTS=$(RESTARTS),\
	tests/guest-restart/guest-restart.mk))

guest-restart-tap := $(BUILD)/test/guest-restart/lives
$(guest-restart-tap): $(restart-elf) FORCE
	$(Q)mkdir -p $(@D)
	$(Q)printf '#!/bin/sh\nexec %s "$$@"\n' '$(PYTHON) tests/guest-restart/run \
		--restarts $(RESTARTS) --log build/test/guest-restart/lives.console -- $(qemu-board) \
		-m $(CONFIG_RAM_MB) -icount shift=0$(comma)sleep=off \
		-rtc base=2026-01-01T00:00:00$(comma)clock=vm -kernel $<' >$@
	$(Q)chmod +x $@
