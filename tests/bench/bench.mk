# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# 'make bench B=kernel': instructions of the kernel's paths, and its longest stretch
# between preemption points over all tested systems; build/bench/kernel.json.

$(call cell,bench,tests/bench/main.c tests/bench/paths.S)
# At an address of its own: the plugin knows instructions by address alone.
$(BUILD)/user/bin/bench.elf: USER_LDFLAGS += -Wl,--defsym=cell_base=0x02000000

B ?= kernel linux paths wall realtime
bench-image := $(BUILD)/image/tests/bench/kernel.elf

.PHONY: bench bench-kernel
bench-wanted := $(addprefix bench-,$(filter-out %.json,$(B)))
bench: $(bench-wanted)
# One after the other: they write to the same places, and each takes all processors.
ifneq ($(filter bench,$(MAKECMDGOALS)),)
$(foreach b,$(bench-wanted),$(if $(bench-last),$(eval $(b): | $(bench-last)))$(eval bench-last := $(b)))
endif

bench-kernel: only-qemu $(bench-image) build/plugin/count.so bench-stretch
	$(Q)mkdir -p build/bench
	$(Q)$(PYTHON) tools/bench/kernel.py --qemu $(QEMU) --nm $(CROSS)nm --kernel $(BUILD)/kernel.elf \
		--program $(BUILD)/user/bin/bench.elf --image $(bench-image) \
		--plugin build/plugin/count.so --log build/bench/kernel.log --out build/bench/kernel.json \
		--stretch $$(cat build/bench/stretch)
