# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
test_section-src := tests/host/objects.c tests/host/objects_check.c tests/host/objects_fakes.c \
	$(addprefix kernel/object/,object.c cap.c cell.c section.c irq.c ref.c)
