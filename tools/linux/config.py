# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
A Linux configuration: vexpress_defconfig with fragments on top, put together by
Linux's own scripts/kconfig/merge_config.sh.  What a fragment asks for and the
result does not have is an error: Kconfig drops it without a word when something
that it depends on is missing.
"""
import os
import re
import subprocess

from common import Failure, log_tail, read, say, write_if_changed

PREEMPT = {"none": "PREEMPT_NONE", "voluntary": "PREEMPT_VOLUNTARY", "full": "PREEMPT"}
LINE = re.compile(r"^(?:CONFIG_(\w+)=(.*)|# CONFIG_(\w+) is not set)$")


def parse(path):
    """symbol -> value of a configuration or fragment; "n" for what is not set"""
    values = {}
    for line in read(path).decode().splitlines():
        m = LINE.match(line.strip())
        if m:
            values[m[1] or m[3]] = m[2] if m[1] else "n"
    return values


def differences(old, new):
    """[(symbol, before, after)] of the symbols that both have"""
    return [(s, old[s], new[s]) for s in sorted(set(old) & set(new)) if old[s] != new[s]]


def check_preempt(preempt):
    if preempt not in PREEMPT:
        raise Failure("PREEMPT=%s: choose one of %s" % (preempt, " ".join(PREEMPT)))


def fragment(preempt, version):
    """The part that is chosen by variables instead of written in a file."""
    if preempt == "none" and version >= (7, 0):
        say("NOTE", "Linux %d.%d has no PREEMPT=none for ARM: voluntary is taken" % version)
        preempt = "voluntary"
    lines = ["CONFIG_%s=y" % s if p == preempt else "# CONFIG_%s is not set" % s
             for p, s in PREEMPT.items()]
    return "\n".join(lines) + "\n"


def known(tree):
    """Every symbol that a Kconfig file of this tree has."""
    found = set()
    for where, _, names in os.walk(tree):
        for name in names:
            if name.startswith("Kconfig"):
                text = read(os.path.join(where, name)).decode(errors="replace")
                found.update(re.findall(r"^\s*(?:menu)?config\s+(\w+)", text, re.M))
    return found


def check(wanted, got, config, tree):
    """WANTED: symbol -> (value, the fragment that asks for it)"""
    wrong = {s: v for s, v in sorted(wanted.items()) if got.get(s, "n") != v[0]}
    there = known(tree) if wrong else ()
    strange = [s for s in wrong if s not in there]
    if strange:
        say("NOTE", "this Linux does not know: " + " ".join(strange))
    lines = ["    CONFIG_%s=%s is asked for by %s; it is %s" % (s, value, origin, got.get(s, "n"))
             for s, (value, origin) in wrong.items() if s in there]
    if lines:
        raise Failure("this Linux does not take the configuration:\n%s\n  What a symbol depends "
                      "on: 'make menuconfig' in a tree, '/' and its name.\n  The result: %s"
                      % ("\n".join(lines), config))


def configure(tree, obj, fragments, make, env):
    """
    Makes obj/.config, and leaves it alone when it is right already.  MAKE is the
    command for a make in this tree and object folder.
    """
    new = os.path.join(obj, "new.config")
    log = os.path.join(obj, "configure.log")
    env = dict(env, KCONFIG_CONFIG=new)
    merge = [os.path.join(tree, "scripts/kconfig/merge_config.sh"), "-m", "-O", obj, new]
    say("CONFIG", obj)
    with open(log, "wb") as f:
        for command in (make + ["vexpress_defconfig"], merge + fragments, make + ["olddefconfig"]):
            f.flush()
            if subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=f,
                              stderr=subprocess.STDOUT, cwd=tree).returncode:
                raise Failure("cannot configure Linux\n%s\n  log: %s" % (log_tail(log), log))
    wanted = {}
    for path in fragments:
        wanted.update((s, (v, os.path.basename(path))) for s, v in parse(path).items())
    check(wanted, parse(new), new, tree)
    write_if_changed(os.path.join(obj, ".config"), read(new))
