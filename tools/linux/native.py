# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
'make run-native': Linux on QEMU's board without Armature.  And what a guest's run
shares with it, 'make run': the checks of what was asked for, and the disk.
"""
import os

import console
import initramfs
import kernel
from common import CACHE, ROOT, Failure, say

# megabytes
BOARD_RAM = 1024        # that vexpress-a9 can have
LEAST_RAM = 32
BELOW_GUEST = 128       # for Armature and native cells: configs/vexpress/board.dtsi
MOST_GUEST_RAM = 768    # include/l4/guest.h
DEBIAN = os.path.join(CACHE, "rootfs", "debian-bookworm-armhf.ext4")
INITRAMFS = os.path.join(ROOT, "build/linux/initramfs.cpio.gz")
# A panic ends QEMU, which runs with -no-reboot, instead of standing still.
ARGUMENTS = "console=ttyAMA0 panic=-1"


def check_file(what, path):
    if not os.path.isfile(path):
        raise Failure("%s=%s: there is no such file" % (what, path))
    if not os.path.getsize(path):
        raise Failure("%s=%s: the file is empty" % (what, path))
    return path


def check_initrd(path):
    """What the kernel would only say after it has booted: it unpacks cpio, plain or by gzip."""
    with open(check_file("INITRD", path), "rb") as f:
        start = f.read(6)
    if start not in (b"070701", b"070702") and start[:2] != b"\x1f\x8b":
        raise Failure("INITRD=%s: neither a cpio archive (newc) nor one that is compressed by "
                      "gzip; shim/configs/base.config has no other" % path)
    return path


def check_root(path):
    with open(path, "rb") as f:
        f.seek(0x438)
        if f.read(2) != b"\x53\xef":
            raise Failure("ROOTFS=%s: no ext4 file system begins there; it has to be the whole "
                          "image, without partitions" % path)


def rootfs(name, is_root=False):
    """The image's path; "debian" is the one of 'make rootfs'."""
    if name == "debian" and not os.path.exists(DEBIAN):
        raise Failure("ROOTFS=debian: it is not there yet; 'make rootfs' makes it")
    path = DEBIAN if name == "debian" else check_file("ROOTFS", name)
    if is_root:
        check_root(path)
    return path


def drive(path, options=""):
    """QEMU's options for a disk on virtio; more OPTIONS begin with a comma"""
    if "," in path:
        raise Failure("ROOTFS=%s: QEMU takes no comma in a file's name" % path)
    return ["-drive", "if=none,id=rootfs,format=raw,file=" + path + options,
            "-device", "virtio-blk-device,drive=rootfs"]


def memory(text, most=BOARD_RAM, hint=""):
    if not text.isdigit() or not LEAST_RAM <= int(text) <= most:
        raise Failure("MEM=%s: megabytes for Linux, from %d to %d%s"
                      % (text, LEAST_RAM, most, hint))
    return text


def check(options):
    """Before anything is built for a guest's run: is what was asked for there?"""
    board = int(options.board)
    memory(options.mem, min(board - BELOW_GUEST, MOST_GUEST_RAM),
           " on a board of %d MB; RAM_MB in 'make menuconfig' is that" % board)
    if options.initrd:
        check_initrd(options.initrd)
    if options.rootfs:
        rootfs(options.rootfs, not options.initrd)


def run_guest(options):
    """QEMU with an image of Armature that has a Linux guest in it."""
    command = options.qemu.split()
    command += drive(rootfs(options.rootfs)) if options.rootfs else []
    say("QEMU", options.title + (" (leave with Ctrl-A x)" if os.isatty(0) else ""))
    return console.run(command + options.qemu_args.split())


def run(options):
    mem = memory(options.mem)
    disk = rootfs(options.rootfs, not options.initrd) if options.rootfs else None
    initrd = check_initrd(options.initrd) if options.initrd else None
    k = kernel.Kernel(options.linux, "native", options.preempt, options.debug)
    k.build()
    arguments = ARGUMENTS
    if not initrd and not disk:
        initramfs.make(INITRAMFS)
        initrd = INITRAMFS
    command = options.qemu.split() + [
        "-m", mem, "-kernel", os.path.join(k.out, "zImage"),
        "-dtb", os.path.join(k.out, kernel.DTB)]
    if initrd:
        command += ["-initrd", initrd]
    else:
        arguments += " root=/dev/vda rw rootwait"
    command += drive(disk) if disk else []
    # The board's own tree says that there are no more arguments than these.
    command += ["-append", (arguments + " " + os.environ.get("APPEND", "")).strip()]
    command += options.qemu_args.split()
    say("QEMU", "native Linux %s%s" % (
        options.linux, " (leave with Ctrl-A x)" if os.isatty(0) else ""))
    return console.run(command)
