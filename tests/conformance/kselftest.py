# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Builds the kernel's own selftests from the Linux source in the cache, with Linux's
own makefiles, for armhf.  What does not build there, for lack of a library or of
support for ARM, is left out, and is in the log.  The result is a folder to be put
into the root image, with a list of the tests.
"""
import os
import shutil
import subprocess

import kernel
import source
from common import Failure, cache, files_below, lock, read, run_logged, say, write_if_changed

# Folders of tools/testing/selftests, as far as the version has them.
TARGETS = """breakpoints clone3 core exec filesystems futex ipc kcmp membarrier memfd mincore mm
mount mqueue openat2 pid_namespace pidfd proc ptrace rlimits rseq seccomp sigaltstack signal size
splice sync timens timers tmpfs user vDSO vm""".split()
# What their makefiles read of the tree besides.
PARTS = ["tools/testing/selftests", "tools/include", "tools/scripts", "tools/build", "tools/lib",
         "tools/arch", "scripts"]
LIST = "kselftest-list.txt"


def copy(tree, work):
    """The tests' part of the source: their makefiles write beside their sources."""
    for part in PARTS:
        if os.path.isdir(os.path.join(tree, part)):
            shutil.copytree(os.path.join(tree, part), os.path.join(work, "tree", part),
                            symlinks=True)


def compile_tests(tree, work, targets):
    env = kernel.environment()
    make = ["make", "ARCH=arm", "CROSS_COMPILE=" + kernel.CROSS]
    run_logged("HEADERS", make + ["-C", tree, "O=" + os.path.join(work, "headers"), "headers"],
               os.path.join(work, "headers.log"), env=env)
    include = os.path.join(work, "headers/usr/include")
    log = os.path.join(work, "build.log")
    say("BUILD", "selftests (log: %s)" % log)
    # Some of them never build here: make's status says nothing.
    with open(log, "wb") as f:
        subprocess.run(make + ["-k", "-j%d" % os.cpu_count(), "-C",
                               os.path.join(work, "tree/tools/testing/selftests"),
                               "KHDR_INCLUDES=-isystem " + include,
                               "TARGETS=" + " ".join(targets),
                               "INSTALL_PATH=" + os.path.join(work, "install"), "install"],
                       stdin=subprocess.DEVNULL, stdout=f, stderr=subprocess.STDOUT, env=env)
    if not os.path.exists(os.path.join(work, "install", LIST)):
        raise Failure("the kernel's selftests could not be built, see %s" % log)


def write_list(install, version):
    """Our runner's list, from the one that Linux's makefile has written."""
    lines = []
    for line in read(os.path.join(install, LIST)).decode().split():
        target, _, test = line.partition(":")
        path = os.path.join(install, target, test)
        if os.path.isfile(path):
            start = "./" if os.access(path, os.X_OK) else "sh "
            lines.append("%s/%s\tcd /opt/kselftest/%s && %s%s"
                         % (target, test, target, start, test))
    if not lines:
        raise Failure("no selftest was built, see the log in %s" % os.path.dirname(install))
    write_if_changed(os.path.join(install, "list"), ("\n".join(lines) + "\n").encode())
    write_if_changed(os.path.join(install, "version"), (version + "\n").encode())


def strip(install):
    for name in files_below(install):
        path = os.path.join(install, name)
        if not os.path.islink(path) and read(path)[:4] == b"\x7fELF":
            subprocess.run([kernel.CROSS + "strip", path], stderr=subprocess.DEVNULL)


def build(linux):
    """The folder with tests and list; built once for a version of Linux."""
    version, tree = source.source(linux)
    work = cache("conformance", "kselftest-" + version)
    install = os.path.join(work, "install")
    with lock(work):
        if not os.path.exists(os.path.join(install, "list")):
            shutil.rmtree(work)
            os.makedirs(install)
            copy(tree, work)
            selftests = os.path.join(work, "tree/tools/testing/selftests")
            compile_tests(tree, work, [t for t in TARGETS
                                       if os.path.isdir(os.path.join(selftests, t))])
            strip(install)
            write_list(install, version)
            shutil.rmtree(os.path.join(work, "tree"))
    return install
