# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# Part `guest-gdb`: tools/gdb on a booted guest.

parts += guest-gdb

guest-gdb-out := build/tests/guest-gdb
guest-gdb-elf := $(BUILD)/tests/guest-gdb.elf
guest-gdb-tap := $(BUILD)/test/guest-gdb/booted

$(guest-gdb-out)/initramfs.cpio.gz: $(addprefix tests/guest-gdb/,init spinner) \
		tools/linux/initramfs.py
	$(call say,CPIO)
	$(Q)mkdir -p $(@D)
	$(Q)$(linux-tool) initramfs $@ $(foreach f,init spinner,--add $(f)=tests/guest-gdb/$(f))
	$(Q)touch $@

$(guest-gdb-elf): configs/linux.dts $(BUILD)/kernel.elf $(user-programs) $(l4image) \
		$(linux-guest)/Image $(linux-guest)/$(linux-dtb) $(guest-gdb-out)/initramfs.cpio.gz
	$(call say,IMAGE)
	$(Q)mkdir -p $(@D)
	$(Q)$(l4image) -k $(BUILD)/kernel.elf $(L4IMAGE_FLAGS) -S LINUX_IMAGE=$(linux-guest)/Image \
		-S LINUX_DTB=$(linux-guest)/$(linux-dtb) -D LINUX_MEM=64 \
		-S LINUX_INITRD=$(guest-gdb-out)/initramfs.cpio.gz -S "LINUX_APPEND=$(APPEND)" \
		-o $@ $<

$(guest-gdb-tap): $(guest-gdb-elf) tests/guest-gdb/guest-gdb.mk FORCE
	$(Q)mkdir -p $(@D)
	$(Q)printf '#!/bin/sh\nexec %s "$$@"\n' '$(PYTHON) tests/guest-gdb/run --gdb $(GDB) \
		--kernel $(BUILD)/kernel.elf --vmlinux $(linux-guest)/vmlinux \
		--log build/test/guest-gdb/booted.console -- \
		$(qemu-board) -m $(CONFIG_RAM_MB) -kernel $<' >$@
	$(Q)chmod +x $@
