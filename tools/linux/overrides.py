#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Do the shim's headers still override what they mean to?  A header of
arch/arm/l4/include/asm stands in for Linux's own of the same name, which it
includes with native names renamed ("#define set_cr n_set_cr"), and takes macros
back ("#undef", ".purgem").  If Linux renames one of them, all this compiles and
the native code is used, without a word.  So each header is preprocessed as this
Linux is built, for C and for assembly, and for every name

  - Linux's own header has to define it, or else the override is for nothing;
  - no other native function may use the renamed one inside the header;
  - and no copy of it may be in vmlinux.

  overrides.py TREE OBJECTS [VMLINUX]
      --before DIR    only these headers, and DIR/asm has Linux's own (for the test)

What a supported Linux lacks, or uses without harm, stands in shim/overrides, with
its version and a reason.
"""
import argparse
import collections
import os
import re
import shlex
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import elf              # noqa: E402
import source           # noqa: E402
from common import ROOT, Failure, main, read        # noqa: E402

LIST = os.path.join(ROOT, "shim/overrides")
SHADOW = "arch/arm/l4/include"
NATIVE, GENERIC = "arch/arm/include/asm", "include/asm-generic"
PREFIX = "n_"
# Headers of ours that Linux's files include at their end, by an edit.
HOSTS = {"l4-entry.h": "arch/arm/kernel/entry-header.S", "l4-vfp.h": "arch/arm/vfp/vfpinstr.h"}
COMMANDS = {"c": ["arch/arm/kernel/.setup.o.cmd"], "S": ["arch/arm/kernel/.entry-common.o.cmd"]}
MARKER = re.compile(r'^# \d+ "([^"]*)"')

Override = collections.namedtuple("Override", "header name how")     # rename, undef, purgem, hook


def overrides(path):
    """What a header of ours overrides, as it is written in it"""
    header, text = os.path.basename(path), read(path).decode()
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    renames = re.findall(r"^#define (\w+) %s\1$" % PREFIX, text, re.M)
    found = [Override(header, n, "rename") for n in renames]
    found += [Override(header, n, "undef") for n in re.findall(r"^#undef (\w+)", text, re.M)
              if n not in renames]
    found += [Override(header, n, "purgem")
              for n in re.findall(r"^\s*\.purgem\s+(\w+)", text, re.M)]
    # "#define x x": Linux asks whether there is an x; "#define x y" before its header: too
    before = text.split("#include_next")[0] if "#include_next" in text else text
    found += [Override(header, m[0], "hook") for m in
              re.findall(r"^#define (\w+) (\w+)$", before, re.M)
              if m[1] == m[0] or (m[0] not in renames and "#include_next" in text and
                                  m[1].startswith("l4_"))]
    return found


def flags(obj, language):
    """The options that a file of arch/arm/kernel is compiled with"""
    for name in COMMANDS[language]:
        try:
            text = read(os.path.join(obj, name)).decode()
        except FileNotFoundError:
            continue
        command = re.search(r"^(?:saved)?cmd_\S+ := (.*?)(?: ; |$)", text, re.M)[1]
        words = [w for w in shlex.split(command.replace("\\#", "#")) if not w.startswith("-Wp,-MM")]
        while not words[0].endswith("gcc") or words[1].endswith("gcc"):
            words.pop(0)
        return words[:words.index("-c")]
    raise Failure("%s has no %s: build it first" % (obj, " or ".join(COMMANDS[language])))


class Preprocessor:
    def __init__(self, tree, obj, before=None):
        self.tree, self.obj, self.before = tree, obj, before
        self.flags = {language: flags(obj, language) for language in COMMANDS}

    def both(self, what, include, host):
        """language -> [(file, line)]; some headers are for one of them only"""
        found = {language: self.run(language, include) for language in COMMANDS
                 if not host or host.endswith((".h", language))}
        found = {language: lines for language, lines in found.items() if lines is not None}
        if not found:
            raise Failure("cannot preprocess %s:\n  %s" % (what, self.errors))
        return found

    def run(self, language, include):
        """[(file, line)] of a header that is included by a file of its own"""
        command = list(self.flags[language])
        if self.before:
            at = next(i for i, w in enumerate(command) if w.startswith("-I") and
                      w.endswith(SHADOW))
            command.insert(at + 1, "-I" + self.before)
        kind = "c" if language == "c" else "assembler-with-cpp"
        done = subprocess.run(command + ["-I" + self.tree, "-E", "-dD", "-x", kind, "-"],
                              cwd=self.obj, input="#include %s\n" % include,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              universal_newlines=True)
        self.errors = done.stderr.strip()
        return self.lines(done.stdout) if done.returncode == 0 else None

    def lines(self, text):
        file, found = "", []
        for line in text.splitlines():
            m = MARKER.match(line)
            if m:
                file = m[1]
            else:
                found.append((file, line))
        return found


def shadow_headers(tree):
    folder = os.path.join(tree, SHADOW, "asm")
    return [os.path.join(folder, n) for n in sorted(os.listdir(folder)) if n.endswith(".h")]


def ours(file):
    return SHADOW + "/" in file


def defined(o, lines):
    """Does a file of Linux define it, in these preprocessed lines?"""
    renamed = PREFIX + o.name
    patterns = {
        # as a function, as a macro of its own, or as one with arguments
        "rename": r"(?:^#define %s\b|\b%s\s*\()" % (renamed, renamed),
        "undef": r"^#define %s\b" % o.name,
        "purgem": r"^\s*\.macro\s+%s\b" % o.name,
    }
    wanted = re.compile(patterns[o.how])
    return any(wanted.search(line) for file, line in lines if not ours(file))


def mentioned(o, native):
    """
    A hook is there when Linux's own header, or the generic one, tests for it; a macro
    to take back may depend on a configuration.
    """
    if o.how not in ("hook", "undef"):
        return False
    wanted = re.compile(r"#\s*(?:ifn?def|define|undef)\s+%s\b" % o.name)
    return any(wanted.search(read(p).decode(errors="replace")) for p in native)


def native_headers(path, tree, before):
    """Linux's own header; with the generic one that it leads to, if ours includes it"""
    header, found = os.path.basename(path), []
    folders = ([os.path.join(before, "asm")] if before else []) + [os.path.join(tree, NATIVE)]
    for folder in folders:
        if not found and os.path.exists(os.path.join(folder, header)):
            found.append(os.path.join(folder, header))
    generic = os.path.join(tree, GENERIC, header)
    if b"#include_next" in read(path) and os.path.exists(generic):
        found.append(generic)
    return found


def native_hooks(path, native):
    """Names that Linux's own header announces, and ours does not, which replaces it"""
    if b"#include_next" in read(path) or os.path.basename(path) in HOSTS:
        return []
    hook = re.compile(r"^#define (\w+) \1$", re.M)
    have = set(hook.findall(read(path).decode()))
    return [n for p in native for n in hook.findall(read(p).decode()) if n not in have]


def native_users(renames, lines):
    """(function, name): native functions in a header that call a renamed one"""
    text = "\n".join("" if line.startswith("#") else line for file, line in lines
                     if not ours(file))
    found = []
    for m in re.finditer(r"\b(\w+)\s*\([^;{}()]*\)\s*\{", text):
        body = balanced(text, m.end())
        if not m[1].startswith(PREFIX):
            found += [(m[1], n) for n in renames if re.search(r"\b%s%s\b" % (PREFIX, n), body)]
    return found


def balanced(text, start):
    """From behind an opening brace to the closing one"""
    depth = 1
    for m in re.compile(r"[{}]").finditer(text, start):
        depth += 1 if m[0] == "{" else -1
        if not depth:
            return text[start:m.start()]
    return text[start:]


def exceptions(version):
    """What this Linux may lack, or use: header/name, which of both, versions, reason"""
    found = set()
    for number, text in enumerate(read(LIST).decode().splitlines(), 1):
        if not text.strip() or text.startswith("#"):
            continue
        words = text.split(None, 3)
        if (len(words) < 4 or words[1] not in ("absent", "used", "lost") or
                not re.fullmatch(r"(?:\d+\.\d+)?-(?:\d+\.\d+)?", words[2])):
            raise Failure("%s:%d: a line is: header/name, absent, used or lost, first-last "
                          "version, and the reason" % (LIST, number))
        first, last = (tuple(map(int, v.split("."))) if v else None for v in words[2].split("-"))
        if (not first or version >= first) and (not last or version <= last):
            found.add(" ".join(words[:2]))
    return found


def check_headers(tree, obj, before=None):
    """(how many names, [what is wrong])"""
    version = source.version_of(tree)
    preprocessor, allowed = Preprocessor(tree, obj, before), exceptions(version[:2])
    count, wrong = 0, []
    for path in shadow_headers(tree):
        names, header = overrides(path), os.path.basename(path)
        if not names or before and not os.path.exists(os.path.join(before, "asm", header)):
            continue
        host = HOSTS.get(header)
        include = '"%s"' % host if host else "<asm/%s>" % header
        texts = preprocessor.both(header, include, host)
        native = native_headers(path, tree, before)
        for o in names:
            count += 1
            there = (o.how != "hook" and any(defined(o, lines) for lines in texts.values()) or
                     mentioned(o, native))
            if not there and "%s/%s absent" % (header, o.name) not in allowed:
                wrong.append("asm/%s overrides %s (%s), which Linux %s does not define in %s"
                             % (header, o.name, o.how, version[2], host or "its own"))
        for name in native_hooks(path, native):
            if "%s/%s lost" % (header, name) not in allowed:
                wrong.append("asm/%s stands in for all of Linux's, which has %s, too"
                             % (header, name))
        renames = [o.name for o in names if o.how == "rename"]
        for user, name in native_users(renames, texts.get("c", [])):
            if "%s/%s used" % (header, name) in allowed:
                continue
            wrong.append("asm/%s overrides %s, but Linux's %s() in it uses the native one"
                         % (header, name, user))
    return count, wrong


def check_linked(tree, vmlinux):
    """Names of native copies that are in vmlinux, with what a compiler appends"""
    renamed = {PREFIX + o.name: o for path in shadow_headers(tree) for o in overrides(path)
               if o.how == "rename"}
    found = sorted({(name, address) for name, address, *_ in elf.Elf(vmlinux).symbols
                    if name.split(".")[0] in renamed})
    return ["%s at %#010x: vmlinux has the native copy of %s, which asm/%s overrides" % (
                name, address, renamed[name.split(".")[0]].name, renamed[name.split(".")[0]].header)
            for name, address in found]


def check_build(tree, obj, vmlinux=None, before=None):
    """What a build calls; returns how many names were looked at."""
    count, wrong = check_headers(tree, obj, before)
    if vmlinux:
        wrong += check_linked(tree, vmlinux)
    if wrong:
        raise Failure("the shim overrides what is not there, and Linux's own code may be used:\n"
                      "  %s\n  Give the header in shim/src/%s the new name, or shim/overrides a "
                      "line with the reason." % ("\n  ".join(wrong), SHADOW))
    return count


def run():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree")
    parser.add_argument("objects")
    parser.add_argument("vmlinux", nargs="?")
    parser.add_argument("--before", metavar="DIR")
    o = parser.parse_args()
    before = os.path.abspath(o.before) if o.before else None
    count = check_build(os.path.abspath(o.tree), os.path.abspath(o.objects), o.vmlinux, before)
    print("%d overridden names, all of them there" % count)
    return 0


if __name__ == "__main__":
    main(run)
