# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Whose instruction is it?  Parts of a profile by address and word: Armature, the
guest's l4 code, the sequences that stand for the interrupt flag, and Linux.
"""
import bisect
import re

from common import read
from elf import Elf

PROCESSES = 0xbf000000      # below are processes and native cells
VECTORS = 0xffff0000        # natively with the kernel's stubs; a process's helpers in a guest
GAP = 0x1000                # l4_ functions that are farther apart are not one file's
PAGE_BASE = 0x4fe           # the immediate of mov Rd, #0xfe000000: the register page
FLAG_OFFSETS = (0, 4)       # L4_VP_VIF, L4_VP_PENDING
LOOK_AHEAD = 4              # instructions from the load of `pending` to its test
# cps; msr of the control bits; mrs: what they are natively
NATIVE_FLAG = [(0xfff10020, 0xf1000000), (0x0ff1fff0, 0x0121f000), (0x0fbf0fff, 0x010f0000)]


class Names:
    """Functions by address."""

    def __init__(self, table):
        self.table = sorted(table)
        self.starts = [t[0] for t in self.table]

    def of(self, address):
        at = bisect.bisect(self.starts, address) - 1
        return self.table[at][1] if at >= 0 else "?"


def system_map(path):
    found = {}
    for line in read(path).decode().splitlines():
        address, kind, name = line.split()
        if kind in "tTwW" and not name.startswith("$"):
            found.setdefault(int(address, 16), name)
    return Names(found.items())


def plain(function):
    """Without what the compiler has put behind a name"""
    return re.sub(r"\.(constprop|isra|part|cold)\.\d+.*", "", function)


class Native:
    def __init__(self, map_file):
        self.names = system_map(map_file)

    def attribute(self, profile):
        """(part, function, count) for each address"""
        for (address, word), number in profile.items():
            if address < PROCESSES:
                yield "process", "processes", number
                continue
            flag = any(word & mask == value for mask, value in NATIVE_FLAG)
            name = "vectors" if address >= VECTORS else plain(self.names.of(address))
            yield ("flag" if flag else "linux"), name, number


class Guest:
    def __init__(self, map_file, armature):
        self.names = system_map(map_file)
        elf = Elf(armature)
        self.kernel = Names((value, "Armature: " + name) for name, value, *_ in elf.symbols
                            if name and not name.startswith("$"))
        self.low = min(value for name, value, *_ in elf.symbols if name == "__text_start")
        self.l4 = self.l4_ranges()

    def l4_ranges(self):
        """[(start, end)]: from one l4_ function to the next of the same file, and all between"""
        starts = self.names.starts
        own = [a for a, n in self.names.table if n.startswith("l4_")]
        ranges = []
        for a in own:
            end = starts[min(bisect.bisect(starts, a), len(starts) - 1)]
            if ranges and a - ranges[-1][1] < GAP:
                ranges[-1][1] = end
            else:
                ranges.append([a, end])
        return ranges

    def is_l4(self, address):
        return any(low <= address < high for low, high in self.l4)

    def attribute(self, profile):
        flag = flag_sequences({a: w for a, w in profile if a >= PROCESSES})
        for (address, _), number in profile.items():
            if address < PROCESSES or address >= VECTORS:
                yield "process", "processes", number
            elif address >= self.low:
                yield "Armature", self.kernel.of(address), number
            else:
                part = "l4" if self.is_l4(address) else "flag" if address in flag else "linux"
                yield part, plain(self.names.of(address)), number


def destination(word):
    """The register that an instruction writes, of data processing and loads; else None"""
    kind = word >> 25 & 7
    if kind in (0, 1) and word >> 23 & 3 != 2:
        return word >> 12 & 15
    if kind in (2, 3) and word & 1 << 20:
        return word >> 12 & 15
    return None


def flag_access(word, bases):
    """The offset of a load or store of a word in the register page, or None"""
    if word & 0x0f200000 == 0x05000000 and word & 1 << 23 and word >> 16 & 15 in bases:
        return word & 0xfff
    return None


def flag_sequences(words):
    """The addresses, among those executed, that read, write or test vif and pending"""
    found, bases, previous, test = set(), {}, None, 0
    for address in sorted(words):
        word = words[address]
        if previous is None or address != previous + 4:
            test = 0
        previous = address
        offset = flag_access(word, bases)
        if word & 0x0fff0fff == 0x03a00000 | PAGE_BASE:     # mov Rd, #0xfe000000
            bases[word >> 12 & 15] = address
            continue
        if offset in FLAG_OFFSETS:
            found.add(address)
            found.add(bases[word >> 16 & 15])
            test = LOOK_AHEAD if offset == 4 and word & 1 << 20 else test
        elif test:
            test -= 1
            # cmp of the word with 0, and the branch or condition on it
            if word & 0x0ff00fff == 0x03500000 or word & 0x0f000000 == 0x0a000000:
                found.add(address)
        gone = destination(word)
        bases.pop(gone, None)
        if word & 0x0f000000 == 0x0b000000:                 # bl
            for register in (0, 1, 2, 3, 12, 14):
                bases.pop(register, None)
    return found
