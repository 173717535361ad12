# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Boots one side of the bench in QEMU: a guest of Armature, or native Linux, with the
same initramfs, and reads what its init (tests/bench/guest/init) prints.
"""
import os
import re
import select
import subprocess
import time

from common import ROOT, Failure, say
from tap import clean

ICOUNT = ["-icount", "shift=0,sleep=off", "-rtc", "base=2026-01-01T00:00:00,clock=vm"]
# A single CPU's kernel and the board's tree, which has four, differ about that: quiet.
ARGUMENTS = "quiet loglevel=3 panic=-1"
SILENT = 900        # seconds without a line: it hangs
STEP = 20           # seconds between two lines of progress
DTB = "vexpress-v2p-ca9.dtb"
BEGIN = re.compile(r"bench: begin (\d+)$")
END = re.compile(r"bench: end (\d+) (\d+) [\d.]+$")
running = []        # the emulators, so that they end with this program
PREFIX = re.compile(r"^[A-Za-z0-9_.-]+\| ?")


class Side:
    """Guest or native: where its kernel is, and how QEMU boots it."""

    def __init__(self, name, options):
        self.name, self.options = name, options
        self.kernel = os.path.join(options.linux_out, name + options.linux_suffix)
        self.work = os.path.join(options.out, "linux")

    def image(self, append):
        """The guest's image: boot arguments are a part of it."""
        path = os.path.join(self.work, "guest.elf")
        command = self.options.l4image.split() + [
            "-S", "LINUX_IMAGE=%s/Image" % self.kernel, "-S", "LINUX_DTB=%s/%s" % (
                self.kernel, DTB),
            "-S", "LINUX_INITRD=" + self.options.initramfs,
            "-D", "LINUX_MEM=%s" % self.options.mem, "-S", "LINUX_APPEND=" + append,
            "-o", path, os.path.join(ROOT, "configs/linux.dts")]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, universal_newlines=True)
        if done.returncode:
            raise Failure("cannot make the guest's image: %s" % done.stdout.strip())
        return path

    def command(self, what, extra=(), icount=True):
        """QEMU's command line; WHAT is to be run, see init."""
        append = "%s BENCH=%s" % (ARGUMENTS, what)
        board = self.options.qemu.split() + (ICOUNT if icount else []) + list(extra)
        if self.name == "guest":
            return board + ["-m", self.options.board_mem, "-kernel", self.image(append)]
        return board + ["-m", self.options.mem, "-kernel", self.kernel + "/zImage", "-dtb",
                        self.kernel + "/" + DTB, "-initrd", self.options.initramfs, "-append",
                        "console=ttyAMA0 " + append]

    def log(self, what):
        return os.path.join(self.work, "%s-%s.console" % (self.name, what))


class Output:
    """The text of each command, by its number; STATUS: how those ended."""

    def __init__(self):
        self.text, self.status, self.over, self.number = {}, {}, False, None
        self.process = None

    def line(self, line):
        line = PREFIX.sub("", clean(line))
        begin, end = BEGIN.search(line), END.search(line)
        if begin:
            self.number = int(begin[1])
            self.text[self.number] = ""
        elif end:
            self.status[int(end[1])] = int(end[2])
            self.number = None
        elif line.endswith("bench: over"):
            self.over = True
        elif self.number is not None:
            self.text[self.number] += line + "\n"


def end_all():
    for process in list(running):
        process.terminate()


def pump(process, log, side, output, count):
    """Reads to the end; a text says why there was none."""
    fd, pending, shown = process.stdout.fileno(), b"", time.monotonic()
    while select.select([fd], [], [], SILENT)[0]:
        data = os.read(fd, 65536)
        if not data:
            return None
        log.write(data)
        log.flush()
        lines = (pending + data).split(b"\n")
        pending = lines.pop()
        for line in lines:
            output.line(line.decode("utf-8", "replace"))
        if time.monotonic() - shown > STEP:
            shown = time.monotonic()
            say("BENCH", "%s: %d of %s commands" % (side.name, len(output.status), count))
    return "no output for %d s" % SILENT


def boot(side, what, count, extra=(), icount=True, output=None):
    """Runs it to the end: the Output."""
    output = output or Output()
    log = side.log(what if what in ("boot", "paths", "wall") else "run")
    os.makedirs(side.work, exist_ok=True)
    command = side.command(what, extra, icount)
    with open(log, "wb") as f:
        f.write(("# %s\n" % " ".join(command)).encode())
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output.process = process
        running.append(process)
        try:
            hung = pump(process, f, side, output, count)
        finally:
            if process.poll() is None:
                process.terminate()
            status = process.wait()
            running.remove(process)
    if hung or status or not (output.over or what == "boot"):
        raise Failure("the %s run %s; its console: %s" % (
            side.name, hung or "ended too early, with QEMU's status %d" % status, log))
    return output
