# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# 'make model', and part `model` of the tests: IPC and notification between cores,
# as a spin model.
#
#   MODEL_OPS=3		how many things one thread does: each is some ten times the states

parts += model

MODEL_OPS ?= 3
model-cmd := all-states
all-states := tests/model/run build/model $(MODEL_OPS)

.PHONY: model
model:
	$(Q)$(all-states)
