#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Traces of the kernel (docs/debugging.md):

  main.py take --log LOG -- QEMU AND ITS OPTIONS   boot the scenario, print its traces
  main.py decode LOG [--vmlinux FILE] --out NAME   NAME-N.txt and NAME-N.json of trace N
                                      [--svg FILE] a picture out of the last one
"""
import argparse
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import decode           # noqa: E402
import perfetto         # noqa: E402
import picture          # noqa: E402
import run              # noqa: E402
import words            # noqa: E402


def decode_all(options):
    text = words.Words(options.vmlinux)
    traces = decode.read(options.log)
    for number, trace in enumerate(traces, 1):
        name = "%s-%d" % (options.out, number)
        words.write_text(trace, text, name + ".txt")
        perfetto.write_json(trace, text, name + ".json")
        print("%s.txt, %s.json: %d events%s" % (
            name, name, len(trace.events),
            ", %d before them are lost" % trace.lost if trace.lost else ""))
    if options.svg:
        picture.write_svg(traces[-1], text, options.svg)
        print(options.svg)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    p = commands.add_parser("take")
    p.add_argument("--log", required=True)
    p.add_argument("qemu", nargs="+")
    p.set_defaults(run=lambda o: run.take(o.qemu, o.log))
    p = commands.add_parser("decode")
    p.add_argument("log")
    p.add_argument("--vmlinux")
    p.add_argument("--out", required=True)
    p.add_argument("--svg")
    p.set_defaults(run=decode_all)
    options = parser.parse_args()
    try:
        options.run(options)
    except (run.RunError, decode.TraceError, OSError) as e:
        sys.exit("trace: %s%s" % (e, ", see %s" % options.log if options.command == "take" else ""))


if __name__ == "__main__":
    main()
