# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# 'make ltp' and 'make kselftest': test suites of others in a Linux guest and on
# native Linux.  LINUX and PREEMPT choose which Linux; docs/conformance.md.
#
#   LTP=FOLDER		an installed armhf LTP tree
#   SCENARIOS="mm fs"	of the suite's, instead of the ones that main.py runs
#   TESTS=fork01,fork02	these tests only
#   CONTINUE=1		go on with a run that was ended

conformance := $(PYTHON) tests/conformance/main.py
conformance-out := build/conformance
conformance-runner := $(conformance-out)/runner
conformance-elf := $(BUILD)/tests/$(linux-key)/conformance.elf
# As much as a guest can have on a board of RAM_MB.
conformance-mem := $(shell expr $(or $(CONFIG_RAM_MB),512) - 128)

ifneq ($(filter ltp,$(MAKECMDGOALS)),)
ifneq ($(shell $(conformance) check --ltp '$(LTP)' >&2 || echo failed),)
$(error no LTP, see above)
endif
endif
ifneq ($(filter ltp kselftest,$(MAKECMDGOALS)),)
ifneq ($(shell tools/deps conformance >&2 || echo failed),)
$(error tools are missing, see above)
endif
endif

$(conformance-runner): $(wildcard tests/conformance/runner/*) tests/conformance/conformance.mk
	$(call say,LD)
	$(Q)mkdir -p $(@D)
	$(Q)$(LINUX_CC) -std=gnu11 -O2 -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 $(WARNINGS) -static -s -o $@ \
		$(filter %.c,$^)

$(eval $(call linux-image,$(conformance-elf),configs/linux.dts,,$$$$($(conformance) arguments),\
	-D LINUX_DMA -D LINUX_MEM=$(conformance-mem),tests/conformance/conformance.mk))

# The comparing itself, with a program in QEMU's place.
image-tap += tests/conformance/check

.PHONY: ltp kselftest
ltp kselftest: only-qemu $(conformance-elf) $(conformance-runner) linux-native
	$(Q)$(conformance) run $@ --linux '$(LINUX)' --preempt '$(PREEMPT)' --tree '$(LTP)' \
		--qemu '$(qemu-board)' --mem $(conformance-mem) --board-mem $(CONFIG_RAM_MB) \
		--guest $(conformance-elf) --runner $(conformance-runner) \
		--out $(conformance-out) --scenarios '$(SCENARIOS)' --tests '$(TESTS)' \
		$(if $(filter 1 y yes,$(CONTINUE)),--continue)
