# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
What gdb should know about Armature: 'armature cells', 'threads', 'spaces',
'slots CELL', 'budgets', 'current'; the trace, which is in ring.py; and of Linux
guests 'guest', 'page', 'tasks', 'modules', 'dmesg', which are in guest.py.  It
reads the kernel's structures through the debug information and changes nothing.
Loaded by 'make gdb'; in another gdb that has kernel.elf loaded:
source tools/gdb/armature.py
"""
import os
import sys
import gdb

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import guest                    # noqa: E402
import ring                     # noqa: E402
from memory import Command, live_pc     # noqa: E402
from objects import (at, cell_named, cells, core, cpus, describe, entries, name_of, pc_of, running,
                     spaces, text, threads, variable, vcpu_state)         # noqa: E402

RIGHTS = [(0x01, "r"), (0x02, "w"), (0x04, "x"), (0x08, "s"), (0x10, "n"), (0x20, "c"),
          (0x40, "g")]
SLOT_ORIGINAL, SLOT_REPLY, SLOT_DYING = 1, 2, 4


class Armature(gdb.Command):
    """What Armature's kernel holds: cells, threads, spaces, slots, budgets, current; what it
has recorded: trace; its guests: guest, page, tasks, modules, dmesg."""

    def __init__(self):
        super().__init__("armature", gdb.COMMAND_DATA, gdb.COMPLETE_NONE, True)


class Cells(Command):
    """armature cells: every cell with its quota, priority and supervisor."""

    def run(self, _args):
        print("%-10s %-10s %10s %10s %5s %5s  %s"
              % ("cell", "parent", "used", "quota", "slots", "prio", "at"))
        for c in cells():
            parent = c["obj"]["cell"]
            print("%-10s %-10s %10d %10d %5d %5d  0x%08x%s"
                  % (text(c["name"]), text(parent["name"]) if int(parent) else "-",
                     int(c["used"]), int(c["quota"]), int(c["slots"]), int(c["max_prio"]), int(c),
                     " dying" if int(c["obj"]["dying"]) else ""))


class Threads(Command):
    """armature threads [CELL]: threads with state, priority, core and pc; > runs, * elsewhere."""

    def run(self, args):
        runs, live = running(), live_pc()
        others = [int(t) for t in map(running, range(len(cpus()))) if t]
        print("  %-10s %-10s %4s %4s %-16s %-10s %-10s %s"
              % ("cell", "thread", "prio", "core", "state", "pc", "at", "function"))
        for c in [cell_named(args)] if args else cells():
            for t in threads(c):
                pc = pc_of(t, runs, live)
                mark = ">" if runs and int(t) == int(runs) else "*" if int(t) in others else " "
                print("%s %-10s %-10s %4d %4d %-16s 0x%08x 0x%08x %s"
                      % (mark, text(c["name"]), name_of(t), int(t["prio"]),
                         int(t["core"]) if len(cpus()) > 1 else 0, vcpu_state(t), pc, int(t),
                         guest.function(c, pc)))


class Spaces(Command):
    """armature spaces [CELL]: address spaces with table, ASID and generation."""

    def run(self, args):
        loaded = int(cpus()[core()]["space"])
        print("  %-10s %-10s %5s %10s %6s %s"
              % ("cell", "table", "asid", "generation", "users", "at"))
        for c in [cell_named(args)] if args else cells():
            for s in spaces(c):
                print("%s %-10s 0x%08x %5d %10d %6d 0x%08x"
                      % (">" if int(s) == loaded else " ", text(c["name"]),
                         int(s["ttbr"]) & ~0x3fff, int(s["asid"]) & 0xff,
                         int(s["generation"]), int(s["users"]), int(s)))


class Slots(Command):
    """armature slots CELL: the capabilities that a cell holds."""

    def run(self, args):
        if not args:
            raise gdb.GdbError("whose slots? armature slots CELL")
        cell = cell_named(args)
        print("%5s %-8s %-8s %-10s %s" % ("slot", "rights", "kind", "badge", "object"))
        for number in range(int(cell["slots"])):
            slot = cell["table"].element(number)
            if not int(slot["obj"]):
                continue
            flags, rights = int(slot["flags"]), int(slot["rights"])
            kind = ("reply" if flags & SLOT_REPLY else
                    "original" if flags & SLOT_ORIGINAL else "copy")
            print("%5d %-8s %-8s 0x%08x %s%s"
                  % (number, "".join(c if rights & bit else "-" for bit, c in RIGHTS), kind,
                     int(slot["badge"]), describe(at(slot["obj"], "struct object")),
                     " dying" if flags & SLOT_DYING else ""))


class Budgets(Command):
    """armature budgets: cells with a budget; what is left, when more comes back, who waits."""

    def run(self, _args):
        ms = int(variable("plat_board")["timer_hz"]) / 1000
        payers = [int(cpu["payer"]) for cpu in cpus()]
        limited = [c for c in cells() if int(c["budget"])]
        if not limited:
            print("no cell has a budget")
            return
        print("  %-10s %10s %10s %10s %12s  %s"
              % ("cell", "budget ms", "period ms", "left ms", "more at ms", "threads without time"))
        for c in limited:
            b = at(c["budget"], "struct budget")
            starved = entries(b["starved"], "struct thread", "ready")
            more = int(b["piece"][0]["when"]) if int(b["pieces"]) else 0
            # without what cores have taken out, and may bring back
            left = int(b["left"]) + sum(int(cpu["taken"]) for cpu in cpus()
                                        if int(cpu["payer"]) == int(b))
            print("%s %-10s %10.3f %10.3f %10.3f %12.3f  %s"
                  % (">" if int(b) in payers else " ", text(c["name"]), int(b["ticks"]) / ms,
                     int(b["period"]) / ms, left / ms, more / ms,
                     " ".join(name_of(t) for t in starved) or "-"))


class Current(Command):
    """armature current: the running thread and its user registers as saved."""

    def run(self, _args):
        t = running()
        if not t:
            raise gdb.GdbError("no thread yet: the kernel has not come that far")
        cell = t["obj"]["cell"]
        print("core %d: thread %s of cell %s, %s, priority %d"
              % (core(), name_of(t), text(cell["name"]) if int(cell) else "(none)",
                 vcpu_state(t), int(t["prio"])))
        regs = t["regs"]
        for i in range(15):
            print("r%-2d %08x" % (i, int(regs["r"][i])), end="\n" if i % 5 == 4 else "  ")
        print("pc  %08x  psr %08x" % (int(regs["pc"]), int(regs["psr"])))
        if live_pc() is not None:
            print("(it is in user mode: its registers of now are 'info registers')")


Armature()
for command in (Cells, Threads, Spaces, Slots, Budgets, Current):
    command("armature " + command.__name__.lower())
ring.commands()
guest.commands()
