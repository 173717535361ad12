# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# 'make test T=smp': cells on several cores, in a kernel that was built for them.
#
#   LONG=1	1,000,000 rounds of pairs of calls

$(foreach t,basic pairs,$(call cell,smp-$(t),tests/smp/$(t).c $(kt-lib)))

qemu-parts += $(if $(filter smp,$(T)),smp)
parts += $(if $(filter smp,$(T)),smp)

smp-flags := $(if $(filter 1 y yes,$(LONG)),-D KT_ARG=1000000)
smp-pairs := $(BUILD)/image/tests/smp/pairs.elf

# Other flags make another image of the same name.
$(BUILD)/image/smp.flags: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo "$(smp-flags)" >$@.new
	$(Q)cmp -s $@.new $@ || cp $@.new $@

$(smp-pairs): L4IMAGE_FLAGS += $(smp-flags)
$(smp-pairs): $(BUILD)/image/smp.flags
