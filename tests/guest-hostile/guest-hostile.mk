# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# Part `guest-hostile`: a Linux whose module attacks Armature, beside a victim.
# Each attack is a boot of its own.
#
#   HOSTILE="page frames"	these attacks only
#   HOSTILE_SEED=N		another one than the fixed one

parts += guest-hostile

hostile-attacks := instructions maps queue memory page frames busy live flood quota calls
HOSTILE ?= $(hostile-attacks)
HOSTILE_SEED ?= 20260101
ifneq ($(filter-out $(hostile-attacks),$(HOSTILE)),)
$(error HOSTILE=$(HOSTILE): the attacks are: $(hostile-attacks))
endif

# How often; the default is 1000.  wfi waits for an interrupt each time.
hostile-rounds-instructions := 20
hostile-rounds-page := 20000
hostile-rounds-frames := 10000
hostile-rounds-calls := 3000
# of the victim's; an attack begins after 2 and is over before 3, but for live
hostile-seconds := 4

hostile-out := build/tests/guest-hostile/$(linux-key)
$(call cell,guest-hostile-victim,tests/guest-hostile/victim.c $(wildcard tests/hostile/lib/*.c))

$(hostile-out)/hostile.ko: $(wildcard tests/guest-hostile/module/*) tests/guest/build-module \
		$(linux-guest)/vmlinux
	$(Q)mkdir -p $(@D)
	$(Q)$(PYTHON) tests/guest/build-module '$(LINUX)' guest '$(PREEMPT)' \
		$(if $(linux-debug),1,0) tests/guest-hostile/module $@

$(hostile-out)/initramfs.cpio.gz: $(hostile-out)/hostile.ko tests/guest-hostile/init \
		tools/linux/initramfs.py
	$(call say,CPIO)
	$(Q)$(linux-tool) initramfs $@ --add init=tests/guest-hostile/init --add hostile.ko=$<
	$(Q)touch $@

hostile-append = loglevel=1 panic=-1 hostile.attack=$(1) hostile.seed=$(HOSTILE_SEED) \
	hostile.rounds=$(or $(hostile-rounds-$(1)),1000) $(APPEND)

define hostile-rules
$(call linux-image,$(BUILD)/tests/$(linux-key)/hostile-$(1).elf,tests/guest-hostile/hostile.dts,\
	$(hostile-out)/initramfs.cpio.gz,$(call hostile-append,$(1)),-D SECONDS=$(hostile-seconds),\
	tests/guest-hostile/guest-hostile.mk)

$(BUILD)/test/guest-hostile/$(1): $(BUILD)/tests/$(linux-key)/hostile-$(1).elf FORCE
	$$(Q)mkdir -p $$(@D)
	$$(Q)printf '#!/bin/sh\nexec %s "$$$$@"\n' '$(PYTHON) tests/guest-hostile/run $(1) \
		--log build/test/guest-hostile/$(1).console -- $$(qemu-board) \
		-m $(CONFIG_RAM_MB) -icount shift=0$(comma)sleep=off -kernel $$<' >$$@
	$$(Q)chmod +x $$@
endef
$(foreach a,$(HOSTILE),$(eval $(call hostile-rules,$(a))))

guest-hostile-tap := $(HOSTILE:%=$(BUILD)/test/guest-hostile/%)
