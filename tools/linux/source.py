# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Linux source trees in the cache: fetched as shim/versions says and unpacked once,
never written to afterwards.  LINUX is a version of that table, or the path of a
tree, which is used as it is.
"""
import os
import re
import shutil
import subprocess

import debs
from common import ROOT, Failure, cache, lock, read, say

VERSIONS = os.path.join(ROOT, "shim/versions")


def table():
    """version -> (package, suites, tested, sha256); "-": whatever the mirror has newest"""
    rows = {}
    with open(VERSIONS) as f:
        for number, line in enumerate(f, 1):
            words = line.split("#")[0].split()
            if words and len(words) != 5:
                raise Failure("%s:%d: expected: version package suites tested sha256"
                              % (VERSIONS, number))
            if words:
                version, package, suites, tested, checksum = words
                rows[version] = (package, suites.split(","), tested,
                                 None if checksum == "-" else checksum)
    return rows


def is_tree(name):
    return "/" in name


def version_of(tree):
    """(7, 2, "7.2.13") of a Linux tree, from its Makefile"""
    try:
        text = read(os.path.join(tree, "Makefile")).decode(errors="replace")
    except OSError:
        raise Failure("%s is no Linux source tree: it has no Makefile" % tree)
    words = dict(re.findall(r"^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION) *=[ \t]*(.*)$", text,
                            re.M))
    if "PATCHLEVEL" not in words or not os.path.isdir(os.path.join(tree, "arch/arm")):
        raise Failure("%s is no Linux source tree (or one without arch/arm)" % tree)
    full = "%(VERSION)s.%(PATCHLEVEL)s.%(SUBLEVEL)s%(EXTRAVERSION)s" % words
    return int(words["VERSION"]), int(words["PATCHLEVEL"]), full


def unpack(deb, package, tree):
    """The package holds a tar.xz of the tree: both are read as a stream."""
    say("UNPACK", os.path.basename(deb))
    fresh = tree + ".new"
    shutil.rmtree(fresh, ignore_errors=True)
    os.makedirs(fresh)
    script = ("dpkg-deb --fsys-tarfile \"$1\" | tar -xO \"./usr/src/$2.tar.xz\" |"
              " tar -xJ -C \"$3\" --strip-components=1 --no-same-owner")
    done = subprocess.run(["bash", "-o", "pipefail", "-c", script, "unpack", deb, package, fresh],
                          stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode:
        raise Failure("cannot unpack %s: %s\n  Is the disk full?  Else remove the file and try "
                      "again." % (deb, done.stderr.decode(errors="replace").strip()))
    version_of(fresh)
    os.rename(fresh, tree)


def source(linux):
    """(name, folder) of an unmodified source tree: name is what the builds are filed under."""
    if is_tree(linux):
        tree = os.path.realpath(linux)
        return version_of(tree)[2] + "-own", tree
    rows = table()
    if linux not in rows:
        raise Failure("LINUX=%s: shim/versions knows %s; or give a tree's path"
                      % (linux, " ".join(rows)))
    package, suites, tested, checksum = rows[linux]
    version, deb = debs.fetch(package, suites, tested, checksum)
    tree = cache("linux", version, "source", parent=True)
    with lock(tree):
        if not os.path.isdir(tree):
            unpack(deb, package, tree)
    return version, tree
