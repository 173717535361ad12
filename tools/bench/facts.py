# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""What a result was measured with: versions, configurations, command lines."""
import os

import config
from common import ROOT, Failure, output_of, read, sha256

# From Linux's kernel addresses to the physical ones of this board's RAM.
NATIVE_OFFSET = 0x60000000 - 0xc0000000


def symbols(system_map):
    found = {}
    for line in read(system_map).decode().splitlines():
        address, _, name = line.split()
        found.setdefault(name, int(address, 16))
    return found


def linux_version(kernel):
    for line in read(os.path.join(kernel, "config")).decode().splitlines():
        if "Kernel Configuration" in line:
            return line.split()[2]
    return "?"


def config_difference(sides):
    """symbol -> its value on each side, where they are not the same"""
    values = {s.name: config.parse(os.path.join(s.kernel, "config")) for s in sides}
    names = sorted(set().union(*values.values()))
    return {n: {side: v.get(n, "n") for side, v in values.items()} for n in names
            if len({v.get(n, "n") for v in values.values()}) > 1}


def armature():
    """The commit; a tree need not be a repository."""
    try:
        return output_of(["git", "-C", ROOT, "describe", "--always", "--dirty",
                          "--abbrev=12"]).strip()
    except Failure:
        return "unknown"


def about(options, sides, packages, what):
    return {
        "selection": what,
        "linux": {s.name: {"version": linux_version(s.kernel),
                           "config_sha256": sha256(os.path.join(s.kernel, "config"))}
                  for s in sides},
        "config_difference": config_difference(sides),
        "armature": armature(),
        "packages": packages,
        "compiler": output_of(["arm-linux-gnueabihf-gcc", "-dumpfullversion"]).strip(),
        "qemu": output_of([options.qemu.split()[0], "--version"]).splitlines()[0],
        "initramfs_sha256": sha256(options.initramfs),
        "memory": "%s MB" % options.mem,
        "commands": {s.name: " ".join(s.command(what)) for s in sides},
    }
