#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Linux for Armature, as make calls it (linux.mk); docs/linux-build.md tells it from
a user's side.

  main.py source LINUX                    fetch and unpack; prints the folder
  main.py kernel LINUX VARIANT [...]      build the guest or the native kernel
  main.py initramfs OUT [--add PATH=FILE] the default initramfs, with more files
  main.py native LINUX [...]              boot native Linux in QEMU
  main.py check [...]                     what 'make run' is asked for: is it there?
  main.py guest TITLE [...]               boot an image with a Linux guest in QEMU
  main.py rootfs [...]                    a Debian root image
"""
import argparse
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import config           # noqa: E402
import initramfs        # noqa: E402
import kernel           # noqa: E402
import native           # noqa: E402
import rootfs           # noqa: E402
import source           # noqa: E402
from common import main         # noqa: E402


def kernel_options(p):
    p.add_argument("--preempt", default="none", metavar="|".join(config.PREEMPT))
    p.add_argument("--debug", action="store_true", help="with debug information")


def strings(p, *names):
    for name in names:
        p.add_argument("--" + name, default="")


def build_commands(commands):
    p = commands.add_parser("source")
    p.add_argument("linux")
    p.set_defaults(run=lambda o: print(source.source(o.linux)[1]))

    p = commands.add_parser("kernel")
    p.add_argument("linux")
    p.add_argument("variant", choices=list(kernel.VARIANTS))
    kernel_options(p)
    p.set_defaults(run=lambda o: kernel.Kernel(o.linux, o.variant, o.preempt, o.debug).build())

    p = commands.add_parser("initramfs")
    p.add_argument("out")
    p.add_argument("--add", action="append", default=[], metavar="PATH=FILE")
    p.set_defaults(run=lambda o: initramfs.make(o.out, o.add) and None)

    p = commands.add_parser("rootfs")
    p.add_argument("linux")
    strings(p, "qemu")
    p.add_argument("--renew", action="store_true", help="even if there is one")
    p.set_defaults(run=rootfs.make)


def run_commands(commands):
    p = commands.add_parser("native")
    p.add_argument("linux")
    kernel_options(p)
    strings(p, "initrd", "rootfs", "mem", "qemu", "qemu-args")
    p.set_defaults(run=native.run)

    p = commands.add_parser("check")
    strings(p, "initrd", "rootfs", "mem", "board")
    p.set_defaults(run=native.check)

    p = commands.add_parser("guest")
    p.add_argument("title")
    strings(p, "rootfs", "qemu", "qemu-args")
    p.set_defaults(run=native.run_guest)


def run():
    parser = argparse.ArgumentParser(prog="linux", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    build_commands(commands)
    run_commands(commands)
    options = parser.parse_args()
    return options.run(options)


if __name__ == "__main__":
    main(run)
