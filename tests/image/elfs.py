# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
ELF files for the tests of the image builder: good ones from the compiler with
the linker scripts that programs use, bad ones by changing single fields.
"""
import os
import struct
import subprocess

CC = ["arm-none-eabi-gcc", "-mcpu=cortex-a9", "-nostdlib", "-static", "-Wl,--build-id=none",
      "-Wl,-z,max-page-size=0x1000"]

PROGRAM = """
	.global _start
	.text
_start:	b .
	.section .rodata
	.ascii "constant %(name)s"
	.data
	.ascii "data %(name)s"
	.bss
	.space %(bss)d
"""

KERNEL_LD = """
ENTRY(_start)
kernel_phys = 0x60000000;
pool_bytes = %(pool)#x;
payload_phys = 0x60100000 + pool_bytes;
PHDRS { text PT_LOAD FLAGS(7); }
SECTIONS {
	. = 0xfc000000;
	.text : AT(0x60000000) { *(.text .rodata .data) } :text
	.bss : { *(.bss) } :text
}
"""

PROGRAM_LD = """
ENTRY(_start)
PHDRS { all PT_LOAD FLAGS(7); }
SECTIONS { . = 0x%x; .all : { *(.text .rodata .data) } :all }
"""


def link(path, name, script, bss=0x2345, options=()):
    """One program, linked with a linker script."""
    source = path + ".S"
    with open(source, "w") as f:
        f.write(PROGRAM % {"name": name, "bss": bss})
    subprocess.run(CC + ["-T", script, "-o", path, source] + list(options), check=True)
    return path


def kernel(path, pool):
    """A kernel with that many bytes of pool."""
    with open(path + ".ld", "w") as f:
        f.write(KERNEL_LD % {"pool": pool})
    return link(path, "kernel", path + ".ld")


def good(folder):
    """A kernel, a root, and two programs; gives the kernel's path."""
    link(os.path.join(folder, "root.elf"), "root", "user/servers/root/root.ld")
    link(os.path.join(folder, "prog"), "prog", "user/lib/cell.ld")
    link(os.path.join(folder, "other.elf"), "other", "user/lib/cell.ld", bss=1)
    return kernel(os.path.join(folder, "kernel.elf"), 0x100000)


class Elf:
    """The fields that tests change, by name."""
    HEADER = {"class": (4, "B"), "data": (5, "B"), "type": (16, "H"), "machine": (18, "H"),
              "version": (20, "I"), "entry": (24, "I"), "phoff": (28, "I"), "phentsize": (42, "H"),
              "phnum": (44, "H")}
    SEGMENT = {"type": (0, "I"), "offset": (4, "I"), "va": (8, "I"), "pa": (12, "I"),
               "filesz": (16, "I"), "memsz": (20, "I"), "flags": (24, "I")}

    def __init__(self, path):
        with open(path, "rb") as f:
            self.bytes = bytearray(f.read())

    def get(self, field, segment=None):
        at, kind = self.place(field, segment)
        return struct.unpack_from("<" + kind, self.bytes, at)[0]

    def set(self, field, value, segment=None):
        at, kind = self.place(field, segment)
        struct.pack_into("<" + kind, self.bytes, at, value)
        return self

    def place(self, field, segment):
        if segment is None:
            return self.HEADER[field]
        at, kind = self.SEGMENT[field]
        return self.get("phoff") + 32 * segment + at, kind

    def loads(self):
        """(physical address, bytes, size in memory) of what is loaded."""
        for i in range(self.get("phnum")):
            if self.get("type", i) == 1:
                at, size = self.get("offset", i), self.get("filesz", i)
                yield self.get("pa", i), bytes(self.bytes[at:at + size]), self.get("memsz", i)


def hostile(prog):
    """(name, bytes, what l4image says about it) for each way to damage a program."""
    def bad(name, field, value, text, segment=None):
        return name, bytes(Elf(prog).set(field, value, segment).bytes), text

    whole = bytes(Elf(prog).bytes)
    va = [Elf(prog).get("va", i) for i in range(3)]
    arm = "is not for 32-bit little-endian ARM"
    version = "has an ELF header of another version"
    outside = "has program headers outside of the file"
    return [
        ("empty", b"", "is not an ELF file"),
        ("a text", b"#!/bin/sh\necho no program at all, but long enough to be one\n",
         "is not an ELF file"),
        ("cut off in the header", whole[:40], "is not an ELF file"),
        ("cut off in a segment", whole[:0x1002], "segment at 0x00010000: the file is cut off"),
        bad("64 bits", "class", 2, arm),
        bad("big endian", "data", 2, arm),
        bad("another processor", "machine", 62, arm),
        bad("position independent", "type", 3, "is not an executable with fixed addresses (link it "
            "with -static, without -pie)"),
        bad("another version", "version", 9, version),
        bad("program headers of another size", "phentsize", 56, version),
        bad("program headers far away", "phoff", 0xfffffff0, outside),
        bad("no program headers", "phnum", 0, "has nothing to load"),
        bad("dynamic", "type", 2, "is linked dynamically (link it with -static)", 1),
        bad("interpreter", "type", 3, "is linked dynamically (link it with -static)", 1),
        bad("contents outside of the file", "offset", 0xffffff00,
            "segment at 0x00010000: the file is cut off", 0),
        bad("more in the file than in memory", "memsz", 1,
            "segment at 0x00010000: more bytes in the file than in memory", 0),
        bad("wraps around", "memsz", 0xffffffff,
            "segment at 0x00010000: wraps around the end of memory", 0),
        bad("at the last address", "va", 0xfffffffc,
            "segment at 0xfffffffc: wraps around the end of memory", 0),
        bad("contents without size", "memsz", 0, "has a segment with contents and no size", 0),
        bad("segments overlap", "memsz", 0x2345,
            "segments at 0x%08x and 0x%08x overlap" % (va[0], va[1]), 0),
        bad("segments share a page", "va", va[0] + 0x100, "segments at 0x%08x and 0x%08x share a "
            "page, and a page has one set of rights (link with user/lib/cell.ld)"
            % (va[0], va[0] + 0x100), 1),
        bad("not readable", "flags", 1, "segment at 0x00010000: cannot be read", 0),
        bad("entry not executable", "flags", 4,
            "its entry 0x00010000 is not in executable memory", 0),
        bad("entry outside", "entry", 0x20000000, "its entry 0x20000000 is outside of its segments"),
        bad("entry not aligned", "entry", 0x10002, "its entry 0x00010002 is not aligned"),
        bad("entry in Thumb", "entry", 0x10001,
            "its entry is Thumb code; a cell's first instruction is Arm code"),
    ]
