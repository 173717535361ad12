# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
A trace as JSON in Chrome's trace event format, which https://ui.perfetto.dev and
chrome://tracing show: a process for each cell, a track for each thread, a slice
for each time that it runs, arrows for messages and notifications.
"""
import json

from decode import ENTER, IPC, NOBODY, NOTIFY, PENDING, SYSCALL

ARROWS = (IPC, NOTIFY, PENDING)


class Slice:
    """A thread runs."""

    def __init__(self, name, core, start, label):
        self.name, self.core, self.start, self.label, self.end = name, core, start, label, start


def slices(trace, words):
    """Who runs when, and as far as a guest's kernel tells, for what."""
    done, current, reasons = [], {}, {}
    for e in trace.events:
        if e.kind in (SYSCALL, ENTER):
            reasons[e.other if e.kind == SYSCALL else e.thread] = words.reason(e)
        if e.core in current:
            current[e.core].end = e.time
        runner = e.runner() or (e.running if e.core not in current else None)
        if runner in (None, NOBODY):
            continue
        old = current.get(e.core)
        if old and old.name is runner and e.kind != ENTER:
            continue
        label = reasons.get(runner, "process" if runner.thread == "U" else runner.thread)
        current[e.core] = Slice(runner, e.core, e.time, label)
        done.append(current[e.core])
    return done


def tracks(trace):
    """Numbers of processes and threads, and the events that name them."""
    cells = list(dict.fromkeys(n.cell for n in trace.names.values()))
    numbers, meta = {}, []
    for cell in cells:
        meta.append({"ph": "M", "name": "process_name", "pid": cells.index(cell) + 1,
                     "args": {"name": cell}})
    for number, name in trace.names.items():
        numbers[name] = {"pid": cells.index(name.cell) + 1, "tid": number}
        meta.append({"ph": "M", "name": "thread_name", "args": {
            "name": "%s, priority %d" % (name.thread, name.prio)}, **numbers[name]})
    numbers[NOBODY] = {"pid": len(cells) + 1, "tid": 0}
    return numbers, meta


def write_json(trace, words, path):
    numbers, out = tracks(trace)
    for s in slices(trace, words):
        out.append({"ph": "X", "name": s.label, "ts": trace.us(s.start),
                    "dur": trace.us(s.end - s.start), **numbers[s.name]})
    for i, e in enumerate(trace.events):
        at = {"ts": trace.us(e.time)}
        out.append({"ph": "i", "s": "t", "name": words.text(e), **at, **numbers[e.running]})
        if e.kind in ARROWS and e.running.cell and e.other.cell:
            arrow = {"name": "to", "cat": "message", "id": i, **at}
            out.append({"ph": "s", **arrow, **numbers[e.running]})
            out.append({"ph": "f", "bp": "e", **arrow, **numbers[e.other]})
    with open(path, "w") as f:
        json.dump({"displayTimeUnit": "ns", "traceEvents": out}, f)
        f.write("\n")
