# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Reads traces out of a log of the console, where the cell `tracer` has printed them
(include/l4/trace.h): each `show` is a trace.  Finds out who runs when.
"""
import re
import struct

LINE = re.compile(r"^(?:tracer\| )?([tnre]) ([0-9a-f]+)\s*$")
MAGIC, VERSION = 0x43415254, 1
EVENT, NAME = struct.Struct("<IHBBHHIII"), struct.Struct("<I8s8sBBHI")
(SWITCH, CALL, IPC, NOTIFY, EXCEPTION, IRQ, SYSCALL, ENTER, RESUME, PENDING) = range(10)
SEND, MESSAGE_CALL, REPLY = range(3)
# Entries of a guest's kernel (l4/vcpu.h), and classes of exceptions (l4/abi.h).
ENTRY_U, ENTRY_UIRQ, ENTRY_K, ENTRY_KIRQ = 8, 14, 16, 22
CLASSES = ["system call", "prefetch abort", "data abort", "undefined instruction",
           "alignment fault", "VFP is off", "interrupt", "double fault"]


class TraceError(Exception):
    pass


class Name:
    """A thread."""

    def __init__(self, cell, thread, prio):
        self.cell, self.thread, self.prio = cell, thread, prio

    def __str__(self):
        return self.thread if self.cell == "kernel" else "%s/%s" % (self.cell, self.thread)


NOBODY = Name("", "?", 0)


class Event:
    __slots__ = ("time", "kind", "info", "thread", "other", "a", "b", "c", "core", "running")

    def __init__(self, fields, names, core):
        low, high, self.kind, self.info, thread, other, self.a, self.b, self.c = fields
        self.time = high << 32 | low        # in ticks
        self.thread = names.get(thread, NOBODY)
        self.other = names.get(other, NOBODY)
        self.core, self.running = core, NOBODY

    def runner(self):
        """Who runs from here on, None: as before.  S may be entered while I still runs."""
        if self.kind in (SWITCH, SYSCALL, RESUME):
            return self.other
        own = self.running is self.thread or self.running.thread == "U"
        return self.thread if self.kind == ENTER and own else None


class Trace:
    def __init__(self, head):
        magic, version, self.hz, self.cores, self.room = struct.unpack_from("<5I", head)
        if magic != MAGIC or version != VERSION:
            raise TraceError("the trace is of version %d, this tool knows %d" % (version, VERSION))
        self.names, self.events, self.expected, self.lost, self.core = {}, [], 0, 0, 0

    def line(self, kind, data):
        if kind == "n":
            number, cell, thread, prio = NAME.unpack(data)[:4]
            self.names[number] = Name(*(t.rstrip(b"\0").decode("ascii", "replace")
                                        for t in (cell, thread)), prio)
        elif kind == "r":
            self.core, lost, count = struct.unpack("<3I", data)
            self.lost += lost
            self.expected += count
        else:
            for fields in EVENT.iter_unpack(data):
                self.events.append(Event(fields, self.names, self.core))

    def finish(self):
        """In the order of time, and with who ran before each event."""
        if len(self.events) != self.expected:
            raise TraceError("the log has %d of %d events of a trace"
                             % (len(self.events), self.expected))
        self.events.sort(key=lambda e: e.time)      # stable
        running = {}
        for e in self.events:
            # what tells of itself tells of who runs, too
            if e.core not in running and e.kind in (CALL, SYSCALL, EXCEPTION):
                running[e.core] = e.thread
            e.running = running.get(e.core, NOBODY)
            running[e.core] = e.runner() or e.running

    def us(self, ticks):
        return ticks * 1e6 / self.hz

    def thread(self, cell, thread):
        """The thread of this name; the youngest, if it was restarted."""
        found = [n for n in self.names.values() if (n.cell, n.thread) == (cell, thread)]
        return found[-1] if found else NOBODY


def read(path):
    """The traces in a log, the first one first."""
    traces = []
    with open(path, errors="replace") as f:
        for line in f:
            match = LINE.match(line)
            if not match:
                continue
            kind, data = match[1], bytes.fromhex(match[2])
            if kind == "t":
                traces.append(Trace(data))
            elif traces:
                traces[-1].line(kind, data)
    if not traces:
        raise TraceError("%s has no trace in it" % path)
    for trace in traces:
        trace.finish()
    return traces
