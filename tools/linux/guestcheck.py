# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
What a guest kernel has to pass after it was built: no instruction that user mode
does not have (insncheck.py), and no override that is lost (overrides.py).
"""
import os

import insncheck
import overrides
from common import read, say, write_if_changed

PARTS = ("guestcheck.py", "insncheck.py", "overrides.py", "a32.py", "elf.py")


def inputs():
    """What else than the kernel the verdict depends on"""
    here = os.path.dirname(os.path.abspath(__file__))
    return [insncheck.LIST, overrides.LIST] + [os.path.join(here, n) for n in PARTS]


def modules(obj):
    """Those of this build: older ones may lie about."""
    order = os.path.join(obj, "modules.order")
    names = read(order).decode().split() if os.path.exists(order) else []
    # with "kernel/" in front in old versions, and as .o in new ones
    paths = [[os.path.join(obj, n[:-1] + "ko" if n.endswith(".o") else n)
              for n in (name, name.replace("kernel/", "", 1))] for name in names]
    return [p if os.path.exists(p) else stripped for p, stripped in paths]


def check(tree, obj, sites):
    """SITES: what is on the list, with addresses, for the QEMU plugin"""
    vmlinux = os.path.join(obj, "vmlinux")
    say("CHECK", "instructions and overrides of %s" % vmlinux)
    overrides.check_build(tree, obj, vmlinux)
    entries = insncheck.load(insncheck.LIST)
    listed = insncheck.check([vmlinux] + modules(obj), entries)
    write_if_changed(sites, insncheck.sites_text(listed, vmlinux).encode())
