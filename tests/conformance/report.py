# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Compares what guest and native Linux made of each test, and writes it down: a JSON
file with everything, a summary in Markdown, and the logs of what differs.

A test that differed is run again on both.  It counts as a difference if no result
of the guest is one of the native ones, as unsteady if some are.
"""
import json
import os
import shutil


class Row:
    """One test: results of all its runs, native and guest."""

    def __init__(self, suite, test):
        self.suite, self.test = suite, test
        self.runs = {"native": [], "guest": []}

    def add(self, machine, result):
        self.runs[machine].append(result)

    def verdicts(self, machine):
        return [self.suite.verdict(r.status) for r in self.runs[machine]]

    def counts(self, machine):
        return [tuple(self.suite.counts(r.log)) for r in self.runs[machine]]

    def kind(self):
        """same, unsteady, counts, or differs"""
        native, guest = self.verdicts("native"), self.verdicts("guest")
        if not set(native) & set(guest):
            return "differs"
        if set(native) != set(guest):
            return "unsteady"
        return "same" if set(self.counts("native")) & set(self.counts("guest")) else "counts"

    def data(self):
        return {"name": self.test.name, "command": self.test.command, "kind": self.kind(),
                **{m: {"verdicts": self.verdicts(m), "counts": self.counts(m),
                       "status": [r.status for r in self.runs[m]],
                       "ms": [r.ms for r in self.runs[m]],
                       "taint": [r.taint for r in self.runs[m]]} for m in self.runs}}


def category(verdict):
    return verdict if verdict in ("pass", "skip") else "fail"


def totals(rows, machine):
    """By each test's first run."""
    found = {"total": len(rows), "pass": 0, "fail": 0, "skip": 0}
    for row in rows:
        found[category(row.verdicts(machine)[0])] += 1
    return found


def lost(row):
    """Native Linux passes, and the guest does not."""
    return row.kind() == "differs" and "pass" in row.verdicts("native")


def table(rows, scenarios):
    lines = ["| | tests | native: pass | fail | skip | guest: pass | fail | skip | differ |",
             "|---|---|---|---|---|---|---|---|---|"]
    for name in scenarios + ["all"]:
        part = [r for r in rows if name == "all" or r.test.name.startswith(name + "/")]
        n, g = totals(part, "native"), totals(part, "guest")
        lines.append("| %s | %d | %d | %d | %d | %d | %d | %d | %d |" % (
            name, n["total"], n["pass"], n["fail"], n["skip"], g["pass"], g["fail"], g["skip"],
            sum(r.kind() == "differs" for r in part)))
    return lines


def listing(rows, title, kind):
    found = [r for r in rows if r.kind() == kind]
    if not found:
        return []
    lines = ["", "## " + title, "", "| test | native | guest |", "|---|---|---|"]
    for r in found:
        cells = [", ".join(r.verdicts(m)) if kind != "counts" else
                 "; ".join("%s %s" % (n, word) for n, word in
                           zip(r.counts(m)[-1], r.suite.counted) if n) or "nothing"
                 for m in ("native", "guest")]
        lines.append("| %s | %s | %s |" % (r.test.name, cells[0], cells[1]))
    return lines


def write_logs(rows, folder):
    shutil.rmtree(folder, ignore_errors=True)
    for row in rows:
        if row.kind() == "same" and row.verdicts("native")[0] in ("pass", "skip"):
            continue
        for machine, results in row.runs.items():
            for n, result in enumerate(results):
                path = os.path.join(folder, "%s.%s.%d" % (row.test.name, machine, n + 1))
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w") as f:
                    f.write("%s: %s, status %d, %d ms\n%s" % (
                        row.test.name, row.suite.verdict(result.status), result.status,
                        result.ms, result.log))


def write(folder, suite, scenarios, rows, facts):
    """Writes all of it; the summary's text."""
    text = ["# %s %s: guest and native Linux" % (suite.name, suite.version()), ""]
    text += ["- %s: %s" % item for item in facts.items()] + [""] + table(rows, scenarios)
    text += listing(rows, "Differences", "differs")
    text += listing(rows, "Unsteady: differed once, agreed once", "unsteady")
    text += listing(rows, "Same result, other counts of checks", "counts")
    text = "\n".join(text) + "\n"
    with open(os.path.join(folder, "summary.md"), "w") as f:
        f.write(text)
    with open(os.path.join(folder, "results.json"), "w") as f:
        json.dump({"suite": suite.name, "version": suite.version(), **facts,
                   "native": totals(rows, "native"), "guest": totals(rows, "guest"),
                   "rows": [r.data() for r in rows]}, f, indent=1)
    write_logs(rows, os.path.join(folder, "logs"))
    return text
