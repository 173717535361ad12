# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Events in words.  The numbers of the kernel's calls are those of syscalls.def, the
names of Linux's are taken from its vmlinux, if it was given.
"""
import os
import re
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../gdb"))

from decode import (CALL, CLASSES, ENTER, ENTRY_K, ENTRY_KIRQ, ENTRY_U, ENTRY_UIRQ, EXCEPTION, IPC,
                    IRQ, MESSAGE_CALL, NOTIFY, PENDING, REPLY, RESUME, SWITCH, SYSCALL)
from linux import Elf, KERNEL   # noqa: E402

CALLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../include/l4/syscalls.def")
TAG_KERNEL, TAG_WORDS = 0x8000, 0x7f


def kernel_calls():
    with open(CALLS) as f:
        return re.findall(r"^L4_SYSCALL\((\w+)", f.read(), re.M)


class Words:
    def __init__(self, vmlinux=None):
        self.calls, self.elf, self.table = kernel_calls(), None, []
        if vmlinux:
            self.elf = Elf(vmlinux)
            self.table = self.linux_calls()

    def linux_calls(self):
        """Names of Linux's system calls: of the functions in its table."""
        address, _ = self.elf.symbols.get("sys_call_table", (0, 0))
        data = self.elf.content(address, 4 * 512) if address else None
        names = []
        for target, in struct.iter_unpack("<I", data or b""):
            if target < KERNEL:
                break
            name = self.elf.where(target)
            if not name.endswith("+0x0"):
                break
            names.append(re.sub(r"^(__)?(se_)?sys_|_wrapper$|\+0x0$", "", name[:-4]))
        return names

    def linux_call(self, number):
        return self.table[number] if number < len(self.table) else "system call %d" % number

    def kernel_call(self, number):
        return self.calls[number] if number < len(self.calls) else "call %d" % number

    def place(self, event, pc):
        """Where code of a thread is."""
        guest = "linux" in event.running.cell or "linux" in event.other.cell
        name = self.elf.where(pc) if self.elf and guest and pc >= KERNEL else ""
        return "0x%08x%s" % (pc, " " + name if name else "")

    def text(self, e):
        return self.KINDS[e.kind](self, e) if e.kind in self.KINDS else "kind %d" % e.kind

    def switch(self, e):
        return "%s runs (priority %d) at %s" % (e.other, e.a, self.place(e, e.c))

    def call(self, e):
        return "%s calls %s(0x%x, 0x%x)" % (e.thread, self.kernel_call(e.a), e.b, e.c)

    def ipc(self, e):
        what = {MESSAGE_CALL: "calls", REPLY: "answers"}.get(e.info, "sends to")
        return "%s %s %s: label %d, %d words, 0x%x 0x%x" % (
            e.thread, what, e.other, e.a >> 16, e.a & TAG_WORDS, e.b, e.c)

    def notify(self, e):
        return "bits 0x%x for %s%s" % (e.a, e.other, ", beside 0x%x" % e.b if e.b else "")

    def exception(self, e):
        return "%s: %s, address 0x%08x, status 0x%03x, at %s; told to %s" % (
            e.thread, CLASSES[e.info & 7], e.a, e.b, self.place(e, e.c), e.other)

    def irq(self, e):
        return "interrupt line %d, while %s was at %s" % (e.a, e.thread, self.place(e, e.c))

    def syscall(self, e):
        return "%s: system call %s(0x%x) at 0x%08x, to %s" % (
            e.thread, self.linux_call(e.a), e.b, e.c, e.other)

    def reason(self, e):
        """Why a guest's kernel was entered."""
        if e.kind == SYSCALL:
            return self.linux_call(e.a)
        if e.info in (ENTRY_UIRQ, ENTRY_KIRQ):
            return "interrupt"
        return CLASSES[e.info - (ENTRY_K if e.info >= ENTRY_K else ENTRY_U) & 7]

    def enter(self, e):
        return "%s is entered from %s: %s, at %s" % (
            e.thread, "itself" if e.info >= ENTRY_K else "the process", self.reason(e),
            self.place(e, e.c))

    def resume(self, e):
        to = "itself" if e.other is e.thread else e.other
        return "%s resumes %s at %s" % (e.thread, to, self.place(e, e.c))

    def pending(self, e):
        return "an interrupt waits for %s" % e.other

    KINDS = {SWITCH: switch, CALL: call, IPC: ipc, NOTIFY: notify, EXCEPTION: exception, IRQ: irq,
             SYSCALL: syscall, ENTER: enter, RESUME: resume, PENDING: pending}


def write_text(trace, words, path):
    """A line for each event, with the time since boot in microseconds."""
    with open(path, "w") as f:
        if trace.lost:
            f.write("(%d events before this were overwritten)\n" % trace.lost)
        for e in trace.events:
            f.write("%14.2f  %s\n" % (trace.us(e.time), words.text(e)))
