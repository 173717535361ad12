# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Bad descriptions: good.dts with one change, and the line that the builder must
answer it with.  A change is (what is there, what replaces it); None appends
the second to the end of the source; a list is several changes.  <n> in a line
is a number that depends on how large the programs are.
"""

ECHO = "\t\techo {\n\t\t\tprogram = \"prog\";"
CLIENT = "\t\tclient {\n\t\t\tprogram = \"prog\";"
CONSOLE = "\t\tconsole {\n\t\t\tprogram = \"prog\";"


def echo(text):
    return ECHO, ECHO + text


def client(text):
    return CLIENT, CLIENT + text


def cell(text, name="extra", program="prog"):
    """One more cell, the first."""
    return CONSOLE, "%s { program = \"%s\"; %s };\n%s" % (name, program, text, CONSOLE)


def memory(text):
    """One more memory of echo."""
    return "\t\t\t\town {", "\t\t\t\tmore { %s };\n\t\t\t\town {" % text


def channel(text):
    """One more channel of client."""
    return "echo { };", "echo { };\n\t\t\t\tmore { %s };" % text


def append(text):
    """At the end of the source."""
    return None, text


def device(text):
    """One more device of the board, or several."""
    return append("/ { board { devices { %s }; }; };" % text)


OWN_RIGHTS = 'rights = "read", "write", "exec", "grant";'
RESTART = 'restart = "always";\n\t\t\trestarts = <7>;'
MANY = " ".join("d%d { irqs = <50>; };" % i for i in range(85))

BAD = [
    # names
    ("unknown property", echo("stak = <1>;"), "cells/echo: stak: unknown property"),
    ("unknown property of the root node", ("poweroff-when-done;", "poweroff;"),
     "poweroff: unknown property"),
    ("unknown property of a channel", channel('to = "echo"; colour = <1>;'),
     "cells/client/channels/more: colour: unknown property"),
    ("property where only nodes are", ("\tcells {", "\tcells { quota = <1>;"),
     "cells: quota: unknown property"),
    ("unknown node", ("arg = <0xcafe>;", "arg = <0xcafe>; stack0 { };"),
     "cells/echo/stack0: unknown node"),
    ("unknown node of the root node", ("\tshared {", "\tcell { };\n\tshared {"),
     "cell: unknown node"),
    ("node below a channel", channel('to = "echo"; x { };'),
     "cells/client/channels/more/x: unknown node"),
    ("name too long", cell("", "a-very-long-name"), "cells/a-very-long-name: the name of a cell "
     "has at most 15 characters, this has 16"),
    ("name with a capital letter", cell("", "Echo"), "cells/Echo: the name of a cell is a letter, "
     "then letters, digits, - or _, all in lower case"),
    ("name with an address", ("\t\t\t\town {", "more@1 { };\n\t\t\t\town {"),
     "cells/echo/memory/more@1: the name of a memory is a letter, "
     "then letters, digits, - or _, all in lower case"),
    ("no cells", append("/ { /delete-node/ cells; };"), "cells: is missing"),
    ("no cell in cells", append("/ { /delete-node/ cells; }; / { cells { }; };"),
     "cells: there is no cell in it"),
    ("33 cells", cell("}; " + " ".join('c%d { program = "prog"; };' % i for i in range(29)) +
                      " last { program = \"prog\";"), "cells: has more than 32 cells"),

    # kinds of values
    ("flag with a value", ("console;\n", "console = <1>;\n"),
     "cells/console: console: has no value: it is there or not"),
    ("two numbers", ("stack = <0x2000>", "stack = <0x2000 1>"),
     "cells/echo: stack: must be one number, like <0x1000>"),
    ("string for a number", ("stack = <0x2000>", 'stack = "much"'),
     "cells/echo: stack: must be one number, like <0x1000>"),
    ("number for a string", (RESTART, "restart = <1>;"),
     'cells/echo: restart: must be one string, like "name"'),
    ("two strings", (RESTART, 'restart = "always", "never";'),
     'cells/echo: restart: must be one string, like "name"'),
    ("numbers for rights", (OWN_RIGHTS, "rights = <7>;"),
     'cells/echo/memory/own: rights: must be strings, like "one", "two"'),
    ("no devices in devices", ("devices = \"uart\"", "devices"), "cells/console: devices: must be "
     'names, like "one", "two", or references, like <&one &two>'),

    # programs
    ("missing program", ('program = "other"', 'program = "nowhere"'),
     'cells/linux: program: there is no "nowhere" or "nowhere.elf" in DIR'),
    ("no program said, and none of the cell's name", (CONSOLE, "extra { };\n" + CONSOLE),
     'cells/extra: program: there is no "extra" or "extra.elf" in DIR'),
    ("a folder as program", cell("", program="folder"),
     "cells/extra: program: DIR/folder is not a file"),
    ("missing root", ('program = "root"', 'program = "trunk"'),
     'root: program: there is no "trunk" or "trunk.elf" in DIR'),
    ("a cell's program as root", ('program = "root"', 'program = "prog"'),
     "root: program: DIR/prog root has two segments: code and constants, then data (link with "
     "user/servers/root/root.ld)"),
    ("root at another address", ('program = "root"', 'program = "root-high"'),
     "root: program: DIR/root-high root begins at 0x00020000, must be linked at 0x00010000"),
    ("root with a hole", ('program = "root"', 'program = "root-hole"'),
     "root: program: DIR/root-hole root's data begins at 0x00014000, must be on the page behind "
     "its code, 0x00011000"),
    ("program below the fixed pages", cell("", program="low"),
     "cells/extra: program: the program's segment 0x0000f000 is at 0xf000, below 0x10000: there "
     "the message buffers and the start page are"),
    ("program in the kernel's window", cell("", program="window"),
     "cells/extra: program: the program's segment 0xfc800000 at 0xfc800000-0xfc802fff overlaps "
     "the kernel's window"),

    # sizes and addresses
    ("stack not in pages", ("stack = <0x2000>", "stack = <0x2100>"),
     "cells/echo: stack: 0x2100 is not a multiple of 0x1000"),
    ("no stack", ("stack = <0x2000>", "stack = <0>"),
     "cells/echo: stack: is 0: the first thread needs at least 0x1000"),
    ("heap not in pages", ("heap = <0x200000>", "heap = <1>"),
     "cells/echo: heap: 0x1 is not a multiple of 0x1000"),
    ("heap too large for addresses", ("heap = <0x200000>", "heap = <0x40000000>"),
     "cells/echo: heap: no place for the 0x40000000 bytes of the heap between <n> and 0x40000000"),
    ("stack too large for addresses", ("stack = <0x2000>", "stack = <0x40000000>"),
     "cells/echo: stack: no place for the 0x40000000 bytes of the stack between <n> and "
     "0x40000000"),
    ("memory without size", memory(""), "cells/echo/memory/more: size: is missing"),
    ("memory of size 0", memory("size = <0>;"), "cells/echo/memory/more: size: is 0"),
    ("memory not in pages", memory("size = <0x1800>;"),
     "cells/echo/memory/more: size: 0x1800 is not a multiple of 0x1000"),
    ("base not in pages", memory("size = <0x1000>; base = <0x62800800>;"),
     "cells/echo/memory/more: base: 0x62800800 is not a multiple of 0x1000"),
    ("memory beyond 4 GB", memory("size = <0x2000>; base = <0xfffff000>;"),
     "cells/echo/memory/more: size: goes beyond the end of addresses"),
    ("va not in pages", memory("size = <0x1000>; va = <0x50100800>;"),
     "cells/echo/memory/more: va: 0x50100800 is not a multiple of 0x1000"),
    ("va in the program", memory("size = <0x1000>; va = <0x11000>;"),
     'cells/echo/memory/more: va: memory "more" at 0x11000-0x11fff overlaps the program\'s segment 0x00011000'),
    ("va on the start page", memory("size = <0x1000>; va = <0xf000>;"), 'cells/echo/memory/more: '
     'va: memory "more" is at 0xf000, below 0x10000: there the message buffers and the start page '
     'are'),
    ("va in the kernel's window", memory("size = <0x200000>; va = <0xfdf00000>;"),
     'cells/echo/memory/more: va: memory "more" at 0xfdf00000-0xfe0fffff overlaps the kernel\'s '
     "window"),
    ("va beyond 4 GB", memory("size = <0x2000>; va = <0xfffff000>;"),
     'cells/echo/memory/more: va: memory "more" at 0xfffff000 goes beyond the end of addresses'),
    ("va of another memory", memory("size = <0x1000>; va = <0x50001000>;"),
     'cells/echo/memory/placed: va: memory "placed" at 0x50000000-0x50002fff overlaps memory '
     '"more"'),
    ("va and unmapped", ("va = <0x50000000>;", "va = <0x50000000>; unmapped;"),
     "cells/echo/memory/placed: unmapped: but it has a va"),
    ("no addresses left", memory("size = <0x40000000>;"),
     'cells/echo/memory/more: no place for the 0x40000000 bytes of memory "more" between '
     "0x40000000 and 0x80000000"),

    # physical memory
    ("overlapping memory", memory("size = <0x100000>; base = <0x61f80000>;"),
     "cells/echo/memory/own: base: 0x62000000-0x621fffff overlaps that of cells/echo/memory/more"),
    ("overlapping shared memory", memory("size = <0x1000>; base = <0x630ff000>;"),
     "cells/echo/memory/more: base: 0x630ff000-0x630fffff overlaps that of shared/frame"),
    ("memory outside of RAM", memory("size = <0x1000>; base = <0x64000000>;"),
     "cells/echo/memory/more: base: 0x64000000-0x64000fff is outside of the RAM of board toy"),
    ("memory partly outside of RAM", memory("size = <0x2000>; base = <0x63fff000>;"),
     "cells/echo/memory/more: base: 0x63fff000-0x64000fff is outside of the RAM of board toy"),
    ("memory at address 0", memory("size = <0x1000>; base = <0>;"),
     "cells/echo/memory/more: base: 0x0-0xfff is outside of the RAM of board toy"),
    ("memory in the kernel", memory("size = <0x1000>; base = <0x60100000>;"),
     "cells/echo/memory/more: base: 0x60100000-0x60100fff is the kernel's: use memory from "
     "<n> on"),
    ("memory in the payload", memory("size = <0x1000>; base = <0x60200000>;"),
     "cells/echo/memory/more: base: 0x60200000-0x60200fff is the kernel's: use memory from "
     "<n> on"),
    ("more memory than there is", memory("size = <0x3800000>;"),
     "cells: memory: all cells together take <n> KB of memory, and <n> KB are free"),
    ("another board's RAM", ('#include "board.dtsi"',
                             '#define ELSEWHERE\n#include "board.dtsi"'),
     "board: ram: kernel and payload take 0x60000000-<n>, which is not in it: is the "
     "kernel built for board toy?"),

    # shared memory
    ("shared memory that is not there", memory('shared = "rink";'),
     'cells/echo/memory/more: shared: there is no shared memory "rink"'),
    ("size of shared memory said twice", memory('shared = "ring"; size = <0x2000>;'),
     "cells/echo/memory/more: size: is said in shared/ring already"),
    ("right that shared memory does not give", ('shared = "frame";',
                                                'shared = "frame"; rights = "read", "write";'),
     'cells/client/memory/frame: rights: right "write" is not there: shared/frame gives read'),
    ("shared memory that nobody has", ("\tshared {", "\tshared {\n\t\tidle { size = <0x1000>; };"),
     "shared/idle: no cell has it"),
    ("shared memory without size", ("size = <0x2000>;\n\t\t};\n\t\tframe", "};\n\t\tframe"),
     "shared/ring: size: is missing"),

    # rights
    ("unknown right", (OWN_RIGHTS, 'rights = "read", "fly";'),
     'cells/echo/memory/own: rights: unknown right "fly"'),
    ("right that memory does not have", (OWN_RIGHTS, 'rights = "read", "send";'),
     'cells/echo/memory/own: rights: right "send" is not there: memory gives read, write, exec, '
     "grant"),
    ("right that a channel does not have", channel('to = "echo"; rights = "send", "control";'),
     'cells/client/channels/more: rights: right "control" is not there: a channel gives send, '
     "notify, grant"),
    ("right twice", (OWN_RIGHTS, 'rights = "read", "read";'),
     'cells/echo/memory/own: rights: right "read" is there twice'),
    ("memory that cannot be read", (OWN_RIGHTS, 'rights = "write";'),
     'cells/echo/memory/own: rights: must contain "read"'),
    ("channel without use", channel('to = "echo"; rights = "grant";'),
     "cells/client/channels/more: rights: without send and notify nothing can be done with it"),

    # channels
    ("channel to nobody", channel(""), 'cells/client/channels/more: to: there is no cell "more"'),
    ("channel to an unknown cell", channel('to = "ecco";'),
     'cells/client/channels/more: to: there is no cell "ecco"'),
    ("channel to itself", channel('to = "client";'),
     "cells/client/channels/more: to: leads to the cell itself"),
    ("badge 0", channel('to = "echo"; badge = <0>;'),
     "cells/client/channels/more: badge: 0 is no badge"),
    ("badge twice", cell('channels { echo { badge = <0x80>; }; };'),
     "cells/client/channels/wake: badge: 0x80 is that of cells/extra/channels/echo already"),
    ("notify without badge", channel('to = "echo"; rights = "notify";'),
     'cells/client/channels/more: badge: is missing: with the right "notify" it says which bits '
     "can be set"),

    # slots
    ("slot with a fixed meaning", ("slot = <20>", "slot = <7>"),
     "cells/client/channels/wake: slot: slots below 8 have fixed meanings"),
    ("slot outside of the table", ("slot = <20>", "slot = <64>"),
     "cells/client/channels/wake: slot: 64 is not in the table, which has 64 slots"),
    ("slot twice", channel('to = "echo"; slot = <20>;'),
     "cells/client/channels/wake: slot: 20 is that of cells/client/channels/more already"),
    ("too few slots", cell("slots = <16>; channels { " + " ".join(
        'c%d { to = "echo"; };' % i for i in range(9)) + " };"),
     "cells/extra: slots: 16 are too few: this cell needs 17"),
    ("too small a table", ("slots = <32>", "slots = <15>"),
     "cells/echo: slots: 15: a table has 16 to 2048 slots"),
    ("too large a table", ("slots = <32>", "slots = <2049>"),
     "cells/echo: slots: 2049: a table has 16 to 2048 slots"),

    # devices
    ("unknown device", ('"timer", "button"', '"timer", "rtx"'),
     'cells/echo: devices: no device "rtx" on board toy'),
    ("reference to something else", ("devices = <&rtc>", "devices = <&rtc &{/shared}>"),
     "cells/client: devices: reference 2 is not to a device of board toy"),
    ("device of two cells", (ECHO, 'extra { program = "prog"; devices = "uart"; };\n' + ECHO),
     'cells/extra: devices: "uart" was given to cells/console already'),
    ("device twice", ('"timer", "button"', '"timer", "timer"'),
     'cells/echo: devices: "timer" is there twice'),
    ("bus master without trusted-dma", ("guest;\n\t\t\ttrusted-dma;", "guest;"),
     'cells/linux: devices: "disk" masters the bus and so reaches all memory: mark the cell '
     "trusted-dma to allow that"),
    ("interrupt of two cells", ('"timer", "button"', '"timer", "rtc-line"'),
     'cells/client: devices: interrupt 36 of "rtc" is that of "rtc-line", given to cells/echo'),
    ("interrupt reserved", ('"timer", "button"', '"timer", "taken"'),
     'cells/echo: devices: interrupt 63 of "taken" is the kernel\'s'),
    ("interrupt of the processor's own", ('"timer", "button"', '"timer", "private"'),
     'cells/echo: devices: interrupt 29 of "private" is the kernel\'s'),
    ("registers of two cells", ('"timer", "button"', '"timer", "rtc-window"'),
     'cells/client: devices: registers of "rtc" overlap those of "rtc-window", given to '
     "cells/echo"),
    ("registers of the kernel", ('"timer", "button"', '"timer", "gic"'),
     'cells/echo: devices: the registers of "gic" are the kernel\'s'),
    ("registers in RAM", ('"timer", "button"', '"timer", "ram-chip"'),
     'cells/echo: devices: the registers of "ram-chip" are in RAM'),
    ("two consoles", (CLIENT, CLIENT + "console;"),
     "cells/client: console: cells/console is the console already"),

    # priorities, restart, quota
    ("priority above max-priority", ("max-priority = <110>", "max-priority = <99>"),
     "cells/echo: priority: 100 is above max-priority, which is 99"),
    ("priority above 255", ("priority = <200>", "priority = <256>"),
     "cells/console: priority: 256 is above 255"),
    ("max-priority above 255", ("max-priority = <110>", "max-priority = <300>"),
     "cells/echo: max-priority: 300 is above 255"),
    ("a core that no board has", ("core = <3>", "core = <4>"),
     "cells/echo: core: 4: no board has more than 4"),
    ("root's priority above 255", ("priority = <250>", "priority = <256>"),
     "root: priority: 256 is above 255"),
    ("unknown restart policy", (RESTART, 'restart = "sometimes";'),
     'cells/echo: restart: unknown policy "sometimes": choose "never" or "always"'),
    ("restarts without restart", ('restart = "always";', ""),
     'cells/echo: restarts: means something with restart = "always" only'),
    ("period without budget", ("budget = <2000>;", ""),
     "cells/echo: budget: is missing: budget is how long it runs in each period"),
    ("budget without period", ("period = <10000>;", ""),
     "cells/echo: period: is missing: budget is how long it runs in each period"),
    ("budget longer than its period", ("budget = <2000>", "budget = <10001>"),
     "cells/echo: budget: 10001: microseconds, 100 to the period, which is 10000"),
    ("budget that is too short", ("budget = <2000>", "budget = <99>"),
     "cells/echo: budget: 99: microseconds, 100 to the period, which is 10000"),
    ("period that is too short", ("period = <10000>", "period = <999>"),
     "cells/echo: period: 999: microseconds, 1000 to 8000000"),
    ("period that is too long", ("period = <10000>", "period = <8000001>"),
     "cells/echo: period: 8000001: microseconds, 1000 to 8000000"),
    ("heartbeat that is too fast", ("heartbeat = <250>", "heartbeat = <9>"),
     "cells/echo: heartbeat: 9: milliseconds, 10 to 3600000"),
    ("heartbeat 0", ("heartbeat = <250>", "heartbeat = <0>"),
     "cells/echo: heartbeat: 0: milliseconds, 10 to 3600000"),
    ("heartbeat in a period of the budget", ("period = <10000>", "period = <125001>"),
     "cells/echo: heartbeat: is shorter than two periods of the budget, which are 250002 us"),
    ("quota too small", ("quota = <0x20000>", "quota = <0x70bf>"),
     "cells/echo: quota: 0x70bf is too small: this cell needs at least 0x70c0"),
    ("quotas above the pool", ("quota = <0x20000>", "quota = <0x100000>"),
     "cells: quota: all cells together take 1456 KB of the kernel's memory, which has 1024 KB"),

    # the board
    ("no board", [append("/ { /delete-node/ board; };"), ("devices = <&rtc>;", "")],
     "board: is missing: begin with #include <board.dtsi>"),
    ("interrupt that the board does not have", device("extra { irqs = <64>; };"),
     "board/devices/extra: irqs: there is no "
     "interrupt 64: the board has 64 lines"),
    ("device without anything", device("extra { };"),
     "board/devices/extra: has neither registers nor irqs"),
    ("registers not in pages", device("extra { registers = <0x10000800 0x1000>; };"),
     "board/devices/extra: registers: 0x10000800 and 0x1000 are "
     "not whole pages of 0x1000"),
    ("registers beyond 4 GB", device("extra { registers = <0xfffff000 0x2000>; };"),
     "board/devices/extra: registers: 0xfffff000 and 0x2000 are "
     "not whole pages of 0x1000"),
    ("five interrupts", device("extra { irqs = <1 2 3 4 5>; };"),
     "board/devices/extra: irqs: has more than 4 numbers"),
    ("too many devices", device(MANY),
     "board/devices: has more than 96 devices"),
    ("board without RAM", append("/ { board { /delete-property/ ram; }; };"),
     "board: ram: is missing: address and size"),
]
