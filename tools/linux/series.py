# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
The patch series of shim/patches: reads it, and tries it on the files of a Linux
tree in memory.  GNU patch applies, without fuzz first, then with fuzz, and every
hunk gets a verdict.  A patch has little context, so that it fits many versions;
so each hunk's old lines must be found in exactly one place.

A version has its own variant of a patch in patches/<version>/, an empty one when
the patch is not for it.
"""
import os
import re
import subprocess
import tempfile

from common import ROOT, Failure, read

PATCHES = os.path.join(ROOT, "shim/patches")
FUZZ = 2
HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@(.*)$")
VERDICT = re.compile(r"^Hunk #(\d+) (succeeded|FAILED) at (\d+)(?: with fuzz (\d+))?"
                     r"(?: \(offset (-?\d+) lines?\))?", re.M)


class Hunk:
    def __init__(self, header, lines):
        self.header, self.lines = header, lines
        self.old = [line[1:] for line in lines if line[:1] in (" ", "-")]
        self.changed = sum(line[:1] in "+-" for line in lines)


class FilePatch:
    """What one patch does to one file."""

    def __init__(self, patch, path):
        self.patch, self.path, self.hunks = patch, path, []

    def text(self):
        lines = ["--- a/" + self.path, "+++ b/" + self.path]
        for hunk in self.hunks:
            lines += [hunk.header] + hunk.lines
        return "\n".join(lines) + "\n"


class Verdict:
    """What became of one hunk: clean, fuzz, reject or ambiguous."""

    def __init__(self, file_patch, number, kind, text):
        self.patch, self.path = file_patch.patch, file_patch.path
        self.number, self.kind, self.text = number, kind, text

    def __str__(self):
        return "%s: %s: hunk %d: %s" % (self.patch, self.path, self.number, self.text)


def parse(patch, text):
    """The FilePatches of a patch; what stands before and between them is its description."""
    files, lines, n = [], text.split("\n"), 0
    while n < len(lines):
        if lines[n].startswith("--- ") and n + 1 < len(lines) and lines[n + 1].startswith("+++ "):
            name = lines[n + 1][4:].split("\t")[0].strip()
            if name == "/dev/null" or lines[n][4:].startswith("/dev/null"):
                raise Failure("%s: new files go to shim/src, and none is removed" % patch)
            files.append(FilePatch(patch, name.split("/", 1)[1]))
            n += 2
            continue
        m = HUNK.match(lines[n])
        if m and files:
            old, new = int(m[2] or 1), int(m[4] or 1)
            start = n = n + 1
            while (old > 0 or new > 0) and n < len(lines):
                old -= lines[n][:1] in (" ", "-", "")
                new -= lines[n][:1] in (" ", "+", "")
                n += 1
            if old or new:
                raise Failure("%s: the hunk '%s' has not as many lines as it says"
                              % (patch, lines[start - 1]))
            body = [line or " " for line in lines[start:n] if not line.startswith("\\")]
            files[-1].hunks.append(Hunk(lines[start - 1], body))
            continue
        n += 1
    return files


def description(text):
    """A patch's text before its first file."""
    m = re.search(r"^(diff |--- )", text, re.M)
    return text[:m.start()] if m else text


def names():
    path = os.path.join(PATCHES, "series")
    if not os.path.exists(path):
        return []
    lines = (line.split("#")[0].strip() for line in read(path).decode().splitlines())
    return [line for line in lines if line]


def variant(name, version):
    """The file that stands for a patch in a version such as "6.1"."""
    own = os.path.join(PATCHES, version, name)
    return own if os.path.exists(own) else os.path.join(PATCHES, name)


def load(version):
    """All FilePatches for a version, in order; a file is touched by one patch only."""
    files, owner = [], {}
    for name in names():
        path = variant(name, version)
        if not os.path.exists(path):
            raise Failure("shim/patches/series names %s, which is not there" % name)
        shown = os.path.relpath(path, PATCHES)
        for f in parse(shown, read(path).decode()):
            if f.path in owner:
                raise Failure("%s is edited by %s and by %s: put it into one patch"
                              % (f.path, owner[f.path], shown))
            owner[f.path] = shown
            files.append(f)
    return files


def occurrences(text, hunk):
    """In how many places the old lines of a hunk stand."""
    lines, old = text.split("\n"), hunk.old
    return sum(lines[n:n + len(old)] == old for n in range(len(lines) - len(old) + 1))


def run_patch(folder, file_patch, original, fuzz):
    """(new text, GNU patch's words, rejects)"""
    target, reject = os.path.join(folder, "file"), os.path.join(folder, "rejects")
    with open(target, "wb") as f:
        f.write(original)
    done = subprocess.run(["patch", "--verbose", "--force", "--no-backup-if-mismatch", "-F",
                           str(fuzz), "-r", reject, target],
                          input=file_patch.text().encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env=dict(os.environ, LC_ALL="C"))
    words = done.stdout.decode(errors="replace")
    if done.returncode > 1 or (done.returncode and not VERDICT.search(words)):
        raise Failure("patch does not understand %s: %s" % (file_patch.patch, words.strip()))
    return read(target), words, done.returncode != 0


def judge(file_patch, original, words):
    """A Verdict for each hunk, out of GNU patch's words."""
    verdicts = []
    for number, kind, line, fuzz, offset in VERDICT.findall(words):
        hunk = file_patch.hunks[int(number) - 1]
        places = occurrences(original.decode(errors="replace"), hunk)
        if kind == "FAILED":
            kind, text = "reject", "does not apply: needs a person\n" + "\n".join(
                "    " + s for s in [hunk.header] + hunk.lines)
        elif fuzz:
            kind, text = "fuzz", "applies at line %s with fuzz %s: look at it" % (line, fuzz)
        elif places != 1:
            kind, text = "ambiguous", ("applies at line %s, but %d places look like it: give it "
                                       "more context" % (line, places))
        else:
            kind, text = "clean", "applies at line %s%s" % (
                line, " (offset %s)" % offset if offset else "")
        verdicts.append(Verdict(file_patch, int(number), kind, text))
    return verdicts


def apply(files, original):
    """
    Tries FilePatches; ORIGINAL(path) gives a file's bytes, or None where there is
    none.  Returns path -> new bytes, and the verdicts.
    """
    results, verdicts = {}, []
    with tempfile.TemporaryDirectory(prefix="shim-") as folder:
        for f in files:
            old = original(f.path)
            if old is None:
                verdicts.append(Verdict(f, 1, "reject", "there is no such file: needs a person"))
                continue
            new, words, rejected = run_patch(folder, f, old, 0)
            if rejected:
                new, words, rejected = run_patch(folder, f, old, FUZZ)
            verdicts += judge(f, old, words)
            results[f.path] = new
    return results, verdicts
