# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
'make bench B=linux': Linux as a guest of Armature beside native Linux, as lean
as a guest and with Linux's defaults.  The same initramfs, the same order, instructions counted.
"""
import concurrent.futures
import json
import os
import re

import boot
import facts
import initramfs
import packages
import plot
import report
import rows
from common import ROOT, Failure, read, say, write_if_changed

GUEST = os.path.join(ROOT, "tests/bench/guest")
SIDES = ("guest", "native", "native-pan")


def make_initramfs(options, table):
    """The same for all sides, and for all choices of rows; the packages' versions."""
    folder = os.path.join(options.out, "linux/root")
    versions, files = packages.unpack_all(folder)
    text = "".join("%d %s %s\n" % (n, group, command)
                   for n, (command, group) in enumerate(rows.commands(table), 1))
    write_if_changed(os.path.join(folder, "bench.list"), text.encode())
    write_if_changed(os.path.join(folder, "etc/hosts"), b"127.0.0.1 localhost\n")
    files += [("bench.list", os.path.join(folder, "bench.list")),
              ("etc/hosts", os.path.join(folder, "etc/hosts")),
              ("init", os.path.join(GUEST, "init")),
              ("bin/build", os.path.join(GUEST, "build")),
              ("bin/loops", os.path.join(options.programs, "loops")),
              ("lib/libtirpc.so.3", os.path.join(options.programs, "libtirpc.so.3"))]
    initramfs.make(options.initramfs, ["%s=%s" % f for f in files])
    return versions


def chosen(options, table):
    """(rows, what init is to run, number of commands)"""
    commands = [c for c, _ in rows.commands(table)]
    if options.rows:
        words = [w.strip() for w in options.rows.split(",") if w.strip()]
        picked = [r for r in table if any(w in r.name for w in words)]
        if not picked:
            raise Failure("ROWS=%s: no row has such a name" % options.rows)
    else:
        picked = [r for r in table if r.short] if options.short else table
    runs = list(dict.fromkeys(r.command for r in picked if r.command))
    if options.rows:
        what = "," + ",".join(str(commands.index(c) + 1) for c in runs) + ","
    else:
        what = "short" if options.short else "all"
    return picked, what, len(runs)


def value(row, output, numbers, side):
    """The figure of a row, out of its command's output."""
    text = output.text.get(numbers[row.command], "")
    status = output.status.get(numbers[row.command])
    found = re.search(row.pattern, text)
    if not found or status not in (0, 1):
        raise Failure("row '%s' has no figure on the %s side (status %s of '%s'):\n%s\n  log: %s"
                      % (row.name, side.name, status, row.command, text.strip(),
                         side.log("run")))
    figure = float(found[1])
    if not figure > 0:
        raise Failure("row '%s' is %s on the %s side, see %s"
                      % (row.name, found[1], side.name, side.log("run")))
    return figure


def measure(side, picked, what, count, numbers):
    """{row name: figure} of one side"""
    say("BENCH", "%s: %d commands (log: %s)" % (side.name, count, side.log("run")))
    figures = {}
    if count:
        output = boot.boot(side, what, count)
        figures = {r.name: value(r, output, numbers, side) for r in picked if r.command}
    if rows.BOOT in picked:
        figures[rows.BOOT.name] = boot_count(side) / 1000
    return figures


def boot_count(side):
    """Instructions from Linux's first to init's mark, by the plugin."""
    log = side.log("boot") + ".plugin"
    symbols = facts.symbols(os.path.join(side.kernel, "System.map"))
    entry = symbols["stext"]
    if side.name != "guest":
        entry += facts.NATIVE_OFFSET    # the MMU is off
    boot.boot(side, "boot", 0, ["-d", "plugin", "-D", log, "-plugin",
              "%s,start=%#x,mark=%#x" % (side.options.marks, entry,
                                         symbols["sys_sethostname"])])
    found = re.search(r"(?m)^mark: 1 .*?executed=(\d+)", read(log).decode(errors="replace"))
    if not found:
        raise Failure("the %s side's start was not counted, see %s" % (side.name, log))
    return int(found[1])


def measure_all(sides, *arguments):
    """All sides, as many at a time as there are processors."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        try:
            return dict(zip([s.name for s in sides],
                            pool.map(lambda s: measure(s, *arguments), sides)))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            boot.end_all()
            raise


def result_row(row, figures):
    """As it goes to the JSON file; the faster native is what the guest is set beside."""
    native, pan = (figures[s][row.name] if s in figures else None
                   for s in ("native", "native-pan"))
    guest = figures["guest"][row.name]
    best = (min if row.better == rows.LESS else max)(v for v in (native, pan) if v is not None)
    return {"name": row.name, "unit": row.unit, "better": row.better, "native": native,
            "native_pan": pan, "guest": guest, "ratio": round(guest / best, 4),
            "must": row.must, "aim": row.aim, "noise": row.noise}


def run(options):
    wanted = options.sides.split(",")
    if not {"guest", "native"} <= set(wanted) <= set(SIDES):
        raise Failure("SIDES=%s: guest and native, and native-pan if wanted" % options.sides)
    table = rows.rows()
    versions = make_initramfs(options, table)
    numbers = {c: n for n, (c, _) in enumerate(rows.commands(table), 1)}
    picked, what, count = chosen(options, table)
    sides = [boot.Side(s, options) for s in wanted]
    figures = measure_all(sides, picked, what, count, numbers)
    result = {"rows": [result_row(r, figures) for r in picked]}
    result["geomean"] = report.geomean(result["rows"])
    result.update(facts.about(options, sides, versions, what))
    name = os.path.join(options.out, "linux" + options.suffix)
    write_if_changed(name + ".json", (json.dumps(result, indent=1) + "\n").encode())
    write_if_changed(name + ".md", report.markdown(result).encode())
    plot.write(name, result)
    print(report.markdown(result))
    say("BENCH", "%s.json, .md, .svg, .png" % name)
    missed = report.missed(result)
    if missed:
        raise Failure("not what must be reached: " + ", ".join(missed))
    return 0
