# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
The modules that a guest has loaded.  Their names stand where they have stood in
every struct module since 5.10; the rest is found by what it must hold, as its
offsets differ: their own symbols, and the memory that these are in.
"""
import collections
import os
import struct

from linux import KERNEL, LINEAR

STATES = ["live", "coming", "going", "unformed"]
LIST, NAME, NAME_SIZE = 4, 12, 56       # in struct module
SCAN = 0x400                            # more than a struct module has
MODULES_MAX, SYMBOLS_MAX, SIZES = 512, 1 << 16, range(16, 1 << 24)
NAME_MAX = 512                          # of a symbol
PAGE, ARRAY, FAR = 4096, 4096, 16       # FAR: words in an entry of struct module_sect_attrs
ALLOCATED = 2                           # SHF_ALLOC


class Module:
    """One of them: struct module at an address of the guest."""

    def __init__(self, memory, address):
        self.memory, self.address = memory, address
        data = memory.readable(address, SCAN)
        data = data[:len(data) & ~3]
        self.words = struct.unpack("<%dI" % (len(data) // 4), data)
        self.name = data[NAME:NAME + NAME_SIZE].split(b"\0")[0].decode("ascii", "replace")
        self.state = STATES[self.words[0]] if data and self.words[0] < len(STATES) else ""
        self.symbols = self.find_symbols()      # (address, name, type as of nm)
        self.functions = sorted(s[:2] for s in self.symbols if s[2] in "tT")
        self.base, self.size = self.find_memory()

    def find_symbols(self):
        """struct mod_kallsyms: symbols, their number, names, types."""
        for i in range(len(self.words) - 3):
            symbols, count, names, types = self.words[i:i + 4]
            if min(symbols, names, types) >= KERNEL and 1 < count < SYMBOLS_MAX:
                found = self.read_symbols(symbols, count, names, types)
                if found:
                    return found
        return []

    def read_symbols(self, symbols, count, names, types):
        """[] if something else is there: the first symbol of a table is empty."""
        table = self.memory.read(symbols, 16 * count)
        types = self.memory.read(types, count)
        if table is None or types is None or any(table[:16]):
            return []
        entries = list(struct.iter_unpack("<IIIBBH", table))
        text = self.memory.readable(names, max(e[0] for e in entries) + NAME_MAX)
        if text[:1] != b"\0":
            return []
        found = []
        for (name, value, *_), kind in zip(entries[1:], types[1:]):
            name = text[name:text.find(b"\0", name)].decode("ascii", "replace")
            if name and not name.startswith("$") and value >= KERNEL:
                found.append((value, name, chr(kind)))
        return found

    def find_memory(self):
        """(base, size) of the range that its functions are in; a size follows its base."""
        first = self.functions[0][0] if self.functions else self.address
        for i, base in enumerate(self.words[:-3]):
            if base % PAGE or not KERNEL <= base <= first:
                continue
            for size in self.words[i + 1:i + 4]:
                if size in SIZES and first < base + size:
                    return base, size
        return self.address & -PAGE, 0

    def where(self, pc):
        """pc as function+offset [module], or ''."""
        if not self.base <= pc < self.base + self.size:
            return ""
        below = [f for f in self.functions if f[0] <= pc]
        at, name = below[-1] if below else (self.base, "")
        return "%s+0x%x [%s]" % (name, pc - at, self.name)

    def sections(self, elf):
        """
        Addresses of the sections of its file that are loaded, by name: of those with a
        function its symbols tell.  {}: this is not the file that it was loaded from.
        """
        loaded = collections.Counter(name for _, name, _ in self.symbols)
        local = collections.Counter(name for name, _, _ in elf.defined)
        values = {name: value for value, name, _ in self.symbols if loaded[name] == 1}
        found = {}
        for name, section, value in elf.defined:
            if name not in values or local[name] > 1 or not elf.sections[section][2] & ALLOCATED:
                continue
            if found.setdefault(elf.names[section], values[name] - value) != values[name] - value:
                return {}
        allocated = {n for n, s in zip(elf.names, elf.sections) if s[2] & ALLOCATED and s[5]}
        found = dict(self.attributes(found, allocated), **found) if found else {}
        # of a module that is up these are no more: their memory may be another's
        return {n: a for n, a in found.items() if self.state == "coming" or ".init" not in n}

    def attributes(self, known, names):
        """
        The same of all sections, out of what is behind sysfs: an array in which each
        name has the address always as far behind it.  Found by those that are known.
        """
        for block in self.words:
            data = self.memory.readable(block & -4, ARRAY) if block >= LINEAR else b""
            words = struct.unpack("<%dI" % (len(data) // 4), data)
            if not set(known.values()) <= set(words):
                continue
            at = {i: self.string(w) for i, w in enumerate(words) if w >= LINEAR}
            at = {i: name for i, name in at.items() if name in names}
            for far in range(1, FAR):
                found = {name: words[i + far] for i, name in at.items() if i + far < len(words)}
                if known.items() <= found.items():
                    return {n: a for n, a in found.items() if a >= KERNEL}
        return {}

    def string(self, address):
        """What may be the name of a section."""
        data = self.memory.readable(address, NAME_SIZE)
        return data.split(b"\0")[0].decode("ascii", "replace") if data[:1] in b"._" else ""


def modules(linux):
    """Every module, the one that was loaded last first; None: the list is not there yet."""
    head = linux.elf.symbols.get("modules", (0, 0))[0]
    at = linux.memory.word(head) if head else None
    if not at:
        return None
    found = []
    while at != head and len(found) < MODULES_MAX:
        found.append(Module(linux.memory, at - LIST))
        at = linux.memory.word(at)
        if not at:
            break
    return found


def file_of(name, path):
    """The file of a module: path itself, or in the folder of this name; None: not there."""
    wanted = name.replace("-", "_") + ".ko"
    if os.path.isfile(path):
        return path if os.path.basename(path).replace("-", "_") == wanted else None
    for folder, _, files in sorted(os.walk(path)):
        for f in files:
            if f.replace("-", "_") == wanted:
                return os.path.join(folder, f)
    return None
