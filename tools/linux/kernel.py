# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Builds Linux, as a guest of Armature or native, both from the same base
configuration.  The native kernel is built from the unmodified tree.  Object
folders stay in the cache and are built on incrementally; what is needed of the
result goes to build/linux/<version>/<variant>.  A key of everything that goes
into a build says whether anything is to be done at all.
"""
import contextlib
import glob
import hashlib
import os
import shutil

import config
import guestcheck
import shimtree
import source
from common import (ROOT, Failure, cache, digest_of, files_below, lock, output_of, read,
                    run_logged, say, write_if_changed)

CROSS = "arm-linux-gnueabihf-"
# The same source and configuration give the same bytes, wherever and whenever.
REPRODUCIBLE = {"KBUILD_BUILD_TIMESTAMP": "Thu Jan  1 00:00:00 UTC 2026",
                "KBUILD_BUILD_USER": "armature", "KBUILD_BUILD_HOST": "armature",
                "KBUILD_BUILD_VERSION": "1", "LC_ALL": "C"}
RESULTS = ["vmlinux", "System.map", "arch/arm/boot/Image"]
DTB = "vexpress-v2p-ca9.dtb"
# variant -> its fragments, later ones on top
VARIANTS = {"guest": ["base", "guest"], "native": ["base", "native"],
            "native-pan": ["base", "native", "native-pan"]}


def environment():
    """Without what an outer make passes on: its variables would be Linux's."""
    env = {k: v for k, v in os.environ.items()
           if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "V", "CC", "ARCH",
                        "KCONFIG_CONFIG", "CROSS_COMPILE", "LOCALVERSION", "O", "W")}
    env.update(REPRODUCIBLE)
    env["CCACHE_DIR"] = cache("ccache")
    env.setdefault("CCACHE_MAXSIZE", "4G")
    env.setdefault("CCACHE_DEPEND", "1")    # nothing is preprocessed twice
    return env


class Kernel:
    """One kernel to build: which Linux, guest or native, how preemptible."""

    def __init__(self, linux, variant, preempt="none", debug=False):
        self.linux, self.variant, self.preempt, self.debug = linux, variant, preempt, debug
        self.name = variant + ("-" + preempt if preempt != "none" else "") + (
            "-debug" if debug else "")
        config.check_preempt(preempt)
        # Armature loads a flat image, QEMU by itself the compressed one.
        self.results = RESULTS + (["arch/arm/boot/zImage"] if variant != "guest" else [])
        own = source.is_tree(linux)
        label = os.path.basename(os.path.realpath(linux)) if own else linux
        self.out = os.path.join(ROOT, "build/linux", label, self.name)
        self.fragments = [os.path.join(ROOT, "shim/configs", n + ".config")
                          for n in (*VARIANTS[variant], *(["debug"] if debug else []))]

    def key(self):
        """None: a tree that others edit, whose state only its own make knows."""
        if source.is_tree(self.linux):
            return None
        here = os.path.dirname(os.path.abspath(__file__))
        files = self.fragments + [source.VERSIONS] + [
            os.path.join(here, n) for n in ("kernel.py", "config.py")]
        if self.variant == "guest":
            files += shimtree.inputs() + guestcheck.inputs()
        compiler = output_of([CROSS + "gcc", "-v", "-E", "-x", "c", "/dev/null"])
        version = output_of([CROSS + "gcc", "-dumpfullversion"])
        return digest_of(files, self.name, self.linux, compiler, version)

    def is_built(self, key):
        stamp = os.path.join(self.out, ".key")
        return (key and os.path.exists(stamp) and read(stamp).decode() == key and
                all(os.path.exists(os.path.join(self.out, os.path.basename(r)))
                    for r in self.results + [DTB]))

    def tree(self):
        """(folder in the cache for this Linux, tree to build from)"""
        name, clean = source.source(self.linux)
        if source.is_tree(self.linux):
            name += "-" + hashlib.sha256(clean.encode()).hexdigest()[:8]
        folder = cache("linux", name)
        if self.variant == "guest":
            return folder, shimtree.shimmed(clean, os.path.join(folder, "shimmed"),
                                            source.is_tree(self.linux))
        return folder, clean

    def objects(self):
        """(tree, folder of objects): built again if it was removed from the cache"""
        folder, tree = self.tree()
        obj = os.path.join(folder, self.name)
        if not os.path.exists(os.path.join(obj, "modules.builtin")):
            shutil.rmtree(self.out, ignore_errors=True)
            self.build()
        return tree, obj

    def build(self):
        key = self.key()
        if self.is_built(key):
            return
        self.folder, tree = self.tree()
        obj = os.path.join(self.folder, self.name)
        with lock(obj):
            os.makedirs(obj, exist_ok=True)
            mark = read(os.path.join(tree, shimtree.MANIFEST)) if self.variant == "guest" else b""
            self.compile(tree, obj)
            if mark and mark != read(os.path.join(tree, shimtree.MANIFEST)):
                raise Failure("%s got another shim while it was compiled, by a make in another "
                              "clone: try again" % tree)
            with contextlib.suppress(FileNotFoundError):    # until all of it is there
                os.unlink(os.path.join(self.out, ".key"))
            if self.variant == "guest":
                guestcheck.check(tree, obj, os.path.join(self.out, "sites"))
            self.install(tree, obj)
            if key:
                write_if_changed(os.path.join(self.out, ".key"), key.encode())

    def make(self, tree, obj):
        ccache = "ccache " if shutil.which("ccache") else ""
        return ["make", "-C", tree, "O=" + obj, "-j%d" % os.cpu_count(), "ARCH=arm",
                "CROSS_COMPILE=" + CROSS, "CC=%s%sgcc" % (ccache, CROSS), "LOCALVERSION="]

    def configure(self, tree, obj, env):
        """Only when what it is made of has changed, as it takes some seconds."""
        chosen = os.path.join(obj, "chosen.config")
        write_if_changed(chosen, config.fragment(
            self.preempt, source.version_of(tree)[:2]).encode())
        kconfigs = [p for p in shimtree.inputs() if self.variant == "guest" and
                    ("Kconfig" in os.path.basename(p) or "/patches/" in p)]
        key = digest_of(self.fragments + [chosen] + kconfigs, tree).encode()
        stamp = os.path.join(obj, ".config-key")
        if (not source.is_tree(self.linux) and os.path.exists(stamp) and read(stamp) == key and
                os.path.exists(os.path.join(obj, ".config"))):
            return
        config.configure(tree, obj, self.fragments + [chosen], self.make(tree, obj), env)
        write_if_changed(stamp, key)

    def compile(self, tree, obj):
        env = environment()
        self.configure(tree, obj, env)
        what = "Linux %s, %s" % (os.path.basename(self.folder), self.name)
        say("LINUX", "%s (log: %s/build.log)" % (what, obj))
        log = os.path.join(obj, "build.log")
        goals = [os.path.basename(r) for r in self.results if "/boot/" in r] + ["modules", "dtbs"]
        run_logged("LINUX", self.make(tree, obj) + goals, log, env=env,
                   count=lambda text: text.count("  CC ") + text.count("  AS "))
        warnings = read(log).count(b"warning: ")
        if warnings:
            say("NOTE", "%d warnings in %s" % (warnings, log))

    def install(self, tree, obj):
        found = glob.glob(os.path.join(obj, "arch/arm/boot/dts/**", DTB), recursive=True)
        if not found:
            raise Failure("Linux built no %s, see %s/build.log" % (DTB, obj))
        for path in [os.path.join(obj, r) for r in self.results] + found:
            write_if_changed(os.path.join(self.out, os.path.basename(path)), read(path))
        write_if_changed(os.path.join(self.out, "config"), read(os.path.join(obj, ".config")))
        self.install_modules(tree, obj, os.path.join(self.out, "modules"))

    def install_modules(self, tree, obj, target):
        shutil.rmtree(target, ignore_errors=True)
        os.makedirs(target)
        order = os.path.join(obj, "modules.order")
        if not os.path.exists(order) or not read(order).strip():
            return
        staging = os.path.join(obj, "modules.installed")
        shutil.rmtree(staging, ignore_errors=True)
        run_logged("MODULES", self.make(tree, obj) + ["INSTALL_MOD_PATH=" + staging,
                   "modules_install"], os.path.join(obj, "modules.log"), env=environment())
        for name in files_below(staging):
            # "build" and "source" point into the cache
            if not os.path.islink(os.path.join(staging, name)):
                write_if_changed(os.path.join(target, name), read(os.path.join(staging, name)))
