# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# A real-time cell beside a busy Linux and a flood of interrupts: part `realtime` for
# some seconds of the board's time, 'make bench B=realtime' for ten minutes of it;
# build/bench/realtime.json, .md, .svg.
#
#   REALTIME_SHIFT=5	2^5 ns an instruction: four times the speed of the bench's 7

parts += realtime

# Linux boots in 13 s at shift 6, in twice that at 7.
realtime-shift-short := $(or $(REALTIME_SHIFT),6)
realtime-shift-long := $(or $(REALTIME_SHIFT),7)
realtime-flood := 2000

$(call cell,flood-timer,$(wildcard tests/realtime/flood/*.c))

realtime-initramfs := build/tests/realtime/initramfs.cpio.gz
$(realtime-initramfs): tests/realtime/init tools/linux/initramfs.py
	$(call say,CPIO)
	$(Q)mkdir -p $(@D)
	$(Q)$(linux-tool) initramfs $@ --add init=tests/realtime/init
	$(Q)touch $@

# realtime-image,NAME,PERIODS,SECONDS TO A PANIC
realtime-elf = $(BUILD)/tests/$(linux-key)/realtime-$(1).elf
realtime-image = $(call linux-image,$(realtime-elf),tests/realtime/realtime.dts,$(realtime-initramfs),\
	quiet loglevel=1 panic=-1 load=$(3),-D PERIODS=$(2) -D FLOOD=$(realtime-flood),\
	tests/realtime/realtime.mk)
$(eval $(call realtime-image,short,24000,4))
$(eval $(call realtime-image,long,600000,60))

# realtime-run,NAME,PERIODS,LOG
realtime-run = tests/realtime/run --shift $(realtime-shift-$(1)) --periods $(2) \
	--flood $(realtime-flood) --log $(3)
realtime-qemu = $(qemu-board) -m $(CONFIG_RAM_MB) -rtc base=2026-01-01T00:00:00$(comma)clock=vm \
	-netdev user$(comma)id=n0$(comma)restrict=on -net nic$(comma)model=lan9118$(comma)netdev=n0 \
	-kernel $(realtime-elf)

realtime-tap := $(BUILD)/test/realtime/beside-linux
$(realtime-tap): $(call realtime-elf,short) FORCE
	$(Q)mkdir -p $(@D)
	$(Q)printf '#!/bin/sh\nexec %s "$$@"\n' '$(PYTHON) $(call realtime-run,short,24000,\
		build/test/realtime/beside-linux.console) -- $(call realtime-qemu,short)' >$@
	$(Q)chmod +x $@

.PHONY: bench-realtime
bench-realtime: only-qemu $(call realtime-elf,long)
	$(Q)mkdir -p build/bench
	$(Q)$(PYTHON) $(call realtime-run,long,600000,build/bench/realtime.console) \
		--json build/bench/realtime.json -- $(call realtime-qemu,long)
	$(Q)$(PYTHON) tools/bench/main.py realtime --out build/bench
