# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
The default initramfs: Debian's static busybox for armhf and our init script.  It
is the same to the byte wherever it is made: order, owners and times are fixed.
Guest and native runs use the same one, so that figures can be compared.
"""
import gzip
import io
import os
import subprocess
import tarfile

import debs
from common import Failure, read, write_if_changed

BUSYBOX = ("busybox-static", ["bookworm", "bookworm-updates", "bookworm-security"],
           "1:1.35.0-4+deb12u1+b1")
FOLDERS = ("bin", "dev", "etc", "mnt", "proc", "root", "sbin", "sys", "tmp", "usr", "usr/bin",
           "usr/sbin", "var")
DIRECTORY, REGULAR, LINK, CHARACTER = 0o040000, 0o100000, 0o120000, 0o020000
HERE = os.path.dirname(os.path.abspath(__file__))


class Archive:
    """cpio in the form newc (Documentation/driver-api/early-userspace of Linux)"""

    def __init__(self):
        self.data, self.inode = io.BytesIO(), 0

    def add(self, name, mode, content=b"", device=(0, 0)):
        self.inode += 1
        fields = (self.inode, mode, 0, 0, 1, 0, len(content), 0, 0, device[0], device[1],
                  len(name) + 1, 0)
        self.data.write(b"070701" + b"".join(b"%08X" % f for f in fields))
        self.put(name.encode() + b"\0")
        self.put(content)

    def put(self, data):
        self.data.write(data)
        self.data.write(b"\0" * (-self.data.tell() % 4))

    def finish(self):
        self.inode = -1
        self.add("TRAILER!!!", 0)
        return gzip.compress(self.data.getvalue(), 9, mtime=0)


def busybox():
    _, deb = debs.fetch(*BUSYBOX, arch="armhf")
    done = subprocess.run(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    if done.returncode:
        raise Failure("%s is damaged (%s): remove it and try again"
                      % (deb, done.stderr.decode().strip()))
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
        for member in tar:
            if member.isfile() and os.path.basename(member.name) == "busybox":
                return tar.extractfile(member).read()
    raise Failure("%s has no busybox in it" % deb)


def parse_add(text):
    """PATH=FILE: a file of the host at a path of the initramfs"""
    path, eq, host = text.partition("=")
    if not eq or not path.strip("/"):
        raise Failure("--add %s: expected PATH=FILE" % text)
    return path.strip("/"), host


def make(out, added=()):
    """ADDED: more files, as PATH=FILE; /init can be replaced so."""
    files = {"init": read(os.path.join(HERE, "init")), "bin/busybox": busybox()}
    files.update((path, read(host)) for path, host in map(parse_add, added))
    folders = set(FOLDERS)
    for path in files:
        while os.path.dirname(path):
            path = os.path.dirname(path)
            folders.add(path)
    archive = Archive()
    for path in sorted(folders):
        archive.add(path, DIRECTORY | (0o1777 if path == "tmp" else 0o755))
    # What the kernel opens for the first process, before devtmpfs is there.
    archive.add("dev/console", CHARACTER | 0o600, device=(5, 1))
    archive.add("dev/null", CHARACTER | 0o666, device=(1, 3))
    archive.add("bin/sh", LINK | 0o777, b"busybox")
    for path in sorted(files):
        archive.add(path, REGULAR | 0o755, files[path])
    return write_if_changed(out, archive.finish())
