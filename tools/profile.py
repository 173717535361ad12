#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Adds up by function what tests/plugin/profile.c has counted by address.

  profile.py LOG ELF [ELF...]	the first program that has a symbol below an
				address names it; the rest is "processes"
"""
import bisect
import collections
import subprocess
import sys

TOP = 60


def symbols(path):
    text = subprocess.check_output(["arm-none-eabi-nm", path], text=True)
    found = []
    for line in text.splitlines():
        address, kind, name = ([""] + line.split())[-3:]
        if kind in "tTwW" and not name.startswith("$"):
            found.append((int(address, 16), name))
    return sorted(found)


def main():
    tables = [(path, symbols(path)) for path in sys.argv[2:]]
    counts, total = collections.Counter(), 0
    for line in open(sys.argv[1]):
        if not line.startswith("profile: "):
            continue
        address, count = int(line.split()[1], 16), int(line.split()[2])
        total += count
        name = "processes"
        for path, table in tables:
            if table[0][0] <= address <= table[-1][0] + 0x1000:
                at = bisect.bisect(table, (address, "~")) - 1
                name = "%s: %s" % (path.rsplit("/", 1)[-1], table[at][1])
                break
        counts[name] += count
    print("%12d  all" % total)
    parts = collections.Counter()
    for name, count in counts.items():
        parts[name.split(":")[0]] += count
    for name, count in parts.most_common():
        print("%12d  %4.1f%%  %s" % (count, 100 * count / total, name))
    print()
    for name, count in counts.most_common(TOP):
        print("%12d  %4.1f%%  %s" % (count, 100 * count / total, name))


if __name__ == "__main__":
    main()
