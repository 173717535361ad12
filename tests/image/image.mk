# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# The image builder and fuzzers of its parsers, with sanitizers, for
# tests/image/run.

image-tools := build/tests/image
image-sources := $(filter-out tools/l4image/main.c,$(l4image-src))
image-depends := $(wildcard tools/l4image/*.[ch]) include/l4/bootinfo.h include/l4/guest.h \
	tests/image/image.mk
IMAGE_TEST_CFLAGS := -std=c11 -D_DEFAULT_SOURCE -g -O1 $(WARNINGS) -Iinclude -Itools/l4image \
	-fno-sanitize-recover=all

$(image-tools)/l4image: $(image-depends)
	$(call say,HOSTCC)
	$(Q)mkdir -p $(@D)
	$(Q)$(HOSTCC) $(IMAGE_TEST_CFLAGS) -fsanitize=address,undefined -o $@ $(l4image-src) -lfdt

$(image-tools)/fuzz_%: tests/fuzz/fuzz_%.c $(image-depends)
	$(call say,CLANG)
	$(Q)mkdir -p $(@D)
	$(Q)clang $(IMAGE_TEST_CFLAGS) -fsanitize=fuzzer,address,undefined -o $@ $< \
		$(image-sources) -lfdt

.PHONY: $(image-tools)/all
$(image-tools)/all: $(addprefix $(image-tools)/,l4image fuzz_elf fuzz_description fuzz_guest_tree)

tests/image/run: $(image-tools)/all
image-tap += tests/image/run
