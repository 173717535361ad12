# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Takes the traces of the scenario (tests/trace/init) as a person at the terminal
would: waits for what Linux says, moves the console's input to the cell `tracer`,
types a command, and moves it back.  Everything that was on the console is in the
log, the traces too.
"""
import os
import select
import subprocess
import time

FOCUS = b"\x0f"             # Ctrl-O
ALL = 0x3ff
BOOT, STEP, SHOW = 240, 60, 240     # seconds


class RunError(Exception):
    pass


class Terminal:
    """QEMU's console: what comes is kept, what is typed is sent."""

    def __init__(self, command, log):
        self.log, self.text, self.slow = log, "", float(os.environ.get("TEST_SLOW", 1))
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)

    def wait(self, text, seconds):
        """Until this text has come; it and what is before it are taken."""
        end = time.monotonic() + seconds * self.slow
        while text not in self.text:
            left = end - time.monotonic()
            out = self.process.stdout
            data = (os.read(out.fileno(), 65536)
                    if left > 0 and select.select([out], [], [], left)[0] else b"")
            if not data:
                raise RunError("'%s' never came" % text)
            self.log.write(data)
            # what is long past is of no use: a trace has megabytes
            self.text = self.text[-4096:] + data.decode("latin-1")
        self.text = self.text.partition(text)[2]

    def type(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def tracer(self, line):
        """Types a line for the tracer; the input is Linux's before and afterwards."""
        self.type(FOCUS)
        self.wait("input goes to tracer", STEP)
        self.type(line.encode() + b"\n")
        if line == "show":
            self.wait("tracer| end of the trace", SHOW)
        self.type(FOCUS)
        self.wait("input goes to linux0", STEP)

    def end(self):
        self.process.kill()
        self.process.wait()


def take(command, path):
    """Writes the log; RunError tells what did not happen."""
    with open(path, "wb") as log:
        terminal = Terminal(command, log)
        try:
            terminal.wait("trace: counted", BOOT)
            terminal.tracer("show")
            terminal.tracer("on %x" % ALL)
            terminal.type(b"\n")
            terminal.wait("trace: done", STEP)
            terminal.tracer("show")
            terminal.type(b"\n")
            terminal.wait("Linux powered off", STEP)
        finally:
            terminal.end()
