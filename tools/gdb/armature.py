# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
What gdb should know about Armature: 'armature cells', 'threads', 'spaces',
'slots CELL', 'current'.  It reads the kernel's structures through the debug
information and changes nothing.  Loaded by 'make gdb'; in another gdb that has
kernel.elf loaded: source tools/gdb/armature.py
"""
import gdb

RIGHTS = [(0x01, "r"), (0x02, "w"), (0x04, "x"), (0x08, "s"), (0x10, "n"), (0x20, "c"),
          (0x40, "g")]
SLOT_ORIGINAL, SLOT_REPLY, SLOT_DYING = 1, 2, 4


def pointer_to(type_name):
    return gdb.lookup_type(type_name).pointer()


def offset(type_name, *path):
    """Offset of a member in a structure, followed through nested structures."""
    kind, total = gdb.lookup_type(type_name), 0
    for name in path:
        field = next(f for f in kind.fields() if f.name == name)
        total += field.bitpos // 8
        kind = field.type.strip_typedefs()
    return total


def entries(head, type_name, *path):
    """The structures on a list, which hang on it by the member that path names."""
    back, node = offset(type_name, *path), head["next"]
    while node != head.address:
        if int(node) == 0:
            return      # the kernel has not set it up yet
        yield gdb.Value(int(node) - back).cast(pointer_to(type_name))
        node = node["next"]


def text(value):
    return value.string(errors="replace")


def cells():
    return list(entries(gdb.parse_and_eval("cell_all"), "struct cell", "all"))


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


def current():
    return gdb.parse_and_eval("cpu0.current")


def object_type(obj):
    """An object's type in words: OBJ_THREAD becomes thread."""
    value = obj["type"].cast(gdb.lookup_type("enum object_type"))
    return str(value).replace("OBJ_", "").lower()


def describe(obj):
    """One object in one phrase."""
    kind, address = object_type(obj), int(obj)
    if kind in ("cell", "thread"):
        return "%s %s" % (kind, text(obj.cast(pointer_to("struct " + kind))["name"]))
    if kind in ("section", "frame"):
        s = obj.cast(pointer_to("struct section"))
        return "%s 0x%08x-0x%08x" % (kind, int(s["base"]), int(s["base"]) + int(s["size"]) - 1)
    if kind == "irq":
        return "irq %d" % int(obj.cast(pointer_to("struct irq"))["line"])
    return "%s at 0x%08x" % (kind, address)


def state_of(thread):
    """What it does, and whom it waits for."""
    kind = gdb.lookup_type("enum thread_state")
    state = str(thread["state"].cast(kind)).replace("TS_", "").lower()
    if state in ("send", "reply") and int(thread["peer"]):
        return "%s -> %s" % (state, text(thread["peer"]["name"]))
    return state


class Armature(gdb.Command):
    """What Armature's kernel holds: cells, threads, spaces, slots, current."""

    def __init__(self):
        super().__init__("armature", gdb.COMMAND_DATA, gdb.COMPLETE_NONE, True)


class Cells(gdb.Command):
    """armature cells: every cell with its quota, priority and supervisor."""

    def __init__(self):
        super().__init__("armature cells", gdb.COMMAND_DATA)

    def invoke(self, _args, _tty):
        print("%-10s %-10s %10s %10s %5s %5s  %s"
              % ("cell", "parent", "used", "quota", "slots", "prio", "at"))
        for c in cells():
            parent = c["obj"]["cell"]
            print("%-10s %-10s %10d %10d %5d %5d  0x%08x%s"
                  % (text(c["name"]), text(parent["name"]) if int(parent) else "-",
                     int(c["used"]), int(c["quota"]), int(c["slots"]), int(c["max_prio"]), int(c),
                     " dying" if int(c["obj"]["dying"]) else ""))


class Threads(gdb.Command):
    """armature threads [CELL]: threads with state, priority and pc; > runs."""

    def __init__(self):
        super().__init__("armature threads", gdb.COMMAND_DATA)

    def invoke(self, args, _tty):
        running = int(current())
        print("  %-10s %-10s %4s %-16s %-10s %s" % ("cell", "thread", "prio", "state", "pc", "at"))
        for c in [cell_named(args)] if args else cells():
            for t in threads(c):
                print("%s %-10s %-10s %4d %-16s 0x%08x 0x%08x"
                      % (">" if int(t) == running else " ", text(c["name"]), text(t["name"]),
                         int(t["prio"]), state_of(t),
                         int(t["regs"]["pc"]), int(t)))


class Spaces(gdb.Command):
    """armature spaces [CELL]: address spaces with table, ASID and generation."""

    def __init__(self):
        super().__init__("armature spaces", gdb.COMMAND_DATA)

    def invoke(self, args, _tty):
        loaded = int(gdb.parse_and_eval("cpu0.space"))
        print("  %-10s %-10s %5s %10s %6s %s"
              % ("cell", "table", "asid", "generation", "users", "at"))
        for c in [cell_named(args)] if args else cells():
            for s in spaces(c):
                print("%s %-10s 0x%08x %5d %10d %6d 0x%08x"
                      % (">" if int(s) == loaded else " ", text(c["name"]),
                         int(s["ttbr"]) & ~0x3fff, int(s["asid"]) & 0xff,
                         int(s["generation"]), int(s["users"]), int(s)))


class Slots(gdb.Command):
    """armature slots CELL: the capabilities that a cell holds."""

    def __init__(self):
        super().__init__("armature slots", gdb.COMMAND_DATA)

    def invoke(self, args, _tty):
        if not args:
            raise gdb.GdbError("whose slots? armature slots CELL")
        cell = cell_named(args)
        print("%5s %-8s %-8s %-10s %s" % ("slot", "rights", "kind", "badge", "object"))
        for number in range(int(cell["slots"])):
            slot = cell["table"][number]
            if not int(slot["obj"]):
                continue
            flags, rights = int(slot["flags"]), int(slot["rights"])
            kind = ("reply" if flags & SLOT_REPLY else
                    "original" if flags & SLOT_ORIGINAL else "copy")
            print("%5d %-8s %-8s 0x%08x %s%s"
                  % (number, "".join(c if rights & bit else "-" for bit, c in RIGHTS), kind,
                     int(slot["badge"]), describe(slot["obj"]),
                     " dying" if flags & SLOT_DYING else ""))


class Current(gdb.Command):
    """armature current: the running thread and its user registers as saved."""

    def __init__(self):
        super().__init__("armature current", gdb.COMMAND_DATA)

    def invoke(self, _args, _tty):
        t = current()
        if not int(t):
            raise gdb.GdbError("no thread yet: the kernel has not come that far")
        cell = t["obj"]["cell"]
        print("thread %s of cell %s, %s, priority %d"
              % (text(t["name"]), text(cell["name"]) if int(cell) else "(none)",
                 state_of(t), int(t["prio"])))
        regs = t["regs"]
        for i in range(15):
            print("r%-2d %08x" % (i, int(regs["r"][i])), end="\n" if i % 5 == 4 else "  ")
        print("pc  %08x  psr %08x" % (int(regs["pc"]), int(regs["psr"])))


Armature()
for command in (Cells, Threads, Spaces, Slots, Current):
    command()
