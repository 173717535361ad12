# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
The manual is right: its examples, put together, are a system that builds, and
every property that the builder knows is in it.
"""
import glob
import os
import re
import shutil

import elfs

MANUAL = "docs/system-description.md"
BOARD = "configs/vexpress"
# files that linux.py has made, by the ends of the names in the manual
LINUX = {"Image": "Image", "dtb": "toy.dtb", "gz": "initrd"}


def examples(text):
    """One description of all examples; dtc merges nodes that come again."""
    out = ""
    for block in re.findall(r"```dts\n(.*?)```", text, re.S):
        if block.startswith("/dts-v1/"):
            out = block + out
        elif block.startswith("/ {"):
            out += block
        else:
            out += "/ { cells {\n%s}; };\n" % block
    return out


def properties():
    for path in glob.glob("tools/l4image/*.c"):
        with open(path) as f:
            yield from re.findall(r'\{ "([a-z-]+)", PROP_', f.read())


def test(tap, builder):
    with open(MANUAL) as f:
        text = f.read()
    known = sorted(set(properties()))
    missing = [p for p in known if "`%s`" % p not in text]
    tap.point("the manual has all %d properties" % len(known), " ".join(missing))
    used = examples(text)
    missing = [p for p in known if not re.search(r"\b%s( =|;)" % p, used)]
    tap.point("each property is in an example", " ".join(missing))
    more = os.path.join(builder.programs, "more")
    os.mkdir(more)
    for name in re.findall(r"^\t*([a-z-]+) \{", used, re.M):
        shutil.copy(os.path.join(builder.programs, "prog"), os.path.join(more, name))
    for name in re.findall(r'(?:image|dtb|initrd) = "([^"]+)";', used):
        shutil.copy(os.path.join(builder.programs, LINUX[name.rsplit(".")[-1]]),
                    os.path.join(more, name))
    kernel = elfs.kernel(os.path.join(more, "kernel"), 0x1000000)
    _, said, _ = builder.build(used, kernel=kernel, include=BOARD, options=["-p", more])
    tap.point("the examples are a system that builds", said)
