# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# Part `guest-gdb`: tools/gdb on a booted guest, of a kernel with CONFIG_TRACE: what
# makes make call itself for that is in tests/trace/trace.mk.

parts += guest-gdb

guest-gdb-out := build/tests/guest-gdb/$(linux-key)
guest-gdb-elf := $(BUILD)/tests/$(linux-key)/guest-gdb.elf
guest-gdb-tap := $(trace-build)/test/guest-gdb/booted

ifneq ($(trace),)
$(guest-gdb-out)/probe.ko: $(wildcard tests/guest/module/*) tests/guest/build-module \
		$(linux-guest)/vmlinux
	$(Q)mkdir -p $(@D)
	$(Q)$(PYTHON) tests/guest/build-module '$(LINUX)' guest '$(PREEMPT)' \
		$(if $(linux-debug),1,0) tests/guest/module $@

$(guest-gdb-out)/initramfs.cpio.gz: $(addprefix tests/guest-gdb/,init spinner) \
		$(guest-gdb-out)/probe.ko tools/linux/initramfs.py
	$(call say,CPIO)
	$(Q)mkdir -p $(@D)
	$(Q)$(linux-tool) initramfs $@ --add probe.ko=$(guest-gdb-out)/probe.ko \
		$(foreach f,init spinner,--add $(f)=tests/guest-gdb/$(f))
	$(Q)touch $@

$(eval $(call linux-image,$(guest-gdb-elf),tests/guest-gdb/system.dts,\
	$(guest-gdb-out)/initramfs.cpio.gz,$(APPEND),-D LINUX_MEM=64,configs/trace.dts))

$(guest-gdb-tap): $(guest-gdb-elf) tests/guest-gdb/guest-gdb.mk FORCE
	$(Q)mkdir -p $(@D)
	$(Q)printf '#!/bin/sh\nexec %s "$$@"\n' '$(PYTHON) tests/guest-gdb/run --gdb $(GDB) \
		--kernel $(BUILD)/kernel.elf --vmlinux $(linux-guest)/vmlinux \
		--module $(guest-gdb-out)/probe.ko \
		--log build/test/guest-gdb/booted.console -- \
		$(qemu-board) -m $(CONFIG_RAM_MB) -kernel $<' >$@
	$(Q)chmod +x $@
endif
