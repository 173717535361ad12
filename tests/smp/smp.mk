# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# 'make test T=smp': cells on several cores, in a kernel that was built for them,
# on four cores, or as many as CPUS says.
#
#   LONG=1	1,000,000 rounds of pairs of calls

$(foreach t,basic budget pairs,$(call cell,smp-$(t),tests/smp/$(t).c $(kt-lib)))

parts += smp

# They want a kernel of its own: where T does not ask for it, make calls itself.
ifneq ($(filter smp,$(T)),)
qemu-parts += smp
ifeq ($(CPUS),1)
$(error T=smp: needs CPUS=2 or more; for this kernel on one core: make test T=kernel SMP=1)
endif
else
smp-cmd := several-cores
several-cores = $(MAKE) --no-print-directory T=smp test
endif

smp-flags := $(if $(filter 1 y yes,$(LONG)),-D KT_ARG=1000000)
smp-pairs := $(BUILD)/image/tests/smp/pairs.elf

# Other flags make another image of the same name.
$(BUILD)/image/smp.flags: text = $(smp-flags)

$(smp-pairs): L4IMAGE_FLAGS += $(smp-flags)
$(smp-pairs): $(BUILD)/image/smp.flags
