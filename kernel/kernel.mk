# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# The kernel: every source below kernel/, and what the board's fragment lists
# in platform-src.  Makes $(BUILD)/kernel.elf.

platform-src :=
include platform/$(PLATFORM)/Makefile

kernel-asm := $(filter-out %.ld.S,$(wildcard kernel/*/*.S kernel/arch/arm/*.S))
kernel-src := $(wildcard kernel/*/*.c) \
	$(filter-out %/asm-offsets.c,$(wildcard kernel/arch/arm/*.c)) $(kernel-asm) $(platform-src)
# Of what was not chosen in Kconfig, the files stay out; stubs may be in their place.
without-guest := kernel/object/vcpu.c kernel/object/guest.c kernel/arch/arm/guest.S
smp-only := kernel/arch/arm/smp.c kernel/arch/arm/lock.S
guest-stubs := kernel/object/vcpu_none.c kernel/arch/arm/guest_none.S
kernel-src := $(filter-out $(if $(CONFIG_GUEST),$(guest-stubs),$(without-guest)) \
	$(if $(CONFIG_VFP),,kernel/arch/arm/fpu.S) $(if $(CONFIG_SMP),,$(smp-only)),$(kernel-src))
kernel-src := $(filter-out $(if $(CONFIG_TRACE),,kernel/core/trace.c),$(kernel-src))
kernel-obj := $(addprefix $(BUILD)/,$(addsuffix .o,$(basename $(kernel-src))))
kernel-dup := $(filter-out 1,$(foreach o,$(sort $(kernel-obj)),$(words $(filter $o,$(kernel-obj)))))
ifneq ($(kernel-dup),)
$(error two kernel sources differ only in .c and .S: they would have the same object)
endif

KERNEL_CPU := -mcpu=cortex-a9 -marm -mfloat-abi=soft -mno-unaligned-access
# newlib has uint32_t as long, which printf formats of an int do not fit.
KERNEL_CPU += -U__UINT32_TYPE__ -D__UINT32_TYPE__="unsigned int" \
	-U__INT32_TYPE__ -D__INT32_TYPE__=int
KERNEL_CPPFLAGS := -I. -Ikernel -Iplatform -Iinclude -I$(BUILD)/include \
	-include $(BUILD)/include/autoconf.h -DPLAT_PHYS_BASE=$(PLAT_PHYS_BASE)
KERNEL_CFLAGS := -std=c11 $(KERNEL_CPU) $(KERNEL_CPPFLAGS) -g $(if $(debug),-Og,-O2) \
	-ffreestanding -fno-common -fno-builtin-printf -fno-strict-aliasing -fno-stack-protector \
	-fno-pic -fomit-frame-pointer -fno-asynchronous-unwind-tables $(WARNINGS) -Wconversion
# The kernel's own memset and memcpy must not be made into calls of themselves.
KERNEL_CFLAGS += $(if $(filter gcc,$(TOOLCHAIN)),-fno-tree-loop-distribute-patterns)
KERNEL_AFLAGS := $(KERNEL_CPU) $(KERNEL_CPPFLAGS) -g -Werror

kernel-mk := Makefile kernel/kernel.mk platform/$(PLATFORM)/Makefile
offsets := $(BUILD)/include/asm-offsets.h

define kernel-rules
$(BUILD)/$(1)/%.o: $(1)/%.c $(kernel-mk) | $(generated)
	$$(call say,CC)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(TARGET_CC) $(KERNEL_CFLAGS) $$(DEPFLAGS) -c $$< -o $$@

$(BUILD)/$(1)/%.o: $(1)/%.S $(kernel-mk) $(offsets) | $(generated)
	$$(call say,AS)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(TARGET_CC) $(KERNEL_AFLAGS) $$(DEPFLAGS) -c $$< -o $$@
endef
$(eval $(call kernel-rules,kernel))
$(eval $(call kernel-rules,platform))

# Offsets of structure members for assembly: asm-offsets.c is compiled only, and
# the lines ->NAME value that it leaves become #defines.
$(offsets): kernel/arch/arm/asm-offsets.c $(kernel-mk) | $(generated)
	$(call say,GEN)
	$(Q)mkdir -p $(@D) $(BUILD)/kernel/arch/arm
	$(Q)$(TARGET_CC) $(KERNEL_CFLAGS) -MMD -MP -MT $@ \
		-MF $(BUILD)/kernel/arch/arm/asm-offsets.d -S $< -o $(BUILD)/kernel/arch/arm/asm-offsets.s
	$(Q)sed -n 's/^.*"->\([A-Za-z0-9_]*\) #\{0,1\}\(-\{0,1\}[0-9]*\)".*$$/#define \1 \2/p' \
		$(BUILD)/kernel/arch/arm/asm-offsets.s >$@
	$(Q)[ -s $@ ] || { echo "$<: no offsets found in its assembly" >&2; exit 1; }

$(BUILD)/kernel.ld: kernel/arch/arm/kernel.ld.S $(kernel-mk) | $(generated)
	$(call say,LDS)
	$(Q)mkdir -p $(@D)
	$(Q)$(TARGET_CC) -E -P -x assembler-with-cpp -D__LINKER__ $(KERNEL_CPU) $(KERNEL_CPPFLAGS) \
		-MMD -MP -MT $@ -MF $@.d $< -o $@

libgcc = $(shell $(CROSS)gcc $(KERNEL_CPU) -print-libgcc-file-name)

$(BUILD)/kernel.elf: $(kernel-obj) $(BUILD)/kernel.ld
	$(call say,LD)
	$(Q)$(CROSS)ld -nostdlib -static --fatal-warnings -z noexecstack --no-warn-rwx-segments \
		-T $(BUILD)/kernel.ld -Map $(BUILD)/kernel.map -o $@ $(kernel-obj) $(libgcc)

-include $(kernel-obj:.o=.d) $(BUILD)/kernel/arch/arm/asm-offsets.d $(BUILD)/kernel.ld.d
