# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
What the checks of a built kernel read from an ELF file for 32-bit little-endian
ARM, linked (vmlinux) or not (a module): its sections with code, what in them is
code and what data, and which function an address is in.
"""
import bisect
import struct

from common import Failure, read

SHF_EXEC, SHT_SYMTAB, SHT_NOBITS = 4, 2, 8
STT_FUNC, STT_SECTION, STT_FILE = 2, 3, 4
ET_REL = 1


class Section:
    def __init__(self, index, name, head, data, relocatable):
        _, kind, self.flags, self.base, offset, self.size, self.link = head[:7]
        self.index, self.name, self.kind = index, name, kind
        self.data = b"" if kind == SHT_NOBITS else data[offset:offset + self.size]
        self.start = 0 if relocatable else self.base    # what symbols count from
        self.marks = []         # (address, "a", "t" or "d"), in order
        self.functions = []     # (address, end, name), in order
        self.labels = []        # (address, name), in order

    def executable(self):
        return self.flags & SHF_EXEC and self.data

    def code(self):
        """(kind, first address, bytes) of the stretches that are instructions"""
        if not self.marks:
            raise Failure("section %s has no mapping symbols: code and data cannot be told apart"
                          % self.name)
        ends = [m[0] for m in self.marks[1:]] + [self.start + len(self.data)]
        for (address, kind), end in zip(self.marks, ends):
            if kind != "d" and end > address:
                yield kind, address, self.data[address - self.start:end - self.start]

    def names(self, address):
        """Names of the function at an address: more than one if it has aliases."""
        # A function knows its end; assembly has labels inside of functions.
        n = bisect.bisect_right(self.functions, (address, 1 << 32, ""))
        start = next((f[0] for f in reversed(self.functions[:n][-64:]) if f[1] > address), None)
        if start is not None:
            return [f[2] for f in self.functions[:n] if f[0] == start]
        n = bisect.bisect_right(self.labels, (address, "\x7f"))
        return [name for at, name in self.labels[max(0, n - 64):n]
                if at == self.labels[n - 1][0]] or [self.name]


class Elf:
    def __init__(self, path):
        self.path, data = path, read(path)
        if data[:6] != b"\x7fELF\1\1" or struct.unpack_from("<H", data, 18)[0] != 40:
            raise Failure("%s is no 32-bit little-endian ARM ELF file" % path)
        relocatable = struct.unpack_from("<H", data, 16)[0] == ET_REL
        start, = struct.unpack_from("<I", data, 32)
        size, count, names = struct.unpack_from("<HHH", data, 46)
        heads = [struct.unpack_from("<10I", data, start + n * size) for n in range(count)]
        table = heads[names][4]
        self.sections = [Section(n, string(data, table + head[0]), head, data, relocatable)
                         for n, head in enumerate(heads)]
        self.symbols = []       # (name, value, size, type, section index)
        for section in self.sections:
            if section.kind == SHT_SYMTAB:
                self.read_symbols(section.data, self.sections[section.link].data)
        if not self.symbols:
            raise Failure("%s has no symbols" % path)
        for section in self.sections:
            for found in (section.marks, section.functions, section.labels):
                found.sort()

    def read_symbols(self, data, strings):
        for at, value, size, info, _, index in struct.iter_unpack("<IIIBBH", data):
            name, kind = string(strings, at), info & 15
            self.symbols.append((name, value, size, kind, index))
            if index >= len(self.sections) or kind in (STT_SECTION, STT_FILE) or not name:
                continue
            section = self.sections[index]
            if name[0] == "$" and name[1:2] in ("a", "d", "t"):
                section.marks.append((value, name[1]))
            elif kind == STT_FUNC and size:
                section.functions.append((value & ~1, (value & ~1) + size, name))
            elif name[0] != "$":
                section.labels.append((value & ~1, name))


def string(data, start):
    return data[start:data.index(b"\0", start)].decode()
