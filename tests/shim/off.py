#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Is the shim gone when it is off?  Builds Linux without it, then puts it on the same
tree and builds again, with CONFIG_ARM_L4 off, and compares every section of
vmlinux that is loaded.  Both builds are in the same folders, so that paths are
the same, and the second compiles only what includes an edited file.

  off.py LINUX              builds both, of a version such as 6.1
  off.py --compare LINUX    compares what was built
"""
import os
import subprocess
import struct
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tools/linux"))
sys.dont_write_bytecode = True

import kernel       # noqa: E402
import shimtree     # noqa: E402
import source       # noqa: E402
from common import (CACHE, Failure, digest_of, lock, main, read, run_logged,    # noqa: E402
                    say, write_if_changed)

SHF_ALLOC, SHT_NOBITS = 2, 8


def out(linux):
    return os.path.join(ROOT, "build/linux", linux, "off")


class Off(kernel.Kernel):
    """A native kernel of a tree that is first clean, then patched."""

    def __init__(self, linux):
        super().__init__(linux, "native")
        self.out = out(linux)
        self.fragments = [os.path.join(ROOT, "tests/shim/off.config")]

    def key(self):
        return digest_of(self.fragments + shimtree.inputs() + [os.path.abspath(__file__)],
                         self.linux)

    def tree(self):
        """Linked files instead of copies: ours are replaced, never written into."""
        name, clean = source.source(self.linux)
        self.folder = os.path.join(CACHE, "linux", name)
        tree = os.path.join(self.folder, "off-tree")
        if not os.path.isdir(tree):
            subprocess.run(["rm", "-rf", tree + ".new"], check=True)
            subprocess.run(["cp", "-al", clean, tree + ".new"], check=True)
            os.rename(tree + ".new", tree)
        return tree

    def vmlinux(self, tree, obj, what):
        env = kernel.environment()
        self.configure(tree, obj, env)
        say("LINUX", "%s, without Armature's option (log: %s/%s.log)" % (what, obj, what))
        run_logged("LINUX", self.make(tree, obj) + ["vmlinux"], os.path.join(obj, what + ".log"),
                   env=env, count=lambda text: text.count("  CC ") + text.count("  AS "))
        config = read(os.path.join(obj, ".config"))
        if b"CONFIG_ARM_L4=y" in config:
            raise Failure("the option is on in %s/.config" % obj)
        # With a native configuration it cannot be chosen, but it must be there.
        if what == "patched" and b"arch/arm/l4/Kconfig" not in read(
                os.path.join(tree, "arch/arm/Kconfig")):
            raise Failure("the patched tree does not have the option: %s" % tree)
        write_if_changed(os.path.join(self.out, what), read(os.path.join(obj, "vmlinux")))

    def build(self):
        key, stamp = self.key().encode(), os.path.join(self.out, ".key")
        if os.path.exists(stamp) and read(stamp) == key:
            return
        tree = self.tree()
        with lock(tree):
            obj = os.path.join(self.folder, "off")
            os.makedirs(obj, exist_ok=True)
            shimmed = shimtree.Tree(tree)
            if shimmed.is_shimmed():
                shimmed.write({}, {})
            self.vmlinux(tree, obj, "unpatched")
            added, patched, _ = shimmed.plan()
            shimmed.write(added, patched)
            os.remove(os.path.join(obj, ".config-key"))     # it has new options
            self.vmlinux(tree, obj, "patched")
        write_if_changed(stamp, key)


def sections(path):
    """name -> (address, size, bytes) of what is loaded"""
    data = read(path)
    start, size, count, names = struct.unpack_from("<I", data, 32) + struct.unpack_from(
        "<HHH", data, 46)
    heads = [struct.unpack_from("<10I", data, start + n * size) for n in range(count)]
    table = heads[names][4]
    found = {}
    for name, kind, flags, address, offset, length, *_ in heads:
        if flags & SHF_ALLOC:
            text = data[table + name:data.index(b"\0", table + name)].decode()
            found[text] = (address, length, b"" if kind == SHT_NOBITS else
                           data[offset:offset + length])
    return found


def compare(linux):
    old, new = (sections(os.path.join(out(linux), n)) for n in ("unpatched", "patched"))
    different = [n for n in sorted(set(old) | set(new)) if old.get(n) != new.get(n)]
    for name in different:
        a, b = old.get(name, (0, 0, b"")), new.get(name, (0, 0, b""))
        first = next((i for i, (x, y) in enumerate(zip(a[2], b[2])) if x != y), None)
        print("%s differs: %#x +%#x, %#x +%#x%s" % (name, a[0], a[1], b[0], b[1],
              "" if first is None else ", first at offset %#x" % first))
    print("%d sections, %d bytes, %d differ" % (len(old), sum(s[1] for s in old.values()),
                                                len(different)))
    return 1 if different else 0


def run():
    if sys.argv[1] == "--compare":
        return compare(sys.argv[2])
    Off(sys.argv[1]).build()
    return 0


if __name__ == "__main__":
    main(run)
