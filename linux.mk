# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# Linux: as a guest of Armature and native, the initramfs and the root image, and
# what 'make run' does when SYSTEM has a Linux guest in it.  The work is done by
# tools/linux/, which keeps what is large in a cache outside of the tree, and
# knows best what is up to date: so it is asked each time.
#
#   LINUX PREEMPT LINUX_DEBUG	which kernel
#   INITRD ROOTFS APPEND MEM	what it boots into (docs/linux-build.md)

LINUX ?= 6.1
PREEMPT ?= none

linux-tool := $(PYTHON) tools/linux/main.py
linux-debug := $(filter 1 y yes,$(LINUX_DEBUG))
linux-options := --preempt '$(PREEMPT)' $(if $(linux-debug),--debug)
linux-name := $(if $(findstring /,$(LINUX)),$(notdir $(realpath $(LINUX))),$(LINUX))
linux-suffix := $(if $(filter-out none,$(PREEMPT)),-$(PREEMPT))$(if $(linux-debug),-debug)
# In the path of what is made for one Linux.
linux-key := $(linux-name)$(linux-suffix)
linux-guest := build/linux/$(linux-name)/guest$(linux-suffix)
linux-dtb := vexpress-v2p-ca9.dtb
initramfs := build/linux/initramfs.cpio.gz

# In the environment they need no quoting.
export APPEND

# --- kernels and what they boot into ---

.PHONY: linux linux-native run-native rootfs
linux: $(linux-guest)/Image

# Written only when they change: then only is made what depends on them.
$(linux-guest)/Image $(linux-guest)/vmlinux $(linux-guest)/$(linux-dtb) &: FORCE
	$(Q)$(linux-tool) kernel '$(LINUX)' guest $(linux-options)

$(initramfs): FORCE
	$(Q)$(linux-tool) initramfs $@

linux-native:
	$(Q)$(linux-tool) kernel '$(LINUX)' native $(linux-options)

run-native: only-qemu
	$(Q)$(linux-tool) native '$(LINUX)' $(linux-options) --qemu '$(qemu-board)' \
		--mem '$(LINUX_MEM)' --initrd='$(INITRD)' --rootfs='$(ROOTFS)' \
		--qemu-args='$(QEMU_ARGS)'

rootfs: only-qemu
	$(Q)tools/deps rootfs
	$(Q)$(linux-tool) rootfs '$(LINUX)' $(if $(filter 1 y yes,$(RENEW)),--renew) \
		--qemu '$(qemu-board)'

# linux-image,FILE,SYSTEM,INITRAMFS,ARGUMENTS,OTHER FLAGS,WHAT ELSE IT DEPENDS ON: the rule
# for an image with a Linux in it, for eval.  What a command line changes is in FILE.flags.
define linux-image
$(1).flags: text := $(strip $(4) $(5))

$(1): $(2) configs/linux.dts $(BUILD)/kernel.elf $(user-programs) $(l4image) \
		$(linux-guest)/Image $(linux-guest)/$(linux-dtb) $(3) $(6) $(1).flags
	$$(call say,IMAGE)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(l4image) -k $(BUILD)/kernel.elf $(L4IMAGE_FLAGS) -S LINUX_IMAGE=$(linux-guest)/Image \
		-S LINUX_DTB=$(linux-guest)/$(linux-dtb) $(if $(3),-S LINUX_INITRD=$(strip $(3))) $(5) \
		-S "LINUX_APPEND=$(strip $(4))" -o $$@ $$<
endef

# --- a system with a Linux guest: one that leaves it to make which Linux that is ---

LINUX_MEM := $(or $(MEM),256)
linux-system := $(shell grep -lsE 'LINUX_IMAGE|linux\.dts' $(SYSTEM))
# Its own initramfs, no other file and no disk was named.
linux-initrd := $(or $(INITRD),$(if $(ROOTFS),,$(initramfs)))

ifneq ($(linux-system),)
export LINUX_ARGUMENTS := $(strip $(if $(linux-initrd),,root=/dev/vda rw rootwait) $(APPEND))
linux-flags := -S LINUX_IMAGE=$(linux-guest)/Image -S LINUX_DTB=$(linux-guest)/$(linux-dtb) \
	$(if $(linux-initrd),-S LINUX_INITRD=$(abspath $(linux-initrd))) -D LINUX_MEM=$(LINUX_MEM) \
	$(if $(ROOTFS),-D LINUX_DMA)

.PHONY: linux-check
linux-check:
	$(Q)$(linux-tool) check --board=$(CONFIG_RAM_MB) --mem='$(LINUX_MEM)' \
		--initrd='$(INITRD)' --rootfs='$(ROOTFS)'

# Other variables make another image of the same name.
$(BUILD)/image/linux.flags: text = $(linux-flags) $$LINUX_ARGUMENTS

$(IMAGE): L4IMAGE_FLAGS += $(linux-flags) -S "LINUX_APPEND=$$LINUX_ARGUMENTS"
$(IMAGE): $(BUILD)/image/linux.flags $(linux-guest)/Image $(linux-guest)/$(linux-dtb) \
	$(linux-initrd) | linux-check
$(linux-guest)/Image $(initramfs): | linux-check
endif
