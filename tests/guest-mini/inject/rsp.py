# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
QEMU under the control of its gdb stub: break, step, physical memory, and the
serial console.  Symbols come straight from the ELF files; no gdb is needed.
"""
import os
import select
import socket
import struct
import subprocess
import tempfile
import threading
import time

PC = 15
TIMEOUT = 20.0


class Elf:
    """Symbols and instruction words of a 32-bit little-endian ELF file."""

    def __init__(self, path):
        with open(path, "rb") as f:
            self.data = f.read()
        shoff, = struct.unpack_from("<I", self.data, 32)
        shentsize, shnum = struct.unpack_from("<HH", self.data, 46)
        self.sections = [struct.unpack_from("<10I", self.data, shoff + i * shentsize)
                         for i in range(shnum)]
        self.symbols = {}
        for s in self.sections:
            if s[1] == 2:  # SHT_SYMTAB
                self.read_symbols(s, self.sections[s[6]])

    def read_symbols(self, table, strings):
        for offset in range(table[4], table[4] + table[5], 16):
            name, value = struct.unpack_from("<II", self.data, offset)
            start = strings[4] + name
            text = self.data[start:self.data.index(b"\0", start)].decode()
            if text and text[0] != "$":
                self.symbols[text] = value

    def find_words(self, word):
        """Addresses of an instruction word in executable sections."""
        found = []
        for s in self.sections:
            if s[1] == 1 and s[2] & 4:  # SHT_PROGBITS, SHF_EXECINSTR
                for i in range(0, s[5] - 3, 4):
                    if struct.unpack_from("<I", self.data, s[4] + i)[0] == word:
                        found.append(s[3] + i)
        return found


class Serial(threading.Thread):
    """Collects the console's lines, so that QEMU never waits for a reader."""

    def __init__(self, stream):
        super().__init__(daemon=True)
        self.stream, self.lines = stream, []

    def run(self):
        for line in self.stream:
            self.lines.append(line.decode("utf-8", "replace").rstrip())

    def wait(self, pattern, seconds=TIMEOUT):
        """The first line that the compiled pattern finds; TimeoutError else."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for line in list(self.lines):
                m = pattern.search(line)
                if m:
                    return m
            time.sleep(0.02)
        raise TimeoutError("no console line like %s" % pattern.pattern)


class Machine:
    """A QEMU that stands still until it is told to go."""

    def __init__(self, command):
        self.folder = tempfile.TemporaryDirectory()
        path = os.path.join(self.folder.name, "gdb")
        command = command + ["-S", "-chardev", "socket,id=gdb0,server=on,wait=off,path=" + path,
                             "-gdb", "chardev:gdb0"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.serial = Serial(self.process.stdout)
        self.serial.start()
        self.socket = self.connect(path)
        self.buffer = b""
        self.command("qSupported:swbreak+;hwbreak+")
        # QEMU answers for single registers only who has asked for their list.
        self.command("qXfer:features:read:target.xml:0,ffb")
        self.ask("?")
        self.command("Qqemu.PhyMemMode:1")

    def connect(self, path):
        end = time.monotonic() + TIMEOUT
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(TIMEOUT)
        while True:
            try:
                s.connect(path)
                return s
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()

    # --- packets ---

    def send(self, text):
        data = text.encode()
        self.socket.sendall(b"$%s#%02x" % (data, sum(data) & 0xff))

    def receive(self):
        """An answer.  It is not acknowledged: a running QEMU stops at any character."""
        while True:
            start = self.buffer.find(b"$")
            end = self.buffer.find(b"#", start)
            if start >= 0 and 0 <= end < len(self.buffer) - 2:
                text = self.buffer[start + 1:end].decode("latin-1")
                self.buffer = self.buffer[end + 3:]
                return text
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError("QEMU closed its gdb stub")
            self.buffer += data

    def ask(self, text):
        self.send(text)
        return self.receive()

    def command(self, text):
        answer = self.ask(text)
        if answer == "" or answer[0] == "E":
            raise RuntimeError("QEMU's gdb stub does not know, or refused: " + text)
        return answer

    # --- what a test does ---

    def pc(self):
        return words_of(self.ask(GET_PC))[0]

    def read(self, address, words=1):
        return words_of(self.command(load(address, words)))

    def write(self, address, value):
        self.command(store(address, value))

    def interrupts_in_steps(self, on):
        """Whether step() lets interrupts and timers in."""
        self.command("Qqemu.sstep=0x%x" % (1 if on else 7))

    def step(self):
        self.ask(STEP)
        return self.pc()

    def go(self):
        self.send("c")

    def stopped(self):
        return self.receive()

    def stop(self):
        self.socket.sendall(b"\x03")
        return self.receive()

    def batch(self, *texts):
        """Several commands with one answer each, without a pause between them."""
        for text in texts:
            self.send(text)
        return [self.receive() for _ in texts]

    def stops_within(self, seconds):
        """Whether it comes to a breakpoint in that time; stopped() has the answer then."""
        end = time.monotonic() + seconds
        while b"#" not in self.buffer:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.socket], [], [], left)[0]:
                return False
            self.buffer += self.socket.recv(65536)
        return True


# Commands for batch().

def arm(address):
    return "Z0,%x,4" % address


def disarm(address):
    return "z0,%x,4" % address


def store(address, value):
    return "M%x,4:%s" % (address, struct.pack("<I", value).hex())


def load(address, words):
    return "m%x,%x" % (address, 4 * words)


GET_PC = "p%x" % PC
GO, STEP = "c", "s"  # only as the last of a batch: what follows would stop the machine


def words_of(answer):
    """What load and GET_PC give."""
    data = bytes.fromhex(answer)
    return struct.unpack("<%dI" % (len(data) // 4), data)
