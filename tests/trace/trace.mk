# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# 'make trace' takes the trace of a scenario (tests/trace/init) and decodes it into
# build/trace/; part `trace` of the tests takes one and holds it against what Linux
# says.  Both need a kernel with CONFIG_TRACE, which has a build folder of its own:
# make calls itself there.

parts += trace

trace-tap := $(trace-build)/test/trace/booted

ifeq ($(trace),)
.PHONY: trace
trace: FORCE
	$(Q)+$(MAKE) TRACE=1 $@

# One make for both parts, and what it shares with this one is there before.
$(trace-tap) $(guest-gdb-tap) &: $(l4image) FORCE
	$(Q)+$(MAKE) TRACE=1 $(trace-tap) $(guest-gdb-tap)
else
trace-out := build/tests/trace
trace-elf := $(BUILD)/tests/$(linux-key)/trace.elf
trace-vmlinux := $(linux-guest)/vmlinux
trace-qemu = $(qemu-board) -icount shift=0$(comma)sleep=off -m $(CONFIG_RAM_MB) -kernel $(trace-elf)

$(trace-out)/old: tests/trace/old.c tests/trace/trace.mk
	$(call say,LD)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINUX_CC) $(GUEST_CFLAGS) -static -s -o $@ $<

$(trace-out)/initramfs.cpio.gz: tests/trace/init $(trace-out)/old tools/linux/initramfs.py
	$(call say,CPIO)
	$(Q)mkdir -p $(@D)
	$(Q)$(linux-tool) initramfs $@ --add init=tests/trace/init --add old=$(trace-out)/old
	$(Q)touch $@

$(eval $(call linux-image,$(trace-elf),configs/trace.dts,$(trace-out)/initramfs.cpio.gz,quiet,\
	-D LINUX_MEM=64))

$(trace-tap): $(trace-elf) tests/trace/trace.mk FORCE
	$(Q)mkdir -p $(@D)
	$(Q)printf '#!/bin/sh\nexec %s "$$@"\n' '$(PYTHON) tests/trace/check \
		--log build/test/trace/booted.console --vmlinux $(trace-vmlinux) -- $(trace-qemu)' >$@
	$(Q)chmod +x $@

.PHONY: trace
trace: only-qemu $(trace-elf)
	$(Q)mkdir -p build/trace
	$(Q)$(PYTHON) tools/trace/main.py take --log build/trace/console.log -- $(trace-qemu)
	$(Q)$(PYTHON) tools/trace/main.py decode build/trace/console.log --vmlinux $(trace-vmlinux) \
		--out build/trace/trace --svg build/trace/trace.svg
endif
