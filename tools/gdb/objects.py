# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
The kernel's objects, by the types of its debug information.  Their contents come
from memory.py, as gdb's own values could not be read in user mode.  A guest's
vmlinux may be loaded too and have types of the same names, so types are looked
for where the kernel's own files see them.
"""
import struct
import gdb

from memory import Kernel

# A function of each file whose types are wanted; the first one sees nearly all.
ANCHORS = ("vcpu_resume", "cell_boot", "object_init", "irq_handle", "space_enter")
INTEGERS = {1: "B", 2: "H", 4: "I", 8: "Q"}
ROLES = "SUX"


def kernel_type(name):
    for anchor in ANCHORS:
        symbol = gdb.lookup_global_symbol(anchor)
        try:
            kind = symbol and gdb.lookup_type(name, symbol.symtab.static_block())
        except gdb.error:
            continue
        if kind and kind.fields():
            return kind
    return gdb.lookup_type(name)


class Object:
    """Something in the kernel's memory: a structure, an array, a pointer, a number."""

    def __init__(self, kind, address):
        self.kind, self.address = kind.strip_typedefs(), address

    def __getitem__(self, key):
        """A member, of what a pointer points to as well; an element."""
        if self.kind.code == gdb.TYPE_CODE_PTR:
            return Object(self.kind.target(), int(self))[key]
        if self.kind.code == gdb.TYPE_CODE_ARRAY:
            kind = self.kind.target()
            return Object(kind, self.address + key * kind.sizeof)
        field = next(f for f in self.kind.fields() if f.name == key)
        return Object(field.type, self.address + field.bitpos // 8)

    def element(self, index):
        """Of what a pointer points to, as an array."""
        kind = self.kind.target()
        return Object(kind, int(self) + index * kind.sizeof)

    def __int__(self):
        if self.kind.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_ARRAY):
            return self.address
        size = self.kind.sizeof
        return struct.unpack("<" + INTEGERS[size], Kernel.read(self.address, size))[0]

    def enum(self, name):
        """The name of its value in an enum; '' if it has none."""
        value = int(self)
        return next((f.name for f in kernel_type(name).fields() if f.enumval == value), "")

    def text(self):
        data = Kernel.read(self.address, self.kind.sizeof)
        return data.split(b"\0")[0].decode("ascii", "replace")


def variable(name):
    symbol = gdb.lookup_global_symbol(name)
    if not symbol:
        raise gdb.GdbError("the symbols of kernel.elf are not loaded")
    return Object(symbol.type, int(symbol.value().address))


def at(address, type_name):
    return Object(kernel_type(type_name), int(address))


def offset(type_name, *path):
    """Offset of a member in a structure, followed through nested structures."""
    thing = Object(kernel_type(type_name), 0)
    for name in path:
        thing = thing[name]
    return thing.address


def entries(head, type_name, *path):
    """The structures on a list, which hang on it by the member that path names."""
    back, node = offset(type_name, *path), int(head["next"])
    while node and node != head.address:    # 0: the kernel has not set it up yet
        yield at(node - back, type_name)
        node = int(at(node, "struct list")["next"])


def cpus():
    """The cores, as the kernel has them: one, or an array."""
    symbol = gdb.lookup_global_symbol("cpu_all")
    if not symbol:
        return [variable("cpu0")]
    cores = symbol.type.range()[1] + 1
    return [Object(symbol.type.target(), int(symbol.value().address) +
                   i * symbol.type.target().sizeof) for i in range(cores)]


def text(value):
    return value.text()


def cells():
    return list(entries(variable("cell_all"), "struct cell", "all"))


def threads(cell):
    return entries(cell["threads"], "struct thread", "obj", "link")


def spaces(cell):
    return entries(cell["spaces"], "struct space", "cell_link")


def cell_named(name):
    for cell in cells():
        if text(cell["name"]) == name:
            return cell
    raise gdb.GdbError("no cell is named '%s'; there are: %s"
                       % (name, " ".join(text(c["name"]) for c in cells())))


def object_type(obj):
    """An object's type in words: OBJ_THREAD becomes thread."""
    return obj["type"].enum("enum object_type").replace("OBJ_", "").lower()


def describe(obj):
    """One object in one phrase."""
    kind, address = object_type(obj), int(obj)
    if kind in ("cell", "thread"):
        return "%s %s" % (kind, text(at(address, "struct " + kind)["name"]))
    if kind in ("section", "frame"):
        s = at(address, "struct section")
        return "%s 0x%08x-0x%08x" % (kind, int(s["base"]), int(s["base"]) + int(s["size"]) - 1)
    if kind == "irq":
        return "irq %d" % int(at(address, "struct irq")["line"])
    return "%s at 0x%08x" % (kind, address)


def state_of(thread):
    """What it does, and whom it waits for."""
    state = thread["state"].enum("enum thread_state").replace("TS_", "").lower()
    if state in ("send", "reply") and int(thread["peer"]):
        return "%s -> %s" % (state, text(thread["peer"]["name"]))
    return state


# --- virtual CPUs ---

def vcpus(cell):
    for obj in entries(cell["objects"], "struct object", "link"):
        if object_type(obj) == "vcpu":
            yield at(obj, "struct vcpu")


def active(vcpu):
    """S or U: which of them runs when the virtual CPU does."""
    return at(int(vcpu["gate"]["active"]) - offset("struct thread", "regs", "r"), "struct thread")


def role(thread):
    """S or U of a virtual CPU, or ''."""
    return ROLES[int(thread["role"])].replace("X", "") if int(thread["vcpu"]) else ""


def core():
    """Number of the core that gdb looks at: its threads are QEMU's cores."""
    selected = gdb.selected_thread()
    return selected.num - 1 if selected and selected.num <= len(cpus()) else 0


def running(number=None):
    """
    Who runs on a core, the one that gdb looks at; None before there is one.  A step
    between S and U is not in `current`.
    """
    address = int(cpus()[core() if number is None else number]["current"])
    if not address:
        return None
    thread = at(address, "struct thread")
    return active(thread["vcpu"]) if role(thread) else thread


def name_of(thread):
    """S has the name of its cell: its part says more."""
    return role(thread) or text(thread["name"])


def vcpu_state(thread):
    """As state_of; S and U are one place in the scheduler."""
    if role(thread) and int(active(thread["vcpu"])) != int(thread):
        return "process runs" if role(thread) == "S" else "in the kernel"
    return state_of(thread)


def pc_of(thread, runs, live):
    """runs: who does; live: the CPU's pc if it is in user mode, else None."""
    if live is not None and runs and int(runs) == int(thread):
        return live
    return int(thread["regs"]["pc"])
