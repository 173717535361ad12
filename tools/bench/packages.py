# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
What the bench runs, out of Debian's armhf packages: LMbench (non-free, so it is
fetched for each machine and is never a part of this project), rt-tests, and the C
library that both want.
"""
import io
import os
import subprocess
import tarfile

import debs
from common import Failure, write_if_changed

STABLE = ["bookworm", "bookworm-updates", "bookworm-security"]
# package, suites, component, tested version
PACKAGES = [
    ("lmbench", STABLE[:1], "non-free", "3.0-a9+debian.1-6"),
    ("rt-tests", STABLE, "main", "2.4-1"),
    ("libc6", STABLE, "main", "2.36-9+deb12u14"),
    ("libnuma1", STABLE, "main", "2.0.16-1"),
]
LIBRARIES = ("ld-linux-armhf.so.3", "libc.so.6", "libpthread.so.0", "librt.so.1", "libnuma.so.1")


def target(name):
    """Where a package's file goes in the initramfs; None: it is not needed."""
    base = os.path.basename(name)
    if "/lmbench/bin/" in name and (base.startswith(("lat_", "bw_")) or base == "hello"):
        return "usr/lib/lmbench/" + base
    if base in ("hackbench", "cyclictest") and "/bin/" in name:
        return "bin/" + base
    for library in LIBRARIES:
        # libnuma.so.1.0.0 is the file, libnuma.so.1 a link to it
        if base == library or base.startswith(library + "."):
            return "lib/" + library
    return None


def unpack(deb, folder):
    """[(path in the initramfs, file)]"""
    done = subprocess.run(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    if done.returncode:
        raise Failure("%s is damaged (%s): remove it and try again"
                      % (deb, done.stderr.decode().strip()))
    found = []
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
        for member in tar:
            path = target(member.name) if member.isfile() else None
            if path:
                host = os.path.join(folder, path)
                write_if_changed(host, tar.extractfile(member).read())
                found.append((path, host))
    return found


def unpack_all(folder):
    """({package: version}, [(path in the initramfs, file)]) of all packages"""
    versions, found = {}, []
    for package, suites, component, tested in PACKAGES:
        versions[package], deb = debs.fetch(package, suites, tested, arch="armhf",
                                            component=component)
        files = unpack(deb, folder)
        if not files:
            raise Failure("%s has nothing in it that the bench runs" % deb)
        found += files
    return versions, found
