# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
'make rootfs': a Debian root image for armhf, with systemd, in the cache.  Its
first stage, fetching and unpacking, is debootstrap's on this machine; the second,
which runs ARM programs, is done by booting it once on native Linux in QEMU.  So
neither binfmt nor rights are needed; who is not root gets fakeroot.
"""
import os
import re
import shutil

import debs
import kernel
import native
from common import Failure, cache, lock, read, run_logged, say

SUITE = "bookworm"
SIZE = "1G"
PACKAGES = ["systemd-sysv", "udev", "dbus", "iproute2", "iputils-ping", "procps", "kmod", "less"]
UNSAFE = ",cache=unsafe"      # an image that is not finished need not survive a crash
HERE = os.path.dirname(os.path.abspath(__file__))
FSTAB = "/dev/root / ext4 defaults,noatime 0 0\n"
# Runs as root or as what looks like it: arguments are the folder, the image, then debootstrap.
BUILD = """\
set -e
folder=$1 image=$2 second=$3
shift 3
"$@"
cd "$folder"
cp "$second" second-stage
chmod 755 second-stage
echo linux >etc/hostname
printf '127.0.0.1 localhost linux\\n' >etc/hosts
printf '%s' "$FSTAB" >etc/fstab
printf '%s' "$SOURCES" >etc/apt/sources.list
rm -f "$image"
truncate -s "$SIZE" "$image"
mkfs.ext4 -q -L armature-root -E root_owner=0:0 -d "$folder" "$image"
"""


def first_stage(work, image):
    (uri, key), _ = debs.mirrors()
    folder = os.path.join(work, "tree")
    shutil.rmtree(folder, ignore_errors=True)
    command = ["debootstrap", "--foreign", "--arch=armhf", "--variant=minbase",
               "--include=" + ",".join(PACKAGES)]
    command += ["--keyring=" + key] if key.startswith("/") else []
    command += [SUITE, folder, uri]
    sources = "".join(re.sub(r"\[.*?\] ", "", line) + "\n" for line in debs.source_lines(
        [SUITE, SUITE + "-updates", SUITE + "-security"]).splitlines())
    env = dict(os.environ, FSTAB=FSTAB, SOURCES=sources, SIZE=SIZE, LC_ALL="C",
               PATH=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if debs.proxy():
        env.setdefault("http_proxy", debs.proxy())
    run_logged("ROOTFS", (["fakeroot"] if os.getuid() else []) + [
        "sh", "-c", BUILD, "rootfs", folder, image, os.path.join(HERE, "second-stage")] + command,
        os.path.join(work, "first-stage.log"), env=env, hint="Is there a network?")
    shutil.rmtree(folder)


def second_stage(work, image, qemu, linux):
    k = kernel.Kernel(linux, "native")
    k.build()
    log = os.path.join(work, "second-stage.log")
    command = qemu.split() + ["-m", "512", "-kernel", os.path.join(k.out, "zImage"),
                              "-dtb", os.path.join(k.out, kernel.DTB)] + native.drive(image, UNSAFE)
    command += ["-append", native.ARGUMENTS + " root=/dev/vda rw rootwait init=/second-stage"]
    run_logged("ROOTFS", command, log)
    if b"second-stage: done" not in read(log):
        raise Failure("the second stage did not come to its end, see %s" % log)


def make(options):
    if os.path.exists(native.DEBIAN) and not options.renew:
        say("ROOTFS", "%s is there; RENEW=1 makes it anew" % native.DEBIAN)
        return
    work = cache("rootfs", "work")
    with lock(work):
        image = os.path.join(work, "image")
        say("ROOTFS", "Debian %s, unpacking (log: %s/first-stage.log)" % (SUITE, work))
        first_stage(work, image)
        say("ROOTFS", "Debian %s, setting up on native Linux in QEMU (log: %s/second-stage.log)"
            % (SUITE, work))
        second_stage(work, image, options.qemu, options.linux)
        os.replace(image, native.DEBIAN)
    say("ROOTFS", native.DEBIAN)
