# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
A Linux tree with the shim in it.  What the shim adds and edits is computed first,
from shim/ and include/l4/, then written where it differs: the same code applies
it to a fresh tree and brings a tree up to date, and make builds only what changed.

A shimmed tree has two things of ours: .armature-shim.json, which lists what was
written with its checksums, and .armature-original/, the edited files as they
were.  With them, edits made by hand are noticed, and nothing else is needed to
take the shim out.
"""
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

import series
import source
from common import ROOT, Failure, files_below, lock, output_of, read, say, write_if_changed

SRC = os.path.join(ROOT, "shim/src")
MANIFEST = ".armature-shim.json"
ORIGINALS = ".armature-original"
HEADERS = "arch/arm/l4/include/l4"      # the binary interface, in the Linux tree
NOT_LINUX = ("bootinfo.h",)


def interface():
    """The files of include/l4 that a guest needs."""
    return [p for p in sorted(glob.glob(os.path.join(ROOT, "include/l4/*")))
            if os.path.basename(p) not in NOT_LINUX and p.endswith((".h", ".def"))]


def inputs():
    """Every file that a shimmed tree depends on."""
    files = [os.path.join(SRC, n) for n in sources()] + interface()
    files += [os.path.join(series.PATCHES, n) for n in files_below(series.PATCHES)
              if n == "series" or n.endswith(".patch")]
    return files + [os.path.join(ROOT, "tools/calls.py")]


def sources():
    """shim/src, without what editors leave there"""
    return [n for n in files_below(SRC) if not n.endswith(("~", ".orig", ".rej", ".swp", ".o"))]


def sha(data):
    return hashlib.sha256(data).hexdigest()


GENERATED = ("callnr.h", "stubs.h")


def generated_headers(build):
    """Name -> bytes of what tools/calls.py makes: made here, or taken from a build folder"""
    if build:
        return {n: read(os.path.join(build, "include/l4", n)) for n in GENERATED}
    with tempfile.TemporaryDirectory(prefix="shim-") as folder:
        paths = {n: os.path.join(folder, n) for n in GENERATED}
        output_of([sys.executable, "-B", os.path.join(ROOT, "tools/calls.py"),
                   "--numbers", paths["callnr.h"], "--stubs", paths["stubs.h"]])
        return {n: read(path) for n, path in paths.items()}


def new_files(generated=None):
    """path -> bytes of what the shim adds"""
    added = {name: read(os.path.join(SRC, name)) for name in sources()}
    added.update((os.path.join(HEADERS, os.path.basename(p)), read(p)) for p in interface())
    added.update((HEADERS + "/" + n, d) for n, d in generated_headers(generated).items())
    return added


class Tree:
    """A Linux tree, shimmed or not."""

    def __init__(self, folder):
        self.folder = folder
        major, minor, self.version = source.version_of(folder)
        self.short = "%d.%d" % (major, minor)
        try:
            self.manifest = json.loads(read(self.path(MANIFEST)))
        except FileNotFoundError:
            self.manifest = None

    def path(self, name):
        return os.path.join(self.folder, name)

    def current(self, name):
        try:
            return read(self.path(name))
        except (FileNotFoundError, NotADirectoryError):
            return None

    def is_shimmed(self):
        return self.manifest is not None

    def original(self, name):
        """A file as it is without the shim; None: there is none."""
        saved = self.current(os.path.join(ORIGINALS, name))
        if saved is not None or (self.manifest and name in self.manifest["added"]):
            return saved
        return self.current(name)

    def edited_by_hand(self):
        """Names of the shim's files in the tree that are not as they were written."""
        if not self.manifest or self.manifest.get("unfinished"):
            return []
        written = dict(self.manifest["added"], **self.manifest["patched"])
        return [name for name, digest in sorted(written.items())
                if sha(self.current(name) or b"") != digest]

    def plan(self, generated=None):
        """(added, patched, verdicts): what the tree gets, nothing is written"""
        added = new_files(generated)
        patched, verdicts = series.apply(series.load(self.short), self.original)
        for name in sorted(added):
            if self.original(name) is not None:
                raise Failure("shim/src/%s is a file of Linux %s already: rename it"
                              % (name, self.version))
        return added, patched, verdicts

    def write(self, added, patched):
        """Brings the tree to this state from whatever it was; returns how many files changed."""
        changed, old = 0, self.manifest or {"added": {}, "patched": {}}
        for name in patched:
            if name not in old["patched"]:
                saved = self.path(os.path.join(ORIGINALS, name))
                os.makedirs(os.path.dirname(saved), exist_ok=True)
                shutil.copy2(self.path(name), saved)
        self.manifest = {"version": self.version,
                         "added": {n: sha(d) for n, d in added.items()},
                         "patched": {n: sha(d) for n, d in patched.items()}}
        # Known before it is written: a run that was broken off can be repeated.
        self.save(dict({k: dict(old[k], **self.manifest[k]) for k in ("added", "patched")},
                       unfinished=True))
        for name in set(old["added"]) - set(added):
            if os.path.exists(self.path(name)):
                os.remove(self.path(name))
                changed += 1
        for name in set(old["patched"]) - set(patched):
            os.replace(self.path(os.path.join(ORIGINALS, name)), self.path(name))
            os.utime(self.path(name))
            changed += 1
        for name, data in dict(added, **patched).items():
            changed += self.put(name, data)
        self.save({})
        return changed

    def adopt(self, clean, added, edited):
        """Edits made by hand that shim/ has now: files of ours, and of Linux's."""
        self.manifest["added"].update((n, "") for n in added)
        for name in edited:
            if name not in self.manifest["patched"]:
                write_if_changed(self.path(os.path.join(ORIGINALS, name)),
                                 read(os.path.join(clean, name)))
                self.manifest["patched"][name] = ""

    def put(self, name, data):
        """Modes stay: some of Linux's files are scripts."""
        mode = os.stat(self.path(name)).st_mode if os.path.exists(self.path(name)) else None
        changed = write_if_changed(self.path(name), data)
        if changed and mode is not None:
            os.chmod(self.path(name), mode)
        return changed

    def save(self, changes):
        text = json.dumps(dict(self.manifest, **changes), indent=1, sort_keys=True)
        write_if_changed(self.path(MANIFEST), text.encode())


def linked(clean):
    """Folders that an ARM kernel is not built from: half of the files."""
    archs = (os.path.join("arch", n) for n in os.listdir(os.path.join(clean, "arch")))
    return ["Documentation", "tools/testing"] + [
        n for n in archs if n != "arch/arm" and os.path.isdir(os.path.join(clean, n))]


def copy(clean, folder):
    """
    Only what is built from; links lead to the rest, of which Kconfig and scripts
    read a file here and there.
    """
    fresh = folder + ".new"
    shutil.rmtree(fresh, ignore_errors=True)
    os.makedirs(fresh)
    links = [n for n in linked(clean) if os.path.isdir(os.path.join(clean, n))]
    script = "tar -C \"$1\" -c %s . | tar -C \"$2\" -x" % " ".join(
        "--exclude='./%s'" % name for name in links + [".git"])
    if subprocess.run(["bash", "-o", "pipefail", "-c", script, "copy", clean, fresh]).returncode:
        raise Failure("cannot copy %s to %s: is the disk full?" % (clean, fresh))
    for name in links:
        os.symlink(os.path.join(clean, name), os.path.join(fresh, name))
    os.rename(fresh, folder)


def follow(clean, folder):
    """
    Brings a copy up to date with a tree that somebody works in.  If that has the shim, what
    it was before is taken: the copy gets the present one.
    """
    own = (Tree(clean).manifest or {"added": {}})["added"]
    for where, folders, names in os.walk(clean):
        short = os.path.relpath(where, clean)
        folders[:] = [f for f in folders if f not in (".git", ORIGINALS) and
                      not os.path.islink(os.path.join(folder, short, f))]
        for name in names:
            theirs = os.path.join(clean, ORIGINALS, short, name)
            if not os.path.exists(theirs):
                theirs = os.path.join(where, name)
            saved = os.path.join(folder, ORIGINALS, short, name)
            ours = saved if os.path.exists(saved) else os.path.join(folder, short, name)
            if (name == MANIFEST or os.path.normpath(os.path.join(short, name)) in own or
                    os.path.islink(theirs) or not os.path.isfile(theirs)):
                continue
            stat = os.stat(theirs)
            old = os.stat(ours) if os.path.exists(ours) else None
            if not old or (old.st_size, old.st_mtime_ns) != (stat.st_size, stat.st_mtime_ns):
                os.makedirs(os.path.dirname(ours), exist_ok=True)
                shutil.copy2(theirs, ours)


def shimmed(clean, folder, follows):
    """A tree in the cache, copied from a clean one, with the present shim."""
    with lock(folder):
        by_hand = Tree(clean).edited_by_hand()
        if by_hand:
            raise Failure("%s was edited by hand: %s\n  'tools/shim refresh %s' writes the edits "
                          "to shim/" % (clean, " ".join(by_hand), clean))
        if os.path.isdir(folder) and follows:
            follow(clean, folder)
        if not os.path.isdir(folder):
            say("COPY", "%s to %s" % (clean, folder))
            copy(clean, folder)
        tree = Tree(folder)
        by_hand = tree.edited_by_hand()
        if by_hand:
            raise Failure("%s was edited by hand: %s\n  'tools/shim refresh %s' writes the edits "
                          "back to shim/, 'tools/shim apply --force %s' drops them."
                          % (folder, " ".join(by_hand), folder, folder))
        added, patched, verdicts = tree.plan()
        bad = [v for v in verdicts if v.kind == "reject"]
        if bad:
            raise Failure("the shim does not fit Linux %s:\n  %s\n  docs/shim.md says how to port "
                          "it." % (tree.version, "\n  ".join(map(str, bad))))
        for v in verdicts:
            if v.kind != "clean":
                say("NOTE", str(v))
        changed = tree.write(added, patched)
        if changed:
            say("SHIM", "%d files written to %s" % (changed, folder))
    return folder
