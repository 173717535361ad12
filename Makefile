# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# Builds, runs and tests Armature; 'make help' lists what there is.  One make,
# no recursion: the folders' fragments are included below and only add lists
# and rules.  Everything built goes under build/; what depends on board,
# debug or release, or toolchain goes under $(BUILD).

.PHONY: all
all:

jobs := $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))
MAKEFLAGS += -rR --no-print-directory $(jobs)
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:

# --- what is built: the command line, else the chosen configuration, else the default ---

chosen := $(wildcard build/.config)
chosen-platform := $(if $(chosen),$(shell \
	sed -n 's/^CONFIG_PLATFORM_\(.*\)=y$$/\L\1/p' build/.config))
chosen-trace := $(if $(chosen),$(shell sed -n 's/^CONFIG_TRACE=y$$/1/p' build/.config))
chosen-debug := $(if $(chosen),$(shell sed -n 's/^CONFIG_DEBUG=y$$/1/p' build/.config))
chosen-smp := $(if $(chosen),$(shell sed -n 's/^CONFIG_SMP=y$$/1/p' build/.config))

PLATFORM ?= $(or $(chosen-platform),vexpress)
DEBUG ?= $(chosen-debug)
# Cores that QEMU has: more than one want a kernel for several, and so do its tests.
CPUS ?= $(if $(filter smp,$(T)),4,1)
SMP ?= $(or $(filter-out 1,$(CPUS)),$(filter smp,$(T)),$(chosen-smp))
TRACE ?= $(chosen-trace)
ifeq ($(origin CC),command line)
TOOLCHAIN ?= $(if $(findstring clang,$(CC)),clang,gcc)
endif
TOOLCHAIN ?= gcc
SYSTEM ?= configs/$(if $(filter vexpress,$(PLATFORM)),linux,hello).dts

debug := $(filter 1 y yes,$(DEBUG))
smp := $(filter-out 0 n no,$(SMP))
trace := $(filter 1 y yes,$(TRACE))
variant := $(if $(debug),debug,release)$(if $(trace),-trace)$(if $(smp),-smp)
variant := $(variant)$(if $(filter clang,$(TOOLCHAIN)),-clang)
BUILD := build/$(PLATFORM)-$(variant)

ifeq ($(wildcard platform/$(PLATFORM)/),)
boards := $(patsubst platform/%/Makefile,%,$(wildcard platform/*/Makefile))
$(error PLATFORM=$(PLATFORM): no such board; choose one of: $(boards))
endif
ifeq ($(filter 1 2 3 4,$(CPUS)),)
$(error CPUS=$(CPUS): choose 1 to 4)
endif
ifeq ($(filter gcc clang,$(TOOLCHAIN)),)
$(error TOOLCHAIN=$(TOOLCHAIN): choose gcc or clang)
endif

# --- tools: everything but these goals needs them ---

toolless := help clean
ifneq ($(filter-out $(toolless),$(or $(MAKECMDGOALS),all)),)
ifneq ($(shell tools/deps >&2 || echo failed),)
$(error tools are missing, see above)
endif
needs-config := y
endif

CROSS ?= arm-none-eabi-
TARGET_CC := $(if $(filter clang,$(TOOLCHAIN)),clang --target=arm-none-eabi,$(CROSS)gcc)
HOSTCC ?= gcc
# Debian's own: kconfiglib is one of its packages.
PYTHON := /usr/bin/python3 -B
QEMU ?= qemu-system-arm
GDB ?= gdb-multiarch

WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes
DEPFLAGS = -MMD -MP -MF $(@:.o=.d)

Q := $(if $(V),,@)
# say,WHAT: the short line that stands for a command
say = $(if $(V),,@printf '  %-7s %s\n' '$(1)' '$(patsubst $(BUILD)/%,%,$@)')

# A .flags file holds what a command line or a configuration changes, as its variable
# "text", and is written only when that is another: what depends on it is built anew.
%.flags: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo "$(text)" >$@.new
	$(Q)cmp -s $@.new $@ || cp $@.new $@

.PHONY: FORCE
FORCE:

# --- configuration ---

ifdef needs-config
-include $(BUILD)/.config
endif

kconfigs := Kconfig $(wildcard platform/*/Kconfig)
config-base := $(if $(filter $(PLATFORM),$(chosen-platform)),\
	build/.config,configs/$(PLATFORM)_defconfig)

$(BUILD)/.config: $(config-base) $(kconfigs)
	$(call say,CONFIG)
	$(Q)mkdir -p $(@D)
	$(Q)KCONFIG_CONFIG=$@.new $(PYTHON) -m defconfig $< >/dev/null
	$(Q)KCONFIG_CONFIG=$@.new $(PYTHON) -m setconfig DEBUG=$(if $(debug),y,n) \
		TRACE=$(if $(trace),y,n) SMP=$(if $(smp),y,n) >/dev/null
	$(Q)mv $@.new $@

$(BUILD)/include/autoconf.h: $(BUILD)/.config
	$(call say,CONFIG)
	$(Q)mkdir -p $(@D)
	$(Q)rm -f $@
	$(Q)KCONFIG_CONFIG=$< $(PYTHON) -m genconfig --header-path $@

$(BUILD)/include/l4/callnr.h $(BUILD)/include/l4/stubs.h &: \
		include/l4/syscalls.def include/l4/error.h tools/calls.py
	$(call say,GEN)
	$(Q)$(PYTHON) tools/calls.py --numbers $(BUILD)/include/l4/callnr.h \
		--stubs $(BUILD)/include/l4/stubs.h

# What must exist before anything is compiled for the target.
generated := $(addprefix $(BUILD)/include/,autoconf.h l4/callnr.h l4/stubs.h)

# --- the parts ---

user-programs :=
include kernel/kernel.mk
include user/user.mk
include tools/tools.mk

IMAGE := $(BUILD)/image/$(SYSTEM:.dts=.elf)
include linux.mk
include tests/tests.mk

# --- images: $(BUILD)/image/configs/hello.elf from configs/hello.dts ---

$(BUILD)/image/%.elf: %.dts $(BUILD)/kernel.elf $(user-programs) $(l4image)
	$(call say,IMAGE)
	$(Q)mkdir -p $(@D)
	$(Q)$(l4image) -k $(BUILD)/kernel.elf $(L4IMAGE_FLAGS) -M $@.d -o $@ $<

-include $(shell find $(BUILD)/image -name '*.elf.d' 2>/dev/null)

# An image with Linux in it is left to 'make run': it takes network and minutes.
all: $(BUILD)/kernel.elf $(user-programs) $(l4image) \
	$(if $(linux-system),,$(if $(wildcard $(SYSTEM)),$(IMAGE)))

# --- running ---

# The board, without network, sound (the host may have none) and display.
qemu-board := $(QEMU) -M vexpress-a9 -cpu cortex-a9 $(if $(smp),-smp $(CPUS)) -nographic \
	-no-reboot -nic none -audiodev driver=none,id=sound0 -global pl041.audiodev=sound0
qemu-image = $(qemu-board) -m $(or $(if $(linux-system),,$(MEM)),$(CONFIG_RAM_MB)) -kernel $(IMAGE)
qemu-run = $(qemu-image) $(QEMU_ARGS)

.PHONY: only-qemu
only-qemu:
	@[ $(PLATFORM) = vexpress ] || { \
		echo "QEMU has no such board: use PLATFORM=vexpress" >&2; exit 1; }

.PHONY: run gdb
run: only-qemu $(IMAGE)
ifneq ($(linux-system),)
	$(Q)$(linux-tool) guest '$(IMAGE)' --qemu '$(qemu-image)' --rootfs='$(ROOTFS)' \
		--qemu-args='$(QEMU_ARGS)'
else
	@echo "  QEMU    $(IMAGE) (leave with Ctrl-A x)"
	$(Q)$(qemu-run)
endif

gdb: only-qemu $(IMAGE)
	$(Q)$(if $(linux-system),VMLINUX=$(linux-guest)/vmlinux )tools/gdb/start $(GDB) $(BUILD)/kernel.elf $(qemu-run)

# --- configuration by hand ---

.PHONY: menuconfig
menuconfig: $(BUILD)/.config
	$(Q)cp $< build/.config
	$(Q)KCONFIG_CONFIG=build/.config $(PYTHON) -m menuconfig

configs/%_defconfig:
	@echo "no configuration $@; there are: $(patsubst configs/%,%,$(wildcard configs/*_defconfig))" >&2
	@exit 1

%_defconfig: configs/%_defconfig
	$(Q)mkdir -p build
	$(Q)KCONFIG_CONFIG=build/.config $(PYTHON) -m defconfig $<

# --- checks and documents ---

.PHONY: headercheck sizecheck docs docscheck clean help
headercheck: $(generated)
	$(file >$(BUILD)/kernel.flags,$(KERNEL_CFLAGS))
	$(file >$(BUILD)/user.flags,$(USER_CFLAGS))
	$(Q)tools/headercheck "$(TARGET_CC)" $(BUILD)/kernel.flags $(BUILD)/user.flags

sizecheck: $(BUILD)/kernel.elf
	$(Q)tools/sizecheck $(CROSS)size $<

docs:
	$(Q)$(PYTHON) tools/calls.py --doc docs/calls.md

docscheck:
	$(Q)$(PYTHON) tools/calls.py --check docs/calls.md

clean:
	rm -rf build

help:
	@cat tools/help.txt
