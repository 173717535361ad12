#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
What the Linux bench makes of its figures: does a comparison find a loss, does each
row read its own figure, are a guest's sequences for the interrupt flag found?
Nothing is booted.  Prints TAP.
"""
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import types
import xml.dom.minidom

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tools", d) for d in ("bench", "linux", ".")]
sys.dont_write_bytecode = True

import boot         # noqa: E402
import compare      # noqa: E402
import linux        # noqa: E402
import plot         # noqa: E402
import report       # noqa: E402
import rows         # noqa: E402
import sources      # noqa: E402
import tap          # noqa: E402
from common import Failure      # noqa: E402

CROSS = "arm-linux-gnueabihf-"
points = tap.Points()

# A piece of what each program prints, and the figure in it.
PRINTED = {
    "null call": ("Simple syscall: 0.1061 microseconds", 0.1061),
    "open/close": ("Simple open/close: 3.1824 microseconds", 3.1824),
    "select, 100 TCP": ("Select on 100 tcp fd's: 19.3099 microseconds", 19.3099),
    "page fault": ("Pagefaults on /tmp/file: 0.8564 microseconds", 0.8564),
    "mmap 512k": ("0.524288 18", 18),
    "fork+sh": ("Process fork+/bin/sh -c: 1430.0000 microseconds", 1430),
    "TCP connect": ("TCP/IP connection cost to localhost: 126.7317 microseconds", 126.7317),
    "context switch 8p/16k": ('\n"size=16k ovr=10.23\n2 1.34\n8 1.65\n16 1.64', 1.65),
    "file create 1k": ("0k\t302\t52412\t235657\n1k\t258\t45089\t162831", 45089),
    "file delete 1k": ("0k\t302\t52412\t235657\n1k\t258\t45089\t162831", 162831),
    "pipe bandwidth": ("Pipe bandwidth: 1666.75 MB/sec", 1666.75),
    "file read bandwidth": ("4.19 1265.31", 1265.31),
    "loop: fork and exit": ("fork: 101.6402 microseconds", 101.6402),
    "hackbench": ("Running in process mode\nTime: 0.281", 0.281),
    "cyclictest, mean": ("T: 0 (  91) P:80 I:1000 C:   1000 Min:  11000 Act:   12000 "
                         "Avg:   12345 Max:   41000", 12345),
}
# Assembly, and which of its instructions belong to the flag.
FLAG_CODE = [
    ("mov r3, #0xfe000000", True), ("ldr r5, [r3]", True), ("mov r2, #128", False),
    ("str r2, [r3]", True), ("ldr r1, [r0]", False), ("str r5, [r3]", True),
    ("ldr r2, [r3, #4]", True), ("cmp r2, #0", True), ("bne . + 16", True),
    ("ldr r2, [r3, #32]", False), ("mov r3, r0", False), ("ldr r2, [r3]", False),
    ("mov r2, #0xfd000000", False), ("ldr r2, [r2]", False), ("cmp r2, #0", False),
]


def result(selection="all", **ratios):
    """A result file of some rows; a name's figure is its guest's, native is 100."""
    table = []
    for name, guest in ratios.items():
        more = name.startswith("bandwidth")
        table.append({"name": name, "unit": "", "better": "more" if more else "less",
                      "native": 100.0, "native_pan": None, "guest": guest, "ratio": guest / 100,
                      "must": 0.97 if more else 1.3, "aim": 1.0 if more else 1.1, "noise": 2.0})
    return {"rows": table, "geomean": report.geomean(table), "selection": selection,
            "linux": {"guest": {"version": "6.1"}, "native": {"version": "6.1"}}}


def lost(before, after, subset=False):
    """What bench-compare complains about, or an empty text."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, n) for n in ("a.json", "b.json")]
        for path, data in zip(paths, (before, after)):
            with open(path, "w") as f:
                json.dump(data, f)
        options = types.SimpleNamespace(before=paths[0], after=paths[1], subset=subset)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                compare.run(options)
        except Failure as e:
            return str(e)
    return ""


def comparisons():
    base = result(fork=120.0, bandwidth=99.0)
    points.check(lost(base, base) == "", "a result is no worse than itself")
    points.check(lost(base, result(fork=122.0, bandwidth=98.0)) == "", "the threshold is allowed")
    points.check("fork" in lost(base, result(fork=123.0, bandwidth=99.0)), "a loss is found")
    points.check(lost(base, result(fork=60.0, bandwidth=150.0)) == "", "a gain is no loss")
    points.check("bandwidth" in lost(base, result(fork=120.0, bandwidth=96.0)),
                 "less bandwidth is a loss")
    other = result(fork=123.0, bandwidth=99.0)
    other["linux"]["native"]["version"] = "6.12"
    points.check(lost(base, other) == "",
                 "another Linux is compared by ratio, with twice the threshold")
    points.check("no row in common" in lost(base, result(exec=1.0)), "nothing in common is an error")


def reports():
    points.check(report.geomean(result(a=200.0, bandwidth=50.0)["rows"]) == 2.0,
                 "the mean takes bandwidths as costs")
    points.check(report.missed(result(a=130.0, bandwidth=97.0)) == [], "what must be is reached")
    bad = report.missed(result(a=131.0, bandwidth=96.0))
    points.check([b.split()[0] for b in bad] == ["a", "bandwidth", "geometric"][:len(bad)] and
                 len(bad) >= 2, "what must be and is not is named", bad)
    picture = plot.svg(result(a=120.0, bandwidth=99.0))
    texts = [t.firstChild.data for t in
             xml.dom.minidom.parseString(picture).getElementsByTagName("text")]
    points.check("1.20" in texts and "1.01" in texts, "the picture has each row's cost", texts)


def figures():
    table = rows.rows()
    points.check(len({r.name for r in table}) == len(table), "each row has a name of its own")
    numbers = {c: n for n, (c, _) in enumerate(rows.commands(table), 1)}
    by_name = {r.name: r for r in table}
    for name, (text, figure) in PRINTED.items():
        row, output = by_name[name], boot.Output()
        number = numbers[row.command]
        for line in ["bench: begin %d" % number, *text.split("\n"), "bench: end %d 0 1.25" % number]:
            output.line("linux0| " + line + "\r")
        side = types.SimpleNamespace(name="guest", log=lambda what: what)
        got = linux.value(row, output, numbers, side)
        points.check(got == figure, "the figure of: " + name, "%s of '%s'" % (got, text))


def flags():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x")
        text = ".arm\n" + "\n".join(code for code, _ in FLAG_CODE) + "\n"
        subprocess.run([CROSS + "as", "-march=armv7-a", "-o", path], input=text.encode(),
                       check=True)
        subprocess.run([CROSS + "objcopy", "-O", "binary", "-j", ".text", path], check=True)
        with open(path, "rb") as f:
            data = f.read()
    words = {n: int.from_bytes(data[n:n + 4], "little") for n in range(0, len(data), 4)}
    found = sources.flag_sequences(words)
    wrong = [code for n, (code, flag) in enumerate(FLAG_CODE) if (4 * n in found) != flag]
    points.check(not wrong, "the interrupt flag's instructions are told from others", wrong)


comparisons()
reports()
figures()
flags()
sys.exit(points.end())
