# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
What a guest's vmlinux says about its memory: functions, tasks, the log buffer.
The symbol table is enough.  Offsets in struct task_struct are taken from debug
information if vmlinux has it, else found by what the structures must hold.
"""
import bisect
import struct

RING_COUNT, RING_DESCS, RING_INFOS, RING_HEAD, RING_TAIL = range(5)
DESC_SIZE, INFO_SIZE = 12, 88           # struct prb_desc, printk_info
STATE_SHIFT, ID_MASK, FINALIZED = 30, 0x3fffffff, (1, 2)
COMM_SIZE, TASKS_MAX = 16, 4096
KERNEL, LINEAR = 0xbf000000, 0xc0000000  # modules, then the rest


class Elf:
    """The symbols and the contents of a 32-bit ELF file."""

    def __init__(self, path):
        with open(path, "rb") as f:
            self.data = f.read()
        if self.data[:5] != b"\x7fELF\x01":
            raise ValueError("%s is no 32-bit ELF file" % path)
        offset, = struct.unpack_from("<I", self.data, 32)
        size, count, names = struct.unpack_from("<3H", self.data, 46)
        self.sections = [struct.unpack_from("<10I", self.data, offset + i * size)
                         for i in range(count)]
        strings = self.sections[names][4]
        self.names = [self.text(strings + s[0]) for s in self.sections]
        self.symbols, self.functions = {}, []
        self.defined = []               # of an object file: (name, section, value)
        for s in self.sections:
            if s[1] == 2:       # SHT_SYMTAB
                self.read_symbols(s, self.sections[s[6]][4])
        self.functions.sort()

    def text(self, at):
        return self.data[at:self.data.index(b"\0", at)].decode("ascii", "replace")

    def read_symbols(self, table, strings):
        for at in range(table[4], table[4] + table[5], 16):
            name, value, size, info, _, section = struct.unpack_from("<IIIBBH", self.data, at)
            name = self.text(strings + name)
            if not name or name.startswith("$") or not 0 < section < len(self.sections):
                continue
            self.symbols.setdefault(name, (value, size))
            if self.relocatable:
                self.defined.append((name, section, value))
            if self.sections[section][2] & 4 and info & 15 in (0, 2):   # executable
                self.functions.append((value & ~1 if info & 15 == 2 else value, name))

    def where(self, pc):
        """pc as function+offset, or ''."""
        i = bisect.bisect(self.functions, (pc, "\x7f")) - 1
        if i < 0 or pc - self.functions[i][0] > 0x10000:
            return ""
        start = self.functions[i][0]
        # of several names the first, as the linker has it in order
        while i and self.functions[i - 1][0] == start:
            i -= 1
        return "%s+0x%x" % (self.functions[i][1], pc - start)

    def content(self, address, size):
        for s in self.sections:
            if s[1] == 1 and s[3] <= address < s[3] + s[5]:
                at = s[4] + address - s[3]
                return self.data[at:at + size]
        return None

    @property
    def relocatable(self):
        return self.data[16] == 1

    @property
    def has_types(self):
        return ".debug_info" in self.names


class Linux:
    """One guest: its symbols beside its memory.  offsets: from debug information."""

    def __init__(self, elf, memory, offsets=None):
        self.elf, self.memory, self.offsets = elf, memory, dict(offsets or {})

    def mismatch(self):
        """True if this vmlinux is another one than what runs."""
        address, size = self.elf.symbols.get("linux_banner", (0, 0))
        size = size or 64
        return self.memory.read(address, size) != self.elf.content(address, size)

    def comm(self, task):
        data = self.memory.read(task + self.offsets["comm"], COMM_SIZE)
        text = (data or b"").split(b"\0")[0]
        good = data and b"\0" in data and text and all(32 <= c < 127 for c in text)
        return text.decode() if good else None

    def pid(self, task):
        return self.memory.word(task + self.offsets["pid"])

    # --- struct task_struct, without debug information ---

    def walk(self, link):
        """Tasks on the list that hangs on init_task at an offset; None: it is none."""
        head = self.elf.symbols["init_task"][0]
        tasks, at, previous = [], head + link, None
        while len(tasks) < TASKS_MAX:
            words = self.memory.words(at, 2)
            if words is None or (previous is not None and words[1] != previous):
                return None
            if self.comm(at - link) is None:
                return None
            tasks.append(at - link)
            previous, at = at, words[0]
            if at == head + link:
                return tasks
        return None

    def find_offsets(self):
        """comm by init_task's, tasks by the longest true list, pid by its twin tgid."""
        head, size = self.elf.symbols["init_task"]
        data = self.memory.read(head, size) or b""
        self.offsets.setdefault("comm", data.find(b"swapper"))
        if self.offsets["comm"] < 0:
            return False
        if "tasks" not in self.offsets:
            lists = [(self.walk(o), o) for o in range(0, size - 7, 4)
                     if struct.unpack_from("<I", data, o)[0] >= KERNEL]
            lists = [(len(t), -o) for t, o in lists if t and len(t) > 1]
            if not lists:
                return False
            self.offsets["tasks"] = -max(lists)[1]
        if "pid" not in self.offsets:
            self.offsets["pid"] = self.find_pid(self.walk(self.offsets["tasks"]), size)
        return self.offsets["pid"] is not None

    def find_pid(self, tasks, size):
        structs = [struct.unpack("<%dI" % (size // 4), self.memory.read(t, size // 4 * 4))
                   for t in tasks]
        for i in range(size // 4 - 1):
            pids = [s[i] for s in structs]
            if (pids[0] == 0 and len(set(pids)) == len(pids) and max(pids) < 1 << 22 and
                    all(s[i] == s[i + 1] for s in structs)):
                return 4 * i
        return None

    def tasks(self):
        """(address, pid, comm) of every process, swapper first."""
        if "init_task" not in self.elf.symbols or not self.find_offsets():
            return []
        return [(t, self.pid(t), self.comm(t)) for t in self.walk(self.offsets["tasks"]) or []]

    # --- the log: struct printk_ringbuffer, the same since 5.10 ---

    def log(self):
        """(time in ns, text) of each record, oldest first; None: not found."""
        address = self.elf.symbols.get("prb", (0, 0))[0]
        ring = self.memory.words(self.memory.word(address) or 0, 12)
        if ring is None:
            return None
        # since 5.18 the last finalized record stands before the text's ring
        text = ring[5:8] if ring[5] < 32 and ring[6] >= KERNEL else ring[6:9]
        count, records = 1 << ring[RING_COUNT], []
        descs = self.memory.read(ring[RING_DESCS], count * DESC_SIZE)
        infos = self.memory.read(ring[RING_INFOS], count * INFO_SIZE)
        data = self.memory.read(text[1], 1 << text[0])
        if None in (descs, infos, data):
            return None
        number, last = ring[RING_TAIL] & ID_MASK, ring[RING_HEAD] & ID_MASK
        for _ in range(count):
            state, begin, end = struct.unpack_from("<3I", descs, number % count * DESC_SIZE)
            if state >> STATE_SHIFT in FINALIZED and state & ID_MASK == number:
                info = struct.unpack_from("<QQH", infos, number % count * INFO_SIZE)
                records.append((info[0], info[1], self.log_text(data, begin, end, info[2])))
            if number == last:
                break
            number = (number + 1) & ID_MASK
        return [(time, line) for _, time, line in sorted(records)]

    @staticmethod
    def log_text(data, begin, end, length):
        if begin & 1:
            return ""           # no text, or it was lost
        size = len(data)
        at = begin % size if begin // size == (end - 1) // size else 0
        return data[at + 4:at + 4 + length].decode("utf-8", "replace")
