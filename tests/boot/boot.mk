# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# Cells of the tests of the native world: a folder is a program.  But tux, which
# is a flat image in the place of Linux's, with a device tree and an initrd.

$(foreach d,$(filter-out tux,$(patsubst tests/boot/%/,%,$(wildcard tests/boot/*/))),\
	$(call cell,$(d),$(wildcard tests/boot/$(d)/*.c)))

tux := $(BUILD)/user/bin/tux
tux-src := tests/boot/tux
tux-obj := $(call user-obj,$(wildcard $(tux-src)/*.c $(tux-src)/*.S))
# It has no library, and its virtual CPU has VFP off.
$(tux-obj): USER_CFLAGS := $(filter-out -mfloat-abi=% -mfpu=%,$(USER_CFLAGS)) -mfloat-abi=soft \
	-ffreestanding -fno-builtin

$(tux)-Image: $(tux-obj) $(tux-src)/tux.ld
	$(call say,LD)
	$(Q)mkdir -p $(@D)
	$(Q)$(CROSS)gcc -mcpu=cortex-a9 -marm -mfloat-abi=soft -nostdlib -static \
		-Wl,--build-id=none,-z,noexecstack,--no-warn-rwx-segments -T $(tux-src)/tux.ld \
		-o $(BUILD)/obj/$(tux-src)/tux.elf $(tux-obj) -lgcc
	$(Q)$(CROSS)objcopy -O binary $(BUILD)/obj/$(tux-src)/tux.elf $@

$(tux).dtb: tests/image/toy.dts
	$(call say,DTC)
	$(Q)mkdir -p $(@D)
	$(Q)dtc -q -I dts -O dtb -o $@ $<

$(tux)-initrd: tests/boot/boot.mk
	$(Q)mkdir -p $(@D)
	$(Q)echo initrd >$@

-include $(tux-obj:.o=.d)
user-programs += $(tux)-Image $(tux).dtb $(tux)-initrd

# LONG=1: the cell phoenix is restarted 1,000 times.
phoenix-flags := $(if $(filter 1 y yes,$(LONG)),-D RESTARTS=1000)

$(BUILD)/image/phoenix.flags: text = $(phoenix-flags)

$(BUILD)/image/tests/boot/phoenix.elf: L4IMAGE_FLAGS += $(phoenix-flags)
$(BUILD)/image/tests/boot/phoenix.elf: $(BUILD)/image/phoenix.flags
