#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
An interrupt at every instruction of every way into the guest kernel and out of
it, in Armature and in the guest.

The guest runs one path a round and checks every register that a process can
see.  Here the path is stepped once, which gives its instructions; then, round
after round, the machine is stopped at the n-th of them, a device's interrupt line
is set, and the machine goes on.  Nothing may
be different but the counts: thread I has seen one more interrupt, S has handled
one more.  Paths that begin with an interrupt are stepped with a first one, and
a second, of another line, comes at each instruction.

Prints TAP, and the number of instructions of a system call's way.
"""
import argparse
import os
import re
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../tools"))

import rsp          # noqa: E402
from rsp import Elf, Machine        # noqa: E402
from tap import Points      # noqa: E402

GUEST_BASE = 0xc0000000
UARTS = (0x1000a000, 0x1000b000)  # see irq.c: a written byte sets the line
WFI = 0xe320f003
WARM_UP = 4
MOST_STEPS = 40000
NAP = 0.02  # seconds after which to look whether the processor waits
CALL_MUST = 75


class Path:
    """One way, for the case of mini.h, from one symbol of the process to another.

    It begins before the instruction, which is executed twice when it faults.
    first: where an interrupt comes before the one that is tested: a symbol, or "wfi"
    """

    def __init__(self, name, case, op, start=None, end=None, first=None, measure=False):
        self.name, self.case, self.first, self.measure = name, case, first, measure
        self.start, self.end = start or "go_" + op, end or "op_" + op + "_end"
        self.sleeps = case == 8


PATHS = (
    Path("a system call", 1, "svc", measure=True),
    Path("a switch of processes", 2, "svc"),
    Path("VFP that is off", 2, "svc", start="op_svc_end", end="done_svc"),
    Path("a page's first read", 3, "load"),
    Path("a page's first write", 4, "store"),
    Path("a shadow fault", 5, "load"),
    Path("a shadow fault in a system call", 6, "svc"),
    Path("a fault in a system call", 7, "svc"),
    Path("falling asleep", 8, "svc"),
    Path("a system call, until the guest kernel unmasks", 1, "svc", end="system_call"),
    Path("a fault of the guest kernel, until it goes on", 6, "svc", end="user_loaded"),
    Path("an interrupt of a process", 9, "add", first="op_add"),
    Path("an interrupt in a system call, masked", 1, "svc", first="entry_svc"),
    Path("an interrupt in a system call, open", 1, "svc", first="system_call"),
    Path("an interrupt before resume", 1, "svc", first="resume"),
    Path("an interrupt that ends sleep", 8, "svc", first="wfi"),
)


class Failure(Exception):
    pass


class Test:
    def __init__(self, machine, options):
        self.m = machine
        self.kernel, self.guest = Elf(options.kernel), Elf(options.guest)
        self.process = Elf(options.process)
        self.wfi = set(self.kernel.find_words(WFI))
        self.ram = 0
        self.all = options.all
        self.hit = set()
        self.numbers = 0, 0

    def symbol(self, name):
        for elf in (self.process, self.guest, self.kernel):
            if name in elf.symbols:
                return elf.symbols[name]
        raise Failure("no symbol %s" % name)

    def variable(self, name):
        return self.guest.symbols[name] - GUEST_BASE + self.ram

    def boot(self):
        """Lets the guest start, and leaves it in its loop, stopped."""
        self.m.go()
        self.ram = int(self.m.serial.wait(re.compile("guest memory at ([0-9a-f]{8})"))[1], 16)
        self.shared = self.variable("inject")  # struct inject of kernel.h
        time.sleep(0.3)
        self.m.stop()
        if self.m.read(self.shared, 2)[1] == 0:
            raise Failure("the guest does not come to its loop")

    def inject(self, line):
        self.m.write(UARTS[line], 0)

    def run_to(self, *addresses):
        """On to one of the addresses, from one of them too."""
        if self.m.pc() in addresses:
            self.m.step()
        if self.m.pc() not in addresses:
            self.m.batch(*[rsp.arm(a) for a in addresses], rsp.GO)
            self.m.batch(*[rsp.disarm(a) for a in addresses])
        if self.m.pc() not in addresses:
            raise Failure("stopped at %s on the way to %s"
                          % (self.place(self.m.pc()), self.place(addresses[0])))

    def select(self, path):
        """The guest runs this path every round; stops where it begins, in a warm round."""
        self.m.interrupts_in_steps(False)
        self.m.write(self.shared, path.case)
        for _ in range(WARM_UP):
            self.inject(1)  # process 1 sleeps, and looks only then what it has to do
            self.to_start(self.symbol(path.start))

    def to_start(self, start):
        """On to the next round's start, waking the process if it sleeps."""
        if self.m.pc() == start:
            self.m.step()
        self.m.batch(rsp.arm(start))
        self.m.go()
        while self.asleep():
            self.inject(1)
            self.m.go()
        self.m.stopped()
        self.m.batch(rsp.disarm(start))

    def trace(self, path):
        """The path's instructions, in order, from its first interrupt on if it has one."""
        end, pcs = self.symbol(path.end), []
        if path.first:
            self.run_to(*self.first(path))
            self.inject(0)
            self.m.interrupts_in_steps(True)
        pc = self.m.pc()
        while pc != end:
            pcs.append(pc)
            if pc in self.wfi and not path.first:
                break
            if len(pcs) > MOST_STEPS:
                raise Failure("no end after %d instructions, at %s" % (len(pcs), self.place(pc)))
            pc = self.m.step()
        self.m.interrupts_in_steps(False)
        return pcs

    def first(self, path):
        return self.wfi if path.first == "wfi" else (self.symbol(path.first),)

    def attempt(self, path, pcs, n, before):
        """
        One interrupt at the n-th instruction, from the start to the next round's.
        What is wrong, or None; and the counts after it.  Few packets: they are
        what takes the time.
        """
        start, end, line, todo = self.symbol(path.start), self.symbol(path.end), 0, []
        if path.first:
            self.m.batch(*[rsp.arm(a) for a in self.first(path)], rsp.GO)
            todo = [rsp.disarm(a) for a in self.first(path)] + [rsp.store(UARTS[0], 0)]
            line = 1
        if n:
            for hit in range(pcs[1:n + 1].count(pcs[n])):
                if hit:
                    self.m.batch(*todo, rsp.STEP)
                    todo = []
                self.m.batch(*todo, rsp.arm(pcs[n]), rsp.GO)
                todo = [rsp.disarm(pcs[n])]
        self.m.batch(*todo, rsp.store(UARTS[line], 0), rsp.arm(end))
        self.m.go()
        woken = self.wake(path)
        self.m.stopped()
        # The process runs again: no interrupt may wait any more.
        answers = self.m.batch(rsp.disarm(end), rsp.load(self.shared, 7), rsp.arm(start), rsp.GO)
        at_end = rsp.words_of(answers[1])
        answers = self.m.batch(rsp.disarm(start), rsp.GET_PC, rsp.load(self.shared, 7))
        if rsp.words_of(answers[1])[0] != start:
            raise Failure("stopped at " + self.place(rsp.words_of(answers[1])[0]))
        after = rsp.words_of(answers[2])
        if n == 0 and after[1] == before[1]:  # it was the same round's, after the interrupt
            self.to_start(start)
            after = self.m.read(self.shared, 7)
        if woken and self.symbol("schedule") in pcs[:n]:
            return "an interrupt did not end the sleep that had begun", after
        want = 1, 1 if path.first or woken else 0
        return self.compare(before, at_end, want) or self.compare_round(before, after), after

    def wake(self, path):
        """True: the process sleeps, for the interrupt came before it did; another wakes it."""
        if not path.sleeps or path.first or not self.asleep():
            return False
        self.inject(1)
        self.m.go()
        return True

    def asleep(self):
        """Runs until a breakpoint: False; or until the processor waits, and stops it."""
        while not self.m.stops_within(NAP):
            self.m.stop()
            if self.m.pc() - 4 in self.wfi:
                return True
            self.m.go()
        return False

    def compare(self, before, after, want):
        """How many interrupts of each line have come; the counts are those of struct inject."""
        for who, i in (("I saw", 3), ("S handled", 5)):
            got = after[i] - before[i], after[i + 1] - before[i + 1]
            if got != want:
                return "%s %d and %d interrupts, not %d and %d" % ((who,) + got + want)
        return None

    def compare_round(self, before, after):
        if after[1] == before[1]:
            return "the round did not end"
        if after[2] != before[2]:
            return "registers or memory changed"
        if after[3:5] != after[5:7]:
            return "an interrupt came late, or twice"
        return None

    def place(self, pc):
        for elf, name in ((self.kernel, "armature"), (self.guest, "guest"),
                          (self.process, "process")):
            below = [(v, k) for k, v in elf.symbols.items() if v <= pc]
            if below and pc - max(below)[0] < 0x1000:
                value, symbol = max(below)
                return "%s %s+%x" % (name, symbol, pc - value)
        return "%08x" % pc

    def run(self, path):
        """All of a path; the failures, as lines."""
        self.select(path)
        start = self.symbol(path.start)
        pcs = self.trace(path)
        self.to_start(start)
        chosen = self.choose(pcs)
        wrong = []
        counts = self.m.read(self.shared, 7)
        for n in chosen:
            try:
                why, counts = self.attempt(path, pcs, n, counts)
            except OSError:
                self.m.stop()
                raise Failure("instruction %d, %s: the round does not end, it is at %s"
                              % (n, self.place(pcs[n]), self.place(self.m.pc())))
            self.hit.add(pcs[n])
            if why:
                wrong.append("instruction %d, %s: %s" % (n, self.place(pcs[n]), why))
        wrong += ["never at " + self.place(pc) for pc in set(pcs) - self.hit]
        print("# %s: %d instructions at %d places, %d interrupts"
              % (path.name, len(pcs), len(set(pcs)), len(chosen)))
        if path.measure:
            self.measure(pcs)
        return wrong

    def choose(self, pcs):
        """
        Indices.  Every instruction of the guest, of processes and of Armature's
        assembly; of what a loop repeats, the first time and the last.  Armature's C
        has interrupts masked throughout: there, what other paths have not had.
        """
        seen, last = set(), {pc: i for i, pc in enumerate(pcs)}
        chosen = []
        for i, pc in enumerate(pcs):
            if pc in seen and last[pc] != i:
                continue
            seen.add(pc)
            if self.all or pc not in self.hit or not self.in_c(pc):
                chosen.append(i)
        return chosen

    def in_c(self, pc):
        """In a function of Armature that is not of vectors.S or guest.S."""
        symbols = self.kernel.symbols
        return self.in_kernel(pc) and not (
            symbols["vectors"] <= pc < symbols["kernel_exception"] or
            symbols["guest_svc"] <= pc < symbols["guest_resume_slow"])

    def measure(self, pcs):
        """Instructions in Armature on the way from the process to S, and back."""
        inside = [self.in_kernel(pc) for pc in pcs]
        entry = inside.index(False, inside.index(True)) - inside.index(True)
        back = inside[::-1].index(False, inside[::-1].index(True)) - inside[::-1].index(True)
        self.numbers = entry, back

    def in_kernel(self, pc):
        return 0xfc000000 <= pc < 0xfe000000

    def code(self, elf, first, last):
        """Addresses of the instructions from one symbol to before another."""
        return range(elf.symbols[first], elf.symbols[last], 4)


class Tap(Points):
    def point(self, name, wrong):
        self.check(not wrong, name, "\n".join(wrong[:20]))


def stubs(test):
    """Ways in and out that must all have been hit, whatever the paths are."""
    guest, kernel = test.guest, test.kernel
    ways = [("guest", guest, a, b) for a, b in (
        ("entry_svc", "return_to_user"), ("return_to_user", "resume"),
        ("entry_user_fp", "entry_user_irq"), ("entry_user_irq", "entry_kernel_data"),
        ("entry_kernel_irq", "interrupt_now"))]
    ways += [("armature", kernel, "guest_svc", "guest_resume")]
    wrong = []
    for _, elf, first, last in ways:
        for pc in test.code(elf, first, last):
            if pc not in test.hit:
                wrong.append("never at " + test.place(pc))
    return wrong


def run_all(test, options):
    tap = Tap()
    test.boot()
    for path in PATHS:
        if options.path and options.path not in path.name:
            continue
        try:
            wrong = test.run(path)
        except (Failure, OSError) as e:
            tap.point("an interrupt at every instruction of " + path.name, [str(e)])
            break
        tap.point("an interrupt at every instruction of " + path.name, wrong)
    if not options.path:
        tap.point("every instruction of the entry and exit stubs was hit", stubs(test))
        entry, back = test.numbers
        print("# system call: %d instructions to S, %d back, together %d"
              % (entry, back, entry + back))
        tap.point("a system call takes at most %d instructions there and back" % CALL_MUST,
                  ["%d" % (entry + back)] if entry + back > CALL_MUST else [])
    return tap.end()


def main():
    parser = argparse.ArgumentParser(description="See the head of this file.")
    parser.add_argument("--qemu", default="qemu-system-arm -M vexpress-a9 -cpu cortex-a9 -m 512 "
                        "-nographic -no-reboot -nic none")
    parser.add_argument("--image", required=True)
    parser.add_argument("--kernel", required=True, help="Armature's ELF file, for its symbols")
    parser.add_argument("--guest", required=True, help="the guest kernel's")
    parser.add_argument("--process", required=True, help="the processes'")
    parser.add_argument("--all", action="store_true",
                        help="each path with every instruction of Armature's C: takes longer")
    parser.add_argument("--path", help="only paths with this in their name")
    options = parser.parse_args()
    machine = Machine(options.qemu.split() + ["-kernel", options.image])
    try:
        status = run_all(Test(machine, options), options)
    finally:
        machine.close()
        for line in machine.serial.lines:
            print("# console: " + line)
    sys.exit(status)


if __name__ == "__main__":
    main()
