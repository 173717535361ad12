# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
'make bench-docs': puts the last results into docs/performance.md, between the lines
<!-- NAME --> and <!-- end -->, and the pictures beside it.  What has no result stays.
"""
import json
import os
import re

import paths
import plot
import realtime
import report
import wall
from common import ROOT, Failure, read, say, write_if_changed

DOCUMENT = os.path.join(ROOT, "docs/performance.md")
# result file -> picture, what draws it
PICTURES = {"linux": ("docs/linux-bench.svg", plot.svg),
            "realtime": ("docs/realtime.svg", realtime.svg)}


def versions(result):
    sides = ", ".join("%s: Linux %s" % (s, v["version"]) for s, v in result["linux"].items())
    return "%s; Armature %s; %s; gcc %s; %s.\n" % (
        sides, result["armature"], result["qemu"].split(" (")[0], result["compiler"],
        ", ".join("%s %s" % p for p in result["packages"].items()))


def linux_text(result):
    return versions(result) + "\n" + report.markdown(result)


def maintenance_text(result):
    counts = {side: {name: (kinds, None) for name, kinds in names.items()}
              for side, names in result["kinds"].items()}
    return "\n".join(paths.maintenance(counts)) + "\n"


def profile_text(result):
    return "\n".join(paths.profile_table(result["profile"])) + "\n"


# marker -> result file, text of it
PARTS = {"linux": ("linux", linux_text), "maintenance": ("paths", maintenance_text),
         "profile": ("paths", profile_text), "wall": ("wall", lambda r: wall.markdown(r["rows"])),
         "realtime": ("realtime", realtime.markdown)}


def run(options):
    text = read(DOCUMENT).decode()
    for marker, (name, function) in PARTS.items():
        path = os.path.join(options.out, name + ".json")
        if not os.path.exists(path):
            say("NOTE", "no %s: 'make bench B=%s' writes it" % (path, name))
            continue
        with open(path) as f:
            fresh = function(json.load(f))
        text, found = re.subn(r"(?s)(<!-- %s -->\n).*?(<!-- end -->)" % marker,
                              lambda m: m[1] + "\n" + fresh + "\n" + m[2], text)
        if found != 1:
            raise Failure("%s has no place for %s, or more than one" % (DOCUMENT, marker))
    write_if_changed(DOCUMENT, text.encode())
    for name, (picture, function) in PICTURES.items():
        path = os.path.join(options.out, name + ".json")
        if os.path.exists(path):
            with open(path) as f:
                write_if_changed(os.path.join(ROOT, picture), function(json.load(f)).encode())
    return 0
