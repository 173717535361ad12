#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
'make ltp' and 'make kselftest': a test suite in a Linux guest of Armature and on
native Linux, from the same root image, and what differs between them.  See
docs/conformance.md; conformance.mk calls it.

  main.py check --ltp TREE        is that an installed LTP?
  main.py arguments               the guest's boot arguments
  main.py run SUITE [...]         SUITE is ltp or kselftest
"""
import argparse
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../../tools/linux"), HERE]
sys.dont_write_bytecode = True

import common           # noqa: E402
import image            # noqa: E402
import kernel           # noqa: E402
import kselftest        # noqa: E402
import report           # noqa: E402
from common import Failure, main, read, say         # noqa: E402
from machine import Kept, Machine, Side, run_all        # noqa: E402
from scenario import Kselftest, Ltp         # noqa: E402

NO_LTP = """\
LTP=: the folder of an installed Linux Test Project for armhf is wanted, the one that
has runtest/ and testcases/bin/ in it.  LTP is not a part of Armature.  Get its source
from its project, build it with Debian's cross compiler (gcc-arm-linux-gnueabihf):
    ./configure --host=arm-linux-gnueabihf --prefix=/opt/ltp
    make && make install DESTDIR=FOLDER
and call
    make ltp LTP=FOLDER/opt/ltp
docs/conformance.md says which libraries its tests can use."""
# One instruction takes 8 ns; sleeping takes no time; the clock is the machine's own.
QEMU = ["-icount", "shift=3,sleep=off", "-rtc", "base=2030-01-01T00:00:00,clock=vm"]
ARGUMENTS = "root=/dev/vda rw rootwait init=/sbin/runner panic=-1"
BUSES = (0, 1, 2)
MACHINES = 4        # of a side, where the host has as many processors
CPUS = ("/cpus/cpu@1", "/cpus/cpu@2", "/cpus/cpu@3")


def check(options):
    if not options.ltp:
        raise Failure(NO_LTP)
    Ltp(options.ltp)


def single(dtb, out):
    """The board's tree with one processor: a kernel without SMP complains about more."""
    shutil.copy(dtb, out)
    for node in CPUS:
        subprocess.run(["fdtput", "-r", out, node], stderr=subprocess.DEVNULL)
    return out


def sides(options, folder, root):
    k = kernel.Kernel(options.linux, "native", options.preempt)
    dtb = single(os.path.join(k.out, kernel.DTB), os.path.join(folder, "native.dtb"))
    board = options.qemu.split() + QEMU
    zimage = os.path.join(k.out, "zImage")
    native = board + ["-m", options.mem, "-kernel", zimage, "-dtb", dtb,
                      "-append", "console=ttyAMA0 " + ARGUMENTS]
    guest = board + ["-m", options.board_mem, "-kernel", options.guest]
    both = []
    for name, command, system in (("native", native, zimage), ("guest", guest, options.guest)):
        key = [hashlib.sha256(read(system)).hexdigest(), read(root + ".key").decode()]
        both.append(Side(
            name, [Machine("%s.%d" % (name, n + 1), folder, command, root, BUSES)
                   for n in range(min(MACHINES, os.cpu_count()))],
            Kept(os.path.join(folder, name + ".results"), key, options.go_on)))
    return both


def choose(suite, options):
    """(scenarios, tests) that were asked for"""
    scenarios = options.scenarios.split() or suite.scenarios
    tests = [t for s in scenarios for t in suite.tests(s)]
    seen = {t.name: t for t in tests}
    if options.tests:
        wanted = options.tests.split(",")
        seen = {n: t for n, t in seen.items() if n in wanted or n.split("/", 1)[1] in wanted}
        scenarios = [s for s in scenarios if any(n.startswith(s + "/") for n in seen)]
    if not seen:
        raise Failure("no test of %s is meant" % suite.name)
    return scenarios, list(seen.values())


def root_image(options, suite, folder):
    k = kernel.Kernel(options.linux, "native", options.preempt)
    built_in = os.path.join(k.objects()[1], "modules.builtin")
    config = read(os.path.join(k.out, "config")).decode()
    release = re.search(r"^# Linux\S* (\S+) Kernel Configuration", config, re.M)[1]
    path = os.path.join(folder, "root.ext4")
    image.make(path, suite.tree, suite.name, options.runner, (release, built_in))
    return path


def compare(both, left, rows, environment, again):
    """Runs all that are left, and those that differ again, so often; True: it was ended."""
    ended = False
    while left and not ended:
        try:
            run_all(both, left, environment)
        except KeyboardInterrupt:
            ended = True
        for t in left:
            results = [side.results.get(t.name) for side in both]
            if all(results):
                for side, result in zip(both, results):
                    rows[t.name].add(side.name, result)
        left = [t for t in left if again and rows[t.name].kind() != "same"]
        again -= 1
        for side in both:
            side.results = {}
    return ended


def run(options):
    which = [options.suite] + [n for n in (os.path.basename(options.linux), options.preempt)
                               if n not in ("6.1", "none")]
    folder = os.path.join(options.out, "-".join(which))
    os.makedirs(folder, exist_ok=True)
    if options.suite == "kselftest":
        options.tree = kselftest.build(options.linux)
    suite = Ltp(options.tree) if options.suite == "ltp" else Kselftest(options.tree)
    scenarios, tests = choose(suite, options)
    both = sides(options, folder, root_image(options, suite, folder))
    rows = {t.name: report.Row(suite, t) for t in tests}
    say("RUN", "%d tests, native and guest (in %s)" % (len(tests), folder))
    ended = compare(both, tests, rows, suite.environment, options.again)
    facts = {"linux": options.linux, "preempt": options.preempt,
             "qemu": " ".join(both[1].machines[0].command),
             "boots": "native %d, guest %d" % (both[0].boots(), both[1].boots())}
    rows = [r for r in rows.values() if r.runs["native"] and r.runs["guest"]]
    if ended:
        facts["ended"] = "after %d of %d tests; CONTINUE=1 goes on" % (len(rows), len(tests))
    print(report.write(folder, suite, scenarios, rows, facts))
    say("REPORT", folder + "/summary.md, results.json, logs/")
    return 1 if ended or any(report.lost(r) for r in rows) else 0


def options_of(commands):
    p = commands.add_parser("check")
    p.add_argument("--ltp", default="")
    p.set_defaults(run=check)
    p = commands.add_parser("arguments")
    p.set_defaults(run=lambda o: print(ARGUMENTS))
    p = commands.add_parser("run")
    p.add_argument("suite", choices=("ltp", "kselftest"))
    for name in ("linux", "preempt", "tree", "qemu", "mem", "board-mem", "guest", "runner", "out",
                 "scenarios", "tests"):
        p.add_argument("--" + name, default="")
    p.add_argument("--continue", dest="go_on", action="store_true", help="what was ended")
    p.add_argument("--again", type=int, default=2, help="runs more of what differs")
    p.set_defaults(run=run)


def start():
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    options_of(parser.add_subparsers(dest="command", required=True, metavar="COMMAND"))
    options = parser.parse_args()
    for end in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(end, signal.default_int_handler)
    return options.run(options)


if __name__ == "__main__":
    common.NAME = "conformance"
    main(start)
