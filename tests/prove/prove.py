#!/usr/bin/python3 -B
# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
'make prove': kernel code under Frama-C.  Eva goes through all values at once and
must find no possible run-time error and every `check` valid; WP proves contracts.
Says what is proved and what is assumed.  Then each planted fault must be found.

  prove.py OUT [--long]     the logs are in OUT
"""
import os
import re
import resource
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CPU_SECONDS = {False: 120, True: 3600}      # of one proof; past that it has failed
FRAMA_C = ["frama-c", "-c11", "-machdep", "gcc_x86_32", "-kernel-warn-key", "annot-error=abort"]
INCLUDES = "-I%s -Itests/host/model -Ikernel -Iinclude -I. -Iplatform" % HERE
EVA = ["-eva", "-eva-precision", "0", "-eva-ilevel", "128", "-eva-plevel", "5000",
       "-eva-split-return", "full", "-eva-no-show-progress",
       "-eva-msg-key=-initial-state,-final-states"]
TREE = EVA + ["-eva-slevel", "5000", "-eva-slevel-function", "main:0",
              "-eva-auto-loop-unroll", "200", "-eva-min-loop-unroll", "30"]
TABLES = EVA + ["-eva-slevel", "30", "-eva-min-loop-unroll", "260",
                "-eva-slevel-function",
                "main:0,change_pages:0,flush_pages:0,replace:0,table_empty:0",
                "-absolute-valid-range", "0x10000-0x15000"]
CONTRACTS = ["-wp", "-wp-fct", "range_valid,map_prepare", "-wp-prop=in_section,in_memory,"
             "not_in_window", "-wp-prover", "cvc4", "-wp-timeout", "30"]
TREE_ASSUMED = "space_unmap_phys and object_destroy end, or are preempted, and leave slots alone"
TABLE_ASSUMED = ("one or two pages at the begin and end of a megabyte, which is empty, a section "
                 "or a table with anything in it, in a shared range or not; the TLB")

# name, file, macros (usual, long), options, what is proved, what is assumed
PROOFS = [
    ("cap", "cap.c", ("-DSLOTS=3", "-DSLOTS=4"), TREE,
     "copy, delete, revoke, move, saved replies, references: no run-time error, and the tree "
     "is sound after each, preempted or not, for every forest of %s slots with any flags, "
     "rights and badges", TREE_ASSUMED),
    ("map", "map.c", ("-DWHAT=0", "-DWHAT=0"), TABLES,
     "map: no run-time error, every descriptor is written inside the space's tables and "
     "points to one of them", TABLE_ASSUMED),
    ("unmap", "map.c", ("-DWHAT=1", "-DWHAT=1"), TABLES,
     "unmap: the same; a table that is given back is zero", TABLE_ASSUMED),
    ("protect", "map.c", ("-DWHAT=2", "-DWHAT=2"), TABLES, "protect: the same",
     TABLE_ASSUMED),
    ("range", "range.c", ("", ""), CONTRACTS,
     "for all numbers: what section_derive makes and what a map call maps lies in its section "
     "and outside the kernel's window",
     "range_free does what its comment says; a section ends within 4 GB"),
]
# proof, source, text, what it becomes: each must make that proof fail
PLANTS = [
    ("cap", "object/cap.c", "		s->next->prev = s->prev;\n", "		;\n"),
    ("cap", "object/cap.c", "	if (s->flags & SLOT_REVOKE)\n		return L4_EBUSY;\n",
     "	s->next->prev->next = s->next;\n"),
    ("map", "mm/table.c", "table_phys(l2) | domain | L1_TABLE", "table_phys(l2) | domain | 3"),
    ("range", "mm/map.c", "offset > sec->size - size", "offset > sec->size"),
    ("range", "object/section.c", "size <= sec->size - offset", "size <= sec->size"),
]


def limit(seconds):
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def run(proof, log, long, macros, include=""):
    """True if it is proved.  An answer that is not understood is none."""
    _, source, _, options, _, _ = proof
    env = dict(os.environ, WHY3CONFIG=os.path.abspath(os.path.join(os.path.dirname(log),
                                                                    "why3.conf")))
    if options is CONTRACTS and not os.path.exists(env["WHY3CONFIG"]):
        subprocess.run(["why3", "config", "detect"], env=env, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=True)
    command = FRAMA_C + ["-cpp-extra-args=%s %s %s" % (include, INCLUDES, macros),
                         os.path.join(HERE, source)] + options
    with open(log, "w") as f:
        subprocess.run(command, stdout=f, stderr=f, stdin=subprocess.DEVNULL, env=env,
                       preexec_fn=lambda: limit(CPU_SECONDS[long]))
    with open(log) as f:
        text = f.read()
    if options is CONTRACTS:
        goals = re.search(r"Proved goals:\s+(\d+) / (\d+)", text)
        return bool(goals) and goals[1] == goals[2] and int(goals[2]) > 0
    checks = re.findall(r"(?:Assertions|Preconditions)\s+\d+ valid\s+(\d+) unknown\s+(\d+) "
                        r"invalid", text)
    return len(checks) == 2 and all(c == ("0", "0") for c in checks) and \
        "0 alarms generated" in text


def plant(out, number, path, old, new):
    """A folder to be looked in first, with the fault in it."""
    with open(os.path.join("kernel", path)) as f:
        text = f.read()
    if text.count(old) < 1:
        sys.exit("prove: planted fault %d: kernel/%s has no such text any more" % (number, path))
    folder = os.path.join(out, "plant%d" % number)
    os.makedirs(os.path.join(folder, os.path.dirname(path)), exist_ok=True)
    with open(os.path.join(folder, path), "w") as f:
        f.write(text.replace(old, new, 1))
    return folder


def main():
    out, long = sys.argv[1], "--long" in sys.argv
    os.makedirs(out, exist_ok=True)
    failed = 0
    for p in PROOFS:
        name, _, macros, _, what, assumed = p
        log = os.path.join(out, name + ".log")
        good = run(p, log, long, macros[long])
        slots = re.search(r"SLOTS=(\d)", macros[long])
        print("%s %s: %s" % ("proved" if good else "NOT PROVED (%s):" % log, name,
                             what % slots[1] if slots else what), flush=True)
        print("       assumed: " + assumed, flush=True)
        failed += not good
    for number, (name, path, old, new) in enumerate(PLANTS, 1):
        p = next(p for p in PROOFS if p[0] == name)
        folder = plant(out, number, path, old, new)
        log = os.path.join(out, "plant%d.log" % number)
        found = not run(p, log, long, p[2][0], "-I" + folder)
        print("%s planted fault %d, in %s" % ("found" if found else "NOT FOUND:", number, path),
              flush=True)
        failed += not found
    print("%d passed, %d failed" % (len(PROOFS) + len(PLANTS) - failed, failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
