# SPDX-License-Identifier: BSD-2-Clause
# Copyright the Armature authors
"""
What 'make bench B=realtime' has measured (tests/realtime/run), as a table and as a
picture: how late a real-time cell began beside a busy Linux.
"""
import json
import math
import os

from common import Failure, say, write_if_changed

PERIOD_US = 1000
LEFT, WIDTH, TOP, HEIGHT, RIGHT, BOTTOM = 80, 640, 70, 260, 34, 42
SHARES = (0.5, 0.99, 0.999, 0.9999)
SMALL = 'font-size="11" fill="#333"'


def load(folder):
    path = os.path.join(folder, "realtime.json")
    if not os.path.exists(path):
        raise Failure("there is no %s: 'make bench B=realtime' writes it" % path)
    with open(path) as f:
        return json.load(f)


def instructions(result, ns):
    return round(ns / 2 ** result["shift"])


def percentile(result, share):
    """Microseconds within which that share of the periods began: the end of their bin."""
    left = share * result["periods"]
    for us, count in result["histogram_us"]:
        left -= count
        if left <= 0:
            return us + 1
    return PERIOD_US


def time(result, ns):
    return "%.1f µs, %s instructions" % (ns / 1000, "{:,}".format(instructions(result, ns)))


def rows(result):
    least, mean, most = result["latency_ns"]
    linux = result["load"]
    yield "periods of 1 ms", "{:,}".format(result["periods"])
    yield "**deadlines missed**", "**%d**" % result["missed"]
    yield "began after its alarm was due: least", time(result, least)
    yield "mean", time(result, mean)
    for share in SHARES:
        yield "%g%% within" % (share * 100), time(result, percentile(result, share) * 1000)
    yield "**most**", "**%s**" % time(result, most)
    yield "had done its job: most", time(result, result["response_ns"])
    yield "interrupts of the flood", "{:,}".format(result["flood"])
    yield "Linux: interrupts, context switches, processes", ", ".join(
        "{:,}".format(linux[key]) for key in ("interrupts", "switches", "processes"))
    yield "Linux: idle, of its time under load", "%.2f%%" % (100 * linux["idle"] / linux["jiffies"])
    yield "Linux: deaths by panic, each with a restart", "%d" % result["restarts"]


def markdown(result):
    lines = ["`-icount shift=%d`: an instruction takes %d ns; %s; Armature %s.\n" % (
        result["shift"], 2 ** result["shift"], result["qemu"].split(" (")[0],
        result["armature"]), "| | |", "|---|---|"]
    return "\n".join(lines + ["| %s | %s |" % row for row in rows(result)]) + "\n"


def axis_x(result, x, bottom):
    """Microseconds below, and the same in instructions."""
    parts = []
    for us in (10, 20, 50, 100, 200, 500, 1000):
        parts.append('<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#ddd"/>' % (
            x(us), x(us), TOP, bottom))
        for n, text in enumerate(("%d" % us, "{:,}".format(instructions(result, us * 1000)))):
            parts.append('<text x="%.1f" y="%d" text-anchor="middle" %s>%s</text>' % (
                x(us), bottom + 16 + 15 * n, SMALL, text))
    for n, text in enumerate(("µs", "instr.")):
        parts.append('<text x="%d" y="%d" text-anchor="end" %s>%s</text>' % (
            LEFT - 22, bottom + 16 + 15 * n, SMALL, text))
    return parts


def axis_y(most, y):
    parts = []
    for power in range(int(math.log10(most)) + 1):
        parts.append('<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#ddd"/>' % (
            LEFT, LEFT + WIDTH, y(10 ** power), y(10 ** power)))
        parts.append('<text x="%d" y="%.1f" text-anchor="end" %s>%s</text>' % (
            LEFT - 6, y(10 ** power) + 4, SMALL, "{:,}".format(10 ** power)))
    return parts


def svg(result):
    bins, bottom = result["histogram_us"], TOP + HEIGHT
    most = max(count for _, count in bins)

    def x(us):
        return LEFT + math.log10(us / 10) / 2 * WIDTH

    def y(count):
        return bottom - (math.log10(count) + 0.15) / (math.log10(most) + 0.3) * HEIGHT
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" '
             'font-family="DejaVu Sans, sans-serif">' % (LEFT + WIDTH + RIGHT, bottom + BOTTOM),
             '<rect width="100%" height="100%" fill="#fff"/>',
             '<text x="12" y="20" font-size="14">How late a real-time cell begins beside a busy '
             'Linux: %s periods of 1 ms</text>' % "{:,}".format(result["periods"]),
             '<text x="12" y="37" %s>by how long after its alarm was due it ran; both scales are '
             'logarithmic</text>' % SMALL,
             '<text x="12" y="52" %s>red: the deadline, at which its job must be done</text>'
             % SMALL]
    parts += axis_x(result, x, bottom) + axis_y(most, y)
    for us, count in bins:
        parts.append('<rect x="%.2f" y="%.1f" width="%.2f" height="%.1f" fill="#4878a8"/>' % (
            x(max(us, 10)), y(count), max(x(us + 1) - x(max(us, 10)), 0.7), bottom - y(count)))
    parts.append('<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#c0483c" '
                 'stroke-width="2"/>' % (x(PERIOD_US), x(PERIOD_US), TOP, bottom))
    parts.append('<line x1="%d" x2="%d" y1="%d" y2="%d" stroke="#000"/>' % (
        LEFT, LEFT + WIDTH, bottom, bottom))
    return "\n".join(parts + ["</svg>"]) + "\n"


def run(options):
    result = load(options.out)
    name = os.path.join(options.out, "realtime")
    write_if_changed(name + ".md", markdown(result).encode())
    write_if_changed(name + ".svg", svg(result).encode())
    print(markdown(result), end="")
    say("BENCH", name + ".json, .md, .svg")
    return 0
