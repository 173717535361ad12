#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
tools/shim on a small tree that looks like Linux, with a shim of its own: what
fits is applied, brought up to date and written back; what does not fit is told.
Prints TAP.
"""
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tools"), os.path.join(ROOT, "tools/linux")]
sys.dont_write_bytecode = True

import config       # noqa: E402
import tap          # noqa: E402

LINUX = {
    "Makefile": "VERSION = 9\nPATCHLEVEL = 4\nSUBLEVEL = 2\nEXTRAVERSION =\n",
    "arch/arm/Kbuild": "obj-y += vdso/\nobj-y += kernel/ mm/\n",
    "arch/arm/kernel/setup.c": "".join("line %d\n" % n for n in range(1, 41)),
    "arch/arm/mm/mmu.c": "int one;\nint fill(int a)\n{\n\tone = a;\n\treturn 1;\n}\n",
    "arch/arm/include/asm/cp15.h": "static inline void set_it(int to) { }\n",
}
PATCH = """\
A description.

--- a/arch/arm/Kbuild
+++ b/arch/arm/Kbuild
@@ -1,2 +1,3 @@
 obj-y += vdso/
+obj-$(CONFIG_ARM_L4) += l4/
 obj-y += kernel/ mm/
--- a/arch/arm/kernel/setup.c
+++ b/arch/arm/kernel/setup.c
@@ -19,3 +19,3 @@
 line 19
-line 20
+line twenty
 line 21
"""
NEW = "arch/arm/l4/l4.c"
HEADER = "arch/arm/l4/include/asm/cp15.h"
SETUP = "arch/arm/kernel/setup.c"


def write(folder, name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)


def read(folder, name):
    try:
        with open(os.path.join(folder, name)) as f:
            return f.read()
    except FileNotFoundError:
        return None


class World:
    """A project with a shim, a clean tree and a tree to work on, all small."""

    def __init__(self, folder):
        self.project, self.clean, self.tree = (os.path.join(folder, n)
                                               for n in ("project", "clean", "tree"))
        for part in ("tools/shim", "tools/calls.py"):
            os.makedirs(os.path.dirname(os.path.join(self.project, part)), exist_ok=True)
            shutil.copy(os.path.join(ROOT, part), os.path.join(self.project, part))
        shutil.copytree(os.path.join(ROOT, "tools/linux"),
                        os.path.join(self.project, "tools/linux"))
        shutil.copytree(os.path.join(ROOT, "include"), os.path.join(self.project, "include"))
        write(self.project, "shim/versions", "9.4 none none 1 -\n")
        write(self.project, "shim/anchors", "arch/arm/mm/mmu.c fill  is the only way\n")
        write(self.project, "shim/overrides", "")
        write(self.project, "shim/src/" + NEW, "int l4;\n")
        write(self.project, "shim/src/" + HEADER, "#define set_it n_set_it\n"
              "#include_next <asm/cp15.h>\n")
        write(self.project, "shim/patches/series", "one.patch\n")
        self.patch(PATCH)
        for name, text in LINUX.items():
            write(self.clean, name, text)
        shutil.copytree(self.clean, self.tree)

    def patch(self, text, name="one.patch"):
        write(self.project, "shim/patches/" + name, text)

    def shim(self, *arguments):
        """(status, output)"""
        done = subprocess.run([os.path.join(self.project, "tools/shim"), *arguments],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, universal_newlines=True)
        return done.returncode, done.stdout

    def copy(self):
        """What a build makes of the tree: (status, output), and the copy's folder."""
        copy = os.path.join(self.project, "copy")
        done = subprocess.run([sys.executable, "-B", "-c", "import sys, common, shimtree\n"
                               "common.main(lambda: shimtree.shimmed(*sys.argv[1:3], True) and 0)",
                               self.tree, copy], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              cwd=os.path.join(self.project, "tools/linux"),
                              universal_newlines=True)
        return done.returncode, done.stdout, copy

    def now(self, name):
        return read(self.tree, name)

    def change(self, name, old, new):
        write(self.tree, name, self.now(name).replace(old, new))


def applies(w):
    status, out = w.shim("apply", w.tree)
    assert status == 0 and "2 clean, 0 with fuzz" in out, out
    assert "line twenty\n" in w.now(SETUP) and w.now(NEW) == "int l4;\n"
    assert "L4_NR_" in w.now("arch/arm/l4/include/l4/callnr.h")
    assert w.now("arch/arm/l4/include/l4/vcpu.h") and not w.now("arch/arm/l4/include/l4/bootinfo.h")


def refuses_a_second_time(w):
    w.shim("apply", w.tree)
    status, out = w.shim("apply", w.tree)
    assert status and "has the shim already" in out, out


def update_writes_only_what_changed(w):
    w.shim("apply", w.tree)
    before = os.stat(os.path.join(w.tree, SETUP)).st_mtime_ns
    write(w.project, "shim/src/" + NEW, "int l4 = 1;\n")
    status, out = w.shim("apply", "--update", w.tree)
    assert status == 0 and "1 files written" in out and w.now(NEW) == "int l4 = 1;\n", out
    assert os.stat(os.path.join(w.tree, SETUP)).st_mtime_ns == before


def update_takes_out_what_is_gone(w):
    w.shim("apply", w.tree)
    w.patch(PATCH[:PATCH.index("--- a/" + SETUP)])
    os.rename(os.path.join(w.project, "shim/src", NEW),
              os.path.join(w.project, "shim/src/arch/arm/l4/other.c"))
    assert w.shim("apply", "--update", w.tree)[0] == 0
    assert w.now(SETUP) == LINUX[SETUP] and w.now(NEW) is None
    assert w.now("arch/arm/l4/other.c") == "int l4;\n"


def edits_by_hand_are_kept(w):
    w.shim("apply", w.tree)
    w.change(NEW, "int", "long")
    status, out = w.shim("apply", "--update", w.tree)
    assert status and "edited by hand" in out and NEW in out, out
    assert w.now(NEW) == "long l4;\n"
    assert w.shim("apply", "--force", w.tree)[0] == 0 and w.now(NEW) == "int l4;\n"


def moved_lines_are_clean(w):
    write(w.tree, SETUP, "more\n" * 30 + LINUX[SETUP])
    status, out = w.shim("-v", "apply", w.tree)
    assert status == 0 and "2 clean" in out and "offset 30" in out, out


def fuzz_is_told(w):
    w.patch(PATCH.replace("@@ -19,3 +19,3 @@\n line 19\n", "@@ -18,4 +18,4 @@\n other\n line 19\n"))
    status, out = w.shim("apply", w.tree)
    assert status == 0 and "1 with fuzz" in out and "look at it" in out, out
    write(w.clean, ".keep", "")
    assert w.shim("check", os.path.join(w.clean, ""))[0] == 1


def a_reject_writes_nothing(w):
    w.change(SETUP, "line 20", "line XX")
    before = w.now("arch/arm/Kbuild")
    status, out = w.shim("apply", w.tree)
    assert status == 1 and "needs a person" in out and "line twenty" in out, out
    assert w.now("arch/arm/Kbuild") == before and w.now(NEW) is None


def partly_writes_what_fits(w):
    w.change(SETUP, "line 20", "line XX")
    status, _ = w.shim("apply", "--partly", w.tree)
    assert status == 1 and "CONFIG_ARM_L4" in w.now("arch/arm/Kbuild")


def a_missing_file_is_a_reject(w):
    os.remove(os.path.join(w.tree, SETUP))
    status, out = w.shim("apply", w.tree)
    assert status == 1 and "no such file" in out, out


def two_places_are_ambiguous(w):
    write(w.tree, SETUP, LINUX[SETUP] * 2)
    status, out = w.shim("apply", w.tree)
    assert status == 0 and "2 places look like it" in out, out


def a_variant_is_taken(w):
    w.patch(PATCH.replace("twenty", "XX (twenty)"), "9.4/one.patch")
    w.shim("apply", w.tree)
    assert "line XX (twenty)\n" in w.now(SETUP)


def a_new_file_may_not_be_linux_s(w):
    write(w.tree, NEW, "theirs\n")
    status, out = w.shim("apply", w.tree)
    assert status and "is a file of Linux" in out, out


def refresh_writes_back(w):
    w.shim("apply", w.tree)
    w.change(SETUP, "line twenty", "line 2O")
    w.change(NEW, "int", "long")
    write(w.tree, "arch/arm/l4/more.c", "int more;\n")
    status, out = w.shim("refresh", w.tree, "--clean", w.clean)
    assert status == 0, out
    patch = read(w.project, "shim/patches/one.patch")
    assert patch.startswith("A description.\n") and "+line 2O\n" in patch, patch
    assert read(w.project, "shim/src/" + NEW) == "long l4;\n"
    assert read(w.project, "shim/src/arch/arm/l4/more.c") == "int more;\n"
    assert w.shim("apply", "--update", w.tree)[1].endswith("0 files written to %s\n" % w.tree)
    assert "what this tree has" in w.shim("refresh", w.tree, "--clean", w.clean)[1]


def refresh_wants_a_patch_for_a_new_edit(w):
    w.shim("apply", w.tree)
    w.change("Makefile", "EXTRAVERSION", "# ours\nEXTRAVERSION")
    status, out = w.shim("refresh", w.tree, "--clean", w.clean)
    assert status and "--into" in out, out
    assert w.shim("refresh", w.tree, "--clean", w.clean, "--into", "two.patch")[0] == 0
    assert read(w.project, "shim/patches/series") == "one.patch\ntwo.patch\n"
    assert "+# ours" in read(w.project, "shim/patches/two.patch")
    assert "# ours" in w.now("Makefile")
    status, out = w.shim("apply", "--update", w.tree)
    assert status == 0 and "3 clean" in out and "0 files written" in out, out


def refresh_of_a_wrong_tree_changes_nothing(w):
    status, out = w.shim("refresh", w.tree, "--clean", w.clean)
    assert status and "no file of the shim" in out, out
    w.shim("apply", w.tree)
    status, out = w.shim("refresh", w.clean, "--clean", w.tree)
    assert status and "has the shim" in out, out
    assert read(w.project, "shim/src/" + NEW) and read(w.project, "shim/patches/one.patch") == PATCH


def a_build_follows_a_tree_with_the_shim(w):
    w.shim("apply", w.tree)
    for _ in range(2):
        status, out, copy = w.copy()
        assert status == 0 and "line twenty\n" in read(copy, SETUP), out
    write(w.tree, "drivers/new/Makefile", "obj-y := new.o\n")
    w.change("arch/arm/mm/mmu.c", "int one;", "int two;")
    status, out, copy = w.copy()
    assert status == 0 and "int two;" in read(copy, "arch/arm/mm/mmu.c"), out
    assert read(copy, "drivers/new/Makefile") and "line twenty\n" in read(copy, SETUP)
    w.change(NEW, "int", "long")
    status, out, copy = w.copy()
    assert status and "edited by hand: %s" % NEW in out and "refresh" in out, out


def refresh_gives_context_until_a_place_is_unique(w):
    for folder in (w.clean, w.tree):
        write(folder, SETUP, "a\nb\nc\nd\n" * 3 + "x\na\nb\nc\nd\n")
    w.patch(PATCH[:PATCH.index("--- a/" + SETUP)])
    w.shim("apply", w.tree)
    write(w.tree, SETUP, "a\nb\nc\nd\n" * 3 + "x\na\nb\nNEW\nc\nd\n")
    w.shim("refresh", w.tree, "--clean", w.clean, "--into", "two.patch")
    assert " x\n a\n b\n+NEW\n" in read(w.project, "shim/patches/two.patch")
    assert w.shim("check", os.path.join(w.clean, ""))[0] == 0


def stat_counts(w):
    status, out = w.shim("stat")
    assert status == 0 and "| 9.4 | 2 | 3 | 3 | 2 | 2 | 3 | 0 |" in out, out


def readme_shows_it(_):
    out = subprocess.run([os.path.join(ROOT, "tools/shim"), "stat"], stdout=subprocess.PIPE,
                         check=True, universal_newlines=True).stdout
    assert out in read(ROOT, "README.md"), "put this into README.md:\n" + out


def unlisted(w, *options):
    """The tree becomes one of a version that is not listed"""
    w.change("Makefile", "LEVEL = 4", "LEVEL = 5")
    status, out = w.shim("apply", "--no-build", "--beside", w.clean, w.tree, *options)
    return status, out, read(w.project, "build/shim/9.5.2.report")


def an_unlisted_version_gets_a_report(w):
    status, out, kept = unlisted(w)
    assert status == 0 and "Linux 9.5.2, which is not in shim/versions, beside 9.4.2" in out, out
    assert "1. Edits: 2 hunks: 2 clean" in out and "0 of them at another line" in out, out
    assert "2. Places that the shim leans on: 1: 0 changed, 0 gone, 0 new" in out, out
    assert "3. Names that it overrides: 1: 0 changed, 0 gone, 0 new" in out, out
    assert "Verdict: it fits; nothing was built (--no-build). Then boot it" in out, out
    assert "hunk 1: applies at line 1" in kept and w.now(NEW) == "int l4;\n", kept


def the_report_tells_what_changed_natively(w):
    w.change("arch/arm/include/asm/cp15.h", "int to", "long to")
    w.change("arch/arm/mm/mmu.c", "one = a;", "one = 2 * a;\n\tone++;")
    w.change(SETUP, "line 1\n", "line 0\nline 1\n")
    status, out, kept = unlisted(w)
    assert status == 0 and "1 of them at another line" in out, out
    assert "arch/arm/mm/mmu.c: fill: changed +2 -1: is the only way" in out, out
    assert "asm/cp15.h: set_it: changed +1 -1" in out, out
    assert "| -one = a;\n" in kept and "| +one = 2 * a;\n" in kept, kept
    assert "all the same: places that the shim leans on: 1 changed, 0 gone" in out, out


def the_report_tells_what_is_gone(w):
    w.change("arch/arm/include/asm/cp15.h", "set_it", "set_that")
    w.change("arch/arm/mm/mmu.c", "fill", "fill_all")
    out = unlisted(w)[1]
    assert "mmu.c: fill: gone: is the only way" in out and "cp15.h: set_it: gone" in out, out
    assert "0 changed, 1 gone, 0 new; names that it overrides: 0 changed, 1 gone" in out, out


def a_reject_is_the_verdict(w):
    w.change(SETUP, "line 20\n", "line XX\n")
    status, out, kept = unlisted(w)
    assert status and "Verdict: it does not fit: 1 hunks are rejected" in out, out
    assert "-line 20" in kept and "Nothing was written" in out and not w.now(NEW), out


def comments_and_blanks_are_no_change(w):
    w.change("arch/arm/mm/mmu.c", "\tone = a;", "\t/* why */\n\tone  =  a;")
    w.change("arch/arm/mm/mmu.c", "int one;", "int one, two;")
    assert "leans on: 1: 0 changed" in unlisted(w)[1]


def a_symbol_with_another_value_is_told(w):
    write(w.tree, "old", "CONFIG_SAME=y\n# CONFIG_ON is not set\nCONFIG_GONE=y\nCONFIG_SIZE=3\n")
    write(w.tree, "new", "CONFIG_SAME=y\nCONFIG_ON=y\n# CONFIG_NEW is not set\nCONFIG_SIZE=12\n")
    old, new = (config.parse(os.path.join(w.tree, n)) for n in ("old", "new"))
    assert config.differences(old, new) == [("ON", "n", "y"), ("SIZE", "3", "12")]


def no_tree_is_an_error(w):
    status, out = w.shim("apply", os.path.join(w.tree, "arch"))
    assert status and "is no Linux source tree" in out and "Traceback" not in out, out


TESTS = [applies, refuses_a_second_time, update_writes_only_what_changed,
         update_takes_out_what_is_gone, edits_by_hand_are_kept, moved_lines_are_clean,
         fuzz_is_told, a_reject_writes_nothing, partly_writes_what_fits,
         a_missing_file_is_a_reject, two_places_are_ambiguous, a_variant_is_taken,
         a_new_file_may_not_be_linux_s, refresh_writes_back,
         refresh_wants_a_patch_for_a_new_edit, refresh_of_a_wrong_tree_changes_nothing,
         a_build_follows_a_tree_with_the_shim, refresh_gives_context_until_a_place_is_unique,
         stat_counts, readme_shows_it, an_unlisted_version_gets_a_report, the_report_tells_what_changed_natively,
         the_report_tells_what_is_gone, a_reject_is_the_verdict, comments_and_blanks_are_no_change,
         a_symbol_with_another_value_is_told, no_tree_is_an_error]

if __name__ == "__main__":
    sys.exit(tap.run(TESTS, World))
