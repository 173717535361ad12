# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# 'make test T=smp': cells on several cores, in a kernel that was built for them.
# LONG=1: the long form of those that have one, with other descriptions.

$(foreach t,basic pairs,$(call cell,smp-$(t),tests/smp/$(t).c $(kt-lib)))

qemu-parts += smp
parts += $(if $(filter smp,$(T)),smp)
