# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Commands about Linux guests: 'armature vmlinux FILE [CELL]' says which kernel they
run, then 'guest', 'page', 'tasks', 'modules' and 'dmesg' show what happens in them,
and 'module' loads the symbols of what they have loaded.  A guest's threads are S, I,
F and U: docs/linux.md says what each does.
"""
import struct
import gdb

import modules
from linux import Elf, Linux, KERNEL, LINEAR
from memory import Command, Kernel, SpaceMemory, live_pc
from objects import (active, cell_named, cells, name_of, pc_of, running, text, threads,
                     vcpu_state, vcpus)

PAGE_CURRENT, PAGE_WORK = 0x300, 0x304      # the shim's own words, see asm/l4.h
STACK, STACK_TASK = 0x2000, 12              # THREAD_SIZE, struct thread_info's task before 5.16
WORKS = [(1, "map an address"), (0x100, "TLS or VFP enable"), (0x10000, "instruction cache")]
CLASSES = ["system call", "prefetch abort", "data abort", "undefined", "alignment", "VFP",
           "interrupt", "-"]
MODES = {0x10: "user", 0x13: "kernel"}

kernels = {}    # Elf by the name of its cell; "": of all others


def kernel_of(cell):
    return kernels.get(text(cell["name"])) or kernels.get("")


def function(cell, pc):
    """Where a pc of a guest is, as far as vmlinux tells."""
    if not any(True for _ in vcpus(cell)):
        return ""
    if pc < KERNEL:
        return "(process)"
    elf = kernel_of(cell)
    if not elf:
        return ""
    if pc >= LINEAR:
        return elf.where(pc)
    names = [m.where(pc) for m in modules_of(cell, next(vcpus(cell))) or []]
    return next(filter(None, names), "")


def guests(name):
    """(cell, virtual CPU) of the guest with this name, or of all."""
    found = [(c, v) for c in ([cell_named(name)] if name else cells()) for v in vcpus(c)]
    if not found:
        raise gdb.GdbError("%s: there is no virtual CPU" % (name or "no guest"))
    return found


def type_offsets(elf):
    """Members of struct task_struct, if vmlinux has debug information."""
    if not elf.has_types:
        return {}
    for objfile in gdb.objfiles():
        symbol = objfile.filename == elf.path and objfile.lookup_global_symbol("init_task")
        if symbol:
            return {f.name: f.bitpos // 8 for f in symbol.type.fields()
                    if f.name in ("comm", "pid", "tasks")}
    return {}


def linux_of(cell, vcpu):
    """The guest's Linux, or None: no vmlinux, or it is not up yet."""
    elf = kernel_of(cell)
    if not elf or not int(vcpu["space"]):
        return None
    linux = Linux(elf, SpaceMemory(int(vcpu["space"]["ttbr"])), type_offsets(elf))
    if linux.mismatch():
        print("cell %s runs another kernel than %s, or has not begun"
              % (text(cell["name"]), elf.path))
        return None
    return linux


def modules_of(cell, vcpu):
    """What it has loaded; None: it is not up yet."""
    linux = linux_of(cell, vcpu)
    return modules.modules(linux) if linux else None


def need_linux(cell, vcpu):
    if not kernel_of(cell):
        raise gdb.GdbError("which kernel does %s run? armature vmlinux FILE"
                           % text(cell["name"]))
    return linux_of(cell, vcpu)


def page_words(vcpu):
    page = int(vcpu["gate"]["page"])
    data = Kernel.read(page, 0x310)
    return struct.unpack("<%dI" % (len(data) // 4), data)


def kernel_stack(vcpu):
    """S's stack pointer; while U runs, the one that it will have."""
    s, runs = vcpu["s"], running()
    if int(active(vcpu)) != int(s):
        return int(vcpu["gate"]["s_sp"])
    if live_pc() is not None and runs and int(runs) == int(s):
        return int(gdb.parse_and_eval("(unsigned int)$sp"))
    return int(s["regs"]["r"].element(13))


def current_address(vcpu, linux):
    """The guest's `current`.  Before 5.16 Linux finds it below its stack, and not in the page."""
    word = page_words(vcpu)[PAGE_CURRENT // 4]
    if word or not linux:
        return word
    return linux.memory.word((kernel_stack(vcpu) & -STACK) + STACK_TASK) or 0


def current_task(cell, vcpu):
    """It in words."""
    linux = linux_of(cell, vcpu)
    address = current_address(vcpu, linux)
    if address < KERNEL or not linux or not linux.tasks():
        return "0x%08x" % address
    return "0x%08x %s, pid %s" % (address, linux.comm(address) or "?", linux.pid(address))


def status_text(psr):
    mode = MODES.get(psr & 0x1f, "mode %02x" % (psr & 0x1f))
    return "%08x (%s%s%s)" % (psr, mode, ", masked" if psr & 0x80 else "",
                              ", Thumb" if psr & 0x20 else "")


class Vmlinux(Command):
    """armature vmlinux FILE [CELL]: the kernel that a guest, or each, runs."""

    def run(self, args):
        words = gdb.string_to_argv(args)
        if not 1 <= len(words) <= 2:
            raise gdb.GdbError("armature vmlinux FILE [CELL]")
        try:
            elf = Elf(words[0])
        except (OSError, ValueError, struct.error) as e:
            raise gdb.GdbError("%s" % e)
        gdb.execute("add-symbol-file " + words[0], to_string=True)
        elf.path = next((o.filename for o in gdb.objfiles()
                         if o.filename.endswith(words[0].lstrip("./"))), words[0])
        kernels[words[1] if len(words) > 1 else ""] = elf


class Guest(Command):
    """armature guest [CELL]: S, I, F and U of each guest, and the task it runs."""

    def run(self, args):
        runs, live = running(), live_pc()
        for cell, vcpu in guests(args):
            page = page_words(vcpu)
            print("guest %s: %s, interrupts %s%s" % (
                text(cell["name"]),
                "a process runs" if name_of(active(vcpu)) == "U" else "in the kernel",
                "masked" if page[0] & 0x80 else "open",
                ", one waits" if int(vcpu["pending"]) else ""))
            for t in sorted(threads(cell), key=lambda t: "SIFU".find(name_of(t)) % 9):
                pc = pc_of(t, runs, live)
                print("%s %-8s prio %3d  %-16s pc 0x%08x  %s"
                      % (">" if runs and int(t) == int(runs) else " ", name_of(t), int(t["prio"]),
                         vcpu_state(t), pc, function(cell, pc)))
            print("  current: %s" % current_task(cell, vcpu))


class Page(Command):
    """armature page [CELL]: the register page of a virtual CPU, decoded."""

    def run(self, args):
        for cell, vcpu in guests(args):
            self.show(cell, vcpu, page_words(vcpu))

    @staticmethod
    def frame(cell, name, words):
        sp, lr, pc, psr = words
        print("  %-8s pc %08x  psr %s  sp %08x  lr %08x  %s"
              % (name, pc, status_text(psr), sp, lr, function(cell, pc)))

    def show(self, cell, vcpu, page):
        print("register page of %s, at 0x%08x for it, 0x%08x for the kernel"
              % (text(cell["name"]), int(vcpu["page_va"]), int(vcpu["gate"]["page"])))
        print("  vif      %08x (%s)" % (page[0], "masked" if page[0] & 0x80 else "open"))
        print("  pending  %08x (the kernel's own: %d)" % (page[1], int(vcpu["pending"])))
        print("  gen      %08x   tls %08x   fpexc %08x (the kernel's own: %s)"
              % (page[2], page[3], page[4], "on" if int(vcpu["fp_on"]) else "off"))
        print("  fsr      %08x   far %08x" % (page[5], page[6]))
        work = page[PAGE_WORK // 4]
        print("  work     %08x   %s" % (work, ", ".join(t for b, t in WORKS if work & b)))
        print("  current  %s" % current_task(cell, vcpu))
        self.frame(cell, "user", page[8:12])
        self.frame(cell, "kret", page[12:16])
        for i, name in enumerate(["process"] + CLASSES):
            r0, pc, psr, busy = page[16 + 4 * i:20 + 4 * i]
            if i and not (busy or pc):
                continue
            print("  frame of %-14s r0 %08x  pc %08x  psr %s%s  %s"
                  % (name, r0, pc, status_text(psr), "  BUSY" if i and busy else "",
                     function(cell, pc)))
        count = page[7]
        print("  queue    %d items, the kernel is at %d" % (count, int(vcpu["queue_at"])))
        for i in range(min(count, 32)):
            section, at, va, gen = page[64 + 4 * i:68 + 4 * i]
            print("    section %d + 0x%08x at 0x%08x, attributes %03x, generation %d%s"
                  % (section, at, va & ~0xfff, va & 0xfff, gen,
                     "" if gen == page[2] else " (old)"))


class Tasks(Command):
    """armature tasks [CELL]: the processes of a guest; > is the current one."""

    def run(self, args):
        for cell, vcpu in guests(args):
            linux = need_linux(cell, vcpu)
            if not linux:
                continue
            now = current_address(vcpu, linux)
            tasks = linux.tasks()
            if not tasks:
                print("cell %s: no task list yet" % text(cell["name"]))
            for address, pid, comm in tasks:
                print("%s %6d %-16s 0x%08x" % (">" if address == now else " ", pid, comm, address))


class Dmesg(Command):
    """armature dmesg [CELL]: a guest's log buffer."""

    def run(self, args):
        for cell, vcpu in guests(args):
            linux = need_linux(cell, vcpu)
            log = linux.log() if linux else None
            if log is None:
                print("cell %s: no log buffer yet" % text(cell["name"]))
            for time, line in log or []:
                print("[%5d.%06d] %s" % (time // 10**9, time // 1000 % 10**6, line))


class Modules(Command):
    """armature modules [CELL]: the modules that a guest has loaded, and where."""

    def run(self, args):
        for cell, vcpu in guests(args):
            need_linux(cell, vcpu)
            loaded = modules_of(cell, vcpu)
            if not loaded:
                print("cell %s: no module %s" % (text(cell["name"]),
                                                 "list yet" if loaded is None else "is loaded"))
            for m in loaded or []:
                print("%-24s 0x%08x %8d  %-8s %4d symbols  0x%08x"
                      % (m.name, m.base, m.size, m.state, len(m.symbols), m.address))


class Module(Command):
    """armature module FILE|FOLDER [CELL]: symbols of a loaded module, or of all of them."""

    def run(self, args):
        words = gdb.string_to_argv(args)
        if not 1 <= len(words) <= 2:
            raise gdb.GdbError("armature module FILE|FOLDER [CELL]")
        found = 0
        for cell, vcpu in guests(words[1] if len(words) > 1 else ""):
            need_linux(cell, vcpu)
            for m in modules_of(cell, vcpu) or []:
                path = modules.file_of(m.name, words[0])
                found += bool(path and self.add(m, path))
        if not found:
            raise gdb.GdbError("no module that is loaded was loaded from %s" % words[0])

    @staticmethod
    def add(m, path):
        try:
            places = sorted(m.sections(Elf(path)).items())
        except (OSError, ValueError, struct.error) as e:
            raise gdb.GdbError("%s" % e)
        if not places:
            print("%s is not what %s was loaded from" % (path, m.name))
            return False
        gdb.execute("add-symbol-file %s %s" % (path, " ".join(
            "-s %s 0x%x" % place for place in places)), to_string=True)
        print("%s: %s" % (path, ", ".join("%s at 0x%08x" % place for place in places)))
        return True


def commands():
    for command in (Vmlinux, Guest, Page, Tasks, Modules, Module, Dmesg):
        command("armature " + command.__name__.lower())
