# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
TAP, the test anything protocol: written by the tests that are Python programs, and
read out of a serial console or a pipe.

A line may have its cell's name in front, as the console cell writes it:
"ipc: ok 3 - name" or "ipc| ok 3 - name".  Each cell is a stream of its own and
needs a plan, "1..N", before or after its points.  A point that is missing, comes
twice, or is skipped without permission, is a failure.
"""
import re
import sys
import tempfile
import traceback

PREFIX = r"^(?:(?P<cell>[A-Za-z0-9_.-]+) ?[:|] ?)?"
PLAN = re.compile(PREFIX + r"1\.\.(?P<count>\d+)\s*(?:#.*)?$")
POINT = re.compile(PREFIX + r"(?P<not>not )?ok\b ?(?P<number>\d+)?(?: -)? ?(?P<name>[^#]*)"
                   r"(?:# *(?P<mark>skip|todo)\b(?P<why>.*))?", re.I)
BAIL = re.compile(PREFIX + r"Bail out!(?P<why>.*)")
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")


def clean(line):
    """A line without carriage returns and terminal control."""
    return CONTROL.sub("", line).rstrip()


class Points:
    """
    Writes what a program finds: a line for each point, and the plan; at the beginning if
    its number is known, so that an early end is seen.
    """

    def __init__(self, plan=None):
        self.count, self.failed, self.plan = 0, 0, plan
        if plan:
            print("1..%d" % plan, flush=True)

    def check(self, good, name, why=""):
        self.count += 1
        self.failed += not good
        print("%sok %d - %s" % ("" if good else "not ", self.count, name))
        if not good:
            print("".join("# %s\n" % line for line in str(why).splitlines()), end="")
        sys.stdout.flush()
        return good

    def end(self, log=None):
        """After the last point; returns the program's exit status."""
        if not self.plan:
            print("1..%d" % self.count)
        bad = self.failed or self.count != (self.plan or self.count)
        if bad and log:
            print("# the console's output is in %s" % log)
        return 1 if bad else 0


def run(tests, world):
    """A point for each test, in a world of its own in an empty folder; returns Points.end()."""
    points = Points(len(tests))
    for test in tests:
        why = ""
        with tempfile.TemporaryDirectory(prefix="test-") as folder:
            try:
                test(world(folder))
            except Exception:       # whatever it is, the others go on
                why = traceback.format_exc()
        points.check(not why, re.sub("_s(_|$)", r"'s\1", test.__name__).replace("_", " "), why)
    return points.end()


class Stream:
    def __init__(self, cell):
        self.cell, self.plan, self.seen = cell, None, set()

    def complete(self):
        return self.plan is not None and len(self.seen) >= self.plan


class Tap:
    """Feed it lines, then finish(); passed and failures are the result."""

    def __init__(self, skip_ok=()):
        self.streams, self.current = [], {}
        self.skip_ok = [re.compile(s) for s in skip_ok]
        self.passed, self.failures = 0, []

    def stream(self, cell, starts):
        """The stream of a cell; a plan after a complete stream starts another one."""
        s = self.current.get(cell)
        if s is None or (starts and s.complete()):
            s = self.current[cell] = Stream(cell)
            self.streams.append(s)
        return s

    def feed(self, line):
        m = PLAN.match(line)
        if m:
            s = self.stream(m["cell"], True)
            if s.plan is not None:
                self.failures.append("a second plan before the first was fulfilled: " + line)
            s.plan = int(m["count"])
            return
        m = BAIL.match(line)
        if m:
            self.failures.append(line)
            return
        m = POINT.match(line)
        if m and (m["number"] or m["not"] or " - " in line):
            self.point(m, line)

    def point(self, m, line):
        s = self.stream(m["cell"], False)
        number = int(m["number"]) if m["number"] else len(s.seen) + 1
        name = m["name"].strip()
        if number in s.seen:
            self.failures.append("number %d came twice: %s" % (number, line))
            return
        s.seen.add(number)
        if m["not"]:
            self.failures.append(line)
        elif m["mark"] and not any(r.search(name) for r in self.skip_ok):
            self.failures.append("%s (not listed as skip-ok)" % line)
        else:
            self.passed += 1

    def finish(self):
        for s in self.streams:
            who = " of %s" % s.cell if s.cell else ""
            if s.plan is None:
                self.failures.append("no plan (1..N)%s, %d results" % (who, len(s.seen)))
                continue
            for number in range(1, s.plan + 1):
                if number not in s.seen:
                    self.failures.append("test %d%s never reported" % (number, who))
            for number in sorted(s.seen):
                if not 1 <= number <= s.plan:
                    self.failures.append("number %d%s is outside of the plan" % (number, who))
                    self.passed -= 1 if self.passed else 0
