# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# The native world: the library, and a program for each folder under
# user/servers and user/apps.  Other fragments add programs in the same way:
#
#   $(call cell,NAME,SOURCES)	$(BUILD)/user/bin/NAME.elf, linked with libl4

user-arch := -mcpu=cortex-a9 -marm \
	$(if $(CONFIG_VFP),-mfloat-abi=hard -mfpu=neon-fp16,-mfloat-abi=soft)
newlib-include := $(dir $(shell $(CROSS)gcc -print-file-name=libc.a))../include

# clang, with the types that newlib was built with
as-gcc := -isystem $(newlib-include) -fshort-enums -Wno-macro-redefined \
	-D__UINT32_TYPE__='unsigned long' -D__INT32_TYPE__=long

USER_CFLAGS := -std=gnu11 $(user-arch) -O2 -g -fomit-frame-pointer -ffunction-sections \
	-fdata-sections $(WARNINGS) -I$(BUILD)/include -Iinclude -Iuser/lib \
	$(if $(filter clang,$(TOOLCHAIN)),$(as-gcc))
USER_LDFLAGS := $(user-arch) -nostartfiles -static -Wl,--gc-sections -Wl,-z,max-page-size=0x1000 \
	-Wl,-z,noexecstack -Wl,--build-id=none

user-obj = $(patsubst %,$(BUILD)/obj/%.o,$(basename $(1)))

# What a configuration or a command line changes.
user-flags := $(TARGET_CC) $(USER_CFLAGS)
$(BUILD)/user/cc.flags: text = $(user-flags)

$(BUILD)/obj/%.o: %.c user/user.mk $(BUILD)/user/cc.flags | $(generated)
	$(call say,CC)
	$(Q)mkdir -p $(@D)
	$(Q)$(TARGET_CC) $(USER_CFLAGS) $(DEPFLAGS) -c -o $@ $<

$(BUILD)/obj/%.o: %.S user/user.mk $(BUILD)/user/cc.flags | $(generated)
	$(call say,AS)
	$(Q)mkdir -p $(@D)
	$(Q)$(TARGET_CC) $(USER_CFLAGS) $(DEPFLAGS) -c -o $@ $<

# --- the library ---

libl4 := $(BUILD)/user/lib/libl4.a
libl4-objects := $(call user-obj,$(wildcard user/lib/*.c user/lib/*.S))

$(libl4): $(libl4-objects)
	$(call say,AR)
	$(Q)mkdir -p $(@D)
	$(Q)rm -f $@
	$(Q)$(CROSS)ar rcs $@ $^

-include $(libl4-objects:.o=.d)

# --- programs: $(call cell,NAME,SOURCES[,LINKER SCRIPT]) ---

define cell-rules
user-programs += $(BUILD)/user/bin/$(1).elf
$(BUILD)/user/bin/$(1).elf: $(call user-obj,$(2)) $(libl4) $(3)
	$$(call say,LD)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$(CROSS)gcc $$(USER_LDFLAGS) -T $(3) -o $$@ $(call user-obj,$(2)) \
		-Wl,--start-group $(libl4) -lc -lm -lgcc -Wl,--end-group
-include $(patsubst %.o,%.d,$(call user-obj,$(2)))
endef

cell = $(eval $(call cell-rules,$(1),$(2),$(or $(3),user/lib/cell.ld)))

cell-folders := $(patsubst %/,%,$(wildcard user/servers/*/ user/apps/*/))
cell-folders := $(filter-out user/servers/root,$(cell-folders))
$(foreach d,$(cell-folders),$(call cell,$(notdir $(d)),$(wildcard $(d)/*.c $(d)/*.S)))
$(call cell,root,$(wildcard user/servers/root/*.c),user/servers/root/root.ld)
