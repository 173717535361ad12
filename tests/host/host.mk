# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# Tests of kernel code on the host: cmocka, address and undefined behaviour
# sanitizers.  A program for each tests/host/test_X.c.  What it needs beside that
# file is said in tests/host/test_X.mk, by assignments only:
#
#   test_X-src   := further sources, kernel/mm/pool.c and the like
#   test_X-flags := further compiler flags, before all others
#
# A part of the top Makefile, which runs the programs; without that,
#   make -f tests/host/host.mk [OUT=build/host] test [RUN=test_pool]
# runs all, or the ones that are named.

host-alone := $(if $(parts),,y)
ifneq ($(host-alone),)
all: test
MAKEFLAGS += -rR --no-print-directory
.DELETE_ON_ERROR:
.SECONDARY:
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' '$(1)' '$@')
endif

HOSTCC ?= gcc
ifeq ($(origin HOSTCC)-$(HOSTCC),default-)
HOSTCC := gcc
endif
host-out := $(or $(OUT),build/host)
host-programs := $(notdir $(basename $(wildcard tests/host/test_*.c)))
-include $(addprefix tests/host/,$(addsuffix .mk,$(host-programs)))

HOST_CFLAGS := -std=gnu11 -g -O1 -fno-omit-frame-pointer -fno-strict-aliasing \
	-fsanitize=address,undefined -fno-sanitize-recover=all \
	-Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Itests/host -Ikernel -Iinclude -I.

# host-program,test_X
define host-program
$(1)-obj := $$(patsubst %.c,$$(host-out)/$(1).obj/%.o,tests/host/$(1).c $$($(1)-src))

$$(host-out)/$(1): $$($(1)-obj)
	$$(call say,HOSTLD)
	$$(Q)$$(HOSTCC) $$(HOST_CFLAGS) -o $$@ $$($(1)-obj) -lcmocka

$$(host-out)/$(1).obj/%.o: %.c tests/host/host.mk $$(wildcard tests/host/$(1).mk)
	$$(call say,HOSTCC)
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(HOSTCC) $$($(1)-flags) $$(HOST_CFLAGS) -MMD -MP -c $$< -o $$@

-include $$($(1)-obj:.o=.d)
endef
$(foreach p,$(host-programs),$(eval $(call host-program,$(p))))

host-tap += $(addprefix $(host-out)/,$(host-programs))

ifneq ($(host-alone),)
RUN ?= $(host-programs)
HOST_LIMIT ?= 300

.PHONY: all test
test: $(addprefix $(host-out)/,$(RUN))
	@failed=; \
	for t in $(RUN); do \
		echo "== $$t"; \
		timeout $(HOST_LIMIT) $(host-out)/$$t || failed="$$failed $$t"; \
	done; \
	if [ -n "$$failed" ]; then echo "failed:$$failed"; exit 1; fi; \
	echo "all passed: $(words $(RUN)) programs"
endif
