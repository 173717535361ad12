# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
'make bench B=wall': how long a user waits in QEMU, guest and native, without icount.
The wall clock, and the host's processor time of QEMU, which a busy host moves less.
QEMU empties its TLB when DACR or the ASID changes, as processors do not: so this
says nothing of a board.
"""
import json
import os
import time

import boot
import facts
import linux
import rows
from common import Failure, say, write_if_changed

TIMES = 3       # the least counts
NAMES = ["boot to shell"] + [name for name, _ in rows.WALL]


class Clock(boot.Output):
    """Notes when each command began and ended: (wall, processor time) in seconds."""

    def __init__(self):
        super().__init__()
        self.begun, self.took = self.now(), []

    def now(self):
        return time.monotonic(), self.used()

    def used(self):
        if not self.process:
            return 0.0
        with open("/proc/%d/stat" % self.process.pid) as f:
            fields = f.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def line(self, line):
        before = self.number, len(self.status)
        super().line(line)
        started = "bench: start" in line and not self.took
        if started or len(self.status) != before[1]:
            end = self.now()
            self.took.append(tuple(round(e - b, 3) for e, b in zip(end, self.begun)))
            self.begun = end
        elif self.number != before[0]:
            self.begun = self.now()


def measure(side):
    """[(wall, processor time)] in the order of NAMES"""
    clock = Clock()
    boot.boot(side, "wall", len(rows.WALL), icount=False, output=clock)
    if len(clock.took) != len(NAMES) or any(clock.status.values()):
        raise Failure("the %s run did not do all of it, see %s" % (side.name, side.log("wall")))
    return clock.took


def markdown(found):
    lines = ["| | native, s | guest, s | guest ÷ native | the same, of processor time |",
             "|---|---|---|---|---|"]
    for r in found:
        lines.append("| %s | %.2f | %.2f | %.2f | %.2f |" % (
            r["name"], r["native"], r["guest"], r["ratio"], r["processor_ratio"]))
    return "\n".join(lines) + "\n"


def run(options):
    linux.make_initramfs(options, rows.rows())
    sides = [boot.Side(s, options) for s in ("native", "guest")]
    times = {s.name: [] for s in sides}
    for n in range(TIMES):
        for side in sides:      # in turn: a busy host is so for both
            say("BENCH", "%s, %d of %d" % (side.name, n + 1, TIMES))
            times[side.name].append(measure(side))
    found = []
    for n, name in enumerate(NAMES):
        wall, used = ({s: min(t[n][i] for t in times[s]) for s in times} for i in (0, 1))
        found.append({"name": name, "native": wall["native"], "guest": wall["guest"],
                      "ratio": round(wall["guest"] / wall["native"], 3),
                      "processor_ratio": round(used["guest"] / max(used["native"], 0.01), 3)})
    name = os.path.join(options.out, "wall" + options.suffix)
    write_if_changed(name + ".json", (json.dumps({
        "rows": found, "linux": {s.name: facts.linux_version(s.kernel) for s in sides},
        "commands": {s.name: " ".join(s.command("wall", icount=False)) for s in sides}},
        indent=1) + "\n").encode())
    write_if_changed(name + ".md", markdown(found).encode())
    print(markdown(found))
    say("BENCH", "%s.json, .md" % name)
    return 0
