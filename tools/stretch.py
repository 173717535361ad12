#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
The longest run of instructions in the kernel between two preemption points, over
a whole test run: boots every system under tests/plugin/stretch.c and writes the
maximum to a file, one number, and to the terminal with the places.

  stretch.py --kernel ELF --cross PREFIX --plugin SO --out FILE -- TESTRUN-ARGUMENTS

The preemption points are preempt_pending(), every WFI and the exception vectors
(the return to a user who faults at once is one: interrupts are on there); power
off, reset and panic end the counting.  Whether the tests pass
is 'make test's affair: the plugin slows them down, and some measure time.
"""
import argparse
import glob
import os
import re
import shutil
import subprocess
import sys

LINE = re.compile(r"stretch: max=(\d+) start=(0x[0-9a-f]+) end=(0x[0-9a-f]+) via=(.*)")
SHOWN = 5


def output(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout


def symbols(elf, cross):
    rows = (line.split() for line in output(cross + "nm", elf).splitlines())
    return {row[2]: int(row[0], 16) for row in rows if len(row) == 3}


def plugin_arguments(args):
    table = symbols(args.kernel, args.cross)
    ends = ("plat_poweroff", "plat_reset", "panic")
    wanted = ("__text_start", "__text_end", "preempt_pending", "vectors") + ends
    for name in wanted:
        if name not in table:
            sys.exit("stretch: %s has no symbol %s" % (args.kernel, name))
    lo, hi, point, vectors = (table[name] for name in wanted[:4])
    points = [point] + [vectors + 4 * i for i in range(8)]
    for line in output(args.cross + "objdump", "-d", args.kernel).splitlines():
        m = re.match(r"\s*([0-9a-f]+):.*\twfi", line)
        if m:
            points.append(int(m[1], 16))
    marks = ["point=0x%x" % p for p in points] + ["stop=0x%x" % table[name] for name in ends]
    return "lo=0x%x,hi=0x%x,%s" % (lo, hi, ",".join(marks))


def place(args, address):
    return " ".join(output(args.cross + "addr2line", "-fs", "-e", args.kernel, address).split())


def way(args, trail):
    """The functions that a run passed at first, in order."""
    names = output(args.cross + "addr2line", "-f", "-e", args.kernel, *trail.split(",")).split("\n")
    return " ".join(dict.fromkeys(name for name in names[::2] if name))


def collect(folder):
    """[(length, start, end, via, test)], the longest first."""
    rows = []
    for path in glob.glob(os.path.join(folder, "*", "*.plugin")):
        with open(path) as f:
            m = LINE.search(f.read())
        if m:
            test = os.path.relpath(path, folder).replace(".log.plugin", "")
            rows.append((int(m[1]), m[2], m[3], m[4], test))
    return sorted(rows, reverse=True)


def main():
    parser = argparse.ArgumentParser(description="Measures the kernel's longest stretch.")
    for name in ("kernel", "cross", "plugin", "out"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("rest", nargs="+", help="arguments for testrun.py, after --")
    args = parser.parse_args()
    folder = os.path.splitext(args.out)[0] + ".logs"
    shutil.rmtree(folder, ignore_errors=True)
    runner = os.path.join(os.path.dirname(os.path.abspath(__file__)), "testrun.py")
    subprocess.run([sys.executable, "-B", runner, "--out", folder, "--slow", "10", "--plugin",
                    "%s,%s" % (args.plugin, plugin_arguments(args))] + args.rest,
                   stdout=subprocess.DEVNULL, check=False)
    rows = collect(folder)
    if not rows:
        sys.exit("stretch: no test ran to its end under the plugin, see %s" % folder)
    for length, start, end, via, test in rows[:SHOWN]:
        print("%6d  %-24s %s  to  %s" % (length, test, place(args, start), place(args, end)))
        print("%8s%s" % ("", way(args, via)))
    with open(args.out, "w") as f:
        f.write("%d\n" % rows[0][0])


if __name__ == "__main__":
    main()
