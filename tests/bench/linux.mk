# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# 'make bench B=linux': LMbench, loops of our own, hackbench and cyclictest in a
# Linux guest and on native Linux; build/bench/linux.json, .md, .svg and .png.
#
#   SHORT=1		the rows that each commit is held to, without native-pan: linux-short.json
#   ROWS="fork,null"	only rows whose names have one of these: linux-rows.json
#   SIDES=guest,native	not all three sides
#
# 'make bench B=paths': what one round of our loops executes, kind by kind, and where
# the guest's extra instructions are; build/bench/paths.json, .md.
#
# 'make bench B=wall': how long a user waits in QEMU; build/bench/wall.json, .md.
#
# 'make bench-compare A=before.json B=after.json' sets two results side by side.
#
# 'make bench-docs' puts the last results into docs/performance.md.
#
# 'make bench-check' runs the short rows and compares them with tests/bench/reference.json,
# which 'make bench-reference' writes anew from them.

LINUX_CC ?= arm-linux-gnueabihf-gcc
bench-out := build/bench/guest
bench-linux-out := build/linux/$(linux-name)
bench-tool := $(PYTHON) tools/bench/main.py
bench-short := $(filter 1 y yes,$(SHORT))
# A name of its own for what is not the whole bench of the default Linux.
bench-other := $(addprefix -,$(filter-out 6.1,$(linux-name)))$(linux-suffix)
bench-result := $(if $(ROWS),-rows,$(if $(bench-short),-short))$(bench-other)
bench-sides := $(or $(SIDES),guest$(comma)native$(if $(bench-short)$(ROWS),,$(comma)native-pan))
BENCH_CFLAGS := -std=gnu11 -O2 -D_GNU_SOURCE -march=armv7-a -mfpu=neon -mfloat-abi=hard -marm \
	$(WARNINGS)

$(bench-out)/loops: $(filter-out %/tirpc.c,$(wildcard tests/bench/guest/*.c)) \
		tests/bench/guest/loops.h tests/bench/linux.mk
	$(call say,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINUX_CC) $(BENCH_CFLAGS) -pthread -static -s -o $@ $(filter %.c,$^)

$(bench-out)/libtirpc.so.3: tests/bench/guest/tirpc.c tests/bench/guest/tirpc.map
	$(call say,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINUX_CC) $(BENCH_CFLAGS) -fPIC -shared -nostdlib -s -Wl,-soname,$(@F) \
		-Wl,--version-script=tests/bench/guest/tirpc.map -o $@ $<

bench-programs := $(bench-out)/loops $(bench-out)/libtirpc.so.3
bench-boot = --qemu '$(qemu-board)' --mem $(LINUX_MEM) --board-mem $(CONFIG_RAM_MB) \
	--l4image '$(l4image) -k $(BUILD)/kernel.elf $(L4IMAGE_FLAGS)' \
	--linux-out $(bench-linux-out) --linux-suffix='$(linux-suffix)' \
	--initramfs build/bench/linux/initramfs.cpio.gz --programs $(bench-out) \
	--marks build/plugin/marks.so --out build/bench --sides=$(bench-sides)

# What the tools make of figures, without a boot.
host-cmd += bench-tools-work
bench-tools-work := tests/bench/tools.py

.PHONY: bench-tools bench-native bench-native-pan bench-linux bench-paths bench-wall \
	bench-compare bench-check bench-reference bench-docs
bench-tools: only-qemu $(BUILD)/kernel.elf $(user-programs) $(l4image) $(bench-programs) \
		build/plugin/marks.so
	$(Q)tools/deps bench

bench-native: $(linux-guest)/Image
	$(Q)$(linux-tool) kernel '$(LINUX)' native $(linux-options)

# One after the other: each takes all processors.
bench-native-pan: bench-native
	$(Q)$(linux-tool) kernel '$(LINUX)' native-pan $(linux-options)

bench-linux: bench-tools $(linux-guest)/Image \
		$(if $(findstring native-pan,$(bench-sides)),bench-native-pan,bench-native)
	$(Q)$(bench-tool) linux $(bench-boot) $(if $(bench-short),--short) --rows='$(ROWS)' \
		--suffix='$(bench-result)'

bench-paths: bench-tools $(linux-guest)/Image bench-native
	$(Q)$(bench-tool) paths $(bench-boot) --armature $(BUILD)/kernel.elf \
		--suffix='$(bench-other)'

bench-wall: bench-tools $(linux-guest)/Image bench-native
	$(Q)$(bench-tool) wall $(bench-boot) --suffix='$(bench-other)'

bench-compare:
	$(Q)$(bench-tool) compare '$(A)' '$(B)' $(if $(filter 1 y yes,$(SUBSET)),--subset)

bench-reference-file := tests/bench/reference.json

# Both verdicts are heard, whichever is bad.
bench-check: bench-tools $(linux-guest)/Image bench-native
	$(Q)$(bench-tool) linux $(bench-boot) --sides=guest$(comma)native --short \
		--suffix='-short$(bench-other)'; status=$$?; \
	$(bench-tool) compare $(bench-reference-file) \
		'build/bench/linux-short$(bench-other).json' && exit $$status

bench-reference:
	$(Q)$(bench-tool) keep build/bench/linux-short.json $(bench-reference-file)

bench-docs:
	$(Q)$(bench-tool) document --out build/bench
