#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Runs tests and adds up their results; 'make test' calls it.

  testrun.py --out DIR --images DIR [--parts a,b] PART:KIND:WHAT...

KIND is  tap   a program that prints TAP (cmocka's programs do)
         cmd   name=command: the exit status of a shell command is its result
         qemu  WHAT is tests/x/name, for name.dts or name.test or both: an image
               booted in QEMU, whose cells print TAP; the keys of a .test file
               are in TEST_KEYS

Each test's output goes to OUT/PART/name.log, and a failure names it.  The last
line is "N passed, N failed"; a part in --parts without a test counts as failed.
"""
import argparse
import concurrent.futures
import os
import re
import select
import subprocess
import sys
import threading
import time

from tap import Tap, clean

# key: (kind, default, meaning)
TEST_KEYS = {
    "image": (str, None, "the system description; default: the .dts beside the .test"),
    "time": (float, 60.0, "seconds until it counts as hung"),
    "mem": (int, 512, "megabytes of memory"),
    "icount": (int, 1, "1: one instruction a nanosecond, repeatable; 0: as fast as it goes"),
    "tap": (int, 1, "0: its cells print no TAP, expect lines are its results"),
    "end": (str, "poweroff", "poweroff, or expect: over when the last expect line has come"),
    "expect": (list, None, "regular expression of a line that must come, in this order"),
    "forbid": (list, None, "regular expression that no line may match"),
    "send": (list, None, "REGEX => TEXT: input for the console once a line matches"),
    "skip-ok": (list, None, "regular expression of a test name that may be skipped"),
    "qemu": (list, None, "one more option for QEMU"),
}
# The kernel's last words; a test that wants them says so with an expect line.
PANIC = re.compile(r"^panic\b", re.I)
# QEMU's word under icount when every CPU sleeps and no timer will wake one.
ASLEEP = re.compile(r"icount sleep disabled and no active timers")
ASLEEP_SECONDS = 10
AFTER_PANIC = 3     # seconds for its register dump
TAIL_LINES = 12


class TestError(Exception):
    pass


class Result:
    def __init__(self):
        self.passed, self.failures = 0, []

    def check(self, good, failure):
        if good:
            self.passed += 1
        else:
            self.failures.append(failure)


def read_test(base):
    """The keys of a .test file, or the defaults where there is none."""
    keys = {k: [] if kind is list else default for k, (kind, default, _) in TEST_KEYS.items()}
    keys["image"] = base + ".dts"
    if not os.path.exists(base + ".test"):
        return keys
    with open(base + ".test") as f:
        for number, line in enumerate(f, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            key, eq, value = (s.strip() for s in line.partition("="))
            if not eq or key not in TEST_KEYS:
                raise TestError("%s.test:%d: expected key=value with a key out of: %s"
                                % (base, number, " ".join(TEST_KEYS)))
            kind = TEST_KEYS[key][0]
            if kind is list:
                keys[key].append(value)
            else:
                keys[key] = kind(value)
    return keys


class Console:
    """QEMU's serial line: reads lines, judges them, writes the log."""

    def __init__(self, keys, log, result):
        self.keys, self.log, self.result = keys, log, result
        self.tap = Tap(keys["skip-ok"])
        self.expect = list(keys["expect"])
        self.forbid = [re.compile(p) for p in keys["forbid"]]
        self.sends = [s.partition("=>")[::2] for s in keys["send"]]
        self.wants_panic = any("panic" in p.lower() for p in keys["expect"])
        self.input, self.panicked, self.asleep = b"", False, False

    def line(self, line):
        self.tap.feed(line)
        if self.expect and re.search(self.expect[0], line):
            self.expect.pop(0)
            self.result.passed += 1
        for p in self.forbid:
            if p.search(line):
                self.result.failures.append("forbidden line: " + line)
        if PANIC.search(line) and not self.wants_panic:
            self.result.failures.append(line)
            self.panicked = True
        self.asleep |= bool(ASLEEP.search(line))
        if self.sends and re.search(self.sends[0][0].strip(), line):
            text = self.sends.pop(0)[1].strip()
            self.input += text.encode().decode("unicode_escape").encode("latin-1")

    def over(self):
        return self.keys["end"] == "expect" and not self.expect

    def finish(self):
        for p in self.expect:
            self.result.failures.append("expected line never came: " + p)
        if self.keys["tap"]:
            self.tap.finish()
            self.result.passed += self.tap.passed
            self.result.failures += self.tap.failures
            if not self.tap.streams:
                self.result.failures.append("it printed no TAP")


def pump(process, console, limit):
    """Reads until the end of the output; a text says why it came to none."""
    fd, pending, deadline = process.stdout.fileno(), b"", time.monotonic() + limit
    while not console.over():
        left = deadline - time.monotonic()
        quiet = min(left, ASLEEP_SECONDS) if console.asleep else left
        if left <= 0 or not select.select([fd], [], [], quiet)[0]:
            return ("no CPU runs, and no timer or input will wake one" if console.asleep else
                    "hung: not over after %g s" % limit)
        data = os.read(fd, 65536)
        if not data:
            break
        console.log.write(data)
        lines = (pending + data).split(b"\n")
        pending = lines.pop()
        for line in lines:
            console.line(clean(line.decode("utf-8", "replace")))
        if console.panicked and time.monotonic() + AFTER_PANIC < deadline:
            deadline = time.monotonic() + AFTER_PANIC
        if console.input:
            process.stdin.write(console.input)
            process.stdin.flush()
            console.input = b""
    if pending:
        console.line(clean(pending.decode("utf-8", "replace")))
    return None


def qemu_command(keys, log, options):
    image = os.path.join(options.images, os.path.splitext(keys["image"])[0] + ".elf")
    if not os.path.exists(image):
        raise TestError("its image %s was not built" % image)
    command = options.qemu.split() + ["-m", str(keys["mem"]), "-kernel", image]
    command += ["-icount", "shift=0,sleep=off"] if keys["icount"] else []
    command += [word for option in keys["qemu"] for word in option.split()]
    command += options.qemu_args.split()
    if options.plugin:
        command += ["-plugin", options.plugin, "-d", "plugin", "-D", log.name + ".plugin"]
    log.write(("# %s\n" % " ".join(command)).encode())
    log.flush()
    return command


def end_qemu(process, kill):
    """Its status; a QEMU that has closed its output but does not exit is killed too."""
    if kill:
        process.terminate()     # plugins write their results
    try:
        return process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def run_qemu(path, log, options):
    result, keys = Result(), read_test(path)
    process = subprocess.Popen(qemu_command(keys, log, options), stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    console = Console(keys, log, result)
    hung = None
    try:
        hung = pump(process, console, keys["time"] * options.slow)
    finally:
        status = end_qemu(process, hung or console.over() or sys.exc_info()[0])
        process.stdout.close()
        process.stdin.close()
    if hung and not console.panicked:
        result.failures.append(hung)
    console.finish()
    if status and not hung and not console.over():
        result.failures.append("QEMU ended with status %d" % status)
    return result


def run_program(command, log, limit, shell=False, env=None):
    """Output and status of a host program; a hang is a status of None."""
    try:
        done = subprocess.run(command, shell=shell, stdin=subprocess.DEVNULL, timeout=limit,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env=dict(os.environ, **(env or {})))
        output, status = done.stdout, done.returncode
    except subprocess.TimeoutExpired as e:
        output, status = e.stdout or b"", None
    log.write(output)
    return output.decode("utf-8", "replace"), status


def run_tap(path, log, options):
    result, tap = Result(), Tap()
    limit = 300 * options.slow
    output, status = run_program([path], log, limit, env={"CMOCKA_MESSAGE_OUTPUT": "TAP"})
    for line in output.splitlines():
        tap.feed(clean(line))
    tap.finish()
    result.passed, result.failures = tap.passed, list(tap.failures)
    if status is None:
        result.failures.append("hung: not over after %g s" % limit)
    elif status and not result.failures:
        result.failures.append("it ended with status %d" % status)
    elif not tap.streams:
        result.failures.append("it printed no TAP")
    return result


def run_cmd(command, log, options):
    result = Result()
    _, status = run_program(command, log, 300 * options.slow, shell=True)
    result.check(status == 0, "'%s' failed (status %s)" % (command, status))
    return result


RUNNERS = {"qemu": run_qemu, "tap": run_tap, "cmd": run_cmd}


class Item:
    def __init__(self, text):
        self.part, self.kind, self.what = text.split(":", 2)
        if self.kind not in RUNNERS:
            raise TestError("'%s': kind must be one of %s" % (text, " ".join(RUNNERS)))
        name = os.path.basename(self.what)
        if self.kind == "cmd":
            name, _, self.what = self.what.partition("=")
        self.name = "%s/%s" % (self.part, name)

    def run(self, options):
        self.log = os.path.join(options.out, self.name + ".log")
        os.makedirs(os.path.dirname(self.log), exist_ok=True)
        start = time.monotonic()
        with open(self.log, "wb") as log:
            try:
                result = RUNNERS[self.kind](self.what, log, options)
            except (TestError, OSError, ValueError, re.error) as e:
                result = Result()
                result.failures.append(str(e))
                log.write(("%s\n" % e).encode())
        self.seconds = time.monotonic() - start
        return result


def report(item, result):
    good = "FAIL" if result.failures else "ok"
    print("  %-4s  %-30s %5d passed %4d failed  %6.1f s"
          % (good, item.name, result.passed, len(result.failures), item.seconds))
    if not result.failures:
        return
    for failure in result.failures[:20]:
        print("          " + failure)
    if len(result.failures) > 20:
        print("          ... and %d more" % (len(result.failures) - 20))
    print("        log: %s, which ends with:" % item.log)
    with open(item.log, errors="replace") as f:
        for line in f.read().splitlines()[-TAIL_LINES:]:
            print("        | " + clean(line))


def arguments():
    parser = argparse.ArgumentParser(description="Runs tests; see the head of this file.")
    parser.add_argument("--out", required=True, help="where the logs go")
    parser.add_argument("--images", required=True, help="where the images are")
    parser.add_argument("--qemu", required=True, help="QEMU's command with the board's options")
    parser.add_argument("--qemu-args", default="", help="options for every QEMU")
    parser.add_argument("--plugin", help="a QEMU plugin, whose output goes to <log>.plugin")
    parser.add_argument("--parts", default="", help="parts that must have a test")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--slow", type=float, default=float(os.environ.get("TEST_SLOW", 1)),
                        help="factor for time limits (or TEST_SLOW in the environment)")
    parser.add_argument("items", nargs="*", metavar="PART:KIND:WHAT")
    return parser.parse_args()


def main():
    options = arguments()
    passed = failed = 0
    lock = threading.Lock()
    try:
        items = [Item(text) for text in options.items]
    except (TestError, ValueError) as e:
        sys.exit("testrun.py: %s" % e)

    def work(item):
        result = item.run(options)
        with lock:
            report(item, result)
            sys.stdout.flush()
        return result

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for result in pool.map(work, items):
            passed += result.passed
            failed += len(result.failures)
    for part in filter(None, options.parts.split(",")):
        if not any(item.part == part for item in items):
            print("  FAIL  %-30s has no test" % part)
            failed += 1
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
