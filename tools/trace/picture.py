# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
Draws a system call, a page fault and a device interrupt of a Linux guest out of a
trace, as an SVG picture: a lane for each thread, and below each panel what its
numbers mean.
"""
from html import escape

from decode import EXCEPTION, IRQ, NOTIFY, RESUME, SWITCH, SYSCALL, TraceError
from perfetto import slices

COLOURS = {"U": "#5b9bd5", "S": "#e08e3c", "F": "#9b6fc0", "I": "#c9504f"}
OTHER = "#7a9e62"
WIDTH, LEFT, LANE, LINE, GAP = 940, 130, 26, 15, 34
MAX_EVENTS = 24
TIMER_LINE = 29


def ends(trace, first, last):
    """Index of the resume that the thing at FIRST ends with, None: it is not of this kind."""
    for i in range(first + 1, min(first + MAX_EVENTS, len(trace.events))):
        e = trace.events[i]
        if last(e):
            return i
        if e.kind in (SYSCALL, IRQ) or (e.kind == SWITCH and e.other.cell == "kernel"):
            return None
    return None


def to_process(e):
    return e.kind == RESUME and e.other.thread == "U"


def find(trace, first, last, better=lambda e: 0):
    """(first, last) of the best example; the shortest one of those that are equally good."""
    found = []
    for i, e in enumerate(trace.events):
        end = ends(trace, i, last) if first(trace, i, e) else None
        if end is not None:
            found.append((better(e), trace.events[end].time - e.time, i, end))
    if not found:
        raise TraceError("the trace has no example to draw")
    return min(found)[2:]


def is_call(trace, _i, e):
    return e.kind == SYSCALL


def is_fault(trace, i, e):
    return e.kind == EXCEPTION and e.info == 2 and e.thread.thread == "U"


def is_interrupt(trace, i, e):
    if e.kind != IRQ or i + 1 == len(trace.events):
        return False
    note = trace.events[i + 1]
    return note.kind == NOTIFY and note.other.thread == "I"


def panels(trace, words):
    """(title, first, last)"""
    def known(e):
        return words.linux_call(e.a) != "read"

    return [("A system call", *find(trace, is_call, to_process, known)),
            ("A page fault", *find(trace, is_fault, to_process)),
            ("An interrupt", *find(trace, is_interrupt, lambda e: e.kind == RESUME,
                                   lambda e: e.a == TIMER_LINE))]     # a device's, if there is one


class Svg:
    def __init__(self):
        self.out, self.y = [], 10

    def text(self, x, y, text, size=12, more=""):
        self.out.append('<text x="%.1f" y="%.1f" font-size="%d" %s>%s</text>'
                        % (x, y, size, more, escape(text)))

    def box(self, x, y, width, height, colour, more=""):
        self.out.append('<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s" %s/>'
                        % (x, y, width, height, colour, more))

    def line(self, x1, y1, x2, y2, colour="#999"):
        self.out.append('<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s"/>'
                        % (x1, y1, x2, y2, colour))

    def write(self, path):
        with open(path, "w") as f:
            f.write('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" '
                    'font-family="sans-serif">\n<rect width="100%%" height="100%%" '
                    'fill="white"/>\n' % (WIDTH, self.y))
            f.write("\n".join(self.out) + "\n</svg>\n")


class Panel:
    """A part of a trace."""

    def __init__(self, trace, words, first, last):
        self.trace, self.words = trace, words
        self.events = trace.events[first:last + 1]
        length = self.events[-1].time - self.events[0].time
        pad = max(length // 12, 8)
        self.start, self.end = self.events[0].time - pad, self.events[-1].time + pad
        self.scale = (WIDTH - LEFT - 20) / (self.end - self.start)

    def x(self, time):
        return LEFT + (min(max(time, self.start), self.end) - self.start) * self.scale

    def draw(self, svg, title, parts):
        svg.text(10, svg.y + 16, title, 15, 'font-weight="bold"')
        svg.y += 42
        parts = [s for s in parts if s.end > self.start and s.start < self.end]
        lanes = sorted({s.name for s in parts},
                       key=lambda n: ("USFI".find(n.thread) % 9, str(n)))
        top = svg.y
        for name in lanes:
            svg.text(10, svg.y + 17, str(name), 12)
            svg.line(LEFT, svg.y + LANE, WIDTH - 20, svg.y + LANE, "#ddd")
            for s in parts:
                if s.name is name:
                    width = self.x(s.end) - self.x(s.start)
                    svg.box(self.x(s.start), svg.y + 4, max(width, 1), LANE - 8,
                            COLOURS.get(name.thread, OTHER))
            svg.y += LANE
        self.marks(svg, top)

    def marks(self, svg, top):
        """A number at each event, and below what they are."""
        begin, last, level = self.events[0].time, -100, 0
        bottom = svg.y
        svg.y += 8
        for number, e in enumerate(self.events, 1):
            x = self.x(e.time)
            level = (level + 1) % 2 if x - last < 14 else 0
            last = x
            svg.line(x, top - 3, x, bottom)
            svg.text(x - 4, top - 6 - 10 * level, "%d" % number, 10)
            svg.text(LEFT - 90, svg.y + LINE, "%2d" % number, 11, 'font-weight="bold"')
            svg.text(LEFT - 64, svg.y + LINE, "+%.2f µs" % self.trace.us(e.time - begin), 11)
            svg.text(LEFT + 6, svg.y + LINE, self.words.text(e), 11)
            svg.y += LINE
        svg.y += GAP


def write_svg(trace, words, path):
    svg, parts = Svg(), slices(trace, words)
    for title, first, last in panels(trace, words):
        Panel(trace, words, first, last).draw(svg, title, parts)
    svg.write(path)
