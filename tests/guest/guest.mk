# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# Our programs inside Linux: part `guest` runs them in a guest of Armature, part
# `guest-native` on the same Linux without it.  LINUX and PREEMPT choose which
# Linux that is.  They run in groups, each a boot of its own.
#
#   GUEST_GROUPS="core stress"	these groups only
#   GUEST_TESTS="signal,ptrace registers,stress -n 20"	these programs instead, in one boot
#   LONG=1			minutes of guest time for the stress
#   TEST_SLOW=4			time limits for a machine that does other things too

define newline


endef

parts += guest guest-native

guest-core := process exec signal sigstate ptrace syscall efault undef align
guest-memory := fault kernelmem kuser mmap mmapfile cow selfmod
guest-threads := vfp tls futex crypto
guest-io := pipe socket ipc file timer proc
guest-sched := sched idle
guest-pressure := pressure swap
guest-highmem := highmem process mmap mmapfile cow swap module
guest-kernel := sysrq perf trace module
guest-devices := rtc disk uart net
guest-stress := stress
all-guest-groups := core memory threads io sched pressure highmem kernel devices stress
GUEST_GROUPS ?= $(all-guest-groups)
ifneq ($(filter-out $(all-guest-groups),$(GUEST_GROUPS)),)
$(error GUEST_GROUPS=$(GUEST_GROUPS): the groups are: $(all-guest-groups))
endif
guest-groups := $(GUEST_GROUPS)

# What a group needs beside its programs: boot arguments, QEMU's options for the
# folder of its media, options of tests/guest/run (for that folder and the part), the module of tests/guest/module.
guest-append-highmem := vmalloc=800M
guest-append-devices := loglevel=7
# A disk's answer takes time of the host: without sleep, the machine's clock would
# run ahead of it to whatever comes next, a time limit at last.
guest-qemu-devices = -icount shift=0$(comma)sleep=on \
	-drive if=none,id=disk,format=raw,file=$(1)/disk -device virtio-blk-device,drive=disk \
	-drive if=sd,format=raw,file=$(1)/card \
	-netdev user,id=n0,restrict=on,tftp=$(1)/tftp -net nic,model=lan9118,netdev=n0 \
	-netdev user,id=n1,net=10.0.3.0/24,restrict=on,tftp=$(1)/tftp \
	-device virtio-net-device,netdev=n1 \
	-chardev pipe,id=uart1,path=$(1)/uart -serial mon:stdio -serial chardev:uart1
guest-run-devices = --media $(1) $(if $(filter guest,$(2)),--console-at-port)
guest-image-devices := -D LINUX_DMA
guest-modules := highmem kernel
guest-long := $(filter 1 y yes,$(LONG))
# Minutes of the machine's time: for that, an instruction takes 8 ns of it.
guest-args-stress := $(if $(guest-long),-n 45)
guest-qemu-stress := $(if $(guest-long),-icount shift=3$(comma)sleep=off)
guest-run-stress := $(if $(guest-long),--time 7200)

LINUX_CC ?= arm-linux-gnueabihf-gcc
GUEST_CFLAGS := -std=gnu11 -O2 -D_GNU_SOURCE -march=armv7-a -mfpu=neon -mfloat-abi=hard \
	$(WARNINGS) -pthread

guest-out := build/tests/guest
guest-programs := $(patsubst tests/guest/%.c,%,$(wildcard tests/guest/*.c))
guest-lib := $(patsubst tests/guest/%,$(guest-out)/%.o,$(basename \
	$(wildcard tests/guest/lib/*.c tests/guest/lib/*.S)))

ifneq ($(GUEST_TESTS),)
guest-groups := chosen
guest-modules := chosen
guest-chosen := $(foreach w,$(subst $(comma), ,$(subst $(space),:,$(strip $(GUEST_TESTS)))),\
	$(firstword $(subst :, ,$(w))))
guest-append-chosen := $(if $(filter highmem,$(guest-chosen)),$(guest-append-highmem))
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

# --- what is booted: an initramfs with the programs, and an image of Armature with it;
#     both are made for one Linux, which is in their path ---

guest-qemu := -icount shift=0$(comma)sleep=off -rtc base=2026-01-01T00:00:00$(comma)clock=vm
# Of two consoles the last is /dev/console.  Native Linux has its console at the first
# serial port: a driver has one port for that.
guest-arguments = loglevel=5 panic=-1 $(guest-append-$(1)) $(APPEND)
guest-console-devices := console=ttyAMA1 console=hvc0
native-built := build/linux/$(linux-name)/native$(linux-suffix)
guest-built := $(linux-guest)
guest-folder = build/tests/$(1)/$(linux-key)

$(guest-out)/%.list: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo "$(if $(GUEST_TESTS),$(GUEST_TESTS),$(guest-$*))" | tr '$(if \
		$(GUEST_TESTS),$(comma),$(space))' '\n' | sed 's/$$/ $(guest-args-$*)/' >$@.new
	$(Q)cmp -s $@.new $@ || cp $@.new $@

# guest-media,PART,GROUP: the folder of what is plugged in
guest-media = build/test/$(1)/$(linux-key)/$(2).media
# guest-test,PART,GROUP,QEMU'S OPTIONS,WHAT RUNS QEMU: the program that testrun.py runs
guest-test = mkdir -p $(@D) && printf '\#!/bin/sh\nexec %s "$$@"\n' '$(PYTHON) tests/guest/run \
	$(call guest-run-$(2),$(call guest-media,$(1),$(2)),$(1)) \
	--log build/test/$(1)/$(2).console -- $(4) $(qemu-board) $(guest-qemu) \
	$(call guest-qemu-$(2),$(call guest-media,$(1),$(2))) $(3)' >$@ && chmod +x $@

# guest-initramfs,PART,GROUP,MODULE
define guest-initramfs
$(call guest-folder,$(1))/$(2).cpio.gz: $(guest-$(2):%=$(guest-out)/bin/%) \
		$(guest-out)/$(2).list $(3) tests/guest/init tools/linux/initramfs.py
	$$(call say,CPIO)
	$$(Q)$$(linux-tool) initramfs $$@ --add init=tests/guest/init \
		--add tests.list=$(guest-out)/$(2).list $(if $(3),--add probe.ko=$(3)) \
		$(foreach p,$(guest-$(2)),--add tests/$(p)=$(guest-out)/bin/$(p))
	$$(Q)touch $$@
endef

# guest-module,PART,guest|native
define guest-module
$(call guest-folder,$(1))/probe.ko: $(wildcard tests/guest/module/*) tests/guest/build-module \
		$($(2)-built)/vmlinux
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(PYTHON) tests/guest/build-module '$(LINUX)' $(2) '$(PREEMPT)' \
		$(if $(linux-debug),1,0) tests/guest/module $$@
$(foreach g,$(guest-groups),$(call guest-initramfs,$(1),$(g),$(if \
	$(filter $(g),$(guest-modules)),$(call guest-folder,$(1))/probe.ko))$(newline))
endef

define guest-rules
$(call linux-image,$(BUILD)/tests/$(linux-key)/guest-$(1).elf,configs/linux.dts,\
	$(call guest-folder,guest)/$(1).cpio.gz,$(guest-console-$(1)) $(call guest-arguments,$(1)),\
	$(call guest-flags,$(1)))

$(BUILD)/test/guest/$(1): $(BUILD)/tests/$(linux-key)/guest-$(1).elf build/plugin/sites.so FORCE
	$$(Q)$$(call guest-test,guest,$(1),-m $(CONFIG_RAM_MB) -kernel $$<,\
		tests/shim/sites $(linux-guest)/sites build/test/guest/$(1).sites)

$(BUILD)/test/guest-native/$(1): $(call guest-folder,guest-native)/$(1).cpio.gz linux-native FORCE
	$$(Q)$$(call guest-test,guest-native,$(1),-m $(LINUX_MEM) -kernel $(native-built)/zImage \
		-dtb $(native-built)/$(linux-dtb) -initrd $$< \
		-append "console=ttyAMA0 $(call guest-arguments,$(1))")
endef
guest-flags = -D LINUX_MEM=$(LINUX_MEM) $(guest-image-$(1))

$(native-built)/vmlinux: linux-native ;
$(eval $(call guest-module,guest,guest))
$(eval $(call guest-module,guest-native,native))
$(foreach g,$(guest-groups),$(eval $(call guest-rules,$(g))))

guest-tap := $(guest-groups:%=$(BUILD)/test/guest/%)
guest-native-tap := $(guest-groups:%=$(BUILD)/test/guest-native/%)

include tests/guest/ends/ends.mk

# What a run is asked for is looked at first: on the host.
image-tap += tests/guest/inputs
