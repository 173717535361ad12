# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
#
# 'make prove': kernel code under Frama-C.  LONG=1 goes further, and takes longer.

.PHONY: prove
prove:
	$(Q)tools/deps prove
	$(Q)$(PYTHON) tests/prove/prove.py build/prove $(if $(filter 1 y yes,$(LONG)),--long)
