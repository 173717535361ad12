# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
'armature trace [N]': the last events of the kernel's trace, in the words of
tools/trace.  It is read where it is, without stopping it: also of a machine that
stands still, and cannot print it any more.
"""
import os
import sys
import gdb

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../trace"))

import decode           # noqa: E402
import guest            # noqa: E402
import words            # noqa: E402
from memory import Command, Kernel      # noqa: E402
from objects import Object, variable     # noqa: E402

EVENTS = 20             # that are shown
NAME = decode.NAME.size - 4     # in memory a name has no number before it


def area():
    """struct l4_trace, by the pointer that trace.c has to it."""
    symbol = gdb.lookup_global_symbol("trace_boot")
    found = symbol and gdb.lookup_symbol("area", symbol.symtab.static_block())[0]
    if not found:
        raise gdb.GdbError("this kernel records nothing: it is built without TRACE=1")
    address = int(Object(found.type, int(found.value().address)))
    if not address:
        raise gdb.GdbError("no trace yet: the kernel has not come that far")
    return address


def read(count):
    """A decode.Trace of the last COUNT events of each core."""
    base = area()
    head = Kernel.read(base, 64)
    trace = decode.Trace(head)
    names = Kernel.read(base + int.from_bytes(head[20:24], "little"), 1024 * NAME)
    for number in range(1024):
        name = names[number * NAME:(number + 1) * NAME]
        if any(name):
            trace.line("n", number.to_bytes(4, "little") + name)
    for core in range(trace.cores):
        end, offset = (int.from_bytes(head[24 + 8 * core + i:28 + 8 * core + i], "little")
                       for i in (0, 4))
        first = max(end - min(count, trace.room), 0)
        trace.line("r", b"".join(n.to_bytes(4, "little") for n in (core, first, end - first)))
        size = decode.EVENT.size
        for n in range(first, end):
            trace.line("e", Kernel.read(base + offset + n % trace.room * size, size))
    trace.finish()
    return trace


class Trace(Command):
    """armature trace [N]: the last N events that the kernel has recorded (20), oldest first."""

    def run(self, args):
        if args and not args.isdigit():
            raise gdb.GdbError("armature trace [N]")
        count = int(args or EVENTS)
        trace, text = read(count), words.Words()
        text.elf = guest.kernels.get("") or next(iter(guest.kernels.values()), None)
        text.table = text.linux_calls() if text.elf else []
        mask = int(variable("trace_mask"))
        print("recorded is %s" % ("0x%x" % mask if mask else "nothing now"))
        for e in trace.events[-count:]:
            print("%14.2f  %s" % (trace.us(e.time), text.text(e)))


def commands():
    Trace("armature trace")
