#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
'make footprint': what each choice in Kconfig costs.  Builds the kernel with the
default configuration, with each yes-or-no option the other way round, and the
smallest one, each in a folder of its own below build/footprint/; writes the sizes
as a table into docs/footprint.md.

  footprint.py DOC
  footprint.py --test QEMU    boots the smallest kernel with native cells and with those
                              tests that need nothing of what it lacks
"""
import argparse
import glob
import os
import subprocess
import sys

import kconfiglib

OUT = "build/footprint"
# Not what a kernel contains, but how it is compiled or where it runs.
NOT_FEATURES = {"DEBUG"}
SIZE = "arm-none-eabi-size"
CELLS = ["root", "console", "hello", "timer", "echo-server", "echo-client"]
TESTS = ["tests/kernel/" + t for t in
         ("cap", "exception", "ipc", "irq", "notify", "reply", "sched", "section", "space")]
MARK = "<!-- make footprint: the lines between these marks are its own -->\n"


def config(changes):
    """The default configuration with these options changed, as Kconfig allows."""
    k = kconfiglib.Kconfig("Kconfig", warn=False)
    k.load_config("configs/vexpress_defconfig")
    for name, value in changes.items():
        k.syms[name].set_value(value)
    return k


def features(k):
    """Options that the user can switch, and are no board's."""
    for s in k.unique_defined_syms:
        prompted = any(n.prompt and kconfiglib.expr_value(n.prompt[1]) for n in s.nodes)
        if s.orig_type == kconfiglib.BOOL and prompted and not s.choice \
                and s.name not in NOT_FEATURES:
            yield s


def build(name, changes, targets, cells=()):
    """Builds in a folder of its own; the folder."""
    folder = os.path.join(OUT, name)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, ".config")
    new = path + ".new"
    config(changes).write_config(new)
    if not os.path.exists(path) or open(new).read() != open(path).read():
        os.replace(new, path)
    else:
        os.remove(new)
        os.utime(path)
    log = os.path.join(folder, "build.log")
    command = ["make", "PLATFORM=vexpress", "DEBUG=", "TOOLCHAIN=gcc", "BUILD=" + folder]
    # Of the tests' cells, some have instructions that are not for every kernel.
    command += ["user-programs=" + " ".join("%s/user/bin/%s.elf" % (folder, c) for c in cells)]
    command += [os.path.join(folder, t) for t in targets]
    with open(log, "w") as f:
        if subprocess.run(command, stdout=f, stderr=f, stdin=subprocess.DEVNULL).returncode:
            sys.exit("footprint: the kernel does not build with %s, see %s" % (changes, log))
    return folder


def measure(name, changes):
    """Text with constants, data, zeroed data: of the objects, since sections are padded."""
    folder = build(name, changes, ["kernel.elf"])
    with open(os.path.join(folder, "kernel.map")) as f:
        linked = f.read()
    objects = [o for o in glob.glob(folder + "/**/*.o", recursive=True) if "\n" + o in linked
               or " " + o in linked]
    out = subprocess.run([SIZE, "-t"] + objects, check=True, capture_output=True, text=True).stdout
    return [int(n) for n in out.splitlines()[-1].split()[:3]]


def smallest(options):
    return {s.name: "n" for s in options if s.str_value == "y"}


def row(what, sizes, base=None):
    numbers = ["{:,}".format(n) if base is None else "{:+,}".format(n - b)
               for n, b in zip(sizes, base or sizes)]
    return "| %s | %s |\n" % (what, " | ".join(numbers))


def table():
    options = list(features(config({})))
    base = measure("default", {})
    text = "| kernel | text, constants | data | zeroed data |\n|---|---:|---:|---:|\n"
    text += row("default (vexpress, release)", base)
    for s in options:
        on = s.str_value == "y"
        sizes = measure(s.name.lower(), {s.name: "n" if on else "y"})
        title = s.nodes[0].prompt[0]
        text += row("%s `%s`, %s" % (title, s.name, "default" if on else "off by default"),
                    *((base, sizes) if on else (sizes, base)))
    text += row("minimal: none of them", measure("minimal", smallest(options)))
    return text


def write(doc):
    text = table()
    with open(doc) as f:
        before, _, after = f.read().split(MARK)
    with open(doc, "w") as f:
        f.write(before + MARK + text + MARK + after)
    print("written: " + doc)


def test(qemu):
    """The smallest kernel runs native cells, and passes what needs no more than it has."""
    images = ["image/%s.elf" % t for t in TESTS + ["configs/hello"]]
    cells = CELLS + ["kt-" + os.path.basename(t) for t in TESTS]
    folder = build("minimal", smallest(features(config({}))), images, cells)
    command = [sys.executable, "-B", "tools/testrun.py", "--out", OUT + "/test",
               "--images", folder + "/image", "--qemu", qemu]
    command += ["minimal:qemu:" + t for t in TESTS + ["tests/boot/hello"]]
    sys.exit(subprocess.run(command, stdin=subprocess.DEVNULL).returncode)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--test", metavar="QEMU")
    parser.add_argument("doc", nargs="?")
    options = parser.parse_args()
    os.environ.pop("MAKEFLAGS", None)
    if options.test is not None:
        test(options.test)
    else:
        write(options.doc)


if __name__ == "__main__":
    main()
