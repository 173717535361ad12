# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
The root image of a conformance run: Debian packages for armhf, unpacked but not
set up, our runner as first process, and a tree of tests.  Guest and native Linux
boot from the same one.  It is made without rights (who is not root gets fakeroot)
and anew only when something that goes into it has changed.
"""
import glob
import hashlib
import os
import re
import shutil
import subprocess

import debs
from common import Failure, cache, lock, log_tail, read, run_logged, say, write_if_changed

HERE = os.path.dirname(os.path.abspath(__file__))
SUITES = ["bookworm", "bookworm-updates", "bookworm-security"]
FREE_MB = 900       # that tests find in the file system


def package_names(which):
    lines = read(os.path.join(HERE, which)).decode().splitlines()
    return [word for line in lines for word in re.sub("#.*", "", line).split()]


def packages(which):
    """The folder with all of a list, and what they depend on, as .deb files."""
    folder = cache("conformance", which)
    names = " ".join(package_names(which))
    stamp = os.path.join(folder, "complete")
    with lock(folder):
        if os.path.exists(stamp) and read(stamp).decode() == names:
            return folder
        shutil.rmtree(folder)
        os.makedirs(os.path.join(folder, "partial"))
        with lock(cache("apt", SUITES[0], parent=True)):
            apt = debs.Apt(SUITES, "armhf")
            apt.update()
            say("FETCH", "%d packages and what they depend on" % len(names.split()))
            if debs.run_apt(apt.log, "apt-get", "-c", apt.config, "-qq", "-y", "-d",
                            "--no-install-recommends", "-o", "Dir::Cache::archives=" + folder,
                            "install", *names.split()):
                raise Failure("cannot fetch the suites' packages\n%s\n  log: %s%s"
                              % (log_tail(apt.log), apt.log, apt.complaint))
        write_if_changed(stamp, names.encode())
    return folder


def tree_digest(folder):
    """Names, sizes and times of a tree: enough to see that it was changed."""
    digest = hashlib.sha256()
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            st = os.lstat(os.path.join(where, name))
            digest.update(("%s/%s %d %d\n" % (where, name, st.st_size, st.st_mtime_ns)).encode())
    return digest.hexdigest()


def size_of(folder):
    return int(subprocess.check_output(["du", "-sm", folder]).split()[0])


def make(image, tree, name, runner, builtin):
    """
    IMAGE: an ext4 file system with the files below TREE as /opt/NAME, RUNNER as the
    first process, and Linux's list of drivers that are not modules.
    """
    image, tree, runner = map(os.path.abspath, (image, tree, runner))
    folder = packages("packages")
    script = os.path.join(HERE, "mkroot")
    parts = sorted(glob.glob(os.path.join(folder, "*.deb")))
    key = hashlib.sha256(" ".join([tree_digest(tree), name, str(FREE_MB), builtin[0]] +
                                  [os.path.basename(p) for p in parts]).encode() +
                         read(runner) + read(script) + read(builtin[1])).hexdigest()
    stamp = image + ".key"
    if os.path.exists(image) and os.path.exists(stamp) and read(stamp).decode() == key:
        return
    root = image + ".root"
    shutil.rmtree(root, ignore_errors=True)
    os.makedirs(root)
    env = dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin:/sbin", LC_ALL="C")
    run_logged("IMAGE", (["fakeroot"] if os.getuid() else []) + [
        script, root, image + ".new", str(size_of(tree) + 150 + FREE_MB), tree, name, runner,
        builtin[0], builtin[1]] + parts, image + ".log", env=env)
    shutil.rmtree(root)
    os.replace(image + ".new", image)
    write_if_changed(stamp, key.encode())
