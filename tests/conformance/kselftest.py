# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Builds the kernel's own selftests from the Linux source in the cache, with Linux's
own makefiles, for armhf.  What does not build there, for lack of a library or of
support for ARM, is left out, and is in the log.  The result is a folder to be put
into the root image, with a list of the tests.
"""
import glob
import hashlib
import os
import shutil
import subprocess

import image
import kernel
import source
from common import (Failure, cache, files_below, lock, output_of, read, run_logged, say,
                    write_if_changed)

# Folders of tools/testing/selftests, as far as the version has them.
TARGETS = """acct breakpoints cachestat capabilities clone3 core coredump exec fchmodat2 filelock
filesystems filesystems/epoll futex futex/functional ipc kcmp membarrier memfd mincore mm mount
mount_setattr mqueue openat2 pid_namespace pidfd pipe proc ptrace rlimits rseq seccomp sigaltstack
signal size splice sync timens timers tmpfs tty user vDSO vm""".split()
# What takes longer than the limit: a measurement that judges nothing, a race that is
# tried 400,000 times, and some hundred runs of rseq/param_test, which is a test itself.
LEFT_OUT = ["mqueue/mq_perf_tests", "openat2/rename_attack_test", "rseq/run_param_test.sh"]
# What their makefiles read of the tree besides.
PARTS = ["tools/testing/selftests", "tools/include", "tools/scripts", "tools/build", "tools/lib",
         "tools/arch", "scripts", "mm/gup_test.h"]
TESTS = "tree/tools/testing/selftests"
# Some folders have their programs among the files that their scripts call.
FILES_TOO = "vm mm mount_setattr"
PRINT = ("print-tests:;@echo $(notdir $(TEST_GEN_PROGS) $(TEST_CUSTOM_PROGS) $(TEST_PROGS)"
         " $(if $(filter %s,$(notdir $(CURDIR))),$(TEST_GEN_FILES)))" % FILES_TOO)


def copy(tree, work):
    """The tests' part of the source: their makefiles write beside their sources."""
    for part in PARTS:
        path, new = os.path.join(tree, part), os.path.join(work, "tree", part)
        if os.path.isdir(path):
            shutil.copytree(path, new, symlinks=True)
        elif os.path.exists(path):
            os.makedirs(os.path.dirname(new), exist_ok=True)
            shutil.copy(path, new)


def libraries(work):
    """gcc's options for the libraries in packages-dev, unpacked."""
    root = os.path.join(work, "libraries")
    for deb in glob.glob(os.path.join(image.packages("packages-dev"), "*.deb")):
        # the compiler has its own C library
        if not os.path.basename(deb).startswith(("libc6", "linux-libc", "libc-dev")):
            output_of(["dpkg-deb", "-x", deb, root])
    lib = "lib/arm-linux-gnueabihf"
    return " ".join(["-I%s/usr/include" % root, "-I%s/usr/include/fuse" % root,
                     "-L%s/usr/%s" % (root, lib), "-L%s/%s" % (root, lib),
                     "-Wl,-rpath-link=%s/usr/%s:%s/%s" % (root, lib, root, lib)])


def compile_tests(tree, work, targets):
    """Some never build here: make's status says nothing.  Returns make's command."""
    env = kernel.environment()
    make = ["make", "ARCH=arm", "CROSS_COMPILE=" + kernel.CROSS]
    run_logged("HEADERS", make + ["-C", tree, "O=" + os.path.join(work, "headers"), "headers"],
               os.path.join(work, "headers.log"), env=env)
    make += ["CC=%sgcc %s" % (kernel.CROSS, libraries(work)), "MACHINE=arm",
             "KHDR_INCLUDES=-isystem " + os.path.join(work, "headers/usr/include")]
    log = os.path.join(work, "build.log")
    say("BUILD", "selftests (log: %s)" % log)
    with open(log, "wb") as f:
        subprocess.run(make + ["-k", "-j%d" % os.cpu_count(), "-C", os.path.join(work, TESTS),
                               "TARGETS=" + " ".join(targets), "all"], env=env,
                       stdin=subprocess.DEVNULL, stdout=f, stderr=subprocess.STDOUT)
    return make


def tests_of(make, work, target):
    """What Linux's makefile calls its tests, as far as they have been built."""
    folder = os.path.join(work, TESTS, target)
    done = subprocess.run(make + ["-s", "-C", folder, "--eval", PRINT, "print-tests"],
                          env=kernel.environment(), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return [t for t in dict.fromkeys(done.stdout.decode().split())
            if os.path.isfile(os.path.join(folder, t)) and target + "/" + t not in LEFT_OUT]


def install_tests(make, work, install, targets, version):
    """Whole folders, as tests call each other; and our runner's list."""
    lines = []
    for target in targets:
        for test in tests_of(make, work, target):
            start = "./" if os.access(os.path.join(work, TESTS, target, test), os.X_OK) else "sh "
            lines.append("%s/%s\tcd /opt/kselftest/%s && %s%s"
                         % (target, test, target, start, test))
    if not lines:
        raise Failure("no selftest was built, see %s/build.log" % work)
    for target in targets + ["kselftest"]:
        shutil.copytree(os.path.join(work, TESTS, target), os.path.join(install, target),
                        ignore=shutil.ignore_patterns("*.c", "*.h", "*.o"), dirs_exist_ok=True)
    strip(install)
    write_if_changed(os.path.join(install, "version"), (version + "\n").encode())
    write_if_changed(os.path.join(install, "list"), ("\n".join(lines) + "\n").encode())


def strip(install):
    for name in files_below(install):
        path = os.path.join(install, name)
        if not os.path.islink(path) and read(path)[:4] == b"\x7fELF":
            subprocess.run([kernel.CROSS + "strip", path], stderr=subprocess.DEVNULL)


def build(linux):
    """The folder with tests and list; built once for a version of Linux, and of this file."""
    version, tree = source.source(linux)
    work = cache("conformance", "kselftest-" + version)
    install, stamp = os.path.join(work, "install"), os.path.join(work, "key")
    key = hashlib.sha256(read(__file__) + read(os.path.join(image.HERE, "packages-dev"))).digest()
    with lock(work):
        if not os.path.exists(stamp) or read(stamp) != key:
            shutil.rmtree(work)
            os.makedirs(install)
            copy(tree, work)
            targets = [t for t in TARGETS if os.path.isdir(os.path.join(work, TESTS, t))]
            make = compile_tests(tree, work, targets)
            install_tests(make, work, install, targets, version)
            shutil.rmtree(os.path.join(work, "tree"))
            write_if_changed(stamp, key)
    return install
