# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Memory that the halted CPU could not reach as it is: in user mode the kernel's
window is closed, and a guest's memory is mapped only while the guest runs.  So
nothing is read through the CPU: page tables are walked here, in physical memory,
which QEMU's gdb stub gives on demand.
"""
import contextlib
import struct
import gdb

MODE_MASK, USR = 0x1f, 0x10
PAGE = 4096
PT_LOAD = 1


def cpu_psr():
    """None: nothing is connected."""
    try:
        return int(gdb.parse_and_eval("$cpsr")) & 0xffffffff
    except gdb.error:
        return None


def cpu_pc():
    user = (cpu_psr() or 0) & MODE_MASK == USR
    return int(gdb.parse_and_eval("(unsigned)$pc")) if user else None


class Command(gdb.Command):
    """A command, run() with its arguments, that can read all memory."""

    user_pc = None

    def __init__(self, name):
        super().__init__(name, gdb.COMMAND_DATA)

    def invoke(self, args, _tty):
        Command.user_pc = cpu_pc()
        Kernel.memory = None    # what was read at the last stop is old
        self.run(args.strip())


def live_pc():
    """The CPU's pc at the command's begin if it was in user mode: no thread has it saved."""
    return Command.user_pc


@contextlib.contextmanager
def physical():
    """While it lasts, addresses are physical ones (a packet of QEMU's)."""
    answer = gdb.execute("maintenance packet Qqemu.PhyMemMode:1", to_string=True)
    if '"OK"' not in answer:
        raise gdb.GdbError("guests can be read in QEMU only")
    try:
        yield
    finally:
        gdb.execute("maintenance packet Qqemu.PhyMemMode:0", to_string=True)


def read_physical(address, size):
    return bytes(gdb.selected_inferior().read_memory(address, size))


def image_base(path):
    """(virtual, physical) address of the kernel's image."""
    with open(path, "rb") as f:
        data = f.read()
    offset, = struct.unpack_from("<I", data, 28)
    size, count = struct.unpack_from("<2H", data, 42)
    for i in range(count):
        kind, _, virtual, physical_at = struct.unpack_from("<4I", data, offset + i * size)
        if kind == PT_LOAD:
            return virtual, physical_at
    raise gdb.GdbError("%s is not the kernel" % path)


class SpaceMemory:
    """The memory of an address space, through its table (short descriptors)."""

    def __init__(self, ttbr):
        self.pages = {}
        with physical():
            self.l1 = struct.unpack("<4096I", read_physical(ttbr & ~0x3fff, 0x4000))

    def translate(self, va):
        """Physical address of a page, None: nothing is mapped.  In physical mode only."""
        entry = self.l1[va >> 20]
        if entry & 3 == 2:
            return entry & 0xfff00000 | va & 0xff000
        if entry & 3 != 1:
            return None
        page = struct.unpack("<I", read_physical((entry & ~0x3ff) + (va >> 12 & 0xff) * 4, 4))[0]
        return page & 0xfffff000 if page & 2 else None

    def page(self, va):
        if va not in self.pages:
            at = self.translate(va)
            self.pages[va] = None if at is None else read_physical(at, PAGE)
        return self.pages[va]

    def readable(self, va, size):
        """Bytes, as far as they are mapped."""
        data, first = b"", va & ~(PAGE - 1)
        with physical():
            for at in range(first, va + size, PAGE):
                page = self.page(at & 0xffffffff)
                if page is None:
                    break
                data += page
        return data[va - first:va - first + size]

    def read(self, va, size):
        """Bytes; None if a part of it is not mapped."""
        data = self.readable(va, size)
        return data if len(data) == size else None

    def words(self, va, count=1):
        data = self.read(va, 4 * count)
        return None if data is None else struct.unpack("<%dI" % count, data)

    def word(self, va):
        words = self.words(va)
        return None if words is None else words[0]


class Kernel:
    """The kernel's own memory: its window, through the boot's table."""

    memory = None

    @classmethod
    def read(cls, va, size):
        if not cls.memory:
            table = gdb.lookup_global_symbol("kernel_l1")
            if not table:
                raise gdb.GdbError("the symbols of kernel.elf are not loaded")
            virtual, at = image_base(table.symtab.objfile.filename)
            cls.memory = SpaceMemory(int(table.value().address) - virtual + at)
        data = cls.memory.read(va, size)
        if data is None:
            raise gdb.GdbError("nothing is mapped at 0x%08x: has the kernel come that far?" % va)
        return data
