# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Runs tests on one machine, guest or native: QEMU with the root image, a disk with
the list of tests, and one for the runner's records (runner/runner.h).  A machine
that hangs, dies or turns itself off too early is started again behind the test that
was running, until all have a result.
"""
import json
import os
import re
import subprocess
import threading
import time

from common import Failure, read, say

RECORDS_MB = 512
BLOCK = 1 << 16
POLL = 0.5          # seconds
PROGRESS = 30       # seconds between two lines about it
PATIENCE = 3600     # seconds of processor time without a record: some tests take half an hour
ENDING = 60         # the same, for a machine to turn itself off
LONGEST = 7200      # seconds without a record, whatever the machine does
# What becomes of a test when its machine does not survive it.
HUNG, DIED = 600, 601
BEGIN = re.compile(rb"@begin (\S+)\n")
END = re.compile(rb"@end (\S+) (\d+) (\d+) (\d+) (\d+)\n")


class Test:
    """One line of a scenario."""

    def __init__(self, name, command, limit):
        self.name, self.command, self.limit = name, command, limit


class Result:
    def __init__(self, status, ms=0, taint=0, log=""):
        self.status, self.ms, self.taint, self.log = status, ms, taint, log


class Kept(dict):
    """Results by test, each a line of a file too: a run that was ended can go on.  The file
    begins with KEY, which says of what they are results.  Several threads add to it."""

    def __init__(self, path, key, go_on):
        super().__init__()
        lines = read(path).decode().split("\n")[:-1] if go_on and os.path.exists(path) else []
        if lines and json.loads(lines[0]) != key:
            raise Failure("%s has results of another system: to begin anew, leave out CONTINUE"
                          % path)
        self.file = open(path, "w")
        self.line(key)
        for name, result in map(json.loads, lines[1:]):
            self[name] = Result(**result)

    def line(self, data):
        self.file.write(json.dumps(data) + "\n")
        self.file.flush()

    def __setitem__(self, name, result):
        super().__setitem__(name, result)
        self.line([name, vars(result)])


class Records:
    """Reads the records disk while the machine writes it."""

    def __init__(self, path, results):
        self.path, self.at, self.data = path, 0, b""
        self.running, self.results, self.done, self.count = None, results, False, 0

    def more(self):
        """Takes what is new; True: there was something."""
        new, full = b"", True
        with open(self.path, "rb") as f:
            f.seek(self.at)
            while full:
                block = f.read(BLOCK).split(b"\0", 1)
                new += block[0]
                full = len(block[0]) == BLOCK
        self.at += len(new)
        self.data += new
        while self.take():
            pass
        return bool(new)

    def take(self):
        self.data = self.data.lstrip(b"\n")
        m = BEGIN.match(self.data)
        if m:
            self.running = m[1].decode()
            self.data = self.data[m.end():]
            return True
        m = END.match(self.data)
        if m and len(self.data) >= m.end() + int(m[5]):
            log = self.data[m.end():m.end() + int(m[5])]
            self.data = self.data[m.end() + int(m[5]):]
            self.results[m[1].decode()] = Result(int(m[2]), int(m[3]), int(m[4]),
                                                 log.decode(errors="replace"))
            self.running = None
            self.count += 1
            return True
        self.done = self.done or self.data.startswith(b"@done\n")
        return False


class Machine:
    """NAME for logs; COMMAND is QEMU's without disks; BUSES, in the order vda, vdb, vdc."""

    def __init__(self, name, folder, command, image, buses):
        self.name, self.folder, self.command = name, folder, command
        self.image, self.buses = image, buses
        self.results, self.boots, self.qemu, self.ended = {}, 0, None, False

    def path(self, what):
        return os.path.join(self.folder, "%s.%s" % (self.name, what))

    def disks(self):
        files = [("root", self.image, ",snapshot=on"), ("list", self.path("list"), ",readonly=on"),
                 ("records", self.path("records"), ",cache=unsafe")]
        options = []
        for (serial, path, more), bus in zip(files, self.buses):
            options += ["-drive", "if=none,id=%s,format=raw,file=%s%s" % (serial, path, more),
                        "-device", "virtio-blk-device,drive=%s,serial=%s,bus=virtio-mmio-bus.%d"
                        % (serial, serial, bus)]
        return options

    def write_list(self, tests, environment):
        lines = ["=" + e for e in environment]
        lines += ["%s\t%d\t%s" % (t.name, t.limit, t.command) for t in tests]
        text = ("\n".join(lines) + "\n").encode()
        with open(self.path("list"), "wb") as f:
            f.write(text + b"\0" * (512 - len(text) % 512))
        with open(self.path("records"), "wb") as f:
            f.truncate(RECORDS_MB << 20)

    def boot(self, tests, environment):
        """Runs QEMU until its end, or until nothing has come for too long."""
        self.write_list(tests, environment)
        self.boots += 1
        records = Records(self.path("records"), self.results)
        with open(self.path("console.%d" % self.boots), "wb") as console:
            # in a session of its own: Ctrl-C is for us alone, and no end of the machine
            self.qemu = subprocess.Popen(self.command + self.disks(), stdin=subprocess.DEVNULL,
                                         stdout=console, stderr=subprocess.STDOUT,
                                         start_new_session=True)
            try:
                if not self.ended:      # since the last one
                    self.watch(records)
            finally:
                self.stop()
        records.more()
        return records

    def stop(self):
        if self.qemu:
            self.qemu.kill()
            self.qemu.wait()

    def watch(self, records):
        last = time.monotonic(), self.used()
        while self.qemu.poll() is None:
            time.sleep(POLL)
            if records.more():
                last = time.monotonic(), self.used()
            # of the host's, but a busy host may give little of it: then longer
            if (self.used() - last[1] > (ENDING if records.done else PATIENCE) or
                    time.monotonic() - last[0] > LONGEST):
                return

    def used(self):
        """Seconds of processor time that QEMU has had."""
        try:
            fields = read("/proc/%d/stat" % self.qemu.pid).decode().rsplit(")", 1)[1].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def run(self, tests, environment):
        left = tests
        while left:
            records = self.boot(left, environment)
            if self.ended:
                break
            if records.running:
                self.lost(records)
            elif not records.count:
                raise Failure("%s Linux did not come as far as the first test, see %s"
                              % (self.name, self.path("console.%d" % self.boots)))
            left = [t for t in left if t.name not in self.results]

    def lost(self, records):
        with open(self.path("console.%d" % self.boots), errors="replace") as f:
            console = f.read()
        end = re.search(r"Kernel panic|reboot: |stopped at pc|cells have ended", console)
        self.results[records.running] = Result(DIED if end else HUNG, log="\n".join(
            console.splitlines()[-80:]))
        say("NOTE", "%s: the machine did not survive '%s', see %s" % (
            self.name, records.running, self.path("console.%d" % self.boots)))


class Side:
    """Native or guest: machines that divide the tests among them."""

    def __init__(self, name, machines, results):
        self.name, self.machines, self.results = name, machines, results

    def boots(self):
        return sum(m.boots for m in self.machines)

    def shares(self, tests):
        """(machine, its tests) of what has no result yet."""
        left = [t for t in tests if t.name not in self.results]
        for n, machine in enumerate(self.machines):
            machine.results, machine.ended = self.results, False
            yield machine, left[n::len(self.machines)]


def show(sides, threads, count):
    shown = time.monotonic()
    while any(t.is_alive() for t in threads):
        time.sleep(POLL)
        if time.monotonic() - shown > PROGRESS:
            shown = time.monotonic()
            say("RUN", ", ".join("%s %d of %d" % (s.name, len(s.results), count)
                                 for s in sides))


def run_all(sides, tests, environment):
    """All machines at a time, each in a thread; a line about them now and then."""
    failures = []

    def work(machine, share):
        try:
            machine.run(share, environment)
        except (Failure, OSError) as e:
            failures.append(e)

    threads = [threading.Thread(target=work, args=pair, daemon=True)
               for side in sides for pair in side.shares(tests)]
    for t in threads:
        t.start()
    try:
        show(sides, threads, len(tests))
    finally:
        for machine in (m for s in sides for m in s.machines):
            machine.ended = True
            machine.stop()
        for t in threads:       # what the machines wrote last is taken too
            t.join()
    if failures:
        raise failures[0]
