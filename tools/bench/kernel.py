#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""Counts the instructions of the kernel's paths.

Boots the bench image once under -icount shift=0 with the counting plugin,
which adds up the instructions from one label to another, and writes
build/bench/kernel.json and a table.  A row above its `must` is a failure.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys

# pair: the labels between which the plugin counts; k: a symbol of the kernel.
PAIRS = {
    "null": ("null_svc", "null_next"),
    "ipc": ("call_svc", "serve_next"),
    "routed": ("routed_svc", "bench_s_entry"),
    "resume": ("bench_s_resume", "resume_next"),
    "notify": ("notify_svc", "notify_next"),
    "irq": ("k:vector_irq", "irq_next"),
    "fault": ("k:vector_dabt", "fault_next"),
    "map1": ("map1_svc", "map1_next"),
    "map17": ("map17_svc", "map17_next"),
}

# name, must, aim, value from the pairs' averages
ROWS = [
    ("short IPC, one way, across spaces", 170, 120, lambda v: v["ipc"]),
    ("routed system call and resume", 75, 55, lambda v: v["routed"] + v["resume"]),
    ("kernel call that does nothing", 50, 35, lambda v: v["null"]),
    ("notification that wakes a higher thread", 220, 150, lambda v: v["notify"]),
    ("interrupt to first instruction of its thread", 250, 180, lambda v: v["irq"]),
    ("page fault to a pager thread, map, and back", 500, 380, lambda v: v["fault"]),
    ("map one page", 200, 120, lambda v: v["map1"]),
    ("each further page in a batch", 40, 25, lambda v: (v["map17"] - v["map1"]) / 16),
]


def symbols(elf, nm):
    out = subprocess.run([nm, elf], capture_output=True, text=True, check=True).stdout
    return {f[2]: int(f[0], 16) for f in (line.split() for line in out.splitlines())
            if len(f) == 3}


def plugin_arguments(args):
    user, kernel = symbols(args.program, args.nm), symbols(args.kernel, args.nm)
    for name, ends in PAIRS.items():
        address = []
        for end in ends:
            table, symbol = (kernel, end[2:]) if end.startswith("k:") else (user, end)
            if symbol not in table:
                elf = args.kernel if table is kernel else args.program
                sys.exit(f"bench: no symbol {symbol} in {elf}")
            address.append(f"{table[symbol]:#x}")
        yield f"{name}={address[0]}:{address[1]}"


def run(args, plugin):
    command = [args.qemu, "-M", "vexpress-a9", "-cpu", "cortex-a9", "-m", "512", "-nographic",
               "-no-reboot", "-nic", "none", "-icount", "shift=0,sleep=off",
               "-d", "plugin", "-D", args.log + ".plugin",
               "-plugin", ",".join([plugin, *plugin_arguments(args)]), "-kernel", args.image]
    with open(args.log, "w") as log:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log,
                              stderr=subprocess.STDOUT, timeout=300)
    text = pathlib.Path(args.log).read_text(errors="replace")
    if done.returncode or "bench done" not in text:
        sys.exit(f"bench: the run failed, see {args.log}")
    values = {}
    for line in pathlib.Path(args.log + ".plugin").read_text().splitlines():
        m = re.match(r"count: (\w+) n=(\d+) min=(\d+) avg=([\d.]+)", line)
        if m:
            values[m[1]] = (int(m[2]), int(m[3]), float(m[4]))
    for name in PAIRS:
        if values.get(name, (0,))[0] < 100:
            sys.exit(f"bench: path {name} was walked {values.get(name, (0,))[0]} times, "
                     f"see {args.log} and {args.log}.plugin")
    # The minimum is the path itself: no slice or alarm fell into it.
    return {name: v[1] for name, v in values.items()}


def main():
    p = argparse.ArgumentParser()
    for name in ("qemu", "nm", "kernel", "program", "image", "plugin", "log", "out"):
        p.add_argument("--" + name, required=True)
    p.add_argument("--stretch", type=int, help="longest kernel stretch, measured elsewhere")
    args = p.parse_args()
    values = run(args, args.plugin)
    rows = [{"name": name, "unit": "instructions", "value": value(values), "must": must, "aim": aim}
            for name, must, aim, value in ROWS]
    if args.stretch is not None:
        rows.append({"name": "longest stretch in the kernel without a preemption point",
                     "unit": "instructions", "value": args.stretch, "must": 5000, "aim": 2000})
    out = pathlib.Path(args.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({"rows": rows, "paths": values}, indent=1) + "\n")
    print("| instructions | measured | must | aim |\n|---|---|---|---|")
    for r in rows:
        print(f"| {r['name']} | {r['value']:g} | {r['must']} | {r['aim']} |")
    late = [r["name"] for r in rows if r["value"] > r["must"]]
    if late:
        sys.exit("bench: above what must be reached: " + ", ".join(late))


if __name__ == "__main__":
    main()
