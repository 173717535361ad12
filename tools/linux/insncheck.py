#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Does a guest kernel have instructions that user mode does not have?  Every
instruction of vmlinux and its modules is looked at (a32.py says for what); each
that is found must be on the list shim/instructions, which says why it does no
harm there.  A Linux whose native code came back, because an override was lost,
does not pass.

  insncheck.py VMLINUX [MODULE...]      check
      --sites FILE    and write what is on the list with its addresses, for the
                      QEMU plugin tests/plugin/sites.c
      --list FILE     another list
      -v              show what is on the list, too
"""
import argparse
import collections
import fnmatch
import glob
import os
import struct
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import a32          # noqa: E402
import elf          # noqa: E402
from common import ROOT, Failure, main, read, write_if_changed      # noqa: E402

LIST = os.path.join(ROOT, "shim/instructions")
CROSS = "arm-linux-gnueabihf-"
MAX_ENTRIES = 40
FATES = ("unreachable", "emulated", "harmless")
SHOWN = 20          # of what is not on the list

Entry = collections.namedtuple("Entry", "function kinds fate reason line")
Site = collections.namedtuple("Site", "path section address size word kind names")


def load(path):
    """The list: function, kinds, fate, reason; a line that is indented goes on."""
    entries, lines = [], []
    for number, text in enumerate(read(path).decode().splitlines(), 1):
        if text.strip() and not text.startswith("#"):
            if text[0].isspace() and lines:
                lines[-1][1] += " " + text.strip()
            else:
                lines.append([number, text])
    for number, text in lines:
        words = text.split(None, 3)
        if len(words) < 4 or words[2] not in FATES:
            raise Failure("%s:%d: a line is: function, kinds, one of %s, and the reason"
                          % (path, number, " ".join(FATES)))
        entries.append(Entry(words[0], tuple(words[1].split(",")), words[2], words[3], number))
    if len(entries) > MAX_ENTRIES:
        raise Failure("%s has %d entries, %d are allowed: find a way that the instructions are "
                      "not built" % (path, len(entries), MAX_ENTRIES))
    return entries


def scan(path):
    """Every instruction of a file that a32.py has a word for"""
    for section in elf.Elf(path).sections:
        if not section.executable():
            continue
        for kind, start, data in section.code():
            words = thumb(data) if kind == "t" else arm(data)
            for offset, size, word, what in words:
                yield Site(path, section, start + offset, size, word, what,
                           section.names(start + offset))


def arm(data):
    candidates = a32.TABLE
    for n, (word,) in enumerate(struct.iter_unpack("<I", data[:len(data) & ~3])):
        if candidates[word >> 20]:
            what = a32.classify(word)
            if what:
                yield 4 * n, 4, word, what


def thumb(data):
    halves, n = [h for h, in struct.iter_unpack("<H", data[:len(data) & ~1])], 0
    while n < len(halves):
        size = 4 if halves[n] >> 11 in (0x1d, 0x1e, 0x1f) and n + 1 < len(halves) else 2
        word = halves[n] << 16 | halves[n + 1] if size == 4 else halves[n]
        what = a32.classify_t32(word) if size == 4 else a32.classify_t16(word)
        if what:
            yield 2 * n, size, word, what
        n += size // 2


def entry_of(site, entries):
    for e in entries:
        if site.kind in e.kinds and any(fnmatch.fnmatchcase(n, e.function) for n in site.names):
            return e
    return None


def disassembled(site):
    """As objdump writes it; only what is shown to somebody needs this."""
    out = subprocess.run([CROSS + "objdump", "-d", "-j", site.section.name,
                          "--start-address=%#x" % site.address,
                          "--stop-address=%#x" % (site.address + site.size), site.path],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         universal_newlines=True).stdout
    lines = [line.split("\t") for line in out.splitlines() if line.count("\t") >= 2]
    return " ".join(lines[-1][2:]).split("@")[0].strip() if lines else "%#x" % site.word


def described(site):
    return "%s: %s+%#x: %#010x: %s (%s)" % (
        os.path.basename(site.path), site.names[0],
        site.address - function_start(site), site.address, disassembled(site), site.kind)


def function_start(site):
    starts = [f[0] for f in site.section.functions if f[2] == site.names[0]] + [
        address for address, name in site.section.labels if name == site.names[0]]
    return max([s for s in starts if s <= site.address], default=site.section.start)


def check(files, entries, verbose=False):
    """[(site, entry)] of all that is on the list; what is not is a Failure."""
    listed, wrong, used = [], [], collections.Counter()
    for path in files:
        for site in scan(path):
            entry = entry_of(site, entries)
            if entry:
                listed.append((site, entry))
                used[entry] += 1
            else:
                wrong.append(site)
    if verbose:
        for site, entry in listed:
            print("%-11s %s" % (entry.fate, described(site)))
    for e in entries:
        if verbose and not used[e]:
            print("unused      %s %s" % (e.function, ",".join(e.kinds)))
    if wrong:
        more = "\n  and %d more" % (len(wrong) - SHOWN) if len(wrong) > SHOWN else ""
        raise Failure(
            "the guest has %d instructions that do not work in user mode:\n  %s%s\n"
            "  An override of the shim is lost, or this Linux has new code.  Where it cannot be "
            "avoided, %s takes it with a reason." % (
                len(wrong), "\n  ".join(described(s) for s in wrong[:SHOWN]), more,
                "shim/instructions"))
    return listed


def sites_text(listed, vmlinux):
    """For the plugin: only of vmlinux, as a module's addresses are known when it is loaded."""
    return "".join("%#x %#x %s %s\n" % (s.address, s.word, e.fate, s.names[0])
                   for s, e in listed if s.path == vmlinux and e.fate != "harmless")


def modules_below(folder):
    return sorted(glob.glob(os.path.join(folder, "**", "*.ko"), recursive=True))


def run():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vmlinux")
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--list", default=LIST)
    parser.add_argument("--sites")
    parser.add_argument("-v", "--verbose", action="store_true")
    o = parser.parse_args()
    entries = load(o.list)
    files = [o.vmlinux] + [p for m in o.modules
                           for p in (modules_below(m) if os.path.isdir(m) else [m])]
    listed = check(files, entries, o.verbose)
    fates = collections.Counter(e.fate for _, e in listed)
    print("%d files, %d entries on the list: %s" % (
        len(files), len(entries), ", ".join("%d %s" % (fates[f], f) for f in FATES)))
    if o.sites:
        write_if_changed(o.sites, sites_text(listed, o.vmlinux).encode())
    return 0


if __name__ == "__main__":
    main(run)
