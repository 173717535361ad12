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
import re
import sys
import time

from rsp import Elf, Machine

GUEST_BASE = 0xc0000000
UARTS = (0x1000a000, 0x1000b000)  # see irq.c: a written byte sets the line
WFI = 0xe320f003
WARM_UP = 4
MOST_STEPS = 40000
REPEATS = 1  # an instruction in a loop: so often, and the last time
NAP = 0.05  # seconds after which a sleeper will not wake by itself
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
    Path("a shadow fault of the guest kernel", 6, "svc"),
    Path("a fault of the guest kernel", 7, "svc"),
    Path("falling asleep", 8, "svc"),
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
        time.sleep(0.3)
        self.m.stop()
        if self.state()[0] == 0:
            raise Failure("the guest does not come to its loop")

    def state(self):
        """rounds, mistakes; interrupts that I saw and S handled, by line."""
        rounds, = self.m.read(self.variable("inject_rounds"))
        bad, = self.m.read(self.variable("inject_bad"))
        seen = self.m.read(self.variable("lines_seen"), 2)
        handled = self.m.read(self.variable("counters") + 4 * 3, 2)
        return rounds, bad, seen, handled

    def inject(self, line):
        self.m.write(UARTS[line], 0)

    def run_to(self, *addresses):
        """On to one of the addresses, from one of them too."""
        self.m.step()
        if self.m.pc() not in addresses:
            self.m.run_to(*addresses)
        if self.m.pc() not in addresses:
            raise Failure("stopped at %08x on the way to %s"
                          % (self.m.pc(), " ".join("%08x" % a for a in addresses)))

    def select(self, path):
        """The guest runs this path every round; stops where it begins, in a warm round."""
        self.m.interrupts_in_steps(False)
        self.m.write(self.variable("inject_case"), path.case)
        for _ in range(WARM_UP):
            if path.sleeps:
                self.m.go()
                time.sleep(0.01)
                self.m.stop()
            self.inject(1)  # process 1 sleeps, and looks only then what it has to do
            self.run_to(self.symbol(path.start))

    def begin(self, path):
        """From the start of the path to its first interrupt, if it has one."""
        self.m.interrupts_in_steps(False)
        if path.first == "wfi":
            self.run_to(*self.wfi)
        elif path.first and path.first != path.start:
            self.run_to(self.symbol(path.first))
        if path.first:
            self.inject(0)
            self.m.interrupts_in_steps(True)

    def trace(self, path):
        """The path's instructions, in order."""
        end, pcs = self.symbol(path.end), []
        self.begin(path)
        pc = self.m.pc()
        while pc != end:
            pcs.append(pc)
            if pc in self.wfi and not path.first:
                self.inject(0)
                break
            if len(pcs) > MOST_STEPS:
                raise Failure("no end after %d instructions, at %08x" % (len(pcs), pc))
            pc = self.m.step()
        return pcs

    def advance(self, pcs, n):
        """From the begin of the path to its n-th instruction."""
        if n == 0:
            return
        target, left = pcs[n], pcs[1:n + 1].count(pcs[n])
        if self.m.step() == target:
            left -= 1
        for _ in range(left):
            self.run_to(target)

    def attempt(self, path, pcs, n):
        """One interrupt at one instruction; what is wrong, or None."""
        line = 1 if path.first else 0
        before = self.state()
        self.begin(path)
        self.advance(pcs, n)
        self.inject(line)
        if n == 0:  # off the breakpoint that comes; the interrupt is taken first
            self.m.interrupts_in_steps(True)
            self.m.step()
        self.m.interrupts_in_steps(False)
        woken = self.next_round(path)
        return self.compare(before, self.state(), (1, 1 if path.first or woken else 0))

    def next_round(self, path):
        """To the start again.  True: the process slept until a second interrupt came."""
        start, woken = self.symbol(path.start), False
        if self.m.pc() == start:
            raise Failure("at the start already")
        self.m.arm(start)
        self.m.go()
        if path.sleeps and not path.first and not self.m.stops_within(NAP):
            self.m.stop()
            self.inject(1)
            self.m.go()
            woken = True
        self.m.stopped()
        self.m.disarm(start)
        if self.m.pc() != start:
            raise Failure("stopped at " + self.place(self.m.pc()))
        return woken

    def compare(self, before, after, want):
        if after[0] == before[0]:
            return "the round did not end"
        if after[1] != before[1]:
            return "registers or memory changed"
        for who, i in (("I saw", 2), ("S handled", 3)):
            got = tuple(after[i][line] - before[i][line] for line in (0, 1))
            if got != want:
                return "%s %d and %d interrupts, not %d and %d" % ((who,) + got + want)
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
        if self.m.pc() != start:
            self.run_to(start)
        chosen = choose(pcs)
        wrong = []
        for n in chosen:
            try:
                why = self.attempt(path, pcs, n)
            except OSError:
                self.m.stop()
                raise Failure("instruction %d, %s: the round does not end, it is at %s"
                              % (n, self.place(pcs[n]), self.place(self.m.pc())))
            self.hit.add(pcs[n])
            if why:
                wrong.append("instruction %d, %s: %s" % (n, self.place(pcs[n]), why))
        missed = set(pcs) - {pcs[n] for n in chosen}
        wrong += ["never at " + self.place(pc) for pc in missed]
        print("# %s: %d instructions at %d places, %d interrupts"
              % (path.name, len(pcs), len(set(pcs)), len(chosen)))
        if path.measure:
            self.measure(pcs)
        return wrong

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


def choose(pcs):
    """Indices: every instruction; of what a loop repeats, the first times and the last."""
    count, last = {}, {pc: i for i, pc in enumerate(pcs)}
    chosen = []
    for i, pc in enumerate(pcs):
        count[pc] = count.get(pc, 0) + 1
        if count[pc] <= REPEATS or last[pc] == i:
            chosen.append(i)
    return chosen


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def point(self, name, wrong):
        self.count += 1
        self.failed += bool(wrong)
        for line in wrong[:20]:
            print("# " + line)
        print("%sok %d - %s" % ("not " if wrong else "", self.count, name), flush=True)


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
    print("1..%d" % tap.count)
    return tap.failed


def main():
    parser = argparse.ArgumentParser(description="See the head of this file.")
    parser.add_argument("--qemu", default="qemu-system-arm -M vexpress-a9 -cpu cortex-a9 -m 512")
    parser.add_argument("--image", required=True)
    parser.add_argument("--kernel", required=True, help="Armature's ELF file, for its symbols")
    parser.add_argument("--guest", required=True, help="the guest kernel's")
    parser.add_argument("--process", required=True, help="the processes'")
    parser.add_argument("--path", help="only paths with this in their name")
    options = parser.parse_args()
    command = options.qemu.split() + ["-nographic", "-no-reboot", "-nic", "none",
                                      "-kernel", options.image]
    machine = Machine(command)
    try:
        failed = run_all(Test(machine, options), options)
    finally:
        machine.close()
        for line in machine.serial.lines:
            print("# console: " + line)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
