#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
The benches of Linux, as make calls them (tests/bench/bench.mk); docs/performance.md
tells what they measure.
"""
import argparse
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "../linux"), os.path.join(HERE, "..")]
sys.dont_write_bytecode = True

import common           # noqa: E402
import compare          # noqa: E402
import document         # noqa: E402
import linux            # noqa: E402
import paths            # noqa: E402
import realtime         # noqa: E402
import wall             # noqa: E402

common.NAME = "bench"


def boot_options(p):
    for name in ("qemu", "l4image", "linux-out", "linux-suffix", "initramfs", "programs", "mem",
                 "board-mem", "marks", "out"):
        p.add_argument("--" + name, required=True)
    p.add_argument("--sides", default=",".join(linux.SIDES))


def run():
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    p = commands.add_parser("linux")
    boot_options(p)
    p.add_argument("--short", action="store_true", help="only the rows that each commit is held to")
    p.add_argument("--rows", default="", help="only rows whose names have one of these, by comma")
    p.add_argument("--suffix", default="", help="of the result's name: linux<suffix>.json")
    p.set_defaults(run=linux.run)
    p = commands.add_parser("paths")
    boot_options(p)
    p.add_argument("--armature", required=True, help="kernel.elf, for its symbols")
    p.add_argument("--suffix", default="")
    p.set_defaults(run=paths.run)
    p = commands.add_parser("wall")
    boot_options(p)
    p.add_argument("--suffix", default="")
    p.set_defaults(run=wall.run)
    p = commands.add_parser("compare")
    p.add_argument("before")
    p.add_argument("after")
    p.add_argument("--subset", action="store_true", help="rows may be missing in the second")
    p.set_defaults(run=compare.run)
    p = commands.add_parser("document")
    p.add_argument("--out", required=True)
    p.set_defaults(run=document.run)
    p = commands.add_parser("realtime")
    p.add_argument("--out", required=True)
    p.set_defaults(run=realtime.run)
    p = commands.add_parser("keep")
    p.add_argument("result")
    p.add_argument("reference")
    p.set_defaults(run=compare.keep)
    options = parser.parse_args()
    return options.run(options)


if __name__ == "__main__":
    common.main(run)
