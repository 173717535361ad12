# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# The mini-guest: three link units, each inside the next.  The program of the
# processes is in the guest kernel, which is in the cell `guest-mini`.  Neither
# of the inner two may use VFP by itself.

mini := tests/guest-mini
mini-flags := $(filter-out -mfloat-abi=% -mfpu=%,$(USER_CFLAGS)) -mfloat-abi=soft -ffreestanding \
	-fno-builtin -I$(mini) $(if $(filter gcc,$(TOOLCHAIN)),-fno-tree-loop-distribute-patterns)
mini-ldflags := -mcpu=cortex-a9 -marm -mfloat-abi=soft -nostdlib -static -Wl,--build-id=none \
	-Wl,-z,noexecstack -Wl,--no-warn-rwx-segments

mini-kernel-obj := $(call user-obj,$(wildcard $(mini)/kernel/*.c $(mini)/kernel/*.S))
mini-process-obj := $(call user-obj,$(wildcard $(mini)/process/*.c $(mini)/process/*.S))
mini-out := $(BUILD)/obj/$(mini)

define mini-rules
$(mini-out)/$(1)/%.o: $(mini)/$(1)/%.c $(mini)/guest-mini.mk | $(generated)
	$$(call say,CC)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(TARGET_CC) $(mini-flags) $$(DEPFLAGS) -c -o $$@ $$<

$(mini-out)/$(1)/%.o: $(mini)/$(1)/%.S $(mini)/guest-mini.mk | $(generated)
	$$(call say,AS)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(TARGET_CC) $(mini-flags) -DPROCESS_IMAGE='"$(mini-out)/process.bin"' $$(DEPFLAGS) \
		-c -o $$@ $$<

$(mini-out)/$(1).elf: $(mini-$(1)-obj) $(mini)/$(1)/$(1).ld
	$$(call say,LD)
	$$(Q)$(CROSS)gcc $(mini-ldflags) -T $(mini)/$(1)/$(1).ld -o $$@ $(mini-$(1)-obj) -lgcc

$(mini-out)/$(1).bin: $(mini-out)/$(1).elf
	$$(call say,BIN)
	$$(Q)$(CROSS)objcopy -O binary $$< $$@
endef
$(eval $(call mini-rules,kernel))
$(eval $(call mini-rules,process))

$(mini-out)/kernel/task.o: $(mini-out)/process.bin
$(mini-out)/image.o: $(mini-out)/kernel.bin
$(mini-out)/image.o: USER_CFLAGS += -DGUEST_IMAGE='"$(mini-out)/kernel.bin"'
-include $(patsubst %.o,%.d,$(mini-kernel-obj) $(mini-process-obj))

$(call cell,guest-mini,$(wildcard $(mini)/*.c $(mini)/*.S tests/hostile/lib/*.c))

# An interrupt at every instruction: a host program that drives QEMU.
guest-mini-tap := $(BUILD)/test/guest-mini-inject
mini-inject-image := $(BUILD)/image/$(mini)/inject/inject.elf

$(guest-mini-tap): $(mini-inject-image) $(mini)/guest-mini.mk
	$(call say,GEN)
	$(Q)mkdir -p $(@D)
	$(Q)printf '#!/bin/sh\nexec %s "$$@"\n' '$(PYTHON) $(mini)/inject/inject.py \
		--qemu "$(qemu-board) -m 512" --image $(mini-inject-image) \
		--kernel $(BUILD)/kernel.elf --guest $(mini-out)/kernel.elf \
		--process $(mini-out)/process.elf' >$@
	$(Q)chmod +x $@
