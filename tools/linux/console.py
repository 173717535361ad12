# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Runs QEMU with a Linux in it.  At a terminal it just becomes QEMU.  With input
from a pipe or file it stands between: what is sent before a shell reads would be
lost, as Linux empties its serial port when it opens it.  So a line is sent when a
prompt stands there, or nothing has come for a while.  At the end of the input it
sends Ctrl-D, which ends the shell and so the guest.
"""
import os
import re
import select
import subprocess
import sys
import time

READY = re.compile(rb"init: a shell|login: $|[#$] $")
PROMPT = re.compile(rb"[#$>:] (\x1b\[[0-9;]*[A-Za-z])*$")
PANIC = re.compile(rb"Kernel panic - not syncing[^\r\n]*")
QUIET = 2.0         # seconds without output after which the next line is sent
SETTLED = 0.05      # a prompt that stands this long is one
DEAF = 60.0         # seconds of silence after which nobody waits for a prompt
END_TRIES = 8       # Ctrl-Ds at a prompt before the guest is ended from outside
TAIL = 512


class Feeder:
    """Decides when the next line goes to the guest."""

    def __init__(self):
        self.tail, self.last = b"", time.monotonic()
        self.ready, self.over, self.tries, self.panic = False, False, 0, None
        self.lines, self.partial = [], b""

    def output(self, data):
        self.tail = (self.tail + data)[-TAIL:]
        self.last = time.monotonic()
        self.ready = self.ready or bool(READY.search(self.tail))
        m = PANIC.search(self.tail)
        self.panic = m[0].decode(errors="replace") if m else self.panic

    def input(self, data):
        if data:
            *lines, self.partial = (self.partial + data).split(b"\n")
            self.lines += [line + b"\n" for line in lines]
        else:
            self.over = True
            if self.partial:
                self.lines.append(self.partial + b"\n")

    def next(self):
        """Bytes to send now, or nothing."""
        silence = time.monotonic() - self.last
        at_prompt = PROMPT.search(self.tail) and silence > SETTLED
        if not self.ready:
            self.ready = silence > DEAF
            return b""
        if not at_prompt and silence < (QUIET if self.lines else 5 * QUIET):
            return b""
        if self.lines:
            data = self.lines.pop(0)
        elif self.over:
            data = b"\x04"
            self.tries += bool(at_prompt)
        else:
            return b""
        self.tail, self.last = b"", time.monotonic()
        # Ctrl-A is QEMU's own key.
        return data.replace(b"\x01", b"\x01\x01")


def pump(process, feeder):
    out, source = process.stdout.fileno(), sys.stdin.fileno()
    while feeder.tries < END_TRIES:
        # A line at a time is in stock: what is not yet needed stays in the pipe.
        wanted = [out] + ([source] if not feeder.over and not feeder.lines else [])
        ready = select.select(wanted, [], [], 0.05)[0]
        if source in ready:
            feeder.input(os.read(source, 4096))
        if out in ready:
            data = os.read(out, 65536)
            if not data:
                return True
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
            feeder.output(data)
        data = feeder.next()
        if data:
            try:
                process.stdin.write(data)
                process.stdin.flush()
            except BrokenPipeError:
                pass
    return False


def run(command):
    """QEMU's status; 1 when the guest panicked or did not end."""
    if sys.stdin.isatty():
        sys.stdout.flush()
        os.execvp(command[0], command)
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    feeder, ended = Feeder(), False
    try:
        ended = pump(process, feeder)
    finally:
        if not ended:
            process.terminate()
        status = process.wait()
    if not ended:
        print("\nThe input is over, and the guest does not end at Ctrl-D: ended from outside.",
              file=sys.stderr)
    if feeder.panic:
        print("\nThe guest ended with: " + feeder.panic, file=sys.stderr)
    return 1 if not ended or feeder.panic else status
