# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
What has changed in Linux where the shim leans on it, between two versions: names
that a header of the shim overrides, and the places of shim/anchors.  Such a change
may compile and be wrong, so somebody has to read it.  Each definition of a name is
taken out of the text of both trees, in C or assembly, without comments and blanks.
"""
import collections
import difflib
import os
import re

import overrides
import shimtree
from common import ROOT, Failure, read

ANCHORS = os.path.join(ROOT, "shim/anchors")
# What a definition of NAME looks like, to its end.
SHAPES = (
    r"^[ \t]*\.macro[ \t]+NAME\b.*?^[ \t]*\.endm",
    r"^(?:ENTRY\(NAME\)|NAME:).*?^ *ENDPROC\(NAME\)",
    r"^[ \t]*#[ \t]*define[ \t]+NAME\b(?:[^\n]*\\\n)*[^\n]*",
    r"^struct NAME \{.*?^\}",
    # a function, to the brace in the first column; a declaration
    r"^(?:[a-z][^\n;{}#=]*\b)?NAME[ \t]*\([^;{}#]*\)\s*\{(?:[^\n]*\}[ \t]*$|.*?^\})",
    r"^[a-z][^\n;{}#=]*\bNAME[ \t]*\([^;{}#]*\)[^;{}#]*;",
)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|@[^\n]*", re.S)

# kind: same, changed, gone, new or nowhere; text: the difference
Change = collections.namedtuple("Change", "file name kind text reason")


def definitions(text, name):
    """Lines of all definitions of a name, one behind the other"""
    found = []
    for shape in SHAPES:
        wanted = re.compile(shape.replace("NAME", re.escape(name)), re.M | re.S)
        for m in wanted.finditer(text):
            lines = (" ".join(line.split()) for line in COMMENT.sub("", m[0]).splitlines())
            found += [line for line in lines if line and line not in ("\\", ";")]
    return found


def text_of(tree, files):
    """Without the shim's own edits"""
    return "\n".join((tree.original(name) or b"").decode(errors="replace") for name in files)


def compare(old, new, files, name, reason=""):
    """One name in two Trees; it may have moved among FILES."""
    before, after = (definitions(text_of(tree, files), name) for tree in (old, new))
    kind = ("same" if before and before == after else "nowhere" if not before and not after else
            "gone" if not after else "new" if not before else "changed")
    lines = [line for line in difflib.unified_diff(before, after, n=2, lineterm="")
             if not line.startswith(("---", "+++", "@@"))] if kind == "changed" else []
    return Change(files[0], name, kind, lines, reason)


def size(change):
    """Such as +3 -1"""
    return "+%d -%d" % (sum(line[0] == "+" for line in change.text),
                        sum(line[0] == "-" for line in change.text))


def anchors():
    """[(file, name, reason)] of shim/anchors; a line that is indented goes on"""
    lines = []
    for number, text in enumerate(read(ANCHORS).decode().splitlines(), 1):
        if text[:1].isspace() and lines and text.strip():
            lines[-1][1] += " " + text.strip()
        elif text.strip() and not text.startswith("#"):
            lines.append([number, text])
    found = []
    for number, text in lines:
        words = text.split(None, 2)
        if len(words) < 3:
            raise Failure("%s:%d: a line is: file, name, and what the shim needs of it"
                          % (ANCHORS, number))
        found.append(tuple(words))
    return found


def anchor_changes(old, new):
    return [compare(old, new, [file], name, reason) for file, name, reason in anchors()]


def override_changes(old, new):
    """For every name that a header of the shim overrides"""
    found = []
    for path in overrides.shadow_headers(shimtree.SRC):
        header = os.path.basename(path)
        files = [overrides.HOSTS[header]] if header in overrides.HOSTS else [
            os.path.join(overrides.NATIVE, header), os.path.join(overrides.GENERIC, header)]
        names = dict.fromkeys(o.name for o in overrides.overrides(path))
        found += [compare(old, new, files, name) for name in names]
    return found
