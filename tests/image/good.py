# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
What good.dts must become.  The values here are worked out by hand from it and
from docs/system-description.md.
"""
import os
import subprocess

from elfs import Elf
from payload import Payload

READ, WRITE, EXEC, SEND, NOTIFY, GRANT = 1, 2, 4, 8, 0x10, 0x40
NOWHERE = 0xffffffff
DMA, CONSOLE, SYSTEM, GUEST, SERVER = 1, 2, 4, 8, 16
PAYLOAD = 0x60200000


def differ(what, is_, must):
    return None if is_ == must else "%s is %s, must be %s" % (what, is_, must)


def fields(record, **must):
    """A line for each field that is not as it must be."""
    return "\n".join("%s.%s is %s, must be %s" % (record.get("name", "?"), k, record[k], v)
                     for k, v in must.items() if record[k] != v)


def test_header(tap, p):
    tap.point("header", fields(p.header, magic=0x3441524d, version=4, size=len(p.data),
                               root_text=0x1000, root_data=0x7000, root_entry=0x10000,
                               root_prio=250, flags=1, cells=4))
    tap.point("header: the CRC is right", None if p.crc_is_right else "it is not")
    tap.point("header: whole pages", differ("size % 4096", p.header.size % 4096, 0))


def test_root(tap, p, programs):
    at, elf = p.header.root_offset, Elf(os.path.join(programs, "root.elf"))
    (_, text, _), (_, data, _) = list(elf.loads())[:2]
    tap.point("root begins on a page", differ("offset % 4096", at % 4096, 0))
    tap.point("root's code", None if p.data[at:at + len(text)] == text else "differs")
    at += p.header.root_text
    must = data + bytes(p.header.root_data - len(data))
    tap.point("root's data, then zeros", None if p.data[at:at + len(must)] == must else "differs")


def test_cells(tap, p):
    tap.point("the cells keep their order", differ("it", [c.name for c in p.cells],
                                                   ["console", "echo", "client", "linux"]))
    tap.point("a cell with everything", fields(
        p.cell("echo"), flags=SERVER, entry=0x10000, stack=0x2000, prio=100, max_prio=110,
        core=3, quota=0x20000, slots=32, heap_size=0x200000, restart=1, restarts=7, arg=0xcafe,
        budget=2000, period=10000, heartbeat=250,
        segments=3, memories=3, devices=2, channels=0))
    tap.point("the defaults", fields(
        p.cell("client"), flags=SYSTEM | DMA, stack=0x4000, prio=100, max_prio=100, core=0,
        slots=64, heap_size=0x10000, restart=0, restarts=0, arg=0, budget=0, period=0,
        heartbeat=0, segments=3, memories=2, devices=1, channels=2))
    tap.point("a console is a server", fields(p.cell("console"), flags=CONSOLE | SERVER, prio=200,
                                              max_prio=200))
    tap.point("a guest", fields(p.cell("linux"), flags=GUEST | DMA))
    # program to 0x16000, a page, stack, a page, heap
    tap.point("stack and heap", fields(p.cell("echo"), stack_top=0x18000, heap_base=0x19000))
    # thread, budget, space, frame, tables for the first 3 megabytes, placed, ring, own,
    # devices; sections
    least = 1024 + 256 + 16384 + 256 + 4096 + 64 + 1024 * 6 + 64 * (3 + 3 + 3 + 1)
    tap.point("an open quota is the least and 32 KB",
              differ("quota", p.cell("console").quota, (1024 + 16384 + 256 + 4096 + 64 + 1024 * 2 +
                                                        64 * 7 + 0x8000 + 0xfff) & ~0xfff))
    return least


def test_segments(tap, p, programs):
    loads = list(Elf(os.path.join(programs, "prog")).loads())
    segments = p.of(p.cell("echo"))[0]
    wrong = []
    for s, (va, data, size) in zip(segments, loads):
        wrong += [] if p.contents(s)[:len(data)] == data else ["contents at 0x%x" % va]
        wrong += [] if not any(p.contents(s)[len(data):]) else ["not zero behind 0x%x" % va]
        wrong += [] if s.va == va and s.size == (size + 0xfff) & ~0xfff else ["0x%x" % s.va]
        wrong += [] if s.file_offset % 4096 == 0 else ["offset 0x%x" % s.file_offset]
    tap.point("a program's segments", "\n".join(wrong))
    tap.point("their rights", differ("it", [s.rights for s in segments],
                                     [READ | EXEC, READ, READ | WRITE]))
    tap.point("a program of several cells is stored once", differ(
        "it", [s.file_offset for s in p.of(p.cell("client"))[0]],
        [s.file_offset for s in segments]))


def test_memory(tap, p):
    ring, own, placed = p.of(p.cell("echo"))[1]
    ring2, frame = p.of(p.cell("client"))[1]
    low, high = p.of(p.cell("linux"))[1]
    tap.point("shared memory", fields(ring, name="ring", base=0, size=0x2000, slot=8,
                                      va=0x40000000, rights=READ | WRITE))
    tap.point("shared memory, read only and unmapped", fields(
        ring2, name="ring", size=0x2000, slot=8, va=NOWHERE, rights=READ, shared=ring.shared))
    tap.point("other shared memory has another number", fields(
        frame, base=0x63000000, size=0x100000, rights=READ, shared=ring.shared + 1, slot=9))
    tap.point("memory with a base", fields(own, base=0x62000000, size=0x200000, slot=10, shared=0,
                                           va=0x40100000, rights=READ | WRITE | EXEC | GRANT))
    tap.point("memory with address and slot", fields(placed, base=0, size=0x3000, slot=9,
                                                     va=0x50000000, rights=READ | WRITE))
    tap.point("a guest's memory is where it is said", fields(low, va=0xc0000000, size=0x400000))
    tap.point("a guest's other memory is unmapped", fields(high, va=NOWHERE))


def test_devices(tap, p):
    timer, button = p.of(p.cell("echo"))[2]
    (rtc,) = p.of(p.cell("client"))[2]
    disk, video = p.of(p.cell("linux"))[2]
    tap.point("a device", fields(timer, name="timer", base=0x10011000, size=0x1000, slot=11,
                                 va=0x80000000, irqs=2, irq0=34, irq1=35, slot0=12, slot1=13))
    tap.point("a device that is an interrupt only", fields(button, size=0, slot=0, va=NOWHERE,
                                                           irqs=1, irq0=41, slot0=14))
    tap.point("a device by reference", fields(rtc, name="rtc", base=0x10017000, irqs=1, irq0=36))
    tap.point("a guest's devices are unmapped", fields(disk, va=NOWHERE, slot=10, slot0=11) +
              fields(video, va=NOWHERE, base=0x4c000000, size=0x800000, slot=12))


def test_channels(tap, p):
    echo, wake = p.of(p.cell("client"))[3]
    tap.point("a channel with defaults", fields(echo, name="echo", to=1, slot=12, badge=3,
                                                rights=SEND))
    tap.point("a channel with everything", fields(wake, name="wake", to=1, slot=20, badge=0x80,
                                                  rights=NOTIFY))


def test_image(tap, builder, payload):
    kernel, image = Elf(builder.kernel), Elf(builder.image)
    tap.point("the image has the kernel's segments, then the payload", differ(
        "it", list(image.loads()), list(kernel.loads()) + [(PAYLOAD, payload, len(payload))]))
    tap.point("the image starts as the kernel does", differ("entry", image.get("entry"),
                                                            kernel.get("entry")))
    names = subprocess.run(["arm-none-eabi-nm", builder.image], stdout=subprocess.PIPE, check=True)
    tap.point("the image has the kernel's symbols",
              None if b" A payload_phys\n" in names.stdout else "nm does not find them")
    with open(builder.flat, "rb") as f:
        flat = f.read()
    (_, text, _), = kernel.loads()
    must = text + bytes(PAYLOAD - 0x60000000 - len(text)) + payload
    tap.point("the flat image", None if flat == must else "differs")


def read(path):
    with open(path, "rb") as f:
        return f.read()


def test_options(tap, builder, source, least):
    deps = os.path.join(builder.folder, "deps")
    first = read(builder.image)
    status, said, out = builder.build(source, options=["-M", deps, "-v"])
    tap.point("built again, it is the same", None if read(builder.image) == first else "differs")
    text = read(deps).decode()
    os.unlink(deps)
    missing = [n for n in ("board.dtsi", "/root.elf", "/prog", "/other.elf", "/kernel.elf")
               if n not in text]
    tap.point("-M names all that it read", " ".join(missing))
    tap.point("-v shows each cell", None if "echo: " in out and "slot 20" in out else out)
    exact = source.replace("quota = <0x20000>", "quota = <0x%x>" % least)
    status, said, _ = builder.build(exact)
    tap.point("the least quota is enough", said)
    status, said, _ = builder.build(source, options=["-D", "ELSEWHERE"])
    tap.point("-D reaches the description", differ("status", status, 1))
    open(builder.image, "w").close()


def test(tap, builder, source):
    status, said, _ = builder.build(source)
    tap.point("the good description builds", said or differ("status", status, 0))
    if status:
        return
    payload = list(Elf(builder.image).loads())[-1][1]
    p = Payload(payload)
    test_header(tap, p)
    test_root(tap, p, builder.programs)
    least = test_cells(tap, p)
    test_segments(tap, p, builder.programs)
    test_memory(tap, p)
    test_devices(tap, p)
    test_channels(tap, p)
    test_image(tap, builder, payload)
    test_options(tap, builder, source, least)
