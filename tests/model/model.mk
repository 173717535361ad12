# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# 'make model': IPC and notification between cores, as a spin model.
#
#   MODEL_OPS=3		how many things one thread does: each is some ten times the states

MODEL_OPS ?= 3

.PHONY: model
model:
	$(Q)tools/deps model
	$(Q)tests/model/run build/model $(MODEL_OPS)
