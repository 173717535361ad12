# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Who listens at the other end of a serial port of QEMU's board (-chardev pipe):
what comes is kept, and each line that begins with "peer:" is answered in capital
letters.
"""
import os
import threading


class Peer(threading.Thread):
    def __init__(self, path):
        super().__init__(daemon=True)
        self.heard = b""
        for end in (".in", ".out"):
            os.mkfifo(path + end)
        # Open for both, so that neither side waits for the other.
        self.source = os.open(path + ".out", os.O_RDWR)
        self.sink = os.open(path + ".in", os.O_RDWR)
        self.start()

    def run(self):
        line = b""
        while True:
            data = os.read(self.source, 4096)
            self.heard += data
            *lines, line = (line + data).split(b"\n")
            for text in lines:
                if text.startswith(b"peer:"):
                    os.write(self.sink, text.upper() + b"\n")
