# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Linux guests: what linux.dts must become, the device tree among it, and what is
said of files and descriptions that are not right.
"""
import difflib
import os
import subprocess

from elfs import Elf
from payload import Payload

HERE = "tests/image"
ALL = 1 | 2 | 4 | 0x40
INITRD = b"initrd" * 833 + b"ab"
IMAGE = (b"\x00\x00\xa0\xe1" * 0x10000 + b"armature,intc\0").ljust(0x50000, b"i")
ZIMAGE = b"\x00\x00\xa0\xe1" * 9 + b"\x18\x28\x6f\x01" + bytes(100)


def dtc(data, *options):
    return subprocess.run(["dtc", "-q"] + list(options) + ["-"], input=data, check=True,
                          stdout=subprocess.PIPE).stdout


def write(builder, name, data):
    with open(os.path.join(builder.programs, name), "wb") as f:
        f.write(data)


def make_files(builder):
    with open(HERE + "/toy.dts", "rb") as f:
        toy = f.read()
    for name, data in (
            ("Image", IMAGE), ("initrd", INITRD),
            ("native", IMAGE.replace(b"armature,", b"other,")),
            ("toy.dtb", dtc(toy, "-I", "dts", "-O", "dtb")), ("empty", b""), ("zImage", ZIMAGE),
            ("vmlinux", b"\x7fELF" + bytes(100)), ("Image.gz", b"\x1f\x8b\x08" + bytes(100)),
            ("uImage", b"\x27\x05\x19\x56" + bytes(100)), ("Image.xz", b"\xfd7zXZ" + bytes(100)),
            ("Image64", bytes(0x38) + b"ARM\x64" + bytes(100)), ("large", bytes(9 << 20)),
            ("bare.dtb", dtc(b"/dts-v1/; / { };", "-I", "dts", "-O", "dtb"))):
        write(builder, name, data)


# (name, (what is there, what replaces it), what is said)
FIRST = 'initrd = "initrd";'
LINUX = "cells/first/linux: "
GIVE = ": give the file arch/arm/boot/Image"


def image(name):
    return ('"Image";\n\t\t\t\tdtb = "toy.dtb";\n\t\t\t\t' + FIRST,
            '"%s";\n\t\t\t\tdtb = "toy.dtb";\n\t\t\t\t' % name + FIRST)


def dtb(name):
    return 'dtb = "toy.dtb";\n\t\t\t\t' + FIRST, 'dtb = "%s";\n\t\t\t\t' % name + FIRST


# nine devices with four interrupts each
LINES = "/ { board { irq-lines = <200>; devices { %s }; }; };" % " ".join(
    "i%d { irqs = <%s>; };" % (i, " ".join(str(100 + 4 * i + k) for k in range(4)))
    for i in range(9))
QUOTA = "\t\tfirst {\n\t\t\tguest;"
BASE, SIZE = "base = <0x61000000>;", "size = <0x01000000>;"
RIGHTS = 'rights = "read", "write", "exec", "grant";'

BAD = [
    ("no image", image("no-such"), LINUX + 'image: there is no "no-such" in DIR'),
    ("no image at a path", image("/nowhere/Image"),
     LINUX + "image: there is no file /nowhere/Image"),
    ("an empty image", image("empty"), LINUX + "image: DIR/empty is empty"),
    ("a zImage", image("zImage"), LINUX + "image: DIR/zImage is a zImage" + GIVE),
    ("a vmlinux", image("vmlinux"), LINUX + "image: DIR/vmlinux is an ELF file (vmlinux?)" + GIVE),
    ("a uImage", image("uImage"), LINUX + "image: DIR/uImage is a uImage" + GIVE),
    ("an image with gzip", image("Image.gz"),
     LINUX + "image: DIR/Image.gz is compressed with gzip" + GIVE),
    ("an image with xz", image("Image.xz"), LINUX + "image: DIR/Image.xz is compressed with xz" +
     GIVE),
    ("a device tree as image", image("toy.dtb"), LINUX + "image: DIR/toy.dtb is a device tree or "
     "FIT image" + GIVE),
    ("an image of 64 bits", image("Image64"),
     LINUX + "image: DIR/Image64 is a 64-bit kernel" + GIVE),
    ("a native kernel", image("native"), LINUX + "image: DIR/native is no Linux with Armature's "
     "shim: give the Image of a guest build"),
    ("no property image", ('image = "Image";\n\t\t\t\tdtb = "toy.dtb";\n\t\t\t\t' + FIRST,
                           'dtb = "toy.dtb";\n\t\t\t\t' + FIRST),
     LINUX + "image: is missing: the file arch/arm/boot/Image"),
    ("no property dtb", ('dtb = "toy.dtb";\n\t\t\t\t' + FIRST, FIRST),
     LINUX + "dtb: is missing: the board's device tree for Linux"),
    ("no device tree", dtb("no-such"), LINUX + 'dtb: there is no "no-such" in DIR'),
    ("no device tree, but something", dtb("initrd"),
     LINUX + "dtb: DIR/initrd is not a device tree in binary (.dtb)"),
    ("a device tree without a controller", dtb("bare.dtb"), LINUX + "dtb: DIR/bare.dtb has no "
     "interrupt controller that is known (a GIC, with 3 cells an interrupt)"),
    ("no initrd", (FIRST, 'initrd = "no-such";'), LINUX + 'initrd: there is no "no-such" in DIR'),
    ("an empty initrd", (FIRST, 'initrd = "empty";'), LINUX + "initrd: DIR/empty is empty"),
    ("a folder as initrd", (FIRST, 'initrd = "folder";'),
     LINUX + "initrd: DIR/folder is not a file"),
    ("an initrd that does not fit", (FIRST, 'initrd = "large";'),
     "cells/first/memory/ram: size: 16 MB is too small: at least 19 MB are needed (kernel with 8 "
     "MB to begin with 9, initrd 9, device tree 1)"),
    ("too little RAM", ("size = <0x00b00000>", "size = <0x00900000>"),
     "cells/second/memory/ram: size: 9 MB is too small: at least 10 MB are needed (kernel with 8 "
     "MB to begin with 9, initrd 0, device tree 1)"),
    ("no RAM", ("\t\t\t\tram {\n", "\t\t\t\trum {\n"),
     'cells/first: memory: Linux needs a memory "ram"'),
    ("RAM without base", (BASE, ""), "cells/first/memory/ram: base: must be given, and a multiple "
     "of 0x1000000 (16 MB)"),
    ("RAM at an odd place", (BASE, "base = <0x60f00000>;"), "cells/first/memory/ram: base: must be "
     "given, and a multiple of 0x1000000 (16 MB)"),
    ("RAM not in megabytes", (SIZE, "size = <0x00fff000>;"), "cells/first/memory/ram: size: "
     "0xfff000: the RAM of a Linux is whole megabytes, at most 768"),
    ("too much RAM", (SIZE, "size = <0x30100000>;"), "cells/first/memory/ram: size: 0x30100000: "
     "the RAM of a Linux is whole megabytes, at most 768"),
    ("RAM that is read only", (RIGHTS, 'rights = "read";'), "cells/first/memory/ram: rights: Linux "
     'needs "read", "write", "exec", "grant"'),
    ("RAM with an address", (BASE, BASE + " va = <0x40000000>;"),
     "cells/first/memory/ram: va: root maps the RAM of a Linux at 0xc0000000"),
    ("memory over the register page", ("notes {", "notes { va = <0xfe000000>;"),
     "cells/first/memory/notes: va: memory \"notes\" at 0xfe000000-0xfe000fff overlaps the "
     "register page"),
    ("a slot that Linux fills", ("notes {", "notes { slot = <256>;"),
     "cells/first/memory/notes: slot: slots from 256 on are filled by Linux"),
    ("not a guest", (QUOTA, "\t\tfirst {"), "cells/first: guest: is missing: Linux makes its own "
     "mappings"),
    ("a watchdog that sleeps", ("initrd = ", "watchdog = <3601>; initrd = "),
     "cells/first/linux: watchdog: 3601: seconds, at most 3600; 0 is never"),
    ("a heartbeat", (QUOTA, QUOTA + " heartbeat = <100>;"),
     "cells/first: heartbeat: is for programs: a Linux has watchdog"),
    ("a program too", (QUOTA, QUOTA + ' program = "prog";'), "cells/first: program: a cell that "
     "runs Linux has none of its own"),
    ("a stack too", (QUOTA, QUOTA + " stack = <0x1000>;"), "cells/first: stack: a cell that runs "
     "Linux has none of its own"),
    ("too many interrupts", [
        ('devices = "uart", "rtc", "timer", "video", "more";\n',
         "devices = %s;\n" % ", ".join('"i%d"' % i for i in range(9))), (None, LINES)],
     "cells/first: devices: have 36 interrupts, a Linux can have 24"),
    ("quota too small", ("quota = <0x40000>;\n\t\t\tslots = <300>;\n\t\t\tpriority",
                         "quota = <0x6c3f>;\n\t\t\tslots = <300>;\n\t\t\tpriority"),
     "cells/first: quota: 0x6c3f is too small: this cell needs at least 0x6c40"),
    ("an unknown property", (FIRST, FIRST + " kernel = <1>;"), LINUX + "kernel: unknown property"),
    ("a node in it", ('bootargs = "console=hvc0 quiet", APPEND;',
                      "extra { };"), "cells/first/linux/extra: unknown node"),
]


def fields(record, **must):
    return "\n".join("%s is 0x%x, must be 0x%x" % (k, record[k], v)
                     for k, v in must.items() if record[k] != v)


def part(p, offset, size):
    return p.data[offset:offset + size]


def test_payload(tap, p):
    first, second = p.guests
    tap.point("linux: each cell knows its guest", None if [c.guest for c in p.cells] == [1, 2]
              else [c.guest for c in p.cells])
    tap.point("linux: no program, stack or heap", fields(p.cells[0], segments=0, stack=0,
                                                         heap_size=0, flags=8))
    tap.point("linux: its RAM", fields(p.memory[first.ram], base=0x61000000, size=0x1000000,
                                       va=0xc0000000, rights=ALL) + p.memory[first.ram].name[3:])
    tap.point("linux: RAM has all rights by default", fields(p.memory[second.ram], rights=ALL))
    tap.point("linux: defaults of the cell", fields(p.cells[1], prio=60, max_prio=90))
    tap.point("linux: the kernel", None if part(p, first.image_offset, first.image_size) == IMAGE
              else "differs")
    tap.point("linux: a kernel of several guests is stored once",
              fields(second, image_offset=first.image_offset))
    tap.point("linux: the initrd", None if part(p, first.initrd_offset, first.initrd_size) == INITRD
              else "differs")
    tap.point("linux: where the initrd goes", fields(first, initrd_base=0x61ffe000,
                                                     initrd_size=len(INITRD)))
    tap.point("linux: without initrd", fields(second, initrd_size=0))
    tap.point("linux: the tree is below the initrd", fields(
        first, dtb_base=(0x61ffe000 - first.dtb_size) & ~0xfff))
    tap.point("linux: whole pages", fields(
        {"x": first.image_offset | first.initrd_offset | first.dtb_offset}, x=0)
        if (first.image_offset | first.initrd_offset | first.dtb_offset) % 4096 else None)
    # behind two memories, five times registers and five interrupts
    tap.point("linux: the slot of its supervisor", fields(first, supervisor=20))
    tap.point("linux: how long it may hang", fields(first, watchdog=30))


def test_tree(tap, builder, p):
    guest = p.guests[0]
    tree = part(p, guest.dtb_offset, guest.dtb_size)
    with open(HERE + "/toy-guest.dts", "rb") as f:
        compiled = dtc(f.read(), "-I", "dts", "-O", "dtb")
    must, is_ = (dtc(t, "-s", "-I", "dtb", "-O", "dts").decode().splitlines()
                 for t in (compiled, tree))
    tap.point("linux: the device tree, node by node",
              "\n".join(difflib.unified_diff(must, is_, "must", "is", lineterm="", n=4)))
    other = p.guests[1]
    text = part(p, other.dtb_offset, other.dtb_size)
    tap.point("linux: a guest with no device that Linux knows has none",
              [w for w in (b"uart@", b"rtc@", b"video@", b"initrd", b"armature-devices")
               if w in text])
    tap.point("linux: added nodes keep their order", None if
              tree.find(b"extra@10014000") < tree.find(b"extra@10014200") else "they do not")


def test_options(tap, builder, source):
    deps = os.path.join(builder.folder, "deps")
    status, said, out = builder.build(source, options=[
        "-v", "-M", deps, "-S", 'APPEND=a="b\\c" \'d\'', "-S", "NOTHING="])
    with open(deps) as f:
        text = f.read()
    os.unlink(deps)
    missing = [n for n in ("/Image:", "/toy.dtb:", "/initrd:") if n not in text]
    tap.point("linux: -M names its files", " ".join(missing))
    tap.point("linux: -v shows where they go", None if "61008000-61057fff physical" in out and
              "no node for device disk" in out else out)
    p = Payload(list(Elf(builder.image).loads())[-1][1]) if not status else None
    tap.point("linux: -S hands a text on as it is", said or (
        None if b"console=hvc0 quiet a=\"b\\c\" 'd'\0" in p.data else "it does not"))
    status, said, _ = builder.build(source, options=["-S", "APPEND"])
    tap.point("linux: -S without a text is refused", None if (status, said) == (
        1, "l4image: -S APPEND: expected NAME=TEXT\n") else said)
    status, said, _ = builder.build(source, options=["-S", "APPEND=a\tb"])
    tap.point("linux: -S with a tabulator is refused", None if status == 1 else said)
    path = os.path.join(builder.programs, "Image")
    status, said, _ = builder.build(source.replace('"Image"', '"%s"' % path))
    tap.point("linux: a name with a slash is a path", said)


def test(tap, builder, edited):
    with open(HERE + "/linux.dts") as f:
        source = f.read()
    make_files(builder)
    status, said, _ = builder.build(source)
    tap.point("linux: the good description builds", said)
    if status:
        return
    p = Payload(list(Elf(builder.image).loads())[-1][1])
    test_payload(tap, p)
    test_tree(tap, builder, p)
    test_options(tap, builder, source)
    for name, change, line in BAD:
        tap.point("linux refused: " + name, builder.refused(edited(source, change), line))
