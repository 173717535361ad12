# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
The report on a Linux that shim/versions does not list: does the series fit, what
has changed where the shim leans on it, is it configured as before, does a guest
kernel build and pass its checks.  It ends with a verdict, and is kept in
build/shim/<version>.report, with the differences that somebody has to read.
"""
import os
import tempfile
import time

import config
import drift
import kernel
import series
import shimtree
import source
from common import ROOT, Failure, read, say, write_if_changed

HEADLINE = "Linux %s, which is not in shim/versions, beside %s"


def number(version):
    return tuple(int(n) for n in version.split(".")[:2])


def nearest(version):
    """The listed version that a new one is compared with: the last one before it"""
    listed = sorted(source.table(), key=number)
    before = [v for v in listed if number(v) <= number(version)]
    return before[-1] if before else listed[0]


class Report:
    """Lines as they come, on the screen and, with more, in a file."""

    def __init__(self, tree):
        self.tree, self.lines = tree, []
        self.path = os.path.join(ROOT, "build/shim", tree.version + ".report")
        self.work, self.look = [], []       # what stops the port; what to read

    def line(self, text, quiet=False):
        self.lines.append(text)
        if not quiet:
            print(text, flush=True)

    def save(self):
        write_if_changed(self.path, ("\n".join(self.lines) + "\n").encode())


def lines_of(verdicts):
    """(patch, path, hunk) -> at which line it applies"""
    return {(os.path.basename(v.patch), v.path, v.number): v.text.split(" (")[0]
            for v in verdicts}


def edits(report, verdicts, clean):
    """Each hunk; and which of them stand elsewhere than in the version beside it"""
    kinds = [v.kind for v in verdicts]
    report.line("1. Edits: %d hunks: %d clean, %d with fuzz, %d ambiguous, %d rejected" % (
        len(kinds), kinds.count("clean"), kinds.count("fuzz"), kinds.count("ambiguous"),
        kinds.count("reject")))
    for v in verdicts:
        report.line("  %s" % v, v.kind == "clean")
    if clean:
        other = lines_of(series.apply(series.load(clean.short), clean.original)[1])
        now = lines_of(verdicts)
        moved = sum(other.get(key) != where for key, where in now.items())
        report.line("   %d of them at another line than in Linux %s" % (moved, clean.version))
    rejected, doubtful = kinds.count("reject"), len(kinds) - kinds.count("clean")
    if rejected:
        report.work.append("%d hunks are rejected" % rejected)
    elif doubtful:
        report.look.append("%d hunks do not fit exactly" % doubtful)


def changes(report, title, found):
    """What is not as it was"""
    different = [c for c in found if c.kind not in ("same", "nowhere")]
    sums = ", ".join("%d %s" % (sum(c.kind == kind for c in different), kind)
                     for kind in ("changed", "gone", "new"))
    report.line("%s: %d: %s" % (title, len(found), sums))
    for c in different:
        report.line("   %s: %s: %s%s%s" % (
            c.file, c.name, c.kind, " " + drift.size(c) if c.kind == "changed" else "",
            ": " + c.reason if c.reason else ""))
        for text in c.text:
            report.line("      | " + text, True)
    if different:
        report.look.append("%s: %s" % (title.split(". ")[1].lower(), sums))


def configured(folder, scratch):
    """symbol -> value, with the fragments of a native kernel: they need no shim"""
    os.makedirs(scratch)
    kernel.Kernel(folder, "native").configure(folder, scratch, kernel.environment())
    return config.parse(os.path.join(scratch, ".config"))


def configuration(report, clean, tree):
    """What nobody asked for: Linux's own choice can be another one than it was."""
    try:
        with tempfile.TemporaryDirectory() as scratch:
            old, new = (configured(t.folder, os.path.join(scratch, n))
                        for n, t in (("old", clean), ("new", tree)))
    except Failure as e:
        report.line("4. Configuration: not compared: %s" % str(e).splitlines()[0])
        return
    different = config.differences(old, new)
    report.line("4. Configuration: %d symbols that both have: %d with another value" % (
        len(set(old) & set(new)), len(different)))
    for symbol, before, after in different:
        report.line("   CONFIG_%s: %s, was %s" % (symbol, after, before))
    if different:
        report.look.append("configuration: %d with another value" % len(different))


def build(report, folder):
    """A guest kernel, with all checks that follow a build"""
    start, failed = time.monotonic(), None
    try:
        kernel.Kernel(folder, "guest").build()
    except Failure as e:
        failed = str(e)
    took = time.monotonic() - start
    report.line("5. Guest kernel: %s after %d:%02d" % (
        "fails" if failed else "builds, and its instructions and overrides pass", took // 60,
        took % 60))
    if failed:
        report.line("   " + failed.replace("\n", "\n   "))
        report.work.append("the guest kernel " + failed.split("\n")[0].split(":")[0])


def verdict(report, built):
    if report.work:
        text = "it does not fit: %s. docs/shim.md says how to port it" % "; ".join(report.work)
    else:
        text = "it fits%s" % (", builds, and passes the checks" if built else
                              "; nothing was built (--no-build)")
        if report.look:
            text += ". Read what may be wrong all the same: %s" % "; ".join(report.look)
        text += ". Then boot it: make run LINUX=DIR; make test T=guest LINUX=DIR"
    report.line("Verdict: %s." % text)


def neighbour(tree, beside):
    """A clean tree to compare with: the one that was named, or that of the nearest version"""
    try:
        return shimtree.Tree(beside or source.source(nearest(tree.short))[1])
    except Failure as e:
        if beside:
            raise
        say("NOTE", "nothing to compare with: %s" % str(e).splitlines()[0])
        return None


def make(tree, verdicts, with_build, beside=None):
    """Returns whether it fits; the tree has the shim already, unless a hunk was rejected."""
    report, clean = Report(tree), neighbour(tree, beside)
    report.line(HEADLINE % (tree.version, clean.version if clean else "nothing"))
    edits(report, verdicts, clean)
    if not clean:
        report.look.append("places and names were compared with no other version, see above")
    if clean:
        changes(report, "2. Places that the shim leans on", drift.anchor_changes(clean, tree))
        changes(report, "3. Names that it overrides", drift.override_changes(clean, tree))
    if with_build and not report.work:
        if clean:
            configuration(report, clean, tree)
        build(report, tree.folder)
    verdict(report, with_build)
    report.save()
    print("The report, with all differences: %s" % os.path.relpath(report.path))
    return not report.work
