# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
The suites: what they consist of, what surrounds their tests, and what a test's
status and output mean.
"""
import os
import re

from common import Failure, read
from machine import DIED, HUNG, Test

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SPECIAL = {512: "time limit", 513: "cannot be ended", HUNG: "machine hung", DIED: "machine died"}
SIGNAL = 256


class Ltp:
    """The Linux Test Project, from an installed tree."""
    name = "ltp"
    # what an LTP has of these: some versions have ipc and timers in syscalls
    wanted = ["syscalls", "mm", "pty", "ipc", "sched", "timers", "fs", "containers"]
    limit = 300         # seconds of the machine's own time
    environment = ["LTPROOT=/opt/ltp", "PATH=/opt/ltp/testcases/bin:" + PATH, "HOME=/root",
                   "TMPDIR=/tmp/test", "LTP_TIMEOUT_MUL=4", "LTP_RUNTIME_MUL=0.1",
                   "LTP_COLORIZE_OUTPUT=n", "LANG=C", "USER=root", "KCONFIG_PATH=/proc/config.gz"]
    counted = ("passed", "failed", "broken", "skipped", "warnings")
    words = ("TPASS", "TFAIL", "TBROK", "TCONF", "TWARN")

    def __init__(self, tree):
        self.tree = tree
        if not os.path.isfile(os.path.join(tree, "runtest/syscalls")):
            raise Failure("%s is not an installed LTP: it has no runtest/syscalls" % tree)
        self.scenarios = [s for s in self.wanted
                          if os.path.exists(os.path.join(tree, "runtest", s))]

    def version(self):
        path = os.path.join(self.tree, "Version")
        return read(path).decode().strip() if os.path.exists(path) else "unknown"

    def tests(self, scenario):
        path = os.path.join(self.tree, "runtest", scenario)
        if not os.path.exists(path):
            raise Failure("this LTP has no scenario %s" % scenario)
        for line in read(path).decode().splitlines():
            name, _, command = line.strip().partition(" ")
            name, _, tab = name.partition("\t")
            command = (tab + " " + command).strip()
            if name and not name.startswith("#"):
                yield Test("%s/%s" % (scenario, name), command or name, self.limit)

    def verdict(self, status):
        if status in SPECIAL:
            return SPECIAL[status]
        if status >= SIGNAL:
            return "signal %d" % (status - SIGNAL)
        if status in (0, 32):
            return "skip" if status else "pass"
        # a mask: 1 failed, 2 broken, 4 warnings, 32 parts were skipped
        if status < 64 and status & 7:
            return "fail" if status & 1 else "broken" if status & 2 else "warnings"
        return "status %d" % status

    def counts(self, log):
        """How many checks passed, failed and so on, by the test's own account."""
        found = [sum(int(n) for n in re.findall(r"^%s +(\d+)$" % word, log, re.M))
                 for word in self.counted]
        if not re.search(r"^Summary:$", log, re.M):
            found = [len(re.findall(r"\b%s\b" % word, log)) for word in self.words]
        return found


class Kselftest:
    """The kernel's own selftests, built from its source."""
    name = "kselftest"
    limit = 300
    environment = ["PATH=" + PATH, "HOME=/root", "TMPDIR=/tmp/test", "LANG=C", "USER=root"]
    counted = ("ok", "not ok", "skipped")

    def __init__(self, tree):
        self.tree = tree
        lines = read(os.path.join(tree, "list")).decode().splitlines()
        self.list = [line.split("\t") for line in lines]
        self.scenarios = sorted({name.split("/")[0] for name, _ in self.list})

    def version(self):
        return read(os.path.join(self.tree, "version")).decode().strip()

    def tests(self, scenario):
        return [Test(name, command, self.limit) for name, command in self.list
                if name.split("/")[0] == scenario]

    def verdict(self, status):
        if status in SPECIAL:
            return SPECIAL[status]
        if status >= SIGNAL:
            return "signal %d" % (status - SIGNAL)
        return {0: "pass", 4: "skip"}.get(status, "fail")

    def counts(self, log):
        skipped = len(re.findall(r"^(?:# )*ok \d+.*# SKIP", log, re.M))
        passed = len(re.findall(r"^(?:# )*ok \d+", log, re.M))
        return [passed - skipped, len(re.findall(r"^(?:# )*not ok \d+", log, re.M)), skipped]
