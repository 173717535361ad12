# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
'make bench B=paths': what one round of each loop executes, guest and native: TLB
and cache maintenance, table switches, instructions that touch the interrupt flag,
and where the guest's extra instructions are.
"""
import collections
import json
import os

import boot
import facts
import linux
import rows
from common import Failure, read, say, write_if_changed
from sources import Guest, Native

# columns of the table of maintenance: title, kinds of the plugin
COLUMNS = [("TLB operations", ["tlb"]), ("of the whole TLB or an ASID", ["tlb_all", "tlb_asid"]),
           ("cache lines", ["cache_line"]), ("predictor", ["predictor"]), ("DACR", ["dacr"]),
           ("TTBR", ["ttbr"]), ("CONTEXTIDR", ["contextidr"]), ("DSB", ["dsb"]), ("ISB", ["isb"])]
FLAG_KINDS = ["cps", "msr", "mrs"]
TOP = 12


def intervals(log):
    """[(kinds, {(address, word): count})], one for each interval up to a mark"""
    found, kinds, profile = [], None, None
    for line in read(log).decode(errors="replace").splitlines():
        words = line.split()
        if line.startswith("mark: "):
            kinds = {k: int(v) for k, v in (w.split("=") for w in words[2:])}
            profile = {}
            found.append((kinds, profile))
        elif line.startswith("at: ") and profile is not None:
            profile[int(words[2], 16), int(words[3], 16)] = int(words[4])
    return found


def count(side):
    """{loop: (kinds, profile)}, both for one round"""
    say("BENCH", "%s: %d paths (log: %s)" % (side.name, len(rows.PATHS), side.log("paths")))
    log = side.log("paths") + ".plugin"
    mark = facts.symbols(os.path.join(side.kernel, "System.map"))["sys_sethostname"]
    output = boot.boot(side, "paths", len(rows.PATHS), ["-d", "plugin", "-D", log, "-plugin",
                       "%s,mark=%#x,profile=on" % (side.options.marks, mark)])
    bad = [n for n, status in output.status.items() if status]
    found = intervals(log)
    # The first mark is init's, then there are two for each loop.
    if bad or len(found) != 1 + 2 * len(rows.PATHS):
        raise Failure("the %s run passed %d marks of %d, see %s and %s" % (
            side.name, len(found), 1 + 2 * len(rows.PATHS), side.log("paths"), log))
    result = {}
    for n, (name, rounds) in enumerate(rows.PATHS):
        kinds, profile = found[2 + 2 * n]
        result[name] = ({k: v / rounds for k, v in kinds.items()},
                        {k: v / rounds for k, v in profile.items()})
    return result


def number(value):
    """What came once in many rounds, such as a tick, is none."""
    return "%.0f" % value if value >= 100 else "%.3g" % value if value >= 0.05 else "0"


def maintenance(counts):
    lines = ["| | side | " + " | ".join(t for t, _ in COLUMNS) + " |",
             "|---|---" + "|---" * len(COLUMNS) + "|"]
    for name in counts["native"]:
        for side in ("native", "guest"):
            kinds = counts[side][name][0]
            cells = [number(sum(kinds[k] for k in ks)) for _, ks in COLUMNS]
            lines.append("| %s | %s | %s |" % (name if side == "native" else "", side,
                                               " | ".join(cells)))
    return lines


def split(counts, sources):
    """{loop: where its instructions are}, and the functions that differ most"""
    result = {}
    for name, _ in rows.PATHS:
        parts, functions = {}, {}
        for side, source in sources.items():
            parts[side] = collections.Counter()
            functions[side] = collections.Counter()
            for part, function, number in source.attribute(counts[side][name][1]):
                parts[side][part] += number
                functions[side][function] += number
        difference = {f: functions["guest"][f] - functions["native"][f]
                      for f in set(functions["guest"]) | set(functions["native"])}
        most = sorted(difference, key=lambda f: -abs(difference[f]))[:TOP]
        kinds = counts["native"][name][0]
        result[name] = {"parts": parts, "functions": {f: round(difference[f], 1) for f in most},
                        "native": kinds["executed"],
                        "guest": counts["guest"][name][0]["executed"],
                        "native_flag": {k: kinds[k] for k in FLAG_KINDS}}
    return result


def extra(entry):
    """Armature, the guest's l4 code, the flag, the rest: guest less native"""
    guest, native = entry["parts"]["guest"], entry["parts"]["native"]
    known = {"Armature": guest.get("Armature", 0), "l4 code": guest.get("l4", 0),
             "interrupt flag": guest.get("flag", 0) - native.get("flag", 0)}
    total = entry["guest"] - entry["native"]
    known["rest"] = total - sum(known.values())
    return total, known


def profile_table(result):
    lines = ["| | native | guest | extra | Armature | l4 code | interrupt flag | rest | "
             "native's cps, msr, mrs |", "|---" * 9 + "|"]
    for name, entry in result.items():
        total, known = extra(entry)
        lines.append("| %s | %.1f | %.1f | %+.1f | %+.1f | %+.1f | %+.1f | %+.1f | %s |" % (
            name, entry["native"], entry["guest"], total, known["Armature"], known["l4 code"],
            known["interrupt flag"], known["rest"],
            ", ".join("%.3g" % entry["native_flag"][k] for k in FLAG_KINDS)))
    return lines


def functions_table(result):
    lines = []
    for name, entry in result.items():
        lines += ["", "**%s**: " % name + ", ".join(
            "%s %+.1f" % (f, n) for f, n in entry["functions"].items() if n)]
    return lines


def above(counts):
    """What a guest does more often than native, of what it must not."""
    found = []
    for name, _ in rows.PATHS:
        for title, kinds in COLUMNS:
            if title not in ("TLB operations", "of the whole TLB or an ASID", "TTBR",
                             "CONTEXTIDR"):
                continue
            guest, native = (sum(counts[s][name][0][k] for k in kinds)
                             for s in ("guest", "native"))
            # an interrupt of the tick may have fallen into a path
            if guest > native * 1.02 + 0.02:
                found.append("%s: %s %.3g (native %.3g)" % (name, title, guest, native))
    return found


def run(options):
    linux.make_initramfs(options, rows.rows())
    sides = [boot.Side(s, options) for s in ("guest", "native")]
    counts = {s.name: count(s) for s in sides}
    sources = {"guest": Guest(os.path.join(sides[0].kernel, "System.map"), options.armature),
               "native": Native(os.path.join(sides[1].kernel, "System.map"))}
    result = split(counts, sources)
    text = ["What one round executes.", ""] + maintenance(counts)
    text += ["", "Instructions of one round, and where the guest's extra ones are.", ""]
    text += profile_table(result)
    text += ["", "Functions with the largest difference, guest less native."]
    text += functions_table(result)
    name = os.path.join(options.out, "paths" + options.suffix)
    write_if_changed(name + ".md", ("\n".join(text) + "\n").encode())
    data = {"kinds": {s: {n: counts[s][n][0] for n, _ in rows.PATHS} for s in counts},
            "profile": {n: dict(e, extra=extra(e)[1]) for n, e in result.items()},
            "linux": {s.name: facts.linux_version(s.kernel) for s in sides}}
    write_if_changed(name + ".json", (json.dumps(data, indent=1) + "\n").encode())
    print("\n".join(text))
    say("BENCH", "%s.md, .json" % name)
    over = above(counts)
    if over:
        raise Failure("more often than native:\n  " + "\n  ".join(over))
    return 0
