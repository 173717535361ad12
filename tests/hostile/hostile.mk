# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# Hostile cells and their victim: hostile-NAME from NAME.c and NAME-*.c.
#
#   LONG=1	10,000,000 calls and more than 10,000,000 instruction words, and ten times
#		the writing to shared pages
#   SEED=n	the same again: n below 16777216, as a run has printed it

hostile-lib := $(wildcard tests/hostile/lib/*.c)

$(call cell,hostile-victim,tests/hostile/victim.c $(hostile-lib))
$(foreach t,calls words pages attack,$(if $(wildcard tests/hostile/$(t).c),\
	$(call cell,hostile-$(t),$(wildcard tests/hostile/$(t)*.[cS]) $(hostile-lib))))

hostile-long := $(filter 1 y yes,$(LONG))
hostile-flags := $(if $(hostile-long),-D HOSTILE_LONG) $(if $(SEED),-D HOSTILE_SEED=$(SEED))
hostile-images := $(addprefix $(BUILD)/image/tests/,$(addsuffix .elf,\
	hostile/calls hostile/words hostile/pages guest-mini/guest-hostile))
# Limits of time are those of the short form.
TEST_ARGS += $(if $(hostile-long),--slow 20)

# Other flags make other images of the same names.
$(BUILD)/image/hostile.flags: text = $(hostile-flags)

$(hostile-images): L4IMAGE_FLAGS += $(hostile-flags)
$(hostile-images): $(BUILD)/image/hostile.flags
