#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
The checks of a built guest kernel: do they find what they are there for?  Single
instructions, instructions planted in a copy of vmlinux and in a module, and names
that another Linux would have.  Takes the guest kernel that 'make linux' built.
Prints TAP.

  SHIM_LINUX=6.1 checks.py
"""
import os
import re
import shutil
import struct
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tools", d) for d in ("linux", ".")]
sys.dont_write_bytecode = True

import elf          # noqa: E402
import insncheck    # noqa: E402
import overrides    # noqa: E402
import source       # noqa: E402
import tap          # noqa: E402
from common import CACHE, Failure, read     # noqa: E402

CROSS = insncheck.CROSS
NATIVE = "arch/arm/include/asm"
# What user mode does not have, and as which kind it has to be found.
BAD = {
    "mode": ["cpsid i", "cpsie if", "cps #19", "srsdb sp!, #19", "rfeia r0!"],
    "psr": ["mrs r0, cpsr", "mrs r1, spsr", "msr cpsr_c, r0", "msr cpsr_c, #0xd3",
            "msr cpsr_fsxc, r3", "msr cpsr_fx, r3", "msr spsr_fsxc, r1", "msr spsr_f, #0xf0000000",
            "mrsne r0, cpsr"],
    "return": ["movs pc, lr", "subs pc, lr, #4", "movseq pc, lr", "subs pc, lr, r1",
               "adds pc, r0, r1, lsl #2"],
    "banked": ["ldm r0, {sp, lr}^", "stmdb r0, {sp, lr}^", "ldm sp!, {r0, pc}^",
               "mrs r0, sp_irq", "msr spsr_fiq, r1"],
    "wait": ["wfi", "wfe", "wfine"],
    "call": ["smc #0", "hvc #1"],
    "cp15": ["mcr p15, 0, r0, c7, c5, 0", "mrc p15, 0, r0, c0, c0, 0", "mcrr p15, 0, r0, r1, c6",
             "mrc p15, 0, r0, c13, c0, 4", "mcr p15, 0, r0, c13, c0, 3",
             "mrc p15, 0, r0, c7, c5, 4", "mcrne p15, 0, r0, c7, c10, 1"],
    "cp14": ["mrc p14, 0, r0, c0, c1, 0", "mcr p14, 0, r0, c0, c2, 2"],
    "vfp": ["vmrs r0, fpexc", "vmsr fpexc, r0", "vmrs r0, fpsid", "vmrs r1, mvfr0",
            "vmsr fpinst, r2"],
    "cp": ["mcr p6, 0, r0, c1, c0, 0", "ldc p1, c2, [r0]"],
}
GOOD = ["msr cpsr_f, r0", "msr apsr_nzcvq, r0", "msr cpsr_s, r1", "mcr p15, 0, r0, c7, c5, 4",
        "mcr p15, 0, r0, c7, c10, 4", "mcr p15, 0, r0, c7, c10, 5", "mrc p15, 0, r0, c13, c0, 2",
        "mcr p15, 0, r0, c13, c0, 2", "mrc p15, 0, r0, c13, c0, 3", "vmrs r0, fpscr",
        "vmsr fpscr, r0", "vmrs apsr_nzcv, fpscr", "vadd.f64 d0, d1, d2", "vldm r0, {d0-d7}",
        "vadd.i32 q0, q1, q2", "ldrt r0, [r1]", "strt r0, [r1]", "ldm r0, {sp, lr}",
        "pop {r4, pc}", "mov pc, lr", "movs r0, lr", "muls r0, r1, r2", "umlals r0, r1, r2, r3",
        "strd r0, [r2]", "ldrsh r0, [r15, #8]", "nop", "sev", "yield", "svc #0", "udf #0",
        "bkpt #0", "setend be", "clrex", "pld [r0]", "dmb", "isb", "teq r0, r1", "cmp r0, #3"]
T_BAD = {"mode": ["cpsid i", "cpsid.w i, #19", "rfeia r0!", "srsdb sp!, #19"],
         "psr": ["mrs r0, cpsr", "msr cpsr_c, r0"], "return": ["subs pc, lr, #4"],
         "wait": ["wfi", "wfe.w"], "call": ["smc #0", "hvc #1"], "vfp": ["vmrs r0, fpexc"],
         "cp15": ["mrc p15, 0, r0, c0, c0, 0"]}
T_GOOD = ["mov r0, r1", "bl .", "nop", "nop.w", "msr apsr_nzcvq, r0", "vmrs r0, fpscr", "b.w .",
          "mrc p15, 0, r0, c13, c0, 3", "vadd.i32 q0, q1, q2", "ldrd r0, r1, [r2]", "svc #0",
          "ldmia.w r0, {r1, r9}", "movw r0, #1", "dmb", "vldr d0, [r0]", "tbb [r0, r1]"]


class World:
    def __init__(self, folder):
        self.folder = folder
        top = os.path.join(CACHE, "linux", source.source(os.environ.get("SHIM_LINUX", "6.1"))[0])
        self.tree, self.obj = os.path.join(top, "shimmed"), os.path.join(top, "guest")
        self.vmlinux = os.path.join(self.obj, "vmlinux")

    def assemble(self, lines, name="code.o"):
        text = ".syntax unified\n.arch armv7-a\n.arch_extension sec\n.arch_extension virt\n" \
            ".fpu neon\n" + "\n".join(lines) + "\n"
        path = os.path.join(self.folder, name)
        subprocess.run([CROSS + "as", "-mcpu=all", "-o", path, "-"], input=text.encode(),
                       check=True)
        return path

    def kinds(self, lines, thumb=False):
        """What is found in each line, which is a function of its own"""
        code = [".thumb" if thumb else ".arm"]
        for n, line in enumerate(lines):
            code += [".type f%d, %%function" % n, "f%d: %s" % (n, line), ".size f%d, . - f%d" %
                     (n, n)]
        found = {s.names[0]: s.kind for s in insncheck.scan(self.assemble(code))}
        return [found.get("f%d" % n) for n in range(len(lines))]

    def header(self, name, old, new):
        """A folder with one header of Linux's, changed"""
        before = os.path.join(self.folder, "before")
        shutil.rmtree(before, ignore_errors=True)
        os.makedirs(os.path.join(before, "asm"))
        text = read(os.path.join(self.tree, NATIVE, name)).decode()
        changed = re.sub(old, new, text)
        assert changed != text, "%s has no %s" % (name, old)
        with open(os.path.join(before, "asm", name), "w") as f:
            f.write(changed)
        return before


def complaint(function, *arguments):
    try:
        function(*arguments)
    except Failure as e:
        return str(e)
    raise AssertionError("it was not found")


def wrong_kinds(w, bad, thumb):
    wanted = [(line, kind) for kind, lines in bad.items() for line in lines]
    found = w.kinds([line for line, _ in wanted], thumb)
    return ["%s: %s" % (line, f) for (line, kind), f in zip(wanted, found) if f != kind]


def every_kind_is_found(w):
    wrong = wrong_kinds(w, BAD, False)
    assert not wrong, wrong


def what_user_mode_has_is_not(w):
    wrong = [line for line, kind in zip(GOOD, w.kinds(GOOD)) if kind]
    assert not wrong, wrong


def the_same_in_thumb(w):
    wrong = wrong_kinds(w, T_BAD, True) + [
        line for line, kind in zip(T_GOOD, w.kinds(T_GOOD, True)) if kind]
    assert not wrong, wrong


def data_in_text_does_not_count(w):
    path = w.assemble(["f: nop", ".word 0xf10c0080, 0xe321f0d3", "nop"])
    assert not list(insncheck.scan(path))


def data_in_other_sections_does_not_count(w):
    path = w.assemble([".data", ".arm", "cpsid i", ".text", "nop"])
    assert not list(insncheck.scan(path))


def a_module_is_looked_at(w):
    path = w.assemble([".section .init.text, \"ax\"", "init_module: nop", "cpsid i"], "planted.ko")
    text = complaint(insncheck.check, [w.vmlinux, path], insncheck.load(insncheck.LIST))
    assert "has 1 instruction" in text and "planted.ko: init_module+0x4: 0x00000004: cpsid" in text


def one_in_vmlinux_is_named(w):
    """The second instruction of a function becomes another: its native code came back."""
    copy = os.path.join(w.folder, "vmlinux")
    shutil.copy(w.vmlinux, copy)
    image = elf.Elf(copy)
    section = next(s for s in image.sections if s.name == ".text")
    address = next(f[0] for f in section.functions if f[2] == "schedule") + 4
    offset = read(copy).index(section.data) + address - section.base
    with open(copy, "r+b") as f:
        f.seek(offset)
        f.write(struct.pack("<I", 0xf10c0080))
    text = complaint(insncheck.check, [copy], insncheck.load(insncheck.LIST))
    assert "vmlinux: schedule+0x4: %#010x: cpsid" % address in text and "i (mode)" in text, text


def the_list_is_short(w):
    path = os.path.join(w.folder, "list")
    with open(path, "w") as f:
        f.write("".join("f%d cp15 unreachable why\n" % n for n in range(41)))
    assert "41 entries, 40 are allowed" in complaint(insncheck.load, path)


def the_list_has_reasons(w):
    path = os.path.join(w.folder, "list")
    with open(path, "w") as f:
        f.write("# c\nf cp15 unreachable\n")
    assert "list:2: a line is" in complaint(insncheck.load, path)


def nothing_on_the_list_is_idle(w):
    """An entry that no instruction needs would hide a new one."""
    entries = insncheck.load(insncheck.LIST)
    used = {entry for _, entry in insncheck.check([w.vmlinux], entries)}
    idle = []
    for e in set(entries) - used:
        if e.reason.startswith("debug:"):  # w is not a LINUX_DEBUG=1 build
            continue
        newer = re.match(r"from (\d+)\.(\d+):", e.reason)
        if not newer or source.version_of(w.tree)[:2] >= (int(newer[1]), int(newer[2])):
            idle.append(e.function)
    assert not idle, idle


def a_renamed_function_is_named(w):
    before = w.header("cp15.h", r"\bset_cr\b", "write_cr")
    text = complaint(overrides.check_build, w.tree, w.obj, None, before)
    assert "asm/cp15.h overrides set_cr (rename)" in text and text.count("asm/") == 1, text


def a_renamed_macro_is_named(w):
    before = w.header("pgtable.h", r"\bVMALLOC_END\b", "VMALLOC_LAST")
    text = complaint(overrides.check_build, w.tree, w.obj, None, before)
    assert "asm/pgtable.h overrides VMALLOC_END (undef)" in text, text


def a_renamed_hook_is_named(w):
    before = w.header("irqflags.h", r"\barch_local_irq_save\b", "arch_irq_save")
    text = complaint(overrides.check_build, w.tree, w.obj, None, before)
    assert "asm/irqflags.h overrides arch_local_irq_save (hook)" in text, text


def a_native_user_inside_is_named(w):
    before = w.header("domain.h", r"(#endif[^\n]*\n)\Z",
                      "#ifndef __ASSEMBLY__\nstatic inline void open_domain(void)\n{\n"
                      "\tset_domain(3);\n}\n#endif\n\\1")
    text = complaint(overrides.check_build, w.tree, w.obj, None, before)
    assert "overrides set_domain, but Linux's open_domain() in it" in text, text


def a_linked_copy_is_named(w):
    path = w.assemble([".type n_set_cr.constprop.0, %function", "n_set_cr.constprop.0: nop",
                       "n_tty_open: nop"], "linked")
    text = "\n".join(overrides.check_linked(w.tree, path))
    assert "native copy of set_cr, which asm/cp15.h overrides" in text, text
    assert "n_tty" not in text, text


def this_kernel_passes(w):
    assert overrides.check_build(w.tree, w.obj, w.vmlinux) > 50
    insncheck.check([w.vmlinux], insncheck.load(insncheck.LIST))


TESTS = [every_kind_is_found, what_user_mode_has_is_not, the_same_in_thumb,
         data_in_text_does_not_count, data_in_other_sections_does_not_count, a_module_is_looked_at,
         one_in_vmlinux_is_named, the_list_is_short, the_list_has_reasons,
         nothing_on_the_list_is_idle, a_renamed_function_is_named, a_renamed_macro_is_named,
         a_renamed_hook_is_named, a_native_user_inside_is_named, a_linked_copy_is_named,
         this_kernel_passes]

if __name__ == "__main__":
    sys.exit(tap.run(TESTS, World))
