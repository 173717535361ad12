# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
The rows of the Linux bench: what is run for each, how its figure is read from the
output, what must be reached and is aimed at (guest divided by native), and how far
a figure may move before it is a loss.

Rows that are read from the same command run it once.  Of LMbench, -N is the number of
samples, whose median counts, and ENOUGH the microseconds of one.  Under icount a
microsecond is a thousand instructions.
"""
import collections

Row = collections.namedtuple("Row", "name command pattern unit better must aim noise short")
K = "thousand instructions"
MB = "MB/s"
LESS, MORE = "less", "more"

# percent that a row may lose; an unrelated change of the initramfs moves these by as much
CALL, BLOCK, SPACE = 0.5, 2.0, 5.0
FILE = "/tmp/file"
MICROSECONDS = r": ([\d.]+) microseconds"


def row(name, command, pattern=MICROSECONDS, unit=K, better=LESS, must=None, aim=None,
        noise=CALL, short=False):
    return Row(name, command, pattern, unit, better, must, aim, noise, short)


def calls():
    yield row("null call", "lat_syscall null", must=1.7, aim=1.5, short=True)
    yield row("read", "lat_syscall read", must=1.4, aim=1.2, short=True)
    yield row("write", "lat_syscall write", must=1.4, aim=1.2)
    yield row("stat", "lat_syscall stat " + FILE, must=1.15, aim=1.05, short=True)
    yield row("fstat", "lat_syscall fstat " + FILE)
    yield row("open/close", "lat_syscall open " + FILE, must=1.15, aim=1.05)
    for count in (10, 100):
        yield row("select, %d files" % count, "lat_select -n %d file" % count)
        yield row("select, %d TCP" % count, "lat_select -N 3 -n %d tcp" % count)
    yield row("signal install", "lat_sig install", must=1.3, aim=1.15)
    yield row("signal catch", "lat_sig catch", must=1.5, aim=1.2, short=True)


def memory():
    yield row("protection fault", "lat_sig prot /usr/lib/lmbench/lat_sig", must=2.0, aim=1.5,
              noise=BLOCK, short=True)
    yield row("page fault", "lat_pagefault " + FILE, must=1.5, aim=1.2, noise=BLOCK, short=True)
    for size, must, aim in (("512k", 1.4, 1.1), ("4m", None, None)):
        yield row("mmap " + size, "lat_mmap -N 21 %s %s" % (size, FILE),
                  r"(?m)^\d+\.\d+ ([\d.]+)", must=must, aim=aim, noise=SPACE)


def exchange():
    yield row("pipe round trip", "lat_pipe -N 1", must=1.3, aim=1.1, noise=BLOCK)
    yield row("AF_UNIX round trip", "lat_unix -N 5", must=1.3, aim=1.1, noise=BLOCK)
    yield row("TCP round trip",
              "lat_tcp -s; lat_tcp -N 1 localhost; lat_tcp -S localhost", must=1.3, aim=1.1,
              noise=BLOCK)
    yield row("UDP round trip",
              "lat_udp -s; lat_udp -N 1 localhost; lat_udp -S localhost", noise=BLOCK)
    yield row("TCP connect",
              "lat_connect -s; lat_connect -N 5 localhost; lat_connect -S localhost",
              noise=BLOCK)
    yield row("AF_UNIX connect",
              "lat_unix_connect -s; lat_unix_connect -N 5; lat_unix_connect -S", noise=BLOCK)
    yield row("fcntl lock", "lat_fcntl -N 11", noise=2 * SPACE)
    yield row("semaphore", "lat_sem -N 1", noise=BLOCK)


def processes():
    run = {"fork+exit": ("fork", 1.4, 1.15), "fork+exec": ("exec", 1.3, 1.1),
           "fork+sh": ("shell", 1.3, 1.1)}
    for name, (what, must, aim) in run.items():
        yield row(name, "ENOUGH=20000 lat_proc -N 7 " + what, must=must, aim=aim, noise=SPACE)
    for size in (0, 16, 64):
        for count in (2, 8, 16):
            listed = (count, size) in ((2, 0), (8, 16))
            yield row("context switch %dp/%dk" % (count, size),
                      "lat_ctx -N 5 -s %d 2 8 16" % size, r"(?m)^%d ([\d.]+)" % count,
                      must=1.4 if listed else None, aim=1.15 if listed else None, noise=SPACE)


def files():
    for what, column in (("create", 1), ("delete", 2)):
        for size in (0, 1, 4, 10):
            yield row("file %s %dk" % (what, size), "lat_fs /tmp",
                      r"(?m)^%dk\s+\d+\s+" % size + (r"\d+\s+" if column == 2 else "") + r"(\d+)",
                      unit="per second", better=MORE, noise=SPACE)


def bandwidths():
    rate = r"([\d.]+) MB/sec"
    pair = r"(?m)^\d+\.\d+ ([\d.]+)"

    def bandwidth(name, command, pattern, noise=BLOCK):
        return row(name, command, pattern, MB, MORE, 0.97, 1.0, noise)
    yield bandwidth("pipe bandwidth", "bw_pipe -N 1", rate)
    yield bandwidth("AF_UNIX bandwidth", "bw_unix -N 1", rate)
    yield bandwidth("TCP bandwidth",
                    "bw_tcp -s; bw_tcp -N 9 -M 2m localhost; bw_tcp -S localhost", pair, SPACE)
    yield bandwidth("file read bandwidth", "bw_file_rd -N 3 4m io_only " + FILE, pair)
    yield bandwidth("mmap read bandwidth", "bw_mmap_rd -N 3 4m mmap_only " + FILE, pair)
    for what in ("rd", "wr", "bcopy"):
        yield bandwidth("memory %s bandwidth" % what, "bw_mem -N 3 1m " + what, pair)


def loops():
    """Our own: nothing subtracted, nothing averaged with something else."""
    def loop(name, what, **options):
        return row(name, "loops " + what, r"(?m)^%s: ([\d.]+) microseconds" % what, **options)
    yield loop("loop: null call", "null", short=True)
    yield loop("loop: clock_gettime", "clock", noise=SPACE, short=True)
    yield loop("loop: sched_yield", "yield")
    yield loop("loop: signal to itself", "signal")
    yield loop("loop: anonymous touch", "touch", must=1.3, aim=1.15, noise=BLOCK, short=True)
    yield loop("loop: copy on write", "cow", noise=BLOCK, short=True)
    yield loop("loop: protection fault", "segv", noise=BLOCK)
    yield loop("loop: file page touch", "filetouch", noise=BLOCK)
    yield loop("loop: mprotect", "mprotect", noise=BLOCK)
    yield loop("loop: mmap, touch, munmap 64k", "mmap", noise=SPACE, short=True)
    yield loop("loop: fork and exit", "fork", noise=SPACE, short=True)
    yield loop("loop: fork and exec", "exec", noise=SPACE, short=True)
    yield loop("loop: thread", "thread", noise=SPACE)
    yield loop("loop: pipe round trip", "pipe", noise=BLOCK, short=True)
    yield loop("loop: futex round trip", "futex", noise=BLOCK)


def programs():
    yield row("hackbench", "hackbench -g 2 -l 150", r"Time: ([\d.]+)", unit="seconds", noise=SPACE)
    yield row("cyclictest, mean", "cyclictest -q -m -N -p 80 -i 1000 -l 1000",
              r"Avg:\s*(\d+)", unit="instructions", noise=SPACE)


BOOT = Row("boot to init", None, None, K, LESS, None, None, SPACE, True)


def rows():
    """All rows, those of one command next to each other."""
    found = []
    for part in (calls, memory, loops, exchange, processes, files, bandwidths, programs):
        found += part()
    return found + [BOOT]


# Loops that are also looked at instruction by instruction, and how many rounds.
PATHS = [("null", 1000), ("read", 1000), ("write", 1000), ("stat", 500), ("open", 500),
         ("clock", 1000), ("yield", 1000), ("signal", 500), ("touch", 1024), ("cow", 1024),
         ("segv", 500), ("filetouch", 1024), ("mprotect", 500), ("mmap", 50), ("fork", 30),
         ("exec", 20), ("thread", 100), ("pipe", 500), ("futex", 500)]

# What is measured by the wall clock.
WALL = [("fork+sh loop", "n=0; while [ $n -lt 100 ]; do /bin/sh -c /bin/true; n=$((n + 1)); done"),
        ("build-like", "build 20")]


def commands(table):
    """
    Each command once: [(command, group)]; its place is its number.  The list is the
    same whatever is measured, so that the initramfs is.
    """
    found = {}
    for r in table:
        if r.command:
            found[r.command] = found.get(r.command) or r.short
    return [(c, "short" if short else "full") for c, short in found.items()] + [
        ("loops %s %d" % path, "paths") for path in PATHS] + [
        (command, "wall") for _, command in WALL]
