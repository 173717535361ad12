# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Writes edits that were made in a Linux tree back to shim/: new files to shim/src,
edits of Linux's own files to the patches they belong to.  The tree is compared
with a clean one of the same version, so it need not have been made by
'tools/shim apply'.  A patch that gives the same result already stays as it is.
"""
import os
import re
import subprocess
import tempfile

import series
import shimtree
from common import Failure, read, write_if_changed

MAX_CONTEXT = 12
SOURCE = re.compile(r"(^|/)(Makefile|Kbuild|Kconfig[^/]*)$|\.(c|h|S|dts|dtsi|lds\.S|sh|rst)$")
MADE = re.compile(r"(^|/)(generated|\.tmp_versions|\.armature-original)/|\.mod\.c$|\.dtb\.S$|"
                  r"^(vmlinux|arch/arm/boot/compressed/.*|\.config)$")


def tree_files(folder):
    """path -> (size, time) of what can be source; hidden folders are left out"""
    found = {}
    for where, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if not f.startswith(".") and f != "Documentation"]
        for name in names:
            path = os.path.join(where, name)
            short = os.path.relpath(path, folder)
            if SOURCE.search(short) and not MADE.search(short) and not os.path.islink(path):
                stat = os.stat(path)
                found[short] = (stat.st_size, stat.st_mtime_ns)
    return found


def differences(tree, clean):
    """(new, edited): relative paths"""
    here, there = tree_files(tree), tree_files(clean)
    new = sorted(set(here) - set(there))
    edited = [n for n in sorted(set(here) & set(there)) if here[n] != there[n] and
              read(os.path.join(tree, n)) != read(os.path.join(clean, n))]
    return new, edited


def diff(name, clean, tree, context):
    command = ["diff", "-U", str(context)] + (["-p"] if name[-2:] in (".c", ".h") else [])
    command += ["--label", "a/" + name, "--label", "b/" + name]
    done = subprocess.run(command + [os.path.join(clean, name), os.path.join(tree, name)],
                          stdout=subprocess.PIPE, universal_newlines=True)
    if done.returncode > 1:
        raise Failure("diff failed for %s" % name)
    return done.stdout


def shortest_diff(name, clean, tree):
    """As little context as makes each hunk's place the only one."""
    original = read(os.path.join(clean, name)).decode()
    for context in range(1, MAX_CONTEXT):
        text = diff(name, clean, tree, context)
        hunks = series.parse(name, text)[0].hunks
        if all(series.occurrences(original, h) == 1 for h in hunks):
            break
    return text


def owners(version):
    """path -> patch name, and patch name -> its paths in order, for one version"""
    owner, paths = {}, {}
    for name in series.names():
        path = series.variant(name, version)
        files = series.parse(name, read(path).decode()) if os.path.exists(path) else []
        paths[name] = [f.path for f in files]
        owner.update((f.path, name) for f in files)
    return owner, paths


def refresh_sources(tree, new):
    """shim/src becomes what the tree has; the interface's headers are not edited there."""
    interface = [n for n in new if n.startswith(shimtree.HEADERS + "/")]
    wanted = shimtree.new_files()
    for name in interface:
        if name in wanted and wanted[name] != read(os.path.join(tree, name)):
            raise Failure("%s was edited or is old: include/l4 is where it comes from; edit it "
                          "there, then 'tools/shim apply --force'" % name)
    changed = []
    for name in sorted(set(new) - set(interface)):
        if write_if_changed(os.path.join(shimtree.SRC, name), read(os.path.join(tree, name))):
            changed.append("shim/src/" + name)
    for name in shimtree.sources():
        if name not in new and SOURCE.search(name):
            os.remove(os.path.join(shimtree.SRC, name))
            changed.append("shim/src/%s (removed)" % name)
    return changed


def same_already(name, paths, version, clean, tree):
    """The patch as it is makes these files what they are in the tree."""
    path = series.variant(name, version)
    if not os.path.exists(path):
        return False
    files = series.parse(name, read(path).decode())
    if sorted(f.path for f in files) != sorted(paths):
        return False
    results, verdicts = series.apply(files, lambda n: read(os.path.join(clean, n)))
    return (all(v.kind == "clean" for v in verdicts) and
            all(results[n] == read(os.path.join(tree, n)) for n in paths))


def refresh_patches(tree, clean, version, edited, into, as_variant):
    owner, paths = owners(version)
    homeless = [n for n in edited if n not in owner]
    if homeless and not into:
        raise Failure("no patch edits these files yet: %s\n  Name one for them, new or not: "
                      "--into NAME.patch" % " ".join(homeless))
    if homeless:
        paths.setdefault(into, []).extend(homeless)
    changed = []
    for name in paths:
        now = [n for n in paths[name] if n in edited]
        if same_already(name, now, version, clean, tree):
            continue
        old = series.variant(name, version)
        text = series.description(read(old).decode()) if os.path.exists(old) else (
            "%s: say here what this is for\n\n" % name)
        target = os.path.join(series.PATCHES, version, name) if as_variant else old
        text += "".join(shortest_diff(n, clean, tree) for n in now)
        if write_if_changed(target, text.encode()):
            changed.append(os.path.relpath(target, shimtree.ROOT))
    if homeless and into not in series.names():
        path = os.path.join(series.PATCHES, "series")
        old = read(path) if os.path.exists(path) else b""
        write_if_changed(path, old + (into + "\n").encode())
        changed.append("shim/patches/series")
    return changed


def refresh(folder, clean, into=None, as_variant=False):
    """Returns what was changed in shim/."""
    tree = shimtree.Tree(folder)
    if shimtree.Tree(clean).version != tree.version:
        raise Failure("%s is Linux %s, and %s is %s: a clean tree of the same version is needed, "
                      "--clean DIR" % (folder, tree.version, clean, shimtree.Tree(clean).version))
    if shimtree.Tree(clean).is_shimmed():
        raise Failure("%s has the shim: a clean tree is needed, --clean DIR" % clean)
    new, edited = differences(folder, clean)
    if not set(new) & set(shimtree.new_files()):
        raise Failure("%s has no file of the shim, nothing was changed: 'tools/shim apply' "
                      "first" % folder)
    changed = refresh_patches(folder, clean, tree.short, edited, into, as_variant)
    changed += refresh_sources(folder, new)
    if tree.is_shimmed():
        tree.adopt(clean, shimtree.sources(), edited)
        added, patched, _ = tree.plan()
        tree.write(added, patched)
    return changed
