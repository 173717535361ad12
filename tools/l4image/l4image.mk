# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# The image builder, build/tools/l4image (the name mkimage is U-Boot's), and
# images for U-Boot: $(BUILD)/image/configs/hello.uimage.

l4image := build/tools/l4image
l4image-dir := tools/l4image
l4image-src := $(wildcard $(l4image-dir)/*.c)
l4image-obj := $(patsubst $(l4image-dir)/%.c,build/tools/l4image.obj/%.o,$(l4image-src))
L4IMAGE_CFLAGS := -std=c11 -D_DEFAULT_SOURCE -g $(WARNINGS) -Iinclude -I$(l4image-dir)

build/tools/l4image.obj/%.o: $(l4image-dir)/%.c $(l4image-dir)/l4image.mk
	$(call say,HOSTCC)
	$(Q)mkdir -p $(@D)
	$(Q)$(HOSTCC) $(L4IMAGE_CFLAGS) -O2 $(DEPFLAGS) -c $< -o $@

$(l4image): $(l4image-obj)
	$(call say,HOSTLD)
	$(Q)$(HOSTCC) -o $@ $^ -lfdt

-include $(l4image-obj:.o=.d)

# What a description is built with: the board's folder, and how much RAM it has.
L4IMAGE_FLAGS = -I configs/$(PLATFORM) $(if $(CONFIG_RAM_MB),-D RAM_MB=$(CONFIG_RAM_MB)) \
	-p $(BUILD)/user/bin

# U-Boot unpacks this to kernel_phys and starts it there: bootm.
symbol = 0x$$($(CROSS)nm $(BUILD)/kernel.elf | sed -n 's/ . $(1)$$//p')

$(BUILD)/image/%.uimage: %.dts $(BUILD)/kernel.elf $(user-programs) $(l4image)
	$(call say,UIMAGE)
	$(Q)mkdir -p $(@D)
	$(Q)$(l4image) -k $(BUILD)/kernel.elf $(L4IMAGE_FLAGS) -o $(@:.uimage=.u.elf) -b $@.bin $<
	$(Q)gzip -9nf $@.bin
	$(Q)mkimage -q -A arm -O linux -T kernel -C gzip -n Armature -a $(call symbol,kernel_phys) \
		-e $(call symbol,start_phys) -d $@.bin.gz $@ >/dev/null
	$(Q)rm -f $@.bin.gz $(@:.uimage=.u.elf)
